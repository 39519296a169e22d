#include "tests/oracle/hours.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/str_split.h"

namespace handrail::oracle {
namespace {

constexpr int kDay = 86'400;
constexpr const char* kWeekDays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

int WeekDay(absl::CivilDay day) {
  return static_cast<int>(absl::GetWeekday(day));
}

int WeekDayNamed(const std::string& code) {
  for (int i = 0; i < 7; ++i) {
    if (code == kWeekDays[i]) return i;
  }
  return -1;
}

bool Digits(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

// Seconds of "HH:MM" or "HH:MM:SS", with whatever "Z" or offset after it;
// below 0: no time.
int Clock(std::string text) {
  const std::size_t zone = text.find_first_of("Z+-");
  if (zone != std::string::npos) text.resize(zone);
  if (text.size() != 5 && text.size() != 8) return -1;
  int seconds = 0;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    if (!Digits(text.substr(i, 2))) return -1;
    if (i > 0 && text[i - 1] != ':') return -1;
    const int part = std::stoi(text.substr(i, 2));
    if (i > 0 && part > 59) return -1;
    seconds = seconds * 60 + part;
  }
  if (text.size() == 5) seconds *= 60;
  return seconds <= kDay ? seconds : -1;
}

// "MO", "2MO", "-1FR".
bool ReadWeekDay(std::string text, Pattern& pattern) {
  if (text.size() < 2) return false;
  const int day = WeekDayNamed(text.substr(text.size() - 2));
  text.resize(text.size() - 2);
  int which = 0;
  if (!text.empty()) {
    const bool last = text[0] == '-';
    const std::string digits = text.substr(last || text[0] == '+' ? 1 : 0);
    if (!Digits(digits) || digits.size() > 1) return false;
    which = last ? -std::stoi(digits) : std::stoi(digits);
    if (which == 0 || which > 5 || which < -5) return false;
  }
  pattern.week_days.emplace_back(day, which);
  return day >= 0;
}

bool ReadMonthDay(const std::string& text, Pattern& pattern) {
  const bool last = text.starts_with("-");
  const std::string digits = text.substr(last ? 1 : 0);
  if (!Digits(digits) || digits.size() > 2) return false;
  const int day = std::stoi(digits);
  if (day < 1 || day > 31) return false;
  pattern.month_days.push_back(last ? -day : day);
  return true;
}

template <typename F>
bool ReadList(const std::string& text, const F& read) {
  const std::vector<std::string> parts = absl::StrSplit(text, ',');
  for (std::string part : parts) {
    std::erase(part, ' ');
    if (!read(part)) return false;
  }
  return true;
}

bool ReadDate(const std::string& text, std::optional<absl::CivilDay>& out) {
  if (text.empty()) return true;
  out = DateOf(text);
  return out.has_value();
}

bool SaysHours(const v1::Schedule& s) {
  return !s.byday().empty() || !s.bymonthday().empty() ||
         !s.byweekno().empty() || !s.byyearday().empty() ||
         !s.opens_at().empty() || !s.closes_at().empty() ||
         !s.description().empty() || s.has_freq();
}

bool ReadDays(const v1::Schedule& s, Pattern& out) {
  using Repeats = Pattern::Repeats;
  if (!s.byweekno().empty() || !s.byyearday().empty()) return false;
  if (!s.byday().empty() && !s.bymonthday().empty()) return false;
  if (s.has_freq() && s.freq() != v1::WEEKLY && s.freq() != v1::MONTHLY) {
    return false;
  }
  bool numbered = false;
  if (!s.byday().empty()) {
    const auto read = [&](const std::string& t) { return ReadWeekDay(t, out); };
    if (!ReadList(s.byday(), read)) return false;
    for (const auto& [day, which] : out.week_days) {
      numbered = numbered || which != 0;
    }
  }
  if (!s.bymonthday().empty()) {
    const auto read = [&](const std::string& t) {
      return ReadMonthDay(t, out);
    };
    if (s.freq() == v1::WEEKLY || !ReadList(s.bymonthday(), read)) return false;
  }
  const bool days = !out.week_days.empty() || !out.month_days.empty();
  if (numbered || s.freq() == v1::MONTHLY || !out.month_days.empty()) {
    out.repeats = Repeats::kMonthly;
  } else if (s.freq() == v1::WEEKLY || days) {
    out.repeats = Repeats::kWeekly;
  } else {
    out.repeats = out.first.has_value() ? Repeats::kOnce : Repeats::kDaily;
    return true;
  }
  if (days) return true;
  if (!out.first.has_value()) return false;
  if (out.repeats == Repeats::kWeekly) {
    out.week_days.emplace_back(WeekDay(*out.first), 0);
  } else {
    out.month_days.push_back(out.first->day());
  }
  return true;
}

bool ReadSeries(const v1::Schedule& s, Pattern& out) {
  if (s.has_interval()) out.interval = std::max(1, s.interval());
  const int most = out.repeats == Pattern::Repeats::kMonthly ? 11 : 52;
  if (out.interval > most) return false;
  if (out.interval > 1 && !out.first.has_value()) return false;
  if (s.has_count()) {
    if (s.count() < 1 || !out.first.has_value()) return false;
    out.count = s.count();
  }
  if (s.has_wkst() && s.wkst() != v1::WEEKDAY_UNSPECIFIED) {
    out.week_start = static_cast<int>(s.wkst()) - 1;
  }
  return true;
}

bool ReadTimes(const v1::Schedule& s, Pattern& out) {
  out.opens = Clock(s.opens_at());
  if (out.opens < 0) return false;
  if (s.closes_at().empty()) return true;
  out.closes = Clock(s.closes_at());
  if (out.closes < 0) return false;
  if (out.opens == 0 && out.closes / 60 == 23 * 60 + 59) out.closes = kDay;
  if (out.closes <= out.opens) out.closes += kDay;
  return true;
}

std::optional<Pattern> ReadSchedule(const v1::Schedule& s,
                                    const std::string& zone) {
  Pattern out;
  const auto found = ZoneNamed(s.zone().empty() ? zone : s.zone());
  if (!found.has_value()) return std::nullopt;
  out.zone = *found;
  if (!ReadDate(s.dtstart(), out.first) || !ReadDate(s.until(), out.until) ||
      !ReadDate(s.valid_from(), out.valid_from) ||
      !ReadDate(s.valid_to(), out.valid_to)) {
    return std::nullopt;
  }
  if (!ReadDays(s, out) || !ReadSeries(s, out) || !ReadTimes(s, out)) {
    return std::nullopt;
  }
  return out;
}

}  // namespace

std::optional<absl::TimeZone> ZoneNamed(const std::string& name) {
  absl::TimeZone zone;
  if (name.empty() || name[0] == '/' || name == "localtime" ||
      !absl::LoadTimeZone(name, &zone)) {
    return std::nullopt;
  }
  return zone;
}

absl::Time WallTime(absl::CivilDay day, int seconds, absl::TimeZone zone) {
  const absl::TimeZone::TimeInfo info =
      zone.At(absl::CivilSecond(day) + seconds);
  return info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
}

std::optional<absl::CivilDay> DateOf(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' ||
      !Digits(text.substr(0, 4)) || !Digits(text.substr(5, 2)) ||
      !Digits(text.substr(8, 2))) {
    return std::nullopt;
  }
  const int year = std::stoi(text.substr(0, 4));
  const int month = std::stoi(text.substr(5, 2));
  const int day = std::stoi(text.substr(8, 2));
  const absl::CivilDay out(year, month, day);
  if (out.year() != year || out.month() != month || out.day() != day) {
    return std::nullopt;
  }
  return out;
}

