#include "matcher/schedule_reader.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "matcher/intervals.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

constexpr int kDaySeconds = 24 * 60 * 60;
constexpr int kLastMinute = kDaySeconds - 60;

// Largest interval and count that a recurrence may have. Every 12 months could
// be a day that month never has, and libical would look for it for centuries.
constexpr int kWeekIntervalMax = 52;
constexpr int kMonthIntervalMax = 11;
constexpr int kCountMax = 4000;

// Years a date of a schedule can have; others are slips of the pen.
constexpr int kYearMin = 1900;
constexpr int kYearMax = 2500;

using Pattern = ScheduleReader::Pattern;
using Day = std::optional<absl::CivilDay>;

// Reads a date that may be left out. False for text that is none.
bool ReadDay(const std::string& text, Day& day) {
  if (text.empty()) return true;
  // Some sources write a date and a time.
  std::string date = text;
  if (date.size() > 10 && (date[10] == 'T' || date[10] == ' ')) date.resize(10);
  absl::CivilDay parsed;
  if (date.size() != 10 || !absl::ParseCivilTime(date, &parsed) ||
      parsed.year() < kYearMin || parsed.year() > kYearMax) {
    return false;
  }
  day = parsed;
  return true;
}

Day Later(const Day& a, const Day& b) {
  if (!a.has_value()) return b;
  return b.has_value() ? std::max(*a, *b) : a;
}
Day Earlier(const Day& a, const Day& b) {
  if (!a.has_value()) return b;
  return b.has_value() ? std::min(*a, *b) : a;
}

