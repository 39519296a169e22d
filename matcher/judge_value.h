// Judging one fact against one wish: three-valued (Kleene) logic with doubt.
//
//   recorded         fresh      stale or undated
//   yes              MET        UNKNOWN, doubt 1
//   no               NOT_MET    UNKNOWN, doubt 4
//   conditional      UNKNOWN, doubt 2 at any age
//   nothing          UNKNOWN, doubt 3
//
// "Fresh" is CONFIRMED or AGING. A MUST NOT turns yes and no round first, so
// doubt is always the doubt of the wish itself: an old yes is doubt 4 for who
// must not have it. Pure functions.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "handrail/v1/fact.pb.h"
#include "handrail/v1/match.pb.h"

namespace handrail::matcher {

// Doubts of an UNKNOWN, from small to great.
inline constexpr int kDoubtOldYes = 1;
inline constexpr int kDoubtConditional = 2;
inline constexpr int kDoubtAbsent = 3;
inline constexpr int kDoubtOldNo = 4;

struct Judged {
  v1::JudgementState state = v1::MET;
  // 0 unless UNKNOWN.
  int doubt = 0;
  // Of the fact that decided; UNSPECIFIED where nothing is recorded.
  v1::AgeState age = v1::AGE_STATE_UNSPECIFIED;

  friend bool operator==(const Judged&, const Judged&) = default;
};

// What the wish wants to be true of the answer.
enum class Wanted : std::uint8_t { kYes, kNo };

// Whether an old NO can still be relied on. Only hours and service area: an old
// "Wednesdays" is a question about Wednesday, not about Tuesday.
enum class OldNo : std::uint8_t { kIsAQuestion, kStands };

// Yes and no turned round; conditional and absent stay.
v1::Answer Negate(v1::Answer answer);

// Judges one answer by the table above.
Judged JudgeAnswer(v1::Answer answer, v1::AgeState age,
                   Wanted wanted = Wanted::kYes,
                   OldNo old_no = OldNo::kIsAQuestion);

// Any is enough. The best of them: MET, else the UNKNOWN with the least doubt,
// else NOT_MET. Among equals the first. Of none: NOT_MET.
Judged AnyOf(const std::vector<Judged>& judged);

// All are needed: NOT_MET where one is, else the UNKNOWN with the greatest
// doubt, else MET with the worst age. Among equals the first. Of none: MET.
Judged AllOf(const std::vector<Judged>& judged);

// A criterion with several values: the answers to each with their ages.
// kYes: any is enough. kNo: MUST_NOT (a or b) is (not a) and (not b).
Judged JudgeAnyValue(
    const std::vector<std::pair<v1::Answer, v1::AgeState>>& answers,
    Wanted wanted);

}  // namespace handrail::matcher
