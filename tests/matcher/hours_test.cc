// Opening hours: the table of hours.h row by row, then the awkward hours (the
// clock jumps, midnight, 24:00), then a comparison with a scan minute by
// minute that shares no arithmetic with the code.
#include "matcher/hours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/testing/testing.h"

namespace handrail::matcher {
namespace {

using ::handrail::testing::ParseText;

constexpr char kNewYork[] = "America/New_York";

absl::Time T(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M %Ez", text, &time, &error))
      << text << error;
  return time;
}
// "2025-03-03 09:00" in New York.
absl::Time Ny(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", text, *FindZone(kNewYork),
                              &time, &error));
  return time;
}

OpeningRule Rule(const std::vector<std::string>& schedules,
                 const std::string& zone = kNewYork) {
  OpeningRule::Input input{.zone = zone};
  for (const std::string& text : schedules) {
    input.schedules.push_back(ParseText<v1::Schedule>(text));
  }
  return OpeningRule(input);
}

// "Mon 03 09:00-17:00", several separated by ", ".
std::string Show(const std::vector<Interval>& intervals) {
  std::string out;
  const absl::TimeZone zone = *FindZone(kNewYork);
  for (const Interval& one : intervals) {
    if (!out.empty()) out += ", ";
    out += absl::FormatTime("%a %d %H:%M-", one.start, zone) +
           absl::FormatTime("%H:%M", one.end, zone);
  }
  return out;
}

struct Row {
  std::string name, schedule, expected;
};

