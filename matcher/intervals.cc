#include "matcher/intervals.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

constexpr int kDaySeconds = 24 * 60 * 60;
constexpr std::array<std::string_view, 7> kWeekdays = {"MO", "TU", "WE", "TH",
                                                       "FR", "SA", "SU"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Two digits at `at`; negative where there are none.
int TwoDigits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || !IsDigit(text[at]) || !IsDigit(text[at + 1])) {
    return -1;
  }
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// "", "Z", "+05", "-05:00", "-0500".
bool IsSuffix(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return true;
  if (text[0] != '+' && text[0] != '-') return false;
  return TwoDigits(text, 1) >= 0 &&
         (text.size() == 3 || (text.size() == 5 && TwoDigits(text, 3) >= 0) ||
          (text.size() == 6 && text[3] == ':' && TwoDigits(text, 4) >= 0));
}

std::string FieldPath(std::string_view path, std::string_view field) {
  return path.empty()
             ? std::string(field)
             : absl::StrCat(std::string(path), ".", std::string(field));
}

}  // namespace

Interval Intersect(const Interval& a, const Interval& b) {
  const absl::Time start = std::max(a.start, b.start);
  return {start, std::max(start, std::min(a.end, b.end))};
}

std::vector<Interval> Clip(const std::vector<Interval>& intervals,
                           absl::Time from, absl::Time to) {
  std::vector<Interval> clipped;
  for (const Interval& one : intervals) {
    const Interval part = Intersect(one, {from, to});
    if (part.start < part.end) clipped.push_back(part);
  }
  return clipped;
}

std::vector<Interval> Merge(std::vector<Interval> intervals) {
  std::sort(intervals.begin(), intervals.end(),
            [](const Interval& a, const Interval& b) {
              return std::pair(a.start, a.end) < std::pair(b.start, b.end);
            });
  std::vector<Interval> merged;
  for (const Interval& one : intervals) {
    if (one.start >= one.end) continue;
    if (!merged.empty() && HANDRAIL_MUTATE(touching_intervals_merge,
                                           one.start <= merged.back().end,
                                           one.start < merged.back().end)) {
      merged.back().end = std::max(merged.back().end, one.end);
    } else {
      merged.push_back(one);
    }
  }
  return merged;
}

std::vector<Interval> Subtract(const std::vector<Interval>& from,
                               const std::vector<Interval>& taken) {
  std::vector<Interval> left;
  std::size_t next = 0;
  for (const Interval& one : from) {
    absl::Time start = one.start;
    while (next < taken.size() && taken[next].end <= start) ++next;
    for (std::size_t i = next; i < taken.size() && taken[i].start < one.end;
         ++i) {
      if (start < taken[i].start) left.push_back({start, taken[i].start});
      start = std::max(start, taken[i].end);
    }
    if (start < one.end) left.push_back({start, one.end});
  }
  return left;
}

absl::StatusOr<WeeklyWindow> WeeklyWindow::Parse(const v1::WeekWindow& window,
                                                 std::string_view path) {
  std::vector<FieldViolation> wrong;
  WeeklyWindow parsed;
  if (window.days_size() > 0) parsed.days_ = 0;
  for (int i = 0; i < window.days_size(); ++i) {
    const int day = ParseWeekday(window.days(i));
    if (day < 0) {
      wrong.push_back({FieldPath(path, absl::StrCat("days[", i, "]")),
                       "must be one of MO, TU, WE, TH, FR, SA, SU"});
    } else {
      parsed.days_ |= 1u << day;
    }
  }
  parsed.start_ = ParseClock(window.start(), TimeSuffix::kNone);
  if (parsed.start_ < 0 || parsed.start_ == kDaySeconds) {
    wrong.push_back({FieldPath(path, "start"),
                     "must be a time such as \"18:00\", up to \"23:59\""});
  }
  parsed.end_ = ParseClock(window.end(), TimeSuffix::kNone);
  if (parsed.end_ < 0) {
    wrong.push_back({FieldPath(path, "end"),
                     "must be a time such as \"21:30\", up to \"24:00\""});
  }
  if (!wrong.empty()) return InvalidFields(wrong);
  if (HANDRAIL_MUTATE(window_crosses_midnight, parsed.end_ <= parsed.start_,
                      false)) {
    parsed.end_ += kDaySeconds;
  }
  return parsed;
}

