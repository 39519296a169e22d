// Worked cases of which fact is judged, which date counts for it, and which
// days are meant. See worked_cases_test.cc for how they were made.
//
// Noon() is Tuesday 2 June 2026, 12:00 in New York. Everything of a Place is 10
// days old unless it says otherwise; hours, phone and eligibility live 180
// days, capacity 72 hours.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/matcher/worked_cases.h"

namespace handrail::matcher::worked {
namespace {

const char kNow[] = "needs { terms: 'naloxone' when { now: true } }";

int FreshnessDays(const Place& place, const std::string& request) {
  return ExplainOne(place, request).option().freshness_days();
}

// ------------------------------------------------------------- an old yes

// "There is no cut-off" is a yes to whoever comes, and grows old like one.
TEST(WorkedOldYesTest, NoCutOffIsAYes) {
  const auto none = [](const std::string& age) {
    return Naloxone("a").Says("any.intake_cutoff", "no " + age);
  };
  EXPECT_EQ(Judge(none("10d"), kNow), "FITS");
  EXPECT_EQ(Judge(none("180d"), kNow), "FITS");
  EXPECT_EQ(Judge(none("181d"), kNow), "CHECK 1x1");
  EXPECT_EQ(Judge(none("undated"), kNow), "CHECK 1x1");
  EXPECT_EQ(FreshnessDays(none("100d"), kNow), 100);
  // Nobody asked about a moment: it is their rule, and judges nothing.
  EXPECT_EQ(Judge(none("181d"), ""), "FITS");
}

// "No ID is needed" is a yes to whoever has none.
TEST(WorkedOldYesTest, PapersThatAreNotNeededAreAYes) {
  const auto none = [](const std::string& age) {
    return Naloxone("a").Wants("photo_id", 0, "no " + age);
  };
  const std::string said = "person { documents_stated: true }";
  EXPECT_EQ(Judge(none("10d"), said), "FITS");
  EXPECT_EQ(Judge(none("181d"), said), "CHECK 1x1");
  EXPECT_EQ(Judge(none("undated"), said), "CHECK 1x1");
  EXPECT_EQ(FreshnessDays(none("100d"), said), 100);
  EXPECT_EQ(FreshnessDays(none("100d"), ""), 10);
  const v1::Option option = ExplainOne(none("10d"), said).option();
  ASSERT_EQ(Judgements(option, "any.documents", v1::MET), 1);
  for (const v1::Judgement& one : option.explanation().judgements()) {
    EXPECT_THAT(one.sentence(), ::testing::HasSubstr("do not ask for"))
        << one.rule();
  }
  EXPECT_EQ(option.what_to_bring_size(), 0);
}

// ----------------------------------------------------------- whose date it is

TEST(WorkedWhichDateTest, RoundTheClockInWordsHasItsOwnDate) {
  const Place place = Naloxone("a")
                          .NoHours()
                          .Dated("hours", "undated")
                          .RoundTheClock("conditional 40d");
  EXPECT_EQ(Judge(place, kNow), "CHECK 2x1");
  EXPECT_EQ(FreshnessDays(place, kNow), 40);
}

// "Round the clock", but in a season that nobody named: not known.
TEST(WorkedWhichDateTest, ASeasonThatNobodyNamedIsNotKnown) {
  const Place place = Naloxone("a")
                          .NoHours()
                          .RoundTheClock("conditional 10d")
                          .State(v1::OperatingState::SEASONAL, "", "");
  EXPECT_EQ(Judge(place, kNow), "CHECK 3x1");
  EXPECT_EQ(Judge(place, "needs { terms: 'naloxone' when { tonight: true } }"),
            "CHECK 3x1");
}

// Schedules of whole days never close, whatever the words beside them: what
// never ends lies in no window.
TEST(WorkedWhichDateTest, WordsAddNothingToSchedulesThatNeverClose) {
  const Place place = Naloxone("a")
                          .Open("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")
                          .RoundTheClock("conditional 10d");
  const std::string tonight = "needs { terms: 'naloxone' when { tonight: true ";
  EXPECT_EQ(Judge(place, tonight + "} }"), "FITS");
  EXPECT_EQ(Judge(place, tonight + "mode: INSIDE } }"), "DOES_NOT_FIT");
}

// That it is not round the clock dates no schedule.
TEST(WorkedWhichDateTest, WholeDaysHaveTheDateOfTheHours) {
  const Place place = Naloxone("a")
                          .Open("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")
                          .RoundTheClock("no undated");
  EXPECT_EQ(Judge(place, kNow), "FITS");
  EXPECT_EQ(FreshnessDays(place, kNow), 10);
}

// A place that never closes is no meeting time, whatever meets there.
TEST(WorkedWhichDateTest, RoundTheClockLivesAsLongAsHours) {
  const std::string now =
      "needs { terms: 'secular-meeting' when { now: true } }";
  const auto open = [](const std::string& age) {
    return Meeting("a").NoHours().RoundTheClock("yes " + age);
  };
  EXPECT_EQ(Judge(open("180d"), now), "FITS");
  EXPECT_EQ(Judge(open("181d"), now), "CHECK 1x1");
  // Its schedule is one: 90 days.
  EXPECT_EQ(
      Judge(Meeting("a").Open("TU", "11:00", "13:00").Dated("hours", "91d"),
            now),
      "CHECK 1x1");
}

// Hours hold only as long as the activation does: the older date counts.
TEST(WorkedWhichDateTest, TheOlderOfHoursAndActivationCounts) {
  const auto place = [](const std::string& hours, const std::string& weather) {
    return Naloxone("a")
        .State(v1::OperatingState::WEATHER_ACTIVATED, "", "")
        .Activated("yes " + weather)
        .Dated("hours", hours);
  };
  EXPECT_EQ(Judge(place("100d", "3h"), kNow), "FITS");
  EXPECT_EQ(FreshnessDays(place("100d", "3h"), kNow), 100);
  EXPECT_EQ(Judge(place("100d", "4d"), kNow), "CHECK 1x1");
  EXPECT_EQ(FreshnessDays(place("100d", "4d"), kNow), 100);
  // Both are past their time.
  EXPECT_EQ(FreshnessDays(place("190d", "300d"), kNow), 300);
  EXPECT_EQ(FreshnessDays(place("300d", "190d"), kNow), 300);
  EXPECT_EQ(FreshnessDays(place("10d", "undated"), kNow), -1);
}

// ------------------------------------------------------------- whose days

// 3 June, 01:00 UTC is 2 June, 21:00 in New York.
TEST(WorkedLocalDayTest, DaysOfAClosureWithoutAZoneAreThePersons) {
  const absl::Time night = At("2026-06-03T01:00:00Z");
  const auto shut = [&](const std::string& day) {
    return Place("a", "naloxone", night)
        .NoHours()
        .NoZone()
        .State(v1::OperatingState::TEMPORARILY_SHUT, day, day);
  };
  const std::string zone = "zone: 'America/New_York' ";
  EXPECT_EQ(Judge(shut("2026-06-02"), zone, night), "DOES_NOT_FIT");
  EXPECT_EQ(Judge(shut("2026-06-03"), zone, night), "FITS");
  EXPECT_EQ(Judge(shut("2026-06-02"), zone + kNow, night), "DOES_NOT_FIT");
  // Said by nobody: UTC.
  EXPECT_EQ(Judge(shut("2026-06-03"), "", night), "DOES_NOT_FIT");
}

// Who comes in four weeks has four weeks of their own: 30 June to 28 July.
TEST(WorkedFourWeeksTest, TheyBeginWhenThePersonCanCome) {
  const auto asked = [](const std::string& start, const std::string& window) {
    return absl::StrCat("person { earliest_start: '", start,
                        "' free { days: 'TU' start: '18:00' end: '21:00' } } "
                        "needs { terms: 'naloxone' when { window { days: 'TU' ",
                        window, " } } }");
  };
  const std::string morning = "start: '10:00' end: '12:00'";
  const std::string evening = "start: '18:00' end: '21:00'";
  for (const char* start : {"2026-06-03", "2026-06-30", "2026-09-15"}) {
    SCOPED_TRACE(start);
    EXPECT_EQ(Judge(Naloxone("a"), asked(start, morning)), "FITS");
    EXPECT_EQ(Judge(Naloxone("a"), asked(start, evening)), "DOES_NOT_FIT");
    EXPECT_EQ(Judge(Naloxone("a").NoHours().RoundTheClock("yes 10d"),
                    asked(start, evening)),
              "FITS");
    // Four Tuesdays: 4 × 40.
    EXPECT_EQ(PointsOf(ExplainOne(Naloxone("a").Open("TU", "18:00", "21:00"),
                                  asked(start, evening))
                           .option(),
                       "when"),
              160);
  }
}

// From nine to nine, every day: one opening without an end. It overlaps the
// free windows and the window of the need: 1 × 40.
TEST(WorkedFourWeeksTest, AnOpeningWithoutAnEndIsOne) {
  const std::string wednesday = "days: 'WE' start: '18:00' end: '21:00'";
  const Place place =
      Naloxone("a").Open("MO,TU,WE,TH,FR,SA,SU", "09:00", "09:00");
  const std::string person = "person { free { " + wednesday + " } } ";
  EXPECT_EQ(PointsOf(ExplainOne(place, person).option(), "when"), 40);
  // The same one also where the need's window lies elsewhere in the week,
  // before the free time or after it.
  for (const std::string& window :
       {wednesday, std::string("days: 'TH' start: '10:00' end: '12:00'"),
        std::string("days: 'MO' start: '10:00' end: '12:00'")}) {
    SCOPED_TRACE(window);
    const std::string asked = absl::StrCat(
        person, "needs { terms: 'naloxone' when { window { ", window, " } } }");
    EXPECT_EQ(PointsOf(ExplainOne(place, asked).option(), "when"), 40);
  }
}

// ------------------------------------------------------- ways of taking part

TEST(WorkedWaysTest, DeliveryAndComingToYouAreOneWay) {
  const std::string asked = "needs { terms: 'naloxone' modes: 'comes_to_you' }";
  const auto place = [](const std::string& comes, const std::string& delivery) {
    return Naloxone("a")
        .Says("any.attendance_mode.comes_to_you", comes)
        .Says("any.attendance_mode.delivery", delivery);
  };
  // Any is enough; among unknowns the least doubt.
  EXPECT_EQ(Judge(place("yes 10d", "no 10d"), asked), "FITS");
  EXPECT_EQ(Judge(place("no 10d", "yes 10d"), asked), "FITS");
  EXPECT_EQ(Judge(place("conditional 10d", "no 10d"), asked), "CHECK 2x1");
  EXPECT_EQ(Judge(place("no 10d", "conditional 10d"), asked), "CHECK 2x1");
  EXPECT_EQ(Judge(place("yes 999d", "conditional 10d"), asked), "CHECK 1x1");
}

// 0.3° of latitude are 33 km: nobody goes there, so "in person" answers
// nothing, and online depends.
TEST(WorkedWaysTest, WhatIsTooFarIsNoWay) {
  const auto asked = [](int within_m) {
    return absl::StrCat(
        "person { start { latitude_e7: 390000000 longitude_e7: -766000000 } } "
        "needs { terms: 'secular-meeting' modes: ['in_person', 'online'] "
        "within_m: ",
        within_m, " }");
  };
  const Place place =
      Meeting("a")
          .North(0.3)
          .Says("any.attendance_mode.in_person", "yes 10d")
          .Says("any.attendance_mode.online", "conditional 10d");
  EXPECT_EQ(Judge(place, asked(50'000)), "FITS");
  EXPECT_EQ(Judge(place, asked(10'000)), "CHECK 2x1");
}

}  // namespace
}  // namespace handrail::matcher::worked
