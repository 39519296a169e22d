// When a listing is open or takes place, as far as recorded.
//
// An OpeningRule is built once per listing from its schedules and asked at any
// time afterwards. Unknown, closed and round the clock are three things: no
// readable schedule means unknown, never closed.
//
//   const OpeningRule rule(OpeningRule::Input::Of(listing));
//   rule.At(as_of).answer                          // YES, NO or not known
//   const auto free = FreeTime(windows, anchors, zone, as_of, as_of + …);
//   rule.Usable(free, v1::INSIDE)                  // times one could use
//
// How an HSDS schedule is read (local dates and times of its zone):
//   freq     other fields            meaning
//   WEEKLY   byday                   those days; of every `interval`-th week
//                                    from dtstart
//   WEEKLY   dtstart, no byday       dtstart's day of the week
//   MONTHLY  byday                   "1MO", "-1FR"; "MO" is every Monday
//   MONTHLY  bymonthday              those days of the month, -1 is the last
//   MONTHLY  dtstart alone           dtstart's day of the month
//   none     byday / bymonthday      as WEEKLY / as MONTHLY
//   none     dtstart alone           once
//   none     no day at all           every day
// A numbered byday ("1MO") makes a schedule monthly. `until` and valid_to are
// the last day, valid_from the first; dtstart is the first day where given;
// `count` counts from dtstart. An opening belongs to the local day it begins.
// Outside the days from valid_from to valid_to nothing is recorded: unknown.
// After `until` there is nothing more: closed.
//
// opens_at and closes_at are wall-clock times of the zone; a "Z" or an offset
// after them is read past (HSDS offsets are wrong for half of the year).
//   closes_at at or before opens_at   the next day (crosses midnight)
//   no closes_at                      60 minutes
//   00:00 to 23:59                    the whole day, by HSDS custom; on every
//                                     day of the week: round the clock
//   a time the clock jumps over       the moment after the jump
//   a time that comes twice           the first
//
// A schedule that cannot be read so (no opens_at, "every second week" without
// dtstart, byday together with bymonthday, byweekno, byyearday, an interval of
// more than 52 weeks or 11 months, no zone, an unknown zone, bad text) makes
// the rule incomplete: openings of the other schedules count, but outside them
// it is unknown, not closed. Rows with neither days, times nor description say
// nothing about hours and are passed over.
//
// Immutable after construction; any number of threads may share one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "handrail/v1/fact.pb.h"
#include "handrail/v1/hsds.pb.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/match.pb.h"
#include "matcher/intervals.h"

namespace handrail::matcher {

// How far ahead hours are looked at.
inline constexpr absl::Duration kHoursHorizon = absl::Hours(28 * 24);

// Length of a meeting that gives no end.
inline constexpr absl::Duration kMeetingLength = absl::Minutes(60);

// Least overlap that WindowMode OVERLAPS asks for.
inline constexpr absl::Duration kOverlapMin = absl::Minutes(30);

// Why hours are as they are.
enum class HoursReason : std::uint8_t {
  // By the schedules.
  kSchedule,
  // The listing says that it never closes.
  kRoundTheClock,
  // No schedule, or none that can be read, says anything about the time.
  kNotRecorded,
  // Shut for now.
  kTemporarilyShut,
  // Open part of the year: not now, or nobody said which part.
  kOutOfSeason,
  kSeasonNotRecorded,
  // Opens with the weather: not activated, or nobody said.
  kNotActivated,
  kActivationNotRecorded,
};

// UNSPECIFIED: unknown. CONDITIONAL only from a fact in words ("round the
// clock in winter", "activated below freezing").
struct HoursAnswer {
  v1::Answer answer = v1::ANSWER_UNSPECIFIED;
  HoursReason reason = HoursReason::kNotRecorded;
};

// A time a person could use. `usable` is the occurrence itself (INSIDE), its
// part in the window (OVERLAPS) or the window (THROUGHOUT). A place open round
// the clock gives one for every window, all with the same occurrence.
struct UsableTime {
  Interval occurrence;
  Interval usable;
};

class OpeningRule {
 public:
  struct Input {
    std::vector<v1::Schedule> schedules;
    // IANA zone of schedules without one of their own.
    std::string zone;
    // Used where neither is given; empty: hours stay unknown.
    std::string fallback_zone;
    v1::Fact round_the_clock;
    v1::OperatingState operating_state;

    // Of a v1::Listing, or of what has its fields.
    template <typename Listing>
    static Input Of(const Listing& listing,
                    std::string_view fallback_zone = {}) {
      return {
          .schedules = {listing.schedules().begin(), listing.schedules().end()},
          .zone = std::string(listing.zone()),
          .fallback_zone = std::string(fallback_zone),
          .round_the_clock = listing.round_the_clock(),
          .operating_state = listing.operating_state()};
    }
  };

  // Unknown hours.
  OpeningRule() = default;
  explicit OpeningRule(const Input& input);

  // Open at `time`? Closed only where that is recorded. YES under
  // WEATHER_ACTIVATED is as old as the activation: see depends_on_activation.
  HoursAnswer At(absl::Time time) const;