WeeklyWindow WeeklyWindow::WholeWeek() {
  WeeklyWindow week;
  week.end_ = kDaySeconds;
  return week;
}

std::vector<Interval> WeeklyWindow::Instances(absl::TimeZone zone,
                                              absl::Time from,
                                              absl::Time to) const {
  std::vector<Interval> instances;
  // One that began two days earlier can still be under way.
  const absl::CivilDay last = absl::ToCivilDay(to, zone);
  for (absl::CivilDay day = absl::ToCivilDay(from, zone) - 2; day <= last;
       ++day) {
    if ((days_ >> WeekdayNumber(day) & 1u) == 0) continue;
    const Interval instance{LocalTime(day, start_, zone),
                            LocalTime(day, end_, zone)};
    if (instance.start < instance.end && instance.start < to &&
        instance.end > from) {
      instances.push_back(instance);
    }
  }
  return instances;
}

std::vector<Interval> FreeTime(const std::vector<WeeklyWindow>& free,
                               const std::vector<WeeklyWindow>& anchors,
                               absl::TimeZone zone, absl::Time from,
                               absl::Time to) {
  const auto all = [&](const std::vector<WeeklyWindow>& windows) {
    std::vector<Interval> out;
    for (const WeeklyWindow& window : windows) {
      const std::vector<Interval> some = window.Instances(zone, from, to);
      out.insert(out.end(), some.begin(), some.end());
    }
    return Merge(Clip(out, from, to));
  };
  const std::vector<Interval> open =
      free.empty() ? all({WeeklyWindow::WholeWeek()}) : all(free);
  return HANDRAIL_MUTATE(anchors_are_not_free, Subtract(open, all(anchors)),
                         open);
}

Interval Tonight(absl::TimeZone zone, absl::Time as_of) {
  constexpr int kMorning = 6 * 60 * 60;
  const absl::CivilDay today = absl::ToCivilDay(as_of, zone);
  absl::Time morning = LocalTime(today, kMorning, zone);
  if (morning <= as_of) morning = LocalTime(today + 1, kMorning, zone);
  return {as_of, morning};
}

int ParseClock(std::string_view text, TimeSuffix suffix) {
  const int hours = TwoDigits(text, 0);
  const int minutes = TwoDigits(text, 3);
  if (hours < 0 || minutes < 0 || text[2] != ':' || minutes > 59) return -1;
  std::size_t end = 5;
  int seconds = 0;
  if (text.size() > 5 && text[5] == ':') {
    seconds = TwoDigits(text, 6);
    if (seconds < 0 || seconds > 59) return -1;
    end = 8;
  }
  const std::string_view rest = text.substr(end);
  if (suffix == TimeSuffix::kNone ? !rest.empty() : !IsSuffix(rest)) return -1;
  const int total = hours * 3600 + minutes * 60 + seconds;
  return total <= kDaySeconds ? total : -1;
}

absl::Time LocalTime(absl::CivilDay day, int seconds, absl::TimeZone zone) {
  // FromCivil gives the moment of the jump for a time in a gap, and the first
  // of two.
  return absl::FromCivil(
      absl::CivilSecond(day.year(), day.month(), day.day(), 0, 0, seconds),
      zone);
}

int WeekdayNumber(absl::CivilDay day) {
  return static_cast<int>(absl::GetWeekday(day));
}

int ParseWeekday(std::string_view code) {
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    if (kWeekdays[i] == code) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace handrail::matcher