std::vector<std::string> Items(std::string_view list) {
  std::vector<std::string> items(1);
  for (const char c : list) {
    if (c == ',' || c == ';') {
      items.emplace_back();
    } else if (c != ' ' && c != '\t' && c != '+') {
      items.back() +=
          static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
  }
  std::erase(items, "");
  return items;
}

struct ByDay {
  std::vector<std::string> items;
  std::uint8_t week_days = 0;
  bool numbered = false;
};

// "MO", "2MO", "-1FR", "+1TU".
bool ReadByDay(const std::string& list, ByDay& by_day) {
  by_day.items = Items(list);
  // A set: a day that is named twice counts once.
  std::sort(by_day.items.begin(), by_day.items.end());
  by_day.items.erase(std::unique(by_day.items.begin(), by_day.items.end()),
                     by_day.items.end());
  for (const std::string& item : by_day.items) {
    if (item.size() < 2) return false;
    const int day =
        ParseWeekday(std::string_view(item).substr(item.size() - 2));
    std::string_view number(item.data(), item.size() - 2);
    if (day < 0) return false;
    by_day.week_days |= static_cast<std::uint8_t>(1u << day);
    if (number.empty()) continue;
    by_day.numbered = true;
    if (number[0] == '-') number.remove_prefix(1);
    if (number.size() != 1 || number[0] < '1' || number[0] > '5') return false;
  }
  return true;
}

// Days of the month, 1 to 31 or -1 to -31.
bool ReadByMonthDay(const std::string& list, std::vector<std::string>& items) {
  items = Items(list);
  return std::all_of(items.begin(), items.end(), [](const std::string& item) {
    std::string_view number = item;
    if (number[0] == '-') number.remove_prefix(1);
    if (number.empty() || number.size() > 2) return false;
    int value = 0;
    for (const char c : number) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    return value >= 1 && value <= 31;
  });
}

bool ReadTimes(const v1::Schedule& schedule, Pattern& pattern) {
  pattern.opens = ParseClock(schedule.opens_at(), TimeSuffix::kReadPast);
  if (pattern.opens < 0 || pattern.opens == kDaySeconds) return false;
  if (schedule.closes_at().empty()) return true;
  int closes = ParseClock(schedule.closes_at(), TimeSuffix::kReadPast);
  if (closes < 0) return false;
  if (HANDRAIL_MUTATE(last_minute_is_whole_day,
                      pattern.opens == 0 && closes >= kLastMinute, false)) {
    closes = kDaySeconds;
  }
  if (HANDRAIL_MUTATE(closes_after_midnight, closes <= pattern.opens, false)) {
    closes += kDaySeconds;
  }
  pattern.closes = closes;
  return true;
}

bool ReadDates(const v1::Schedule& schedule, Pattern& pattern, Day& dtstart) {
  if (!ReadDay(schedule.valid_from(), pattern.valid_from) ||
      !ReadDay(schedule.valid_to(), pattern.valid_to) ||
      !ReadDay(schedule.until(), pattern.last_day) ||
      !ReadDay(schedule.dtstart(), dtstart)) {
    return false;
  }
  pattern.first_day = dtstart;
  return true;
}

// The recurrence as an RFC 5545 rule.
std::string RuleText(const v1::Schedule& schedule, bool monthly,
                     const ByDay& by_day,
                     const std::vector<std::string>& month_days) {
  std::string rule = monthly ? "FREQ=MONTHLY" : "FREQ=WEEKLY";
  if (schedule.interval() > 1) {
    absl::StrAppend(&rule, ";INTERVAL=", schedule.interval());
  }
  if (!by_day.items.empty()) {
    absl::StrAppend(&rule, ";BYDAY=", absl::StrJoin(by_day.items, ","));
  }
  if (!month_days.empty()) {
    absl::StrAppend(&rule, ";BYMONTHDAY=", absl::StrJoin(month_days, ","));
  }
  if (schedule.count() > 0) {
    absl::StrAppend(&rule, ";COUNT=", schedule.count());
  }
  if (schedule.wkst() != v1::WEEKDAY_UNSPECIFIED) {
    absl::StrAppend(&rule, ";WKST=", v1::Weekday_Name(schedule.wkst()));
  }
  return rule;
}

// Where a weekly rule of one day counts from: the first such day from `dtstart`
// on, in a week that counts. libical (3.0) begins every week on Sunday for a
// lone Sunday; from that very day on there is nothing to mistake.
absl::CivilDay FirstOfLoneDay(const v1::Schedule& schedule,
                              const std::string& item, absl::CivilDay dtstart) {
  const int start = WeekdayNumber(dtstart);
  const int wait = (ParseWeekday(item) - start + 7) % 7;
  // RFC 5545: weeks begin on Monday where nothing else is said.
  const int week_begins =
      schedule.wkst() == v1::WEEKDAY_UNSPECIFIED ? 0 : schedule.wkst() - v1::MO;
  const bool same_week = (start - week_begins + 7) % 7 + wait < 7;
  const int skipped =
      same_week || schedule.interval() <= 1 ? 0 : schedule.interval() - 1;
  return dtstart + wait + 7 * skipped;
}

// Which days. False for a combination that says nothing readable.
bool ReadRecurrence(const v1::Schedule& schedule, const Day& dtstart,
                    Pattern& pattern) {
  ByDay by_day;
  std::vector<std::string> month_days;
  if (!ReadByDay(schedule.byday(), by_day) ||
      !ReadByMonthDay(schedule.bymonthday(), month_days) ||
      !schedule.byweekno().empty() || !schedule.byyearday().empty()) {
    return false;
  }
  // A frequency in a word that HSDS does not know.
  if (schedule.has_freq() &&
      schedule.freq() == v1::SCHEDULE_FREQUENCY_UNSPECIFIED) {
    return false;
  }
  // Both together may never come true.
  if (!by_day.items.empty() && !month_days.empty()) return false;
  const bool no_days = by_day.items.empty() && month_days.empty();
  if (!schedule.has_freq() && no_days) {
    if (!dtstart.has_value()) {
      pattern.week_days = 0x7f;
      return true;
    }
    pattern.kind = Pattern::Kind::kOnce;
    pattern.anchor = *dtstart;
    return true;
  }
  if (schedule.freq() == v1::WEEKLY && !month_days.empty()) return false;
  const bool monthly =
      schedule.freq() == v1::MONTHLY || by_day.numbered || !month_days.empty();
  if (schedule.interval() < 0 ||
      schedule.interval() > (monthly ? kMonthIntervalMax : kWeekIntervalMax) ||
      schedule.count() < 0 || schedule.count() > kCountMax) {
    return false;
  }
  const bool counts_from_start =
      schedule.interval() > 1 || schedule.count() > 0 || no_days;
  if (counts_from_start && !dtstart.has_value()) return false;
  if (!monthly && schedule.interval() <= 1 && schedule.count() == 0) {
    pattern.week_days =
        no_days ? static_cast<std::uint8_t>(1u << WeekdayNumber(*dtstart))
                : by_day.week_days;
    return true;
  }
  pattern.kind = Pattern::Kind::kRecurrence;
  pattern.counted = schedule.count() > 0;
  pattern.from_start = counts_from_start;
  if (dtstart.has_value()) pattern.anchor = *dtstart;
  if (!monthly && by_day.items.size() == 1) {
    pattern.anchor = FirstOfLoneDay(schedule, by_day.items[0], pattern.anchor);
  }
  pattern.rule = RuleText(schedule, monthly, by_day, month_days);
  return true;
}

}  // namespace

bool ScheduleReader::SaysHours(const v1::Schedule& schedule) {
  return !schedule.opens_at().empty() || !schedule.closes_at().empty() ||
         !schedule.byday().empty() || !schedule.bymonthday().empty() ||
         !schedule.byweekno().empty() || !schedule.byyearday().empty() ||
         !schedule.description().empty() || schedule.has_freq();
}

bool ScheduleReader::ReadZone(const v1::Schedule& schedule,
                              Pattern& pattern) const {
  const std::string& name = !schedule.zone().empty() ? schedule.zone()
                            : !zone_.empty()         ? zone_
                                                     : fallback_zone_;
  const std::optional<absl::TimeZone> zone = FindZone(name);
  if (zone.has_value()) pattern.zone = *zone;
  return zone.has_value();
}

std::optional<Pattern> ScheduleReader::Read(
    const v1::Schedule& schedule) const {
  Pattern pattern;
  Day dtstart;
  if (!ReadZone(schedule, pattern) || !ReadTimes(schedule, pattern) ||
      !ReadDates(schedule, pattern, dtstart) ||
      !ReadRecurrence(schedule, dtstart, pattern)) {
    return std::nullopt;
  }
  pattern.first_day = Later(pattern.first_day, pattern.valid_from);
  pattern.last_day = Earlier(pattern.last_day, pattern.valid_to);
  return pattern;
}

}  // namespace handrail::matcher
