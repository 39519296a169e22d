#include "matcher/need_answer.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "matcher/exclusions.h"
#include "matcher/near_miss.h"
#include "matcher/next_steps.h"
#include "matcher/refusals.h"
#include "matcher/relaxations.h"
#include "matcher/slot_option.h"
#include "matcher/today.h"
#include "matcher/varied_range.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

void SetCounts(const Reached& reached, v1::NeedAnswer& answer) {
  answer.set_fits_count(reached.judgments.fits);
  answer.set_check_count(reached.judgments.checks);
  answer.set_does_not_fit_count(reached.judgments.misfits);
  answer.set_place_unknown_count(reached.judgments.place_unknown);
  answer.set_within_m(reached.range.within_m);
  answer.set_whole_state(reached.range.whole_state);
}

// How far the rings went, where that is further than the first.
std::string WideningText(const Question& question, const AskedNeed& need,
                         const Range& range) {
  const Range first = FirstRange(need);
  if (range.whole_state) return question.say->Fill("widening.state");
  if (range.within_m == first.within_m) return "";
  return question.say->Fill("widening.ring",
                            {{"value", absl::StrCat(range.within_m / 1000)}});
}

// The parts that say why others are no options.
absl::Status AddReasons(const Matching& matching, const AskedNeed& need,
                        AskedTimes& times, const Reached& reached,
                        const std::optional<Reached>& further,
                        v1::NeedAnswer& answer) {
  const v1::AnswerParts& parts = matching.question.request->include();
  if (!parts.near_misses() && !parts.exclusions()) return absl::OkStatus();
  HANDRAIL_ASSIGN_OR_RETURN(
      const std::vector<Refusal> refusals,
      FindRefusals(matching, need, times, reached.judgments));
  if (parts.exclusions()) {
    AddExclusions(matching, need, reached, refusals, answer);
  }
  if (parts.near_misses()) {
    AddNearMisses(matching.question, need, reached, further, refusals, answer);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AnswerNeed(const Matching& matching, const AskedNeed& need,
                        v1::NeedAnswer& answer) {
  const Question& question = matching.question;
  const v1::AnswerParts& parts = question.request->include();
  AskedTimes times(question, need);
  HANDRAIL_ASSIGN_OR_RETURN(const Reached reached,
                            Reach(matching, need, times));
  SetCounts(reached, answer);
  answer.set_widening(WideningText(question, need, reached.range));
  HANDRAIL_ASSIGN_OR_RETURN(
      const std::vector<Slot> slots,
      BestSlots(matching, need, times, reached,
                parts.range() ? reached.options() : question.max_results));
  HANDRAIL_RETURN_IF_ERROR(CheckExpired(matching.options));
  for (const Slot& slot : slots) {
    if (answer.options_size() == question.max_results) break;
    *answer.add_options() = MakeOption(matching, need, reached.range, slot);
  }
  if (parts.range()) {
    AddRange(matching, need, reached.range, slots, answer);
  }
  std::optional<Reached> further;
  if (parts.near_misses() || parts.relaxations()) {
    HANDRAIL_ASSIGN_OR_RETURN(further,
                              ReachFurther(matching, need, times, reached));
  }
  HANDRAIL_RETURN_IF_ERROR(
      AddReasons(matching, need, times, reached, further, answer));
  if (parts.relaxations()) {
    HANDRAIL_RETURN_IF_ERROR(
        AddRelaxations(matching, need, reached, further, answer));
  }
  if (parts.today()) {
    HANDRAIL_RETURN_IF_ERROR(AddToday(matching, need, reached, answer));
  }
  if (parts.next_steps()) AddNextSteps(matching, answer);
  return absl::OkStatus();
}

}  // namespace handrail::matcher
