// What is told on request: what nearly fits, what leaves out how many, and what
// there would be without a wish or further out.
#include <algorithm>
#include <set>
#include <tuple>

#include "tests/oracle/entry.h"

namespace handrail::oracle {
namespace {

constexpr std::size_t kNearMissesMax = 5;

std::vector<const Judged*> Refusals(const Option& option) {
  std::vector<const Judged*> out;
  for (const Judged& one : option.judged) {
    if (one.state == v1::NOT_MET) out.push_back(&one);
  }
  return out;
}

// The schema marks what a person can change: papers, time, cost, format, wait.
bool Changeable(const std::string& path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos) return false;
  const auto* group =
      v1::RecoveryProfile::descriptor()->FindFieldByName(path.substr(0, dot));
  const auto* field =
      group->message_type()->FindFieldByName(path.substr(dot + 1));
  return field->options().GetExtension(v1::fact).changeable();
}

// What a court or an agency set is not theirs to change.
bool CouldChange(const Judged& refusal) {
  const bool theirs =
      refusal.owner == v1::PERSON || refusal.owner == v1::LISTING;
  return theirs && (refusal.another_would_do || Changeable(refusal.rule));
}

// Nearest first; what nobody can measure is last.
auto NearnessOf(const NearMiss& miss) {
  const int metres = miss.option.distance_m;
  return std::tuple(metres < 0, metres, miss.option.id);
}

std::vector<NearMiss> NearMissesOf(const NeedAnswer& answer,
                                   const std::optional<NeedAnswer>& further) {
  std::vector<NearMiss> out;
  std::set<std::string> candidates;
  for (const Option& option : answer.candidates) {
    candidates.insert(option.id);
    const std::vector<const Judged*> refusals = Refusals(option);
    if (refusals.size() == 1 && CouldChange(*refusals[0])) {
      out.push_back({option, refusals[0]->rule});
    }
  }
  if (further.has_value()) {
    for (const Option& option : further->candidates) {
      if (option.verdict == v1::FITS && !candidates.contains(option.id)) {
        out.push_back({option, "distance"});
      }
    }
  }
  std::sort(out.begin(), out.end(), [](const NearMiss& a, const NearMiss& b) {
    return NearnessOf(a) < NearnessOf(b);
  });
  if (out.size() > kNearMissesMax) out.resize(kNearMissesMax);
  return out;
}

std::vector<Exclusion> ExclusionsOf(const NeedAnswer& answer) {
  std::map<std::pair<std::string, v1::RuleOwner>, Exclusion> by_reason;
  for (const Option& option : answer.candidates) {
    std::set<std::pair<std::string, v1::RuleOwner>> reasons;
    for (const Judged* one : Refusals(option)) {
      reasons.insert({one->rule, one->owner});
    }
    for (const auto& reason : reasons) {
      Exclusion& exclusion = by_reason[reason];
      exclusion.rule = reason.first;
      exclusion.owner = reason.second;
      ++exclusion.count;
      if (reasons.size() == 1) ++exclusion.only;
    }
  }
  std::vector<Exclusion> out;
  for (const auto& [reason, exclusion] : by_reason) out.push_back(exclusion);
  std::stable_sort(
      out.begin(), out.end(),
      [](const Exclusion& a, const Exclusion& b) { return a.count > b.count; });
  if (answer.place_unknown > 0) {
    out.push_back({"place_unknown", v1::LISTING, answer.place_unknown,
                   answer.place_unknown});
  }
  return out;
}

// Asks again, with another request or another need.
class Relaxer {
 public:
  Relaxer(const Directory& directory, const Question& question,
          const Reach& reach)
      : directory_(directory), question_(question), reach_(reach) {}

  std::vector<Relaxation> All() {
    const v1::MatchRequest& request = *question_.request;
    for (int i = 0; i < request.criteria_size(); ++i) {
      v1::MatchRequest less = request;
      less.mutable_criteria()->DeleteSubrange(i, 1);
      Wish(request.criteria(i), less, *question_.need);
    }
    const v1::Need& need = *question_.need;
    for (int i = 0; i < need.criteria_size(); ++i) {
      v1::Need less = need;
      less.mutable_criteria()->DeleteSubrange(i, 1);
      Wish(need.criteria(i), request, less);
    }
    if (need.when().time_case() != v1::NeedTime::TIME_NOT_SET) {
      v1::Need less = need;
      less.clear_when();
      Add("hours", request, less);
    }
    if (!need.modes().empty()) {
      v1::Need less = need;
      less.clear_modes();
      Add("any.attendance_mode", request, less);
    }
    return out_;
  }

 private:
  void Wish(const v1::Criterion& wish, const v1::MatchRequest& request,
            const v1::Need& need) {
    if (wish.kind() == v1::PREFER || !Changeable(wish.field())) return;
    Add(wish.field(), request, need);
  }

  void Add(const std::string& rule, const v1::MatchRequest& request,
           const v1::Need& need) {
    Question question = question_;
    question.request = &request;
    question.need = &need;
    const NeedAnswer answer = AnswerWithin(directory_, question, reach_);
    out_.push_back({rule, answer.fits, answer.check});
  }

  const Directory& directory_;
  const Question& question_;
  const Reach& reach_;
  std::vector<Relaxation> out_;
};

}  // namespace

void AddParts(const Directory& directory, const Question& question,
              const Reach& reach, NeedAnswer& answer) {
  const v1::AnswerParts& include = question.request->include();
  // One ring further out, whether the need asks to widen or not.
  std::optional<NeedAnswer> further;
  if (const auto wider = Wider(question, reach);
      reach.bound && wider.has_value() &&
      (include.near_misses() || include.relaxations())) {
    further = AnswerWithin(directory, question, *wider);
  }
  if (include.near_misses()) {
    answer.near_misses = NearMissesOf(answer, further);
  }
  if (include.exclusions()) answer.exclusions = ExclusionsOf(answer);
  if (include.relaxations()) {
    answer.relaxations = Relaxer(directory, question, reach).All();
    if (further.has_value()) {
      answer.relaxations.push_back(
          {"distance", further->fits, further->check,
           further->whole_state ? 0 : further->within_m});
    }
  }
  if (include.range()) answer.range = RangeOf(question, answer.slots);
}

}  // namespace handrail::oracle