  // Whether any of `windows` (sorted by start) has a usable time: YES, else NO
  // or unknown by the same rules as At. A place that opens with the weather and
  // is not activated now may be by then: unknown.
  HoursAnswer In(const std::vector<Interval>& windows,
                 v1::WindowMode mode) const;

  // The openings that touch [from, to), merged where they touch or overlap,
  // sorted. Whole, not cut at `from` and `to`, except that nothing reaches
  // further than two days past either. Days on which the operating state shuts
  // it have none; a place that opens with the weather has them only while it
  // is activated. Of more than 400 days only the first 400 are looked at.
  std::vector<Interval> Occurrences(absl::Time from, absl::Time to) const;

  // What of the occurrences in the windows satisfies `mode`, sorted by
  // usable.start. Where `mode` is UNSPECIFIED: OVERLAPS (the caller knows the
  // default of the kind of help). With INSIDE an occurrence counts once.
  std::vector<UsableTime> Usable(const std::vector<Interval>& windows,
                                 v1::WindowMode mode) const;

  // The same of occurrences that were found before.
  static std::vector<UsableTime> UsableOf(const std::vector<Interval>& open,
                                          const std::vector<Interval>& windows,
                                          v1::WindowMode mode);

  // The opening under way at `as_of`, else the next one that starts within
  // kHoursHorizon; absent where there is none, or hours are unknown.
  std::optional<Interval> NextOpening(absl::Time as_of) const;

  // Some hours are recorded and readable, or round the clock is said.
  bool known() const { return round_the_clock_ || !patterns_.empty(); }
  // Some schedule could not be read: outside the openings is unknown.
  bool incomplete() const { return incomplete_; }
  // Said, or a schedule of all whole days.
  bool round_the_clock() const { return round_the_clock_; }
  // Hours hold only as long as the activation does: its age counts too.
  bool depends_on_activation() const {
    return state_ == v1::OperatingState::WEATHER_ACTIVATED;
  }
  // Shut for now or out of season on some days: At may say so.
  bool may_be_shut() const {
    return state_ == v1::OperatingState::TEMPORARILY_SHUT ||
           state_ == v1::OperatingState::SEASONAL;
  }
  // Zone of the first readable schedule, else the listing's; UTC and
  // has_zone() false where none is known.
  absl::TimeZone zone() const { return zone_; }
  bool has_zone() const { return has_zone_; }

 private:
  // One readable schedule.
  struct Pattern {
    enum class Kind : std::uint8_t { kWeekDays, kOnce, kRecurrence };
    Kind kind = Kind::kWeekDays;
    absl::TimeZone zone;
    // kWeekDays: bit 0 is Monday. Every week.
    std::uint8_t week_days = 0;
    // kRecurrence: an RFC 5545 rule for libical, and its first day.
    std::string rule;
    bool counted = false;
    // It matters that it counts from `anchor`; else any start will do.
    bool from_start = false;
    // Days the schedule is valid (outside nothing is recorded), and days its
    // events run (outside there are none).
    std::optional<absl::CivilDay> valid_from, valid_to;
    std::optional<absl::CivilDay> first_day, last_day;
    // Day recurrences count from (dtstart), or the single day of kOnce.
    absl::CivilDay anchor;
    // Seconds after local midnight. `closes` may exceed a day. Negative: no
    // end is recorded.
    int opens = 0;
    int closes = -1;

    friend bool operator==(const Pattern&, const Pattern&) = default;
  };

  friend class ScheduleReader;

  // Every day of every week from midnight to midnight, without bounds.
  static bool NeverCloses(const Pattern& pattern);
  // Keeps the pattern; days of the week with the same hours become one.
  void AddPattern(Pattern pattern);
  // Adds the openings that begin on the days first … last.
  void AddOpenings(const Pattern& pattern, absl::CivilDay first,
                   absl::CivilDay last, std::vector<Interval>& out) const;
  void AddDay(const Pattern& pattern, absl::CivilDay day,
              std::vector<Interval>& out) const;
  // The whole time by state, where open round the clock.
  void AddRoundTheClock(std::vector<Interval>& out) const;
  // Whether the operating state leaves the schedule be on this day.
  bool StateAllows(absl::CivilDay day) const;
  // What the operating state says against being open: YES where nothing.
  HoursAnswer StateAt(absl::Time time) const;
  bool InStateDays(absl::CivilDay day) const;
  // Some schedule is valid on the local day of `time`.
  bool RecordedOn(absl::Time time) const;

  std::vector<Pattern> patterns_;
  bool incomplete_ = false;
  bool round_the_clock_ = false;
  // Round the clock, but in words.
  bool conditional_ = false;
  absl::TimeZone zone_;
  bool has_zone_ = false;
  v1::OperatingState::Kind state_ = v1::OperatingState::KIND_UNSPECIFIED;
  std::optional<absl::CivilDay> state_from_;
  std::optional<absl::CivilDay> state_until_;
  v1::Answer activated_ = v1::ANSWER_UNSPECIFIED;
};

// Most occurrences one question looks at.
inline constexpr int kOccurrencesMax = 4096;

// Loads an IANA zone. Absent where the name is unknown or empty.
std::optional<absl::TimeZone> FindZone(std::string_view name);

}  // namespace handrail::matcher
