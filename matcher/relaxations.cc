#include "matcher/relaxations.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "matcher/changeable.h"
#include "matcher/speaker.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

// What one relaxation is about.
struct Relaxed {
  std::string rule;
  v1::RuleOwner owner = v1::PERSON;
  // "Without asking for this (…)"
  std::string sentence;
  int within_m = 0;
};

class Relaxer {
 public:
  Relaxer(const Matching& matching, const AskedNeed& need,
          const Reached& reached, const std::optional<Reached>& further,
          v1::NeedAnswer& answer)
      : matching_(matching),
        need_(need),
        reached_(reached),
        further_(further),
        answer_(answer),
        say_(*matching.question.say) {}

  absl::Status Wishes() {
    for (size_t i = 0; i < need_.musts.size(); ++i) {
      const AskedCriterion& wish = need_.musts[i];
      if (!HANDRAIL_MUTATE(relax_changeable, IsChangeable(wish), true)) {
        continue;
      }
      AskedNeed without = need_;
      without.musts.erase(without.musts.begin() +
                          static_cast<std::ptrdiff_t>(i));
      HANDRAIL_RETURN_IF_ERROR(
          Add({.rule = wish.field->path,
               .owner = wish.owner,
               .sentence = say_.Fill(
                   wish.kind == v1::MUST_NOT ? "relax.must_not" : "relax.must",
                   {{"claim", ClaimOf(wish)}})},
              without, reached_.range));
    }
    return absl::OkStatus();
  }

  absl::Status Time() {
    if (need_.need->when().time_case() == v1::NeedTime::TIME_NOT_SET) {
      return absl::OkStatus();
    }
    v1::Need asked = *need_.need;
    asked.clear_when();
    AskedNeed without = need_;
    without.need = &asked;
    without.window.reset();
    return Add({.rule = "hours", .sentence = say_.Fill("relax.hours")}, without,
               reached_.range);
  }

  absl::Status Modes() {
    if (need_.modes.empty()) return absl::OkStatus();
    v1::Need asked = *need_.need;
    asked.clear_modes();
    AskedNeed without = need_;
    without.need = &asked;
    without.modes.clear();
    return Add(
        {.rule = "any.attendance_mode", .sentence = say_.Fill("relax.mode")},
        without, reached_.range);
  }

  void Distance() {
    if (!further_.has_value()) return;
    const Range& ring = further_->range;
    const std::string km = absl::StrCat(ring.within_m / 1000);
    Tell({.rule = "distance",
          .sentence = ring.whole_state
                          ? say_.Fill("relax.state")
                          : say_.Fill("relax.distance", {{"value", km}}),
          .within_m = ring.whole_state ? 0 : ring.within_m},
         further_->judgments);
  }

 private:
  // Every value asked for: "a or b".
  std::string ClaimOf(const AskedCriterion& wish) const {
    static const std::shared_ptr<const Row> nowhere = MakeRow(v1::Listing());
    const Candidate nobody{.row = nowhere.get()};
    const Speaker speaker(matching_.question, need_, nobody);
    std::string text;
    for (const FactValue& value : wish.values) {
      Finding finding;
      finding.rule = wish.field->path;
      finding.field = wish.field;
      finding.value = &value;
      finding.code = value.code;
      const std::string claim = speaker.ClaimOf(finding);
      text = text.empty()
                 ? claim
                 : say_.Fill("value.or", {{"first", text}, {"second", claim}});
    }
    return text;
  }

  absl::Status Add(const Relaxed& relaxed, const AskedNeed& need,
                   const Range& range) {
    AskedTimes times(matching_.question, need);
    HANDRAIL_ASSIGN_OR_RETURN(const Judgments judgments,
                              JudgeAll(matching_, need, times, range));
    Tell(relaxed, judgments);
    return absl::OkStatus();
  }

  void Tell(const Relaxed& relaxed, const Judgments& judgments) {
    v1::Relaxation& out = *answer_.add_relaxations();
    out.set_rule(relaxed.rule);
    out.set_owner(relaxed.owner);
    out.set_fits_count(judgments.fits);
    out.set_check_count(judgments.checks);
    out.set_within_m(relaxed.within_m);
    out.set_sentence(say_.Fill("relax.counts",
                               {{"relaxed", relaxed.sentence},
                                {"fits", absl::StrCat(judgments.fits)},
                                {"checks", absl::StrCat(judgments.checks)}}));
  }

  const Matching& matching_;
  const AskedNeed& need_;
  const Reached& reached_;
  const std::optional<Reached>& further_;
  v1::NeedAnswer& answer_;
  const Sentences& say_;
};

}  // namespace

absl::Status AddRelaxations(const Matching& matching, const AskedNeed& need,
                            const Reached& reached,
                            const std::optional<Reached>& further,
                            v1::NeedAnswer& answer) {
  Relaxer relaxer(matching, need, reached, further, answer);
  HANDRAIL_RETURN_IF_ERROR(relaxer.Wishes());
  HANDRAIL_RETURN_IF_ERROR(relaxer.Time());
  HANDRAIL_RETURN_IF_ERROR(relaxer.Modes());
  relaxer.Distance();
  return absl::OkStatus();
}

}  // namespace handrail::matcher
