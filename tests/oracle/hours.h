// When a place is open or a meeting takes place, read day by day.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/match.pb.h"

namespace handrail::oracle {

// [start, end).
struct Stretch {
  absl::Time start, end;
};

std::optional<absl::TimeZone> ZoneNamed(const std::string& name);
// A wall-clock time: one that is jumped over is the moment after the jump, of
// one that comes twice the first counts.
absl::Time WallTime(absl::CivilDay day, int seconds, absl::TimeZone zone);
std::optional<absl::CivilDay> DateOf(const std::string& text);

// Sorted, joined where they touch or overlap.
std::vector<Stretch> Joined(std::vector<Stretch> stretches);
// What of `from` is in none of `taken`, and lies in [start, end).
std::vector<Stretch> Without(const std::vector<Stretch>& from,
                             const std::vector<Stretch>& taken);
std::vector<Stretch> Cut(const std::vector<Stretch>& stretches, absl::Time from,
                         absl::Time to);
// A window of every week: whole, where it touches [from, to).
std::vector<Stretch> WindowsOf(const v1::WeekWindow& window,
                               absl::TimeZone zone, absl::Time from,
                               absl::Time to);

// One schedule that can be read.
struct Pattern {
  enum class Repeats { kDaily, kWeekly, kMonthly, kOnce };
  Repeats repeats = Repeats::kDaily;
  absl::TimeZone zone;
  // Day of the week (0 Monday) and which of the month; 0: every one.
  std::vector<std::pair<int, int>> week_days;
  std::vector<int> month_days;
  int interval = 1;
  int count = 0;
  int week_start = 0;
  std::optional<absl::CivilDay> first, until, valid_from, valid_to;
  // Seconds after midnight; `closes` below 0: no end is recorded.
  int opens = 0;
  int closes = -1;

  bool Valid(absl::CivilDay day) const;
  // By its rule alone: neither count nor validity.
  bool Recurs(absl::CivilDay day) const;
  bool BeginsOn(absl::CivilDay day) const;
  std::optional<Stretch> On(absl::CivilDay day) const;
  bool WholeDays() const;
};

class Hours {
 public:
  // `fallback_zone` is read where the listing has none.
  Hours(const v1::Listing& listing, const std::string& fallback_zone);

  bool known() const { return always_ || !patterns_.empty(); }
  bool always() const { return always_; }
  bool by_weather() const {
    return state_.kind() == v1::OperatingState::WEATHER_ACTIVATED;
  }
  // The zone of the first readable schedule, else the listing's.
  std::optional<absl::TimeZone> zone() const { return zone_; }

  // YES, NO, CONDITIONAL or not known.
  v1::Answer At(absl::Time time) const;
  // Whether any window has a time that one could use.
  v1::Answer In(const std::vector<Stretch>& windows, v1::WindowMode mode) const;
  // Openings that touch [from, to), joined.
  std::vector<Stretch> Openings(absl::Time from, absl::Time to) const;

  // What the operating state says on a day: YES leaves the schedule be.
  v1::Answer StateOn(absl::CivilDay day) const;
  v1::Answer StateAt(absl::Time time) const;
  // It is shut on the days of all of them.
  bool ShutIn(const std::vector<Stretch>& windows) const;

 private:
  absl::CivilDay LocalDay(absl::Time time) const;
  bool RecordedOn(absl::Time time) const;

  std::vector<Pattern> patterns_;
  // Some schedule says hours and cannot be read.
  bool incomplete_ = false;
  // Round the clock: said, said in words.
  bool always_ = false;
  bool always_in_words_ = false;
  std::optional<absl::TimeZone> zone_;
  v1::OperatingState state_;
};

// Whether an opening satisfies a window.
bool Satisfies(const Stretch& opening, const Stretch& window,
               v1::WindowMode mode);

}  // namespace handrail::oracle
