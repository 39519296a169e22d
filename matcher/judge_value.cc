#include "matcher/judge_value.h"

#include "matcher/fact_age.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

Judged Unknown(int doubt, v1::AgeState age) {
  return {.state = v1::UNKNOWN, .doubt = doubt, .age = age};
}

// MET 0, UNKNOWN its doubt, NOT_MET beyond every doubt.
int Badness(const Judged& judged) {
  return judged.state == v1::NOT_MET ? kDoubtOldNo + 1 : judged.doubt;
}

}  // namespace

v1::Answer Negate(v1::Answer answer) {
  switch (answer) {
    case v1::YES:
      return v1::NO;
    case v1::NO:
      return v1::YES;
    default:
      return answer;
  }
}

Judged JudgeAnswer(v1::Answer answer, v1::AgeState age, Wanted wanted,
                   OldNo old_no) {
  if (wanted == Wanted::kNo) {
    answer = HANDRAIL_MUTATE(must_not_negates, Negate(answer), answer);
  }
  const bool old =
      HANDRAIL_MUTATE(old_facts_are_unknown, IsOld(age), age == v1::STALE);
  switch (answer) {
    case v1::YES:
      if (!old) return {.state = v1::MET, .age = age};
      return Unknown(HANDRAIL_MUTATE(doubt_old_yes, kDoubtOldYes, kDoubtOldNo),
                     age);
    case v1::NO:
      if (!old ||
          HANDRAIL_MUTATE(old_no_stands, old_no == OldNo::kStands, false)) {
        return {.state = v1::NOT_MET, .age = age};
      }
      return Unknown(HANDRAIL_MUTATE(doubt_old_no, kDoubtOldNo, kDoubtOldYes),
                     age);
    case v1::CONDITIONAL:
      return HANDRAIL_MUTATE(conditional_is_unknown,
                             Unknown(kDoubtConditional, age),
                             (Judged{.state = v1::MET, .age = age}));
    default:
      return HANDRAIL_MUTATE(
          absent_is_unknown, Unknown(kDoubtAbsent, v1::AGE_STATE_UNSPECIFIED),
          (Judged{.state = v1::NOT_MET, .age = v1::AGE_STATE_UNSPECIFIED}));
  }
}

Judged AnyOf(const std::vector<Judged>& judged) {
  Judged best{.state = v1::NOT_MET};
  bool first = true;
  for (const Judged& one : judged) {
    if (first || HANDRAIL_MUTATE(any_of_takes_best, Badness(one), 0) <
                     HANDRAIL_MUTATE(any_of_takes_best, Badness(best), 0)) {
      best = one;
    }
    first = false;
  }
  return best;
}

Judged AllOf(const std::vector<Judged>& judged) {
  Judged worst{.state = v1::MET};
  for (const Judged& one : judged) {
    const bool worse = Badness(one) > Badness(worst);
    const bool older = one.state == v1::MET && worst.state == v1::MET &&
                       WorseAge(one.age, worst.age) != worst.age;
    if (HANDRAIL_MUTATE(all_of_takes_worst, worse, false) || older) {
      worst = one;
    }
  }
  return worst;
}

Judged JudgeAnyValue(
    const std::vector<std::pair<v1::Answer, v1::AgeState>>& answers,
    Wanted wanted) {
  std::vector<Judged> judged;
  judged.reserve(answers.size());
  for (const auto& [answer, age] : answers) {
    judged.push_back(JudgeAnswer(answer, age, wanted));
  }
  const bool all =
      HANDRAIL_MUTATE(must_not_any_is_all_of, wanted == Wanted::kNo, false);
  return all ? AllOf(judged) : AnyOf(judged);
}

}  // namespace handrail::matcher