// Local days of March 2025 in New York from the 3rd (a Monday) to the 16th.
TEST(OpeningRuleTest, ReadsEveryRowOfTheTable) {
  const std::string nine = " opens_at: '09:00' closes_at: '10:00' ";
  const Row rows[] = {
      {"weekly by day", "freq: WEEKLY byday: 'TU,TH'" + nine,
       "Tue 04 09:00-10:00, Thu 06 09:00-10:00, Tue 11 09:00-10:00, "
       "Thu 13 09:00-10:00"},
      {"every other week from the first event",
       "freq: WEEKLY interval: 2 byday: 'MO' dtstart: '2025-02-24'" + nine,
       "Mon 10 09:00-10:00"},
      // Weeks begin on Monday: the Sunday of that week is 2 March.
      {"every other Sunday from a Friday",
       "freq: WEEKLY interval: 2 byday: 'SU' dtstart: '2025-02-28'" + nine,
       "Sun 16 09:00-10:00"},
      {"every other Sunday of weeks that begin on Sunday",
       "freq: WEEKLY interval: 2 byday: 'SU' wkst: SU dtstart: '2025-02-28'" +
           nine,
       "Sun 09 09:00-10:00"},
      {"a day that is named twice counts once",
       "freq: WEEKLY byday: 'TU,TU' count: 2 dtstart: '2025-02-25'" + nine,
       "Tue 04 09:00-10:00"},
      {"weekly without a day is the day of the first event",
       "freq: WEEKLY dtstart: '2025-02-26'" + nine,
       "Wed 05 09:00-10:00, Wed 12 09:00-10:00"},
      {"second Wednesday of the month", "freq: MONTHLY byday: '2WE'" + nine,
       "Wed 12 09:00-10:00"},
      {"first Monday and third Sunday",
       "freq: MONTHLY byday: '1MO, 3SU'" + nine,
       "Mon 03 09:00-10:00, Sun 16 09:00-10:00"},
      {"monthly on a plain day is every such day",
       "freq: MONTHLY byday: 'FR'" + nine,
       "Fri 07 09:00-10:00, Fri 14 09:00-10:00"},
      {"days of the month", "freq: MONTHLY bymonthday: '5,15'" + nine,
       "Wed 05 09:00-10:00, Sat 15 09:00-10:00"},
      {"counted from the end of the month",
       "freq: MONTHLY bymonthday: '-22'" + nine, "Mon 10 09:00-10:00"},
      {"monthly on the day of the first event",
       "freq: MONTHLY dtstart: '2024-12-07'" + nine, "Fri 07 09:00-10:00"},
      {"every second month from January",
       "freq: MONTHLY interval: 2 byday: '1TU' dtstart: '2025-01-07'" + nine,
       "Tue 04 09:00-10:00"},
      {"every second month from February",
       "freq: MONTHLY interval: 2 byday: '1TU' dtstart: '2025-02-04'" + nine,
       ""},
      {"days without a frequency are weekly", "byday: 'WE'" + nine,
       "Wed 05 09:00-10:00, Wed 12 09:00-10:00"},
      {"numbered days without a frequency are monthly", "byday: '-4TU'" + nine,
       "Tue 04 09:00-10:00"},
      {"days of the month without a frequency", "bymonthday: '9'" + nine,
       "Sun 09 09:00-10:00"},
      {"a date without a frequency is once", "dtstart: '2025-03-08'" + nine,
       "Sat 08 09:00-10:00"},
      {"three times only",
       "freq: WEEKLY byday: 'MO,FR' count: 3 dtstart: '2025-03-03'" + nine,
       "Mon 03 09:00-10:00, Fri 07 09:00-10:00, Mon 10 09:00-10:00"},
      {"until includes its day",
       "freq: WEEKLY byday: 'MO,TU' until: '2025-03-10'" + nine,
       "Mon 03 09:00-10:00, Tue 04 09:00-10:00, Mon 10 09:00-10:00"},
      {"valid from and to include their days",
       "byday: 'MO,TU,WE' valid_from: '2025-03-04' valid_to: '2025-03-10'" +
           nine,
       "Tue 04 09:00-10:00, Wed 05 09:00-10:00, Mon 10 09:00-10:00"},
      {"starts with the first event",
       "freq: WEEKLY byday: 'MO' dtstart: '2025-03-04'" + nine,
       "Mon 10 09:00-10:00"},
      {"a meeting without an end lasts 60 minutes",
       "byday: 'SA' opens_at: '19:30'",
       "Sat 08 19:30-20:30, Sat 15 19:30-20:30"},
      {"an offset after the time is read past",
       "byday: 'SA' opens_at: '09:00-05:00' closes_at: '11:00Z'",
       "Sat 08 09:00-11:00, Sat 15 09:00-11:00"},
      {"seconds", "byday: 'SA' opens_at: '09:00:00' closes_at: '11:30:00'",
       "Sat 08 09:00-11:30, Sat 15 09:00-11:30"},
      {"across midnight", "byday: 'SA' opens_at: '22:00' closes_at: '02:00'",
       "Sat 08 22:00-03:00, Sat 15 22:00-02:00"},
      {"until 24:00", "byday: 'FR' opens_at: '20:00' closes_at: '24:00'",
       "Fri 07 20:00-00:00, Fri 14 20:00-00:00"},
      {"until 00:00", "byday: 'FR' opens_at: '20:00' closes_at: '00:00'",
       "Fri 07 20:00-00:00, Fri 14 20:00-00:00"},
      {"00:00 to 23:59 is the whole day",
       "byday: 'FR' opens_at: '00:00' closes_at: '23:59'",
       "Fri 07 00:00-00:00, Fri 14 00:00-00:00"},
      {"opening and closing at once is a whole turn",
       "byday: 'FR' opens_at: '09:00' closes_at: '09:00'",
       "Fri 07 09:00-09:00, Fri 14 09:00-09:00"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const OpeningRule rule = Rule({row.schedule});
    EXPECT_TRUE(rule.known());
    EXPECT_FALSE(rule.incomplete());
    // The night that crosses midnight on the 8th ends after the clock jumps
    // from 2 to 3: 02:00 does not exist, so it ends at 03:00.
    EXPECT_EQ(
        Show(rule.Occurrences(Ny("2025-03-03 00:00"), Ny("2025-03-17 00:00"))),
        row.expected);
  }
}

TEST(OpeningRuleTest, ADayWithoutAnyDayNamedIsEveryDay) {
  const OpeningRule rule = Rule({"opens_at: '08:00' closes_at: '12:00'"});
  EXPECT_EQ(
      rule.Occurrences(Ny("2025-03-03 00:00"), Ny("2025-03-17 00:00")).size(),
      14u);
}

TEST(OpeningRuleTest, WhatCannotBeReadIsUnknownAndNeverClosed) {
  const std::string nine = " opens_at: '09:00' closes_at: '10:00' ";
  const char* const schedules[] = {
      "description: 'Mon-Fri, call first'",
      "byday: 'MO'",
      "byday: 'MO' closes_at: '17:00'",
      "byday: 'MO' opens_at: 'noon'",
      "byday: 'MO' opens_at: '25:00'",
      "byday: 'MO' opens_at: '09:60'",
      "byday: 'MO' opens_at: '9:00'",
      "byday: 'MO' opens_at: '09:00' closes_at: 'late'",
      "byday: 'Monday' opens_at: '09:00'",
      "byday: '6MO' opens_at: '09:00'",
      "byday: '0MO' opens_at: '09:00'",
      "freq: WEEKLY opens_at: '09:00'",
      "freq: WEEKLY interval: 2 byday: 'MO' opens_at: '09:00'",
      "freq: WEEKLY bymonthday: '3' opens_at: '09:00'",
      "freq: MONTHLY opens_at: '09:00'",
      "freq: MONTHLY bymonthday: '32' opens_at: '09:00'",
      "freq: MONTHLY bymonthday: '0' opens_at: '09:00'",
      "freq: MONTHLY byday: '5MO' bymonthday: '1' opens_at: '09:00'",
      "freq: MONTHLY interval: 12 bymonthday: '30' dtstart: '2025-02-01' "
      "opens_at: '09:00'",
      "freq: WEEKLY count: 3 byday: 'MO' opens_at: '09:00'",
      "freq: WEEKLY count: -3 byday: 'MO' dtstart: '2025-01-06' "
      "opens_at: '09:00'",
      "freq: SCHEDULE_FREQUENCY_UNSPECIFIED byday: 'MO' opens_at: '09:00'",
      "byweekno: '12' opens_at: '09:00'",
      "byyearday: '12' opens_at: '09:00'",
      "byday: 'MO' opens_at: '09:00' valid_from: 'spring'",
      "byday: 'MO' opens_at: '09:00' until: '2025-02-30'",
      "byday: 'MO' opens_at: '09:00' zone: 'Mars/Olympus'",
      "byday: 'MO' opens_at: '09:00' zone: '/etc/localtime'",
      "byday: 'MO' opens_at: '09:00' zone: 'localtime'",
  };
  for (const char* const schedule : schedules) {
    SCOPED_TRACE(schedule);
    const OpeningRule rule = Rule({schedule});
    EXPECT_FALSE(rule.known());
    EXPECT_TRUE(rule.incomplete());
    EXPECT_EQ(rule.At(Ny("2025-03-03 09:30")).answer, v1::ANSWER_UNSPECIFIED);
    EXPECT_FALSE(rule.NextOpening(Ny("2025-03-03 09:30")).has_value());
  }
}

TEST(OpeningRuleTest, WithoutAZoneHoursAreUnknownUnlessTheCallerKnowsOne) {
  const std::vector<std::string> monday = {
      "byday: 'MO' opens_at: '09:00' closes_at: '17:00'"};
  const OpeningRule nowhere = Rule(monday, "");
  EXPECT_FALSE(nowhere.known());
  EXPECT_FALSE(nowhere.has_zone());
  EXPECT_EQ(nowhere.At(Ny("2025-03-03 10:00")).answer, v1::ANSWER_UNSPECIFIED);
  OpeningRule::Input input{.fallback_zone = kNewYork};
  input.schedules.push_back(ParseText<v1::Schedule>(monday[0]));
  EXPECT_EQ(OpeningRule(input).At(Ny("2025-03-03 10:00")).answer, v1::YES);
  // The schedule's own zone comes first: 9 in Denver is 11 in New York.
  const OpeningRule denver =
      Rule({"byday: 'MO' opens_at: '09:00' closes_at: '17:00' "
            "zone: 'America/Denver'"});
  EXPECT_EQ(denver.At(Ny("2025-03-03 10:00")).answer, v1::NO);
  EXPECT_EQ(denver.At(Ny("2025-03-03 11:00")).answer, v1::YES);
}

TEST(OpeningRuleTest, UnknownClosedAndRoundTheClockAreThreeThings) {
  const absl::Time noon = Ny("2025-03-04 12:00");
  const OpeningRule unknown = Rule({});
  EXPECT_EQ(unknown.At(noon).answer, v1::ANSWER_UNSPECIFIED);
  EXPECT_FALSE(unknown.known());
  const OpeningRule closed =
      Rule({"byday: 'MO' opens_at: '09:00' closes_at: '17:00'"});
  EXPECT_EQ(closed.At(noon).answer, v1::NO);
  EXPECT_EQ(closed.At(noon).reason, HoursReason::kSchedule);
  OpeningRule::Input input;  // No zone is needed to never close.
  input.round_the_clock.set_answer(v1::YES);
  const OpeningRule always(input);
  EXPECT_EQ(always.At(noon).answer, v1::YES);
  EXPECT_EQ(always.At(noon).reason, HoursReason::kRoundTheClock);
  input.round_the_clock.set_answer(v1::CONDITIONAL);
  EXPECT_EQ(OpeningRule(input).At(noon).answer, v1::CONDITIONAL);
  input.round_the_clock.set_answer(v1::NO);
  EXPECT_EQ(OpeningRule(input).At(noon).answer, v1::ANSWER_UNSPECIFIED);
}

TEST(OpeningRuleTest, AllWholeDaysOfTheWeekAreRoundTheClock) {
  const std::string all = "freq: WEEKLY opens_at: '00:00' closes_at: '23:59' ";
  const OpeningRule whole = Rule({all + "byday: 'MO,TU,WE,TH,FR,SA,SU'"});
  EXPECT_TRUE(whole.round_the_clock());
  EXPECT_FALSE(Rule({all + "byday: 'MO,TU,WE,TH,FR,SA'"}).round_the_clock());
  EXPECT_FALSE(Rule({all + "byday: 'MO,TU,WE,TH,FR,SA,SU' "
                           "valid_to: '2025-12-31'"})
                   .round_the_clock());
}

TEST(OpeningRuleTest, TheClosingMinuteIsClosed) {
  const OpeningRule rule =
      Rule({"byday: 'MO' opens_at: '09:00' closes_at: '17:00'"});
  EXPECT_EQ(rule.At(Ny("2025-03-03 08:59")).answer, v1::NO);
  EXPECT_EQ(rule.At(Ny("2025-03-03 09:00")).answer, v1::YES);
  EXPECT_EQ(rule.At(Ny("2025-03-03 16:59")).answer, v1::YES);
  EXPECT_EQ(rule.At(Ny("2025-03-03 17:00")).answer, v1::NO);
}

TEST(OpeningRuleTest, BesideAnUnreadableScheduleOutsideIsUnknown) {
  const OpeningRule rule =
      Rule({"byday: 'MO' opens_at: '09:00' closes_at: '17:00'",
            "description: 'evenings by arrangement'"});
  EXPECT_EQ(rule.At(Ny("2025-03-03 10:00")).answer, v1::YES);
  EXPECT_EQ(rule.At(Ny("2025-03-03 20:00")).answer, v1::ANSWER_UNSPECIFIED);
  // A row with a link alone says nothing about hours.
  EXPECT_FALSE(Rule({"schedule_link: 'https://example.org'"}).incomplete());
}

TEST(OpeningRuleTest, AfterItsValidityNothingIsRecorded) {
  const OpeningRule old =
      Rule({"byday: 'MO' opens_at: '09:00' valid_to: '2024-12-31'"});
  EXPECT_EQ(old.At(Ny("2025-03-03 20:00")).answer, v1::ANSWER_UNSPECIFIED);
  // A series that came to its end takes place no more.
  const OpeningRule over =
      Rule({"byday: 'MO' opens_at: '09:00' until: '2024-12-31'"});
  EXPECT_EQ(over.At(Ny("2025-03-03 20:00")).answer, v1::NO);
}

TEST(OpeningRuleTest, TouchingOpeningsAreOne) {
  const OpeningRule rule =
      Rule({"byday: 'MO' opens_at: '09:00' closes_at: '12:00'",
            "byday: 'MO' opens_at: '12:00' closes_at: '15:00'",
            "byday: 'MO' opens_at: '14:00' closes_at: '16:00'",
            "byday: 'MO' opens_at: '16:01' closes_at: '17:00'"});
  EXPECT_EQ(
      Show(rule.Occurrences(Ny("2025-03-03 00:00"), Ny("2025-03-04 00:00"))),
      "Mon 03 09:00-16:00, Mon 03 16:01-17:00");
}

TEST(OpeningRuleTest, GivesWholeOpeningsAtTheEdges) {
  const OpeningRule rule =
      Rule({"byday: 'MO' opens_at: '22:00' closes_at: '06:00'"});
  // Tuesday 01:00 is inside; the opening is whole, not cut.
  EXPECT_EQ(
      Show(rule.Occurrences(Ny("2025-03-04 01:00"), Ny("2025-03-04 02:00"))),
      "Mon 03 22:00-06:00");
  EXPECT_TRUE(
      rule.Occurrences(Ny("2025-03-04 06:00"), Ny("2025-03-04 09:00")).empty());
  EXPECT_TRUE(
      rule.Occurrences(Ny("2025-03-03 20:00"), Ny("2025-03-03 22:00")).empty());
}

// --- The clock jumps --------------------------------------------------------

TEST(OpeningRuleTest, ATimeThatDoesNotExistIsTheMomentAfterTheJump) {
  // 9 March 2025, 2:00 becomes 3:00.
  const auto on_the_ninth = [](const char* times) {
    return Show(
        Rule({"dtstart: '2025-03-09' " + std::string(times)})
            .Occurrences(Ny("2025-03-09 00:00"), Ny("2025-03-10 00:00")));
  };
  EXPECT_EQ(on_the_ninth("opens_at: '02:30' closes_at: '05:00'"),
            "Sun 09 03:00-05:00");
  EXPECT_EQ(on_the_ninth("opens_at: '01:00' closes_at: '02:30'"),
            "Sun 09 01:00-03:00");
  EXPECT_EQ(on_the_ninth("opens_at: '02:30'"), "Sun 09 03:00-04:00");
  // All of it is jumped over.
  EXPECT_EQ(on_the_ninth("opens_at: '02:15' closes_at: '02:45'"), "");
}

TEST(OpeningRuleTest, OfATimeThatComesTwiceTheFirstCounts) {
  // 2 November 2025, 1:00 to 2:00 comes twice.
  const auto open =
      Rule({"dtstart: '2025-11-02' opens_at: '01:30' "
            "closes_at: '03:00'"})
          .Occurrences(Ny("2025-11-02 00:00"), Ny("2025-11-03 00:00"));
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].start, T("2025-11-02 05:30 +00:00"));
  EXPECT_EQ(open[0].end, T("2025-11-02 08:00 +00:00"));
  // A meeting of 60 minutes lasts 60 minutes whatever the clock does.
  const auto meeting =
      Rule({"dtstart: '2025-11-02' opens_at: '01:30'"})
          .Occurrences(Ny("2025-11-02 00:00"), Ny("2025-11-03 00:00"));
  ASSERT_EQ(meeting.size(), 1u);
  EXPECT_EQ(meeting[0].length(), absl::Hours(1));
}