std::vector<Stretch> Joined(std::vector<Stretch> stretches) {
  std::erase_if(stretches, [](const Stretch& s) { return s.start >= s.end; });
  std::sort(
      stretches.begin(), stretches.end(),
      [](const Stretch& a, const Stretch& b) { return a.start < b.start; });
  std::vector<Stretch> out;
  for (const Stretch& one : stretches) {
    if (!out.empty() && one.start <= out.back().end) {
      out.back().end = std::max(out.back().end, one.end);
    } else {
      out.push_back(one);
    }
  }
  return out;
}

std::vector<Stretch> Without(const std::vector<Stretch>& from,
                             const std::vector<Stretch>& taken) {
  std::vector<Stretch> left = from;
  for (const Stretch& hole : taken) {
    std::vector<Stretch> next;
    for (const Stretch& one : left) {
      next.push_back({one.start, std::min(one.end, hole.start)});
      next.push_back({std::max(one.start, hole.end), one.end});
    }
    // A hole beside a stretch leaves it twice; joining makes it one again.
    left = Joined(next);
  }
  return left;
}

std::vector<Stretch> Cut(const std::vector<Stretch>& stretches, absl::Time from,
                         absl::Time to) {
  std::vector<Stretch> out;
  for (const Stretch& one : stretches) {
    const Stretch cut = {std::max(one.start, from), std::min(one.end, to)};
    if (cut.start < cut.end) out.push_back(cut);
  }
  return out;
}

