// Dates, times of day and the parts of recurrence rules.
//
// Three outcomes, since they end differently: a value that means something
// (given back in its normal form), one that says an impossible thing ("25:00",
// "2021-02-30"), and one that is no such value at all ("noon", "March").
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace handrail::storage {

enum class Sense { kGood, kImpossible, kNotUnderstood };

struct Understood {
  Sense sense = Sense::kNotUnderstood;
  // The normal form; only where sense is kGood.
  std::string text;
};

// "YYYY-MM-DD". Also reads "YYYYMMDD" and an ISO 8601 date and time, of which
// the date is taken. Years 1900 to 2200.
Understood ReadDate(std::string_view text);

// "HH:MM" or "HH:MM:SS", then nothing, "Z" or "±HH:MM". Also reads "9:00",
// "9:00 AM", a leading "T", a fraction of a second and "+0500". "24:00" is the
// end of the day: kImpossible unless `may_be_24`.
Understood ReadTime(std::string_view text, bool may_be_24);

// "MO,TU", each with an optional place "2MO", "-1FR". Also reads lower case,
// spaces, and the days' English names.
Understood ReadByDay(std::string_view text);

// Numbers separated by commas, none 0, each at most `max` from 0.
Understood ReadNumbers(std::string_view text, int max);

// A price: digits with an optional point. Below 0 is impossible.
Understood ReadAmount(std::string_view text);

}  // namespace handrail::storage
