// Bounds of one question. Every list and number that a caller sends has one;
// request_check names the field where one is passed.
#pragma once

namespace handrail::matcher {

inline constexpr int kNeedsMax = 8;
inline constexpr int kResultsDefault = 10;
inline constexpr int kResultsMax = 100;
inline constexpr int kRangeSizeDefault = 5;
inline constexpr int kRangeSizeMax = 20;
inline constexpr int kCriteriaMax = 64;
inline constexpr int kValuesPerCriterionMax = 32;
inline constexpr int kObligationsMax = 16;
inline constexpr int kTermsPerNeedMax = 16;
// In characters (code points).
inline constexpr int kNeedWordsMax = 200;
// Half of the Earth's circumference: nothing is farther away.
inline constexpr int kWithinMetresMax = 20'040'000;
inline constexpr int kAgeMax = 120;
inline constexpr int kDaysMax = 36'500;
inline constexpr int kHoursPerWeekMax = 168;
inline constexpr int kWeightMax = 3;
// Entries of any list in Person.
inline constexpr int kPersonListMax = 32;
// Longest short text of a person (a county, an anchor's name), in bytes.
inline constexpr int kShortTextMax = 100;
inline constexpr int kExcludedMax = 1000;
inline constexpr int kCrisisKindsMax = 8;
// Values listed in a message that says what would be right.
inline constexpr int kSuggestionsMax = 40;

}  // namespace handrail::matcher
