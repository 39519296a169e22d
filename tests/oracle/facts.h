// What a fact says, how old it is, and what that means for a wish.
#pragma once

#include <string>
#include <vector>

#include "handrail/v1/profile.pb.h"
#include "tests/oracle/oracle.h"

namespace handrail::oracle {

// The moment of the question and the lifetimes that hold.
struct Moment {
  absl::Time as_of;
  const Lifetimes* lifetimes = nullptr;
};

v1::AgeState AgeOf(const v1::Provenance* from, v1::FactTtl ttl,
                   const Moment& moment);
// Whole days, -1 undated.
int DaysOf(const v1::Provenance* from, const Moment& moment);
bool IsOld(v1::AgeState age);
v1::AgeState Worse(v1::AgeState a, v1::AgeState b);

// What is recorded at a path. An answer of UNSPECIFIED: nothing.
struct Recorded {
  v1::Answer answer = v1::ANSWER_UNSPECIFIED;
  int number = 0;
  const v1::Provenance* from = nullptr;
  v1::FactTtl ttl = v1::FACT_TTL_UNSPECIFIED;

  bool said() const { return answer != v1::ANSWER_UNSPECIFIED; }
};

// Reads "any.medication" with a code, "housing.weekly_fee" without one.
Recorded Read(const v1::RecoveryProfile& profile, const std::string& path,
              const std::string& code = "");

// A list at the path names anything at all.
bool NamesAny(const v1::RecoveryProfile& profile, const std::string& path);

// The answer to "the field has this value": "yes", "level_2", "<=150".
v1::Answer AnswerTo(const Recorded& recorded, const std::string& path,
                    const std::string& value);
// The answer to "the number is at most / at least / exactly this".
v1::Answer Compare(const Recorded& recorded, const std::string& path, char sign,
                   long long bound);

v1::Answer Not(v1::Answer answer);

// The table of the verdict. With `no_stands` a recorded no is no at any age.
Judged JudgeAnswer(const std::string& rule, v1::Answer answer, v1::AgeState age,
                   std::optional<int> days, bool no_stands = false);
// The same for something recorded (or not) and the answer it gives.
Judged JudgeRecorded(const std::string& rule, const Recorded& recorded,
                     v1::Answer answer, const Moment& moment);

// Any is enough: the best, the first among equals. REQUIRES: not empty.
Judged AnyOf(const std::vector<Judged>& judged);
// All are needed: the worst, of what is met the one with the worst age.
Judged AllOf(const std::vector<Judged>& judged);

// One criterion, of any kind, against what a place says.
Judged JudgeCriterion(const v1::RecoveryProfile& profile,
                      const v1::Criterion& criterion, const Moment& moment);

}  // namespace handrail::oracle