TEST(OpeningRuleTest, NineIsNineInSummerAndWinter) {
  const OpeningRule rule = Rule({"opens_at: '09:00' closes_at: '10:00'"});
  EXPECT_EQ(rule.At(T("2025-01-15 14:00 +00:00")).answer, v1::YES);
  EXPECT_EQ(rule.At(T("2025-07-15 14:00 +00:00")).answer, v1::NO);
  EXPECT_EQ(rule.At(T("2025-07-15 13:00 +00:00")).answer, v1::YES);
}

// Whether the clock on the wall says that it is open: no intervals, no sorting,
// one minute at a time.
bool WallClockOpen(unsigned week_days, int opens, int closes,
                   absl::CivilMinute now) {
  for (const int days_ago : {0, 1}) {
    const absl::CivilDay day = absl::CivilDay(now) - days_ago;
    if ((week_days >> static_cast<int>(absl::GetWeekday(day)) & 1u) == 0) {
      continue;
    }
    const int minute = static_cast<int>(
        now - absl::CivilMinute(day.year(), day.month(), day.day()));
    const int end = closes <= opens ? closes + 24 * 60 : closes;
    if (opens <= minute && minute < end) return true;
  }
  return false;
}

TEST(OpeningRulePropertyTest, EqualsAScanMinuteByMinute) {
  // Six days around both jumps of the clock, random hours. In the hour that
  // comes twice the wall clock cannot tell which it is: minutes of that night
  // between 1:00 and 2:00 are left out.
  const absl::TimeZone zone = *FindZone(kNewYork);
  const unsigned seed = 20250309;
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random(seed);
  const auto clock = [](int minute) {
    return absl::StrFormat("%02d:%02d", minute / 60, minute % 60);
  };
  for (const char* const begin : {"2025-03-06 00:00", "2025-10-30 00:00"}) {
    for (int round = 0; round < 60; ++round) {
      const unsigned week_days = 1 + random() % 127;
      const int opens = static_cast<int>(random() % (24 * 12)) * 5;
      const int closes = static_cast<int>(random() % (24 * 12)) * 5;
      if (opens == 0 && closes >= 23 * 60 + 59) continue;
      std::string days;
      for (int d = 0; d < 7; ++d) {
        if (week_days >> d & 1u) {
          days += std::string(days.empty() ? "" : ",") +
                  std::string("MOTUWETHFRSASU").substr(2 * d, 2);
        }
      }
      SCOPED_TRACE(absl::StrCat("seed ", seed, " ", days, " ", clock(opens),
                                "-", clock(closes)));
      const OpeningRule rule =
          Rule({absl::StrCat("byday: '", days, "' opens_at: '", clock(opens),
                             "' closes_at: '", clock(closes), "'")});
      const absl::Time from = Ny(begin);
      const absl::Time to = from + absl::Hours(6 * 24);
      const std::vector<Interval> open = rule.Occurrences(from, to);
      std::size_t next = 0;
      for (absl::Time t = from; t < to; t += absl::Minutes(1)) {
        while (next < open.size() && open[next].end <= t) ++next;
        const bool actual = next < open.size() && open[next].Contains(t);
        const auto civil = absl::ToCivilMinute(t, zone);
        if (zone.At(absl::CivilSecond(civil)).kind ==
            absl::TimeZone::TimeInfo::REPEATED) {
          continue;
        }
        // A closing time inside the repeated hour ends at its first pass; the
        // wall clock agrees on both sides of it.
        ASSERT_EQ(actual, WallClockOpen(week_days, opens, closes, civil))
            << absl::FormatTime(t, zone);
      }
    }
  }
}

