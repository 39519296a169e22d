#include "matcher/hours.h"

#include <libical/ical.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "matcher/schedule_reader.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

// How far an opening may reach beyond the time asked about: what begins at
// 23:00 may last until midnight of the next day.
constexpr absl::Duration kSlack = absl::Hours(48);

// Longest time one question may be about.
constexpr absl::Duration kSpanMax = absl::Hours(400 * 24);

// Longest name of a zone, in bytes.
constexpr std::size_t kZoneNameMax = 64;

icaltimetype IcalDay(absl::CivilDay day) {
  icaltimetype time = icaltime_null_time();
  time.year = static_cast<int>(day.year());
  time.month = day.month();
  time.day = day.day();
  time.is_date = 1;
  return time;
}

struct FreeIterator {
  void operator()(icalrecur_iterator* iterator) const {
    icalrecur_iterator_free(iterator);
  }
};

// The days of an RFC 5545 rule from `first` to `last`. `start` is where it
// counts from.
std::vector<absl::CivilDay> RecurrenceDays(const std::string& rule,
                                           bool counted, absl::CivilDay start,
                                           absl::CivilDay first,
                                           absl::CivilDay last) {
  std::vector<absl::CivilDay> days;
  const icalrecurrencetype parsed =
      icalrecurrencetype_from_string(rule.c_str());
  if (parsed.freq == ICAL_NO_RECURRENCE) return days;
  const std::unique_ptr<icalrecur_iterator, FreeIterator> iterator(
      icalrecur_iterator_new(parsed, IcalDay(start)));
  if (iterator == nullptr) return days;
  // libical cannot skip ahead in a rule that counts.
  if (!counted && first > start) {
    icalrecur_iterator_set_start(iterator.get(), IcalDay(first));
  }
  for (int steps = 0; steps < kOccurrencesMax; ++steps) {
    const icaltimetype next = icalrecur_iterator_next(iterator.get());
    if (icaltime_is_null_time(next) != 0) break;
    const absl::CivilDay day(next.year, next.month, next.day);
    if (day > last) break;
    if (day >= first) days.push_back(day);
  }
  return days;
}

std::optional<absl::CivilDay> ParseDay(const std::string& text) {
  absl::CivilDay day;
  if (text.empty() || !absl::ParseCivilTime(text, &day)) return std::nullopt;
  return day;
}

bool InDays(absl::CivilDay day, const std::optional<absl::CivilDay>& from,
            const std::optional<absl::CivilDay>& until) {
  return (!from.has_value() || *from <= day) &&
         (!until.has_value() || day <= *until);
}

}  // namespace

OpeningRule::OpeningRule(const Input& input)
    : round_the_clock_(input.round_the_clock.answer() == v1::YES),
      conditional_(input.round_the_clock.answer() == v1::CONDITIONAL),
      state_(input.operating_state.kind()),
      state_from_(ParseDay(input.operating_state.from())),
      state_until_(ParseDay(input.operating_state.until())),
      activated_(input.operating_state.activated().answer()) {
  const ScheduleReader reader(input.zone, input.fallback_zone);
  for (const v1::Schedule& schedule : input.schedules) {
    if (!ScheduleReader::SaysHours(schedule)) continue;
    std::optional<Pattern> pattern = reader.Read(schedule);
    if (pattern.has_value()) {
      AddPattern(*std::move(pattern));
    } else {
      incomplete_ = true;
    }
  }
  round_the_clock_ =
      round_the_clock_ ||
      std::any_of(patterns_.begin(), patterns_.end(), NeverCloses);
  std::optional<absl::TimeZone> zone =
      FindZone(input.zone.empty() ? input.fallback_zone : input.zone);
  if (!patterns_.empty()) zone = patterns_.front().zone;
  has_zone_ = zone.has_value();
  zone_ = zone.value_or(absl::UTCTimeZone());
}

bool OpeningRule::NeverCloses(const Pattern& pattern) {
  constexpr std::uint8_t kWholeWeek = 0x7F;
  return pattern.kind == Pattern::Kind::kWeekDays &&
         pattern.week_days == kWholeWeek && pattern.opens == 0 &&
         pattern.closes >= 24 * 60 * 60 && !pattern.valid_from.has_value() &&
         !pattern.valid_to.has_value() && !pattern.first_day.has_value() &&
         !pattern.last_day.has_value();
}

void OpeningRule::AddPattern(Pattern pattern) {
  if (pattern.kind == Pattern::Kind::kWeekDays) {
    for (Pattern& known : patterns_) {
      Pattern same = pattern;
      same.week_days = known.week_days;
      if (same == known) {
        known.week_days |= pattern.week_days;
        return;
      }
    }
  }
  patterns_.push_back(std::move(pattern));
}