std::vector<Stretch> WindowsOf(const v1::WeekWindow& window,
                               absl::TimeZone zone, absl::Time from,
                               absl::Time to) {
  const int start = Clock(window.start());
  int end = Clock(window.end());
  if (end <= start) end += kDay;
  std::vector<Stretch> out;
  for (absl::CivilDay day = absl::ToCivilDay(from, zone) - 2;
       day <= absl::ToCivilDay(to, zone) + 1; ++day) {
    bool named = window.days().empty();
    for (const std::string& code : window.days()) {
      named = named || WeekDayNamed(code) == WeekDay(day);
    }
    const Stretch one = {WallTime(day, start, zone), WallTime(day, end, zone)};
    if (named && one.start < one.end && one.start < to && one.end > from) {
      out.push_back(one);
    }
  }
  return out;
}

bool Pattern::Valid(absl::CivilDay day) const {
  return (!valid_from.has_value() || day >= *valid_from) &&
         (!valid_to.has_value() || day <= *valid_to);
}

bool Pattern::Recurs(absl::CivilDay day) const {
  if (first.has_value() && day < *first) return false;
  if (until.has_value() && day > *until) return false;
  if (repeats == Repeats::kDaily) return true;
  if (repeats == Repeats::kOnce) return day == *first;
  if (repeats == Repeats::kWeekly && interval > 1) {
    const auto week = [&](absl::CivilDay d) {
      return d - (WeekDay(d) - week_start + 7) % 7;
    };
    if ((week(day) - week(*first)) / 7 % interval != 0) return false;
  }
  if (repeats == Repeats::kMonthly && interval > 1) {
    const absl::CivilMonth month(day), begin(*first);
    if ((month - begin) % interval != 0) return false;
  }
  const int length =
      static_cast<int>(absl::CivilDay(absl::CivilMonth(day) + 1) -
                       absl::CivilDay(absl::CivilMonth(day)));
  const int from_end = day.day() - length - 1;  // -1 is the last day.
  for (const auto& [week_day, which] : week_days) {
    if (week_day != WeekDay(day)) continue;
    if (which == 0 || which == (day.day() + 6) / 7 ||
        which == (from_end - 6) / 7) {
      return true;
    }
  }
  return std::any_of(month_days.begin(), month_days.end(), [&](int one) {
    return one == day.day() || one == from_end;
  });
}

bool Pattern::BeginsOn(absl::CivilDay day) const {
  if (!Valid(day) || !Recurs(day)) return false;
  if (count == 0) return true;
  int so_far = 0;
  for (absl::CivilDay d = *first; d <= day && so_far <= count; ++d) {
    if (Recurs(d)) ++so_far;
  }
  return so_far <= count;
}

std::optional<Stretch> Pattern::On(absl::CivilDay day) const {
  if (!BeginsOn(day)) return std::nullopt;
  const absl::Time start = WallTime(day, opens, zone);
  return Stretch{
      start, closes < 0 ? start + absl::Hours(1) : WallTime(day, closes, zone)};
}

bool Pattern::WholeDays() const {
  return opens == 0 && closes == kDay && !first && !until && !valid_from &&
         !valid_to && interval == 1 &&
         (repeats == Repeats::kDaily || repeats == Repeats::kWeekly);
}

Hours::Hours(const v1::Listing& listing, const std::string& fallback_zone)
    : state_(listing.operating_state()) {
  const std::string& zone =
      listing.zone().empty() ? fallback_zone : listing.zone();
  std::map<std::string, unsigned> whole_days;
  for (const v1::Schedule& schedule : listing.schedules()) {
    if (!SaysHours(schedule)) continue;
    const std::optional<Pattern> pattern = ReadSchedule(schedule, zone);
    if (!pattern.has_value()) {
      incomplete_ = true;
      continue;
    }
    if (!zone_.has_value()) zone_ = pattern->zone;
    patterns_.push_back(*pattern);
    if (!pattern->WholeDays()) continue;
    unsigned& days = whole_days[pattern->zone.name()];
    if (pattern->repeats == Pattern::Repeats::kDaily) days = 0x7f;
    for (const auto& [day, which] : pattern->week_days) days |= 1u << day;
    always_ = always_ || days == 0x7f;
  }
  if (!zone_.has_value()) zone_ = ZoneNamed(zone);
  const v1::Answer said = listing.round_the_clock().answer();
  always_ = always_ || said == v1::YES;
  always_in_words_ = said == v1::CONDITIONAL;
}

absl::CivilDay Hours::LocalDay(absl::Time time) const {
  return absl::ToCivilDay(time, zone_.value_or(absl::UTCTimeZone()));
}