TEST(OpeningRulePropertyTest, AnyScheduleIsAnsweredInOrder) {
  // Whatever a source writes: openings come sorted, apart, not empty, touch
  // the time asked about, and At agrees with them.
  const unsigned seed = 4242;
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random(seed);
  const auto pick = [&](const std::vector<std::string>& from) {
    return from[random() % from.size()];
  };
  const std::vector<std::string> clocks = {
      "",      "00:00", "23:59", "24:00", "02:30", "01:30",    "09:00Z",
      "25:00", "x",     "12:00", "00:01", "23:00", "09:00:59", "10:00+14:00"};
  const std::vector<std::string> dates = {
      "",           "2025-03-09", "2025-11-02",          "2024-02-29",
      "2025-02-30", "0001-01-01", "9999-12-31",          "-999-01-01",
      "2500-12-31", "1900-01-01", "2025-03-09T00:00:00Z"};
  const std::vector<std::string> days = {
      "", "MO", "MO,TU,SU", "1MO", "-1FR", "5SA", "99MO", "mo;tu", ",", "X"};
  const std::vector<std::string> month_days = {"",    "",  "1",   "31",
                                               "-31", "0", "1,15"};
  for (int round = 0; round < 3000; ++round) {
    OpeningRule::Input input{.zone = pick({kNewYork, "Asia/Kathmandu", ""})};
    for (unsigned i = random() % 4; i > 0; --i) {
      v1::Schedule& schedule = input.schedules.emplace_back();
      if (random() % 3 != 0) {
        schedule.set_freq(static_cast<v1::ScheduleFrequency>(random() % 3));
      }
      schedule.set_opens_at(pick(clocks));
      schedule.set_closes_at(pick(clocks));
      schedule.set_byday(pick(days));
      schedule.set_bymonthday(pick(month_days));
      schedule.set_dtstart(pick(dates));
      schedule.set_valid_to(random() % 4 == 0 ? pick(dates) : "");
      if (random() % 3 == 0) schedule.set_interval(random() % 14);
      if (random() % 4 == 0) schedule.set_count(random() % 5000);
    }
    SCOPED_TRACE(absl::StrCat("seed ", seed, " round ", round));
    const OpeningRule rule(input);
    const absl::Time from =
        round % 50 == 0 ? absl::FromUnixSeconds(-62'135'596'800)
                        : Ny("2025-03-06 11:00") + absl::Hours(random() % 9000);
    const absl::Time to = from + kHoursHorizon;
    const std::vector<Interval> open = rule.Occurrences(from, to);
    for (std::size_t i = 0; i < open.size(); ++i) {
      ASSERT_LT(open[i].start, open[i].end);
      ASSERT_LT(open[i].start, to);
      ASSERT_GT(open[i].end, from);
      if (i > 0) {
        ASSERT_LT(open[i - 1].end, open[i].start);
      }
      if (open[i].start >= from) {
        ASSERT_EQ(rule.At(open[i].start).answer, v1::YES);
      }
      if (open[i].end < to) {
        ASSERT_NE(rule.At(open[i].end).answer, v1::YES);
      }
    }
    const std::optional<Interval> next = rule.NextOpening(from);
    ASSERT_EQ(next.has_value(), !open.empty());
    if (next.has_value()) {
      ASSERT_EQ(*next, open.front());
    }
  }
}

// --- Operating states -------------------------------------------------------

OpeningRule WithState(const std::string& state, bool round_the_clock = false,
                      bool schedule = true) {
  OpeningRule::Input input{.zone = kNewYork};
  if (schedule) {
    input.schedules.push_back(ParseText<v1::Schedule>(
        "opens_at: '09:00' closes_at: '17:00'"));  // Every day.
  }
  if (round_the_clock) input.round_the_clock.set_answer(v1::YES);
  input.operating_state = ParseText<v1::OperatingState>(state);
  return OpeningRule(input);
}

TEST(OperatingStateTest, OverridesTheSchedule) {
  struct Case {
    std::string name, state, time;
    v1::Answer answer;
    HoursReason reason;
  };
  constexpr v1::Answer kUnknown = v1::ANSWER_UNSPECIFIED;
  const Case cases[] = {
      {"shut for now", "kind: TEMPORARILY_SHUT", "2025-03-03 10:00", v1::NO,
       HoursReason::kTemporarilyShut},
      {"first day shut",
       "kind: TEMPORARILY_SHUT from: '2025-03-03' until: '2025-03-05'",
       "2025-03-03 10:00", v1::NO, HoursReason::kTemporarilyShut},
      {"last day shut",
       "kind: TEMPORARILY_SHUT from: '2025-03-03' until: '2025-03-05'",
       "2025-03-05 10:00", v1::NO, HoursReason::kTemporarilyShut},
      {"the day after",
       "kind: TEMPORARILY_SHUT from: '2025-03-03' until: '2025-03-05'",
       "2025-03-06 10:00", v1::YES, HoursReason::kSchedule},
      {"in season", "kind: SEASONAL from: '2024-11-01' until: '2025-03-31'",
       "2025-03-31 10:00", v1::YES, HoursReason::kSchedule},
      {"out of season", "kind: SEASONAL from: '2024-11-01' until: '2025-03-31'",
       "2025-04-01 10:00", v1::NO, HoursReason::kOutOfSeason},
      {"in season but at night",
       "kind: SEASONAL from: '2024-11-01' until: '2025-03-31'",
       "2025-03-31 20:00", v1::NO, HoursReason::kSchedule},
      {"a season nobody named", "kind: SEASONAL", "2025-03-03 10:00", kUnknown,
       HoursReason::kSeasonNotRecorded},
      {"weather, nobody knows", "kind: WEATHER_ACTIVATED", "2025-03-03 10:00",
       kUnknown, HoursReason::kActivationNotRecorded},
      {"weather, activated",
       "kind: WEATHER_ACTIVATED activated { answer: YES }", "2025-03-03 10:00",
       v1::YES, HoursReason::kSchedule},
      {"weather, activated, but at night",
       "kind: WEATHER_ACTIVATED activated { answer: YES }", "2025-03-03 20:00",
       v1::NO, HoursReason::kSchedule},
      {"weather, not activated",
       "kind: WEATHER_ACTIVATED activated { answer: NO }", "2025-03-03 10:00",
       v1::NO, HoursReason::kNotActivated},
      {"weather, in words",
       "kind: WEATHER_ACTIVATED activated { answer: CONDITIONAL }",
       "2025-03-03 10:00", v1::CONDITIONAL,
       HoursReason::kActivationNotRecorded},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const HoursAnswer answer = WithState(c.state).At(Ny(c.time));
    EXPECT_EQ(answer.answer, c.answer);
    EXPECT_EQ(answer.reason, c.reason);
  }
}

TEST(OperatingStateTest, OverridesRoundTheClockToo) {
  const absl::Time noon = Ny("2025-03-03 12:00");
  EXPECT_EQ(WithState("kind: TEMPORARILY_SHUT", true).At(noon).answer, v1::NO);
  EXPECT_EQ(
      WithState("kind: SEASONAL until: '2025-03-02'", true).At(noon).answer,
      v1::NO);
  EXPECT_EQ(
      WithState("kind: SEASONAL until: '2025-03-03'", true).At(noon).answer,
      v1::YES);
  EXPECT_EQ(WithState("kind: WEATHER_ACTIVATED", true).At(noon).answer,
            v1::ANSWER_UNSPECIFIED);
  EXPECT_EQ(WithState("kind: TEMPORARILY_SHUT from: '2025-03-04'", true)
                .At(noon)
                .answer,
            v1::YES);
}

TEST(OperatingStateTest, ActivatedWithoutHoursIsUnknown) {
  EXPECT_EQ(WithState("kind: WEATHER_ACTIVATED activated { answer: YES }",
                      false, false)
                .At(Ny("2025-03-03 12:00"))
                .answer,
            v1::ANSWER_UNSPECIFIED);
  EXPECT_TRUE(WithState("kind: WEATHER_ACTIVATED").depends_on_activation());
}

// --- Windows ----------------------------------------------------------------

std::vector<Interval> Window(const std::string& text, const std::string& from,
                             const std::string& to) {
  const auto window = WeeklyWindow::Parse(ParseText<v1::WeekWindow>(text));
  EXPECT_TRUE(window.ok());
  return window->Instances(*FindZone(kNewYork), Ny(from), Ny(to));
}

std::vector<Interval> Usable(const std::vector<UsableTime>& times) {
  std::vector<Interval> out;
  for (const UsableTime& time : times) out.push_back(time.usable);
  return out;
}

TEST(WindowTest, AsksInsideOverlapsOrThroughout) {
  const auto evening = Window("days: 'TU' start: '18:00' end: '21:00'",
                              "2025-03-03 00:00", "2025-03-10 00:00");
  struct Case {
    std::string name, times;
    bool inside, overlaps, throughout;
  };
  const Case cases[] = {
      {"a meeting in it", "opens_at: '19:00' closes_at: '20:00'", true, true,
       false},
      {"exactly it", "opens_at: '18:00' closes_at: '21:00'", true, true, true},
      {"begins before", "opens_at: '17:59' closes_at: '20:00'", false, true,
       false},
      {"ends after", "opens_at: '20:00' closes_at: '21:01'", false, true,
       false},
      {"all day", "opens_at: '08:00' closes_at: '22:00'", false, true, true},
      {"half an hour of it", "opens_at: '20:30' closes_at: '23:00'", false,
       true, false},
      {"29 minutes of it", "opens_at: '20:31' closes_at: '23:00'", false, false,
       false},
      {"touches it", "opens_at: '21:00' closes_at: '22:00'", false, false,
       false},
      {"without an end, at 20:00", "opens_at: '20:00'", true, true, false},
      {"without an end, at 20:30", "opens_at: '20:30'", false, true, false},
      {"short and inside", "opens_at: '19:00' closes_at: '19:20'", true, false,
       false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const OpeningRule rule = Rule({"byday: 'TU' " + c.times});
    EXPECT_EQ(rule.In(evening, v1::INSIDE).answer == v1::YES, c.inside);
    EXPECT_EQ(rule.In(evening, v1::OVERLAPS).answer == v1::YES, c.overlaps);
    EXPECT_EQ(rule.In(evening, v1::THROUGHOUT).answer == v1::YES, c.throughout);
  }
}

TEST(WindowTest, CrossesMidnightOnBothSides) {
  const auto night = Window("days: 'SA' start: '23:00' end: '05:00'",
                            "2025-03-03 00:00", "2025-03-17 00:00");
  const OpeningRule late =
      Rule({"byday: 'SU' opens_at: '00:30' closes_at: '01:30'"});
  EXPECT_EQ(Show(Usable(late.Usable(night, v1::INSIDE))),
            "Sun 09 00:30-01:30, Sun 16 00:30-01:30");
  const OpeningRule bar =
      Rule({"byday: 'SA' opens_at: '22:00' closes_at: '01:00'"});
  EXPECT_EQ(Show(Usable(bar.Usable(night, v1::OVERLAPS))),
            "Sat 08 23:00-01:00, Sat 15 23:00-01:00");
}

TEST(WindowTest, RoundTheClockFillsEveryWindow) {
  OpeningRule::Input input;
  input.round_the_clock.set_answer(v1::YES);
  const OpeningRule always(input);
  const auto mornings = Window("start: '08:00' end: '10:00'",
                               "2025-03-03 00:00", "2025-03-31 00:00");
  ASSERT_EQ(mornings.size(), 28u);
  EXPECT_EQ(always.Usable(mornings, v1::OVERLAPS).size(), 28u);
  EXPECT_EQ(always.Usable(mornings, v1::THROUGHOUT).size(), 28u);
  // It has no beginning and no end to lie inside.
  EXPECT_TRUE(always.Usable(mornings, v1::INSIDE).empty());
}

TEST(WindowTest, AnOccurrenceInTwoWindowsCountsOnceInside) {
  auto windows = Window("days: 'MO' start: '18:00' end: '20:00'",
                        "2025-03-03 00:00", "2025-03-10 00:00");
  const auto second = Window("days: 'MO' start: '18:30' end: '21:00'",
                             "2025-03-03 00:00", "2025-03-10 00:00");
  windows.insert(windows.end(), second.begin(), second.end());
  const OpeningRule rule = Rule({"byday: 'MO' opens_at: '19:00'"});
  EXPECT_EQ(rule.Usable(windows, v1::INSIDE).size(), 1u);
}

TEST(WindowTest, ClosedInTheWindowIsNoAndUnknownHoursAreUnknown) {
  const auto tuesday = Window("days: 'TU' start: '18:00' end: '21:00'",
                              "2025-03-03 00:00", "2025-03-31 00:00");
  const OpeningRule wednesdays = Rule({"byday: 'WE' opens_at: '19:00'"});
  EXPECT_EQ(wednesdays.In(tuesday, v1::INSIDE).answer, v1::NO);
  EXPECT_EQ(Rule({}).In(tuesday, v1::INSIDE).answer, v1::ANSWER_UNSPECIFIED);
  EXPECT_EQ(Rule({"byday: 'WE' opens_at: '19:00'", "description: 'and more'"})
                .In(tuesday, v1::INSIDE)
                .answer,
            v1::ANSWER_UNSPECIFIED);
  const HoursAnswer shut =
      WithState("kind: TEMPORARILY_SHUT").In(tuesday, v1::OVERLAPS);
  EXPECT_EQ(shut.answer, v1::NO);
  EXPECT_EQ(shut.reason, HoursReason::kTemporarilyShut);
  // Not activated now says nothing about next week.
  EXPECT_EQ(WithState("kind: WEATHER_ACTIVATED activated { answer: NO }")
                .In(tuesday, v1::OVERLAPS)
                .answer,
            v1::ANSWER_UNSPECIFIED);
}

TEST(NextOpeningTest, IsTheOneUnderWayElseTheNextWithin28Days) {
  const OpeningRule mondays =
      Rule({"byday: 'MO' opens_at: '09:00' closes_at: '17:00'"});
  EXPECT_EQ(Show({*mondays.NextOpening(Ny("2025-03-03 10:00"))}),
            "Mon 03 09:00-17:00");
  EXPECT_EQ(Show({*mondays.NextOpening(Ny("2025-03-03 17:00"))}),
            "Mon 10 09:00-17:00");
  const OpeningRule later = Rule({"dtstart: '2025-04-15' opens_at: '09:00'"});
  EXPECT_FALSE(later.NextOpening(Ny("2025-03-03 10:00")).has_value());
  EXPECT_TRUE(later.NextOpening(Ny("2025-03-20 10:00")).has_value());
}

}  // namespace
}  // namespace handrail::matcher