HoursAnswer OpeningRule::At(absl::Time time) const {
  for (const Interval& open : Occurrences(time, time + absl::Seconds(1))) {
    if (!open.Contains(time)) continue;
    return {v1::YES, round_the_clock_ ? HoursReason::kRoundTheClock
                                      : HoursReason::kSchedule};
  }
  const HoursAnswer state = StateAt(time);
  if (state.answer != v1::YES) return state;
  if (conditional_) return {v1::CONDITIONAL, HoursReason::kRoundTheClock};
  if (!RecordedOn(time) ||
      HANDRAIL_MUTATE(unreadable_hours_are_unknown, incomplete_, false)) {
    return {};
  }
  return {v1::NO, HoursReason::kSchedule};
}

HoursAnswer OpeningRule::In(const std::vector<Interval>& windows,
                            v1::WindowMode mode) const {
  if (!Usable(windows, mode).empty()) {
    return {v1::YES, round_the_clock_ ? HoursReason::kRoundTheClock
                                      : HoursReason::kSchedule};
  }
  // Another time may help unless it is shut in every window.
  HoursAnswer closed{v1::NO, HoursReason::kSchedule};
  bool shut = true;
  for (const Interval& window : windows) {
    const HoursAnswer state = StateAt(window.start);
    if (state.reason == HoursReason::kNotActivated) {
      return {v1::ANSWER_UNSPECIFIED, HoursReason::kNotActivated};
    }
    if (state.answer == v1::NO) {
      if (HANDRAIL_MUTATE(another_time_helps, shut, true)) closed = state;
      continue;
    }
    shut = false;
    closed = {v1::NO, HoursReason::kSchedule};
    if (state.answer != v1::YES) return state;
    // Words add nothing to schedules that never close.
    if (conditional_ && !round_the_clock_) {
      return {v1::CONDITIONAL, HoursReason::kRoundTheClock};
    }
    if (!RecordedOn(window.start) || incomplete_) return {};
  }
  if (windows.empty() && (!known() || incomplete_)) return {};
  return closed;
}

std::vector<Interval> OpeningRule::Occurrences(absl::Time from,
                                               absl::Time to) const {
  to = std::min(to, from + kSpanMax);
  const absl::Time slack_from = from - kSlack;
  const absl::Time slack_to = to + kSlack;
  std::vector<Interval> raw;
  if (round_the_clock_) AddRoundTheClock(raw);
  for (const Pattern& pattern : patterns_) {
    AddOpenings(pattern, absl::ToCivilDay(slack_from, pattern.zone) - 2,
                absl::ToCivilDay(slack_to, pattern.zone), raw);
  }
  std::vector<Interval> merged =
      Clip(Merge(std::move(raw)), slack_from, slack_to);
  std::erase_if(merged, [&](const Interval& one) {
    return one.end <= from || one.start >= to;
  });
  if (merged.size() > kOccurrencesMax) merged.resize(kOccurrencesMax);
  return merged;
}

std::vector<UsableTime> OpeningRule::Usable(
    const std::vector<Interval>& windows, v1::WindowMode mode) const {
  std::vector<UsableTime> usable;
  if (windows.empty()) return usable;
  absl::Time to = windows.front().end;
  for (const Interval& window : windows) to = std::max(to, window.end);
  return UsableOf(Occurrences(windows.front().start, to), windows, mode);
}

std::vector<UsableTime> OpeningRule::UsableOf(
    const std::vector<Interval>& open, const std::vector<Interval>& windows,
    v1::WindowMode mode) {
  std::vector<UsableTime> usable;
  std::vector<bool> used(open.size());
  for (const Interval& window : windows) {
    auto next = std::partition_point(
        open.begin(), open.end(),
        [&](const Interval& one) { return one.end <= window.start; });
    for (; next != open.end() && next->start < window.end; ++next) {
      const Interval part = Intersect(*next, window);
      switch (mode) {
        case v1::INSIDE:
          if (HANDRAIL_MUTATE(inside_is_whole, window.Contains(*next), true) &&
              !used[next - open.begin()]) {
            used[next - open.begin()] = true;
            usable.push_back({*next, *next});
          }
          break;
        case v1::THROUGHOUT:
          if (HANDRAIL_MUTATE(throughout_is_all, next->Contains(window),
                              true)) {
            usable.push_back({*next, window});
          }
          break;
        default:
          if (HANDRAIL_MUTATE(overlap_30_minutes, part.length() >= kOverlapMin,
                              true)) {
            usable.push_back({*next, part});
          }
      }
    }
  }
  std::stable_sort(usable.begin(), usable.end(),
                   [](const UsableTime& a, const UsableTime& b) {
                     return a.usable.start < b.usable.start;
                   });
  return usable;
}

std::optional<Interval> OpeningRule::NextOpening(absl::Time as_of) const {
  const std::vector<Interval> open = Occurrences(as_of, as_of + kHoursHorizon);
  if (open.empty()) return std::nullopt;
  return open.front();
}

