// Half-open stretches of time, and the weekly windows they come from.
//
// Everything sorted by start. Pure values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "handrail/v1/match.pb.h"

namespace handrail::matcher {

// [start, end): the end is no longer part of it.
struct Interval {
  absl::Time start;
  absl::Time end;

  bool Contains(absl::Time time) const { return start <= time && time < end; }
  bool Contains(const Interval& other) const {
    return start <= other.start && other.end <= end;
  }
  absl::Duration length() const { return end - start; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

// The common part; empty (start == end) where there is none.
Interval Intersect(const Interval& a, const Interval& b);

// What of the intervals lies in [from, to), in the same order: takes off what
// has passed already.
std::vector<Interval> Clip(const std::vector<Interval>& intervals,
                           absl::Time from, absl::Time to);

// Sorts, drops empty ones, joins those that touch or overlap.
std::vector<Interval> Merge(std::vector<Interval> intervals);

// The parts of `from` that are in none of `taken`. Both merged; so is the
// result.
std::vector<Interval> Subtract(const std::vector<Interval>& from,
                               const std::vector<Interval>& taken);

// A window of every week: days it starts on, start and end as local time.
//   days          "MO" … "SU"; none: every day
//   end <= start  crosses midnight into the next day; "24:00" is an end
class WeeklyWindow {
 public:
  // INVALID_ARGUMENT in a BadRequest: the field ("days[1]", "start", "end",
  // after `path` and a dot) and what would be right. start and end are needed.
  static absl::StatusOr<WeeklyWindow> Parse(const v1::WeekWindow& window,
                                            std::string_view path = {});

  // The whole week, for who gives anchors but no free windows.
  static WeeklyWindow WholeWeek();

  // Every instance that touches [from, to), whole, sorted by start. A window
  // keeps its instances apart even where they touch; Merge joins them. Local
  // times that do not exist or come twice are read as in hours.h.
  std::vector<Interval> Instances(absl::TimeZone zone, absl::Time from,
                                  absl::Time to) const;

 private:
  // Bit 0 is Monday.
  unsigned days_ = 0x7f;
  // Seconds after local midnight; end_ may exceed a day.
  int start_ = 0;
  int end_ = 0;
};

// Free time: the windows (the whole week, where there are none) without the
// anchors, merged and clipped to [from, to).
std::vector<Interval> FreeTime(const std::vector<WeeklyWindow>& free,
                               const std::vector<WeeklyWindow>& anchors,
                               absl::TimeZone zone, absl::Time from,
                               absl::Time to);

// From `as_of` until 06:00 of the next local morning (today's, where it is
// still before six).
Interval Tonight(absl::TimeZone zone, absl::Time as_of);

// Whether a "Z" or an offset may follow a clock time; it is read past.
enum class TimeSuffix { kNone, kReadPast };

// Seconds after midnight of "HH:MM" or "HH:MM:SS" ("24:00" is allowed).
// Negative where the text is not such a time.
int ParseClock(std::string_view text, TimeSuffix suffix);

// The moment `seconds` of wall-clock time after local midnight of `day` (more
// than a day is the next day). A time the clock jumps over is the moment after
// the jump; of a time that comes twice, the first.
absl::Time LocalTime(absl::CivilDay day, int seconds, absl::TimeZone zone);

// 0 is Monday.
int WeekdayNumber(absl::CivilDay day);

// The number of "MO" … "SU"; negative for other text.
int ParseWeekday(std::string_view code);

}  // namespace handrail::matcher