v1::Answer Hours::StateOn(absl::CivilDay day) const {
  const auto from = DateOf(state_.from());
  const auto until = DateOf(state_.until());
  const bool in_days = (!from || day >= *from) && (!until || day <= *until);
  switch (state_.kind()) {
    case v1::OperatingState::TEMPORARILY_SHUT:
      return in_days ? v1::NO : v1::YES;
    case v1::OperatingState::SEASONAL:
      // A season that nobody named is not known.
      if (!from && !until) return v1::ANSWER_UNSPECIFIED;
      return in_days ? v1::YES : v1::NO;
    case v1::OperatingState::WEATHER_ACTIVATED:
      return state_.activated().answer();
    default:
      return v1::YES;
  }
}

bool Hours::RecordedOn(absl::Time time) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const auto& p) {
    return p.Valid(absl::ToCivilDay(time, p.zone));
  });
}

std::vector<Stretch> Hours::Openings(absl::Time from, absl::Time to) const {
  std::vector<Stretch> out;
  const auto allowed = [&](absl::CivilDay day) {
    return StateOn(day) == v1::YES;
  };
  if (always_) {
    const absl::TimeZone zone = zone_.value_or(absl::UTCTimeZone());
    for (absl::CivilDay day = absl::ToCivilDay(from, zone) - 2;
         day <= absl::ToCivilDay(to, zone) + 2; ++day) {
      if (allowed(day)) {
        out.push_back({WallTime(day, 0, zone), WallTime(day, kDay, zone)});
      }
    }
  }
  for (const Pattern& pattern : patterns_) {
    for (absl::CivilDay day = absl::ToCivilDay(from, pattern.zone) - 2;
         day <= absl::ToCivilDay(to, pattern.zone) + 2; ++day) {
      const auto one = pattern.On(day);
      if (one.has_value() && allowed(day)) out.push_back(*one);
    }
  }
  out = Joined(out);
  std::erase_if(out, [&](const Stretch& one) {
    return one.end <= from || one.start >= to;
  });
  return out;
}

v1::Answer Hours::StateAt(absl::Time time) const {
  // An opening belongs to the day it begins, also after midnight.
  const std::vector<Stretch> open = Openings(time, time + absl::Seconds(1));
  const bool under_way = !open.empty() && open[0].start <= time;
  return under_way ? v1::YES : StateOn(LocalDay(time));
}

v1::Answer Hours::At(absl::Time time) const {
  const v1::Answer state = StateAt(time);
  if (state != v1::YES) return state;
  const std::vector<Stretch> open = Openings(time, time + absl::Seconds(1));
  if (always_ || (!open.empty() && open[0].start <= time)) return v1::YES;
  if (always_in_words_) return v1::CONDITIONAL;
  return incomplete_ || !RecordedOn(time) ? v1::ANSWER_UNSPECIFIED : v1::NO;
}

v1::Answer Hours::In(const std::vector<Stretch>& windows,
                     v1::WindowMode mode) const {
  bool all_no = known() && !incomplete_;
  bool all_shut = !by_weather() && !windows.empty();
  for (const Stretch& window : windows) {
    for (const Stretch& opening : Openings(window.start, window.end)) {
      const bool edgeless = always_ && mode == v1::INSIDE;
      if (!edgeless && Satisfies(opening, window, mode)) return v1::YES;
    }
    const v1::Answer state = StateOn(LocalDay(window.start));
    const bool by_schedule =
        !incomplete_ && (always_ || RecordedOn(window.start));
    all_shut = all_shut && state == v1::NO;
    all_no = all_no && (state == v1::NO || (state == v1::YES && by_schedule));
  }
  if (all_shut) return v1::NO;
  if (by_weather() && StateOn({}) != v1::YES) {
    return StateOn({}) == v1::CONDITIONAL ? v1::CONDITIONAL
                                          : v1::ANSWER_UNSPECIFIED;
  }
  // A season that nobody named: not known, whatever the hours are.
  const bool season_unknown = state_.kind() == v1::OperatingState::SEASONAL &&
                              state_.from().empty() && state_.until().empty();
  if (season_unknown) return v1::ANSWER_UNSPECIFIED;
  if (always_in_words_ && !always_) return v1::CONDITIONAL;
  return all_no ? v1::NO : v1::ANSWER_UNSPECIFIED;
}

bool Hours::ShutIn(const std::vector<Stretch>& windows) const {
  return !windows.empty() &&
         std::all_of(windows.begin(), windows.end(), [&](const Stretch& one) {
           return StateOn(LocalDay(one.start)) == v1::NO;
         });
}

bool Satisfies(const Stretch& opening, const Stretch& window,
               v1::WindowMode mode) {
  switch (mode) {
    case v1::INSIDE:
      return window.start <= opening.start && opening.end <= window.end;
    case v1::THROUGHOUT:
      return opening.start <= window.start && window.end <= opening.end;
    default:
      return std::min(opening.end, window.end) -
                 std::max(opening.start, window.start) >=
             absl::Minutes(30);
  }
}

}  // namespace handrail::oracle