void OpeningRule::AddOpenings(const Pattern& pattern, absl::CivilDay first,
                              absl::CivilDay last,
                              std::vector<Interval>& out) const {
  if (pattern.first_day.has_value())
    first = std::max(first, *pattern.first_day);
  if (pattern.last_day.has_value()) last = std::min(last, *pattern.last_day);
  switch (pattern.kind) {
    case Pattern::Kind::kWeekDays:
      if (first > last) return;
      for (int weekday = WeekdayNumber(first); first <= last; ++first) {
        if ((pattern.week_days >> weekday & 1) != 0) {
          AddDay(pattern, first, out);
        }
        weekday = (weekday + 1) % 7;
      }
      return;
    case Pattern::Kind::kOnce:
      if (first <= pattern.anchor && pattern.anchor <= last) {
        AddDay(pattern, pattern.anchor, out);
      }
      return;
    case Pattern::Kind::kRecurrence: {
      // Any first of a month will do where nothing is counted from the start.
      const absl::CivilDay start =
          pattern.from_start ? pattern.anchor
                             : absl::CivilDay(first.year(), first.month(), 1);
      for (const absl::CivilDay day :
           RecurrenceDays(pattern.rule, pattern.counted, start, first, last)) {
        AddDay(pattern, day, out);
      }
      return;
    }
  }
}

void OpeningRule::AddDay(const Pattern& pattern, absl::CivilDay day,
                         std::vector<Interval>& out) const {
  if (!StateAllows(day)) return;
  const absl::Time opens = LocalTime(day, pattern.opens, pattern.zone);
  const absl::Time closes =
      pattern.closes < 0
          ? opens + HANDRAIL_MUTATE(meeting_lasts_60_minutes, kMeetingLength,
                                    absl::Minutes(90))
          : LocalTime(day, pattern.closes, pattern.zone);
  // Empty where the clock jumps over all of it.
  if (opens < closes) out.push_back({opens, closes});
}

void OpeningRule::AddRoundTheClock(std::vector<Interval>& out) const {
  const Interval always{absl::InfinitePast(), absl::InfiniteFuture()};
  Interval days = always;
  if (state_from_.has_value()) days.start = LocalTime(*state_from_, 0, zone_);
  if (state_until_.has_value()) {
    days.end = LocalTime(*state_until_ + 1, 0, zone_);
  }
  std::vector<Interval> open = {always};
  switch (state_) {
    case v1::OperatingState::TEMPORARILY_SHUT:
      open = Subtract(open, Merge({days}));
      break;
    case v1::OperatingState::SEASONAL:
      open = state_from_.has_value() || state_until_.has_value()
                 ? Merge({days})
                 : std::vector<Interval>();
      break;
    case v1::OperatingState::WEATHER_ACTIVATED:
      if (activated_ != v1::YES) open.clear();
      break;
    default:
      break;
  }
  out.insert(out.end(), open.begin(), open.end());
}

bool OpeningRule::InStateDays(absl::CivilDay day) const {
  return InDays(day, state_from_, state_until_);
}

bool OpeningRule::StateAllows(absl::CivilDay day) const {
  switch (state_) {
    case v1::OperatingState::TEMPORARILY_SHUT:
      return HANDRAIL_MUTATE(temporarily_shut_overrides, !InStateDays(day),
                             true);
    case v1::OperatingState::SEASONAL:
      return HANDRAIL_MUTATE(
          seasonal_overrides,
          (state_from_.has_value() || state_until_.has_value()) &&
              InStateDays(day),
          true);
    case v1::OperatingState::WEATHER_ACTIVATED:
      return HANDRAIL_MUTATE(weather_overrides, activated_ == v1::YES, true);
    default:
      return true;
  }
}

HoursAnswer OpeningRule::StateAt(absl::Time time) const {
  const absl::CivilDay day = absl::ToCivilDay(time, zone_);
  switch (state_) {
    case v1::OperatingState::TEMPORARILY_SHUT:
      if (!InStateDays(day)) break;
      return {v1::NO, HoursReason::kTemporarilyShut};
    case v1::OperatingState::SEASONAL:
      if (!state_from_.has_value() && !state_until_.has_value()) {
        return {v1::ANSWER_UNSPECIFIED, HoursReason::kSeasonNotRecorded};
      }
      if (InStateDays(day)) break;
      return {v1::NO, HoursReason::kOutOfSeason};
    case v1::OperatingState::WEATHER_ACTIVATED:
      if (activated_ == v1::YES) break;
      if (activated_ == v1::NO) return {v1::NO, HoursReason::kNotActivated};
      return {activated_, HoursReason::kActivationNotRecorded};
    default:
      break;
  }
  return {v1::YES, HoursReason::kSchedule};
}

bool OpeningRule::RecordedOn(absl::Time time) const {
  return round_the_clock_ ||
         std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const Pattern& pattern) {
                       return InDays(absl::ToCivilDay(time, pattern.zone),
                                     pattern.valid_from, pattern.valid_to);
                     });
}

std::optional<absl::TimeZone> FindZone(std::string_view name) {
  // "localtime" and file names would give another answer on another machine.
  if (name.empty() || name.size() > kZoneNameMax || name[0] == '/' ||
      name == "localtime" || name.find("..") != std::string_view::npos ||
      name.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(absl::string_view(name.data(), name.size()), &zone)) {
    return std::nullopt;
  }
  return zone;
}

}  // namespace handrail::matcher
