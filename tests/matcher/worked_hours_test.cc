// Worked cases of time and place: hours, windows, radius, service area. See
// worked_cases_test.cc for how they were made. Hours live 180 days.
//
// Noon() is Tuesday 2 June 2026, 12:00 in New York (UTC-4).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/matcher/worked_cases.h"

namespace handrail::matcher::worked {
namespace {

struct Case {
  std::string name;
  Place place;
  std::string request;
  std::string verdict;
};

void Expect(const std::vector<Case>& cases, absl::Time as_of = Noon()) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(Judge(c.place, c.request, as_of), c.verdict);
  }
}

const char kNow[] = "needs { terms: 'naloxone' when { now: true } }";
const char kTonight[] = "needs { terms: 'naloxone' when { tonight: true } }";

// A need at a naloxone table (open by hours) or a meeting (attended whole).
std::string InWindow(const std::string& term, const std::string& day,
                     const std::string& start, const std::string& end,
                     const std::string& mode = "") {
  return "needs { terms: '" + term + "' when { window { days: '" + day +
         "' start: '" + start + "' end: '" + end + "' } " +
         (mode.empty() ? "" : "mode: " + mode) + " } }";
}

// ------------------------------------------------------------------------ now

TEST(WorkedHoursTest, OpenClosedAndUnknownAreThreeThings) {
  Expect({
      {"open 9 to 5", Naloxone("a"), kNow, "FITS"},
      {"opens at noon sharp", Naloxone("a").Open("TU", "12:00", "17:00"), kNow,
       "FITS"},
      {"closing minute is closed", Naloxone("a").Open("TU", "09:00", "12:00"),
       kNow, "DOES_NOT_FIT"},
      {"another day", Naloxone("a").Open("WE", "09:00", "17:00"), kNow,
       "DOES_NOT_FIT"},
      {"no schedule is unknown, not closed", Naloxone("a").NoHours(), kNow,
       "CHECK 3x1"},
      {"round the clock", Naloxone("a").NoHours().RoundTheClock("yes 10d"),
       kNow, "FITS"},
      {"hours that nobody asked about are not judged", Naloxone("a").NoHours(),
       "", "FITS"},
  });
}

TEST(WorkedHoursTest, RecordedNoStaysNoAndRecordedYesGrowsDoubtful) {
  const auto open = [](const std::string& days, const std::string& age) {
    return Naloxone("a").Open(days, "09:00", "17:00").Dated("hours", age);
  };
  Expect({
      {"yes at the end of its life", open("TU", "180d"), kNow, "FITS"},
      {"yes, stale", open("TU", "181d"), kNow, "CHECK 1x1"},
      {"yes, undated", open("TU", "undated"), kNow, "CHECK 1x1"},
      {"no, stale", open("WE", "181d"), kNow, "DOES_NOT_FIT"},
      {"no, undated", open("WE", "undated"), kNow, "DOES_NOT_FIT"},
  });
}

TEST(WorkedHoursTest, StatesOverrideTheSchedule) {
  using State = v1::OperatingState;
  const auto weather = [](const std::string& activated) {
    return Naloxone("a")
        .State(State::WEATHER_ACTIVATED, "", "")
        .Activated(activated);
  };
  Expect({
      {"temporarily closed", Naloxone("a").Status(v1::TEMPORARILY_CLOSED), kNow,
       "DOES_NOT_FIT"},
      {"shut to the end of the week",
       Naloxone("a").State(State::TEMPORARILY_SHUT, "2026-06-01", "2026-06-07"),
       kNow, "DOES_NOT_FIT"},
      {"shut today, the last day of it",
       Naloxone("a").State(State::TEMPORARILY_SHUT, "2026-06-01", "2026-06-02"),
       kNow, "DOES_NOT_FIT"},
      {"shut until yesterday",
       Naloxone("a").State(State::TEMPORARILY_SHUT, "2026-05-01", "2026-06-01"),
       kNow, "FITS"},
      {"in season",
       Naloxone("a").State(State::SEASONAL, "2026-06-01", "2026-09-01"), kNow,
       "FITS"},
      {"out of season",
       Naloxone("a").State(State::SEASONAL, "2026-11-01", "2027-03-31"), kNow,
       "DOES_NOT_FIT"},
      {"opens with the weather, activated 3 hours ago", weather("yes 3h"), kNow,
       "FITS"},
      // Capacity lives 72 hours.
      {"activated 73 hours ago", weather("yes 73h"), kNow, "CHECK 1x1"},
      {"not activated", weather("no 3h"), kNow, "DOES_NOT_FIT"},
      {"nobody said whether it is activated",
       Naloxone("a").State(State::WEATHER_ACTIVATED, "", ""), kNow,
       "CHECK 3x1"},
      {"shut although round the clock",
       Naloxone("a").NoHours().RoundTheClock("yes 10d").State(
           State::TEMPORARILY_SHUT, "", ""),
       kNow, "DOES_NOT_FIT"},
  });
}

TEST(WorkedHoursTest, CrossesMidnight) {
  const auto night = [] { return Naloxone("a").Open("SA", "22:00", "02:00"); };
  // Sunday 7 June, 01:59 in New York is 05:59 UTC.
  EXPECT_EQ(Judge(night(), kNow, At("2026-06-07T05:59:00Z")), "FITS");
  EXPECT_EQ(Judge(night(), kNow, At("2026-06-07T06:00:00Z")), "DOES_NOT_FIT");
  // Saturday 01:00: Friday has no night.
  EXPECT_EQ(Judge(night(), kNow, At("2026-06-06T05:00:00Z")), "DOES_NOT_FIT");
}

// -------------------------------------------------------------------- windows

TEST(WorkedHoursTest, InsideAsksForTheWholeOccurrence) {
  const auto meeting = [](const std::string& opens, const std::string& closes) {
    return Meeting("a").Open("MO", opens, closes);
  };
  const auto window = [](const std::string& start, const std::string& end) {
    return InWindow("secular-meeting", "MO", start, end);
  };
  Expect({
      {"wholly in it", meeting("19:00", "20:00"), window("18:00", "21:00"),
       "FITS"},
      {"exactly it", meeting("19:00", "20:00"), window("19:00", "20:00"),
       "FITS"},
      {"a minute too long", meeting("19:00", "20:01"), window("19:00", "20:00"),
       "DOES_NOT_FIT"},
      {"a minute too early", meeting("18:59", "20:00"),
       window("19:00", "20:00"), "DOES_NOT_FIT"},
      // Without an end it lasts 60 minutes: 19:00 to 20:00.
      {"no end, 60 minutes of room", meeting("19:00", ""),
       window("19:00", "20:00"), "FITS"},
      {"no end, 59 minutes of room", meeting("19:00", ""),
       window("19:00", "19:59"), "DOES_NOT_FIT"},
      {"no hours", Meeting("a").NoHours(), window("18:00", "21:00"),
       "CHECK 3x1"},
      {"wholly in it, listed 181 days ago",
       meeting("19:00", "20:00").Dated("hours", "181d"),
       window("18:00", "21:00"), "CHECK 1x1"},
      {"another day, undated",
       meeting("19:00", "20:00").Dated("hours", "undated"),
       InWindow("secular-meeting", "TU", "18:00", "21:00"), "DOES_NOT_FIT"},
  });
}

TEST(WorkedHoursTest, OverlapsAsksForThirtyMinutes) {
  const auto open = [](const std::string& opens, const std::string& closes) {
    return Naloxone("a").Open("MO", opens, closes);
  };
  // The default for what is open by hours.
  const std::string evening = InWindow("naloxone", "MO", "18:00", "21:00");
  Expect({
      {"30 minutes: 18:00 to 18:30", open("09:00", "18:30"), evening, "FITS"},
      {"29 minutes: 18:00 to 18:29", open("09:00", "18:29"), evening,
       "DOES_NOT_FIT"},
      {"30 minutes at the end", open("20:30", "23:00"), evening, "FITS"},
      {"29 minutes at the end", open("20:31", "23:00"), evening,
       "DOES_NOT_FIT"},
      // 18:00-18:20 and 18:20-18:40 touch: one opening of 40 minutes.
      {"touching hours are one",
       open("18:00", "18:20").AlsoOpen("MO", "18:20", "18:40"), evening,
       "FITS"},
      {"two times 20 minutes apart are not",
       open("18:00", "18:20").AlsoOpen("MO", "19:00", "19:20"), evening,
       "DOES_NOT_FIT"},
      {"a stated mode wins over the default: not wholly inside",
       open("09:00", "18:30"),
       InWindow("naloxone", "MO", "18:00", "21:00", "INSIDE"), "DOES_NOT_FIT"},
      {"a meeting that only overlaps",
       Meeting("a").Open("MO", "17:30", "18:30"),
       InWindow("secular-meeting", "MO", "18:00", "21:00"), "DOES_NOT_FIT"},
      {"a meeting asked to overlap", Meeting("a").Open("MO", "17:30", "18:30"),
       InWindow("secular-meeting", "MO", "18:00", "21:00", "OVERLAPS"), "FITS"},
  });
}

TEST(WorkedHoursTest, ThroughoutAsksForAllOfTheWindow) {
  const auto open = [](const std::string& opens, const std::string& closes) {
    return Naloxone("a").Open("MO", opens, closes);
  };
  const std::string all =
      InWindow("naloxone", "MO", "10:00", "17:00", "THROUGHOUT");
  Expect({
      {"exactly", open("10:00", "17:00"), all, "FITS"},
      {"opens a minute late", open("10:01", "17:00"), all, "DOES_NOT_FIT"},
      {"closes a minute early", open("10:00", "16:59"), all, "DOES_NOT_FIT"},
      {"touching halves are merged",
       open("09:00", "12:00").AlsoOpen("MO", "12:00", "18:00"), all, "FITS"},
      {"closed over lunch",
       open("09:00", "12:00").AlsoOpen("MO", "12:01", "18:00"), all,
       "DOES_NOT_FIT"},
      {"round the clock", Naloxone("a").NoHours().RoundTheClock("yes 10d"), all,
       "FITS"},
  });
}

TEST(WorkedHoursTest, WindowsMayCrossMidnight) {
  const std::string late = InWindow("secular-meeting", "SA", "21:00", "03:00");
  Expect({
      {"meeting over midnight, inside",
       Meeting("a").Open("SA", "23:30", "00:30"), late, "FITS"},
      {"after midnight belongs to Saturday's window",
       Meeting("a").Open("SU", "01:00", "02:00"), late, "FITS"},
      {"Friday's window does not reach it",
       Meeting("a").Open("SU", "01:00", "02:00"),
       InWindow("secular-meeting", "FR", "21:00", "03:00"), "DOES_NOT_FIT"},
      {"24:00 is the end of the day", Meeting("a").Open("SA", "23:00", "00:00"),
       InWindow("secular-meeting", "SA", "23:00", "24:00"), "FITS"},
  });
}

TEST(WorkedHoursTest, TonightEndsAtSixInTheMorning) {
  Expect({
      {"opens in the evening", Naloxone("a").Open("TU", "20:00", "07:00"),
       kTonight, "FITS"},
      // Wednesday 05:30 to 06:00 are 30 minutes.
      {"30 minutes before six", Naloxone("a").Open("WE", "05:30", "09:00"),
       kTonight, "FITS"},
      {"29 minutes before six", Naloxone("a").Open("WE", "05:31", "09:00"),
       kTonight, "DOES_NOT_FIT"},
      {"was open this morning", Naloxone("a").Open("TU", "06:00", "12:00"),
       kTonight, "DOES_NOT_FIT"},
  });
}

TEST(WorkedHoursTest, KeepsLocalTimeAcrossTheClockChanges) {
  const auto at = [](const std::string& seconds) {
    return "needs { terms: 'naloxone' when { at { seconds: " + seconds +
           " } } }";
  };
  const auto unix_of = [](std::string_view time) {
    return std::to_string(absl::ToUnixSeconds(At(time)));
  };
  // Spring: New York goes from UTC-5 to UTC-4 on Sunday 8 March 2026, 02:00.
  const absl::Time march = At("2026-03-02T17:00:00Z");
  const auto tuesday = [&] {
    return Place("a", "naloxone", march).Open("TU", "09:00", "10:00");
  };
  const std::string march3 = at(unix_of("2026-03-03T14:30:00Z"));     // 09:30
  const std::string march10 = at(unix_of("2026-03-10T13:30:00Z"));    // 09:30
  const std::string march10_b = at(unix_of("2026-03-10T14:30:00Z"));  // 10:30
  EXPECT_EQ(Judge(tuesday(), march3, march), "FITS");
  EXPECT_EQ(Judge(tuesday(), march10, march), "FITS");
  EXPECT_EQ(Judge(tuesday(), march10_b, march), "DOES_NOT_FIT");
  // 02:30 does not exist that Sunday; it opens after the jump (03:00 is 07:00
  // UTC) and closes at 04:00, 08:00 UTC.
  const auto sunday = [&] {
    return Place("a", "naloxone", march).Open("SU", "02:30", "04:00");
  };
  EXPECT_EQ(Judge(sunday(), at(unix_of("2026-03-08T07:45:00Z")), march),
            "FITS");
  EXPECT_EQ(Judge(sunday(), at(unix_of("2026-03-08T06:45:00Z")), march),
            "DOES_NOT_FIT");
  EXPECT_EQ(Judge(sunday(), at(unix_of("2026-03-08T08:00:00Z")), march),
            "DOES_NOT_FIT");
  // Autumn: back to UTC-5 on Sunday 1 November 2026, 02:00. Saturday 22:00 is
  // 02:00 UTC, Sunday 02:00 is 07:00 UTC: five hours.
  const absl::Time october = At("2026-10-27T16:00:00Z");
  const auto night = [&] {
    return Place("a", "naloxone", october).Open("SA", "22:00", "02:00");
  };
  EXPECT_EQ(Judge(night(), at(unix_of("2026-11-01T06:30:00Z")), october),
            "FITS");
  EXPECT_EQ(Judge(night(), at(unix_of("2026-11-01T07:00:00Z")), october),
            "DOES_NOT_FIT");
}

TEST(WorkedHoursTest, RemoteWindowsAreInThePersonsZone) {
  // Monday 19:00 in New York is 16:00 in Los Angeles.
  const auto online = [] {
    return Meeting("a")
        .Nowhere()
        .Says("any.attendance_mode.online", "yes 10d")
        .Serves(v1::CoverageArea::NATIONWIDE, "")
        .Open("MO", "19:00", "20:00");
  };
  const std::string west = " zone: 'America/Los_Angeles'";
  EXPECT_EQ(Judge(online(),
                  InWindow("secular-meeting", "MO", "16:00", "17:00") + west),
            "FITS");
  EXPECT_EQ(Judge(online(),
                  InWindow("secular-meeting", "MO", "19:00", "20:00") + west),
            "DOES_NOT_FIT");
  // In person the place's own zone counts.
  EXPECT_EQ(Judge(Meeting("b").Open("MO", "19:00", "20:00"),
                  InWindow("secular-meeting", "MO", "19:00", "20:00") + west),
            "FITS");
}

// ---------------------------------------------------------------------- place

// On a meridian the distance is radius × angle. With the sphere of 6,371,010 m
//   0.01° = 6,371,010 × π / 180 × 0.01 = 1,111.95 m, rounded 1,112 m
//   0.06° = 6,671.7 m, rounded 6,672 m;  0.2° = 22,239.0 m
const char kStart[] =
    "person { start { latitude_e7: 390000000 longitude_e7: -766000000 } } ";

std::string Within(int metres, const std::string& more = "") {
  return "needs { terms: 'naloxone' within_m: " + std::to_string(metres) + " " +
         more + " } ";
}

TEST(WorkedPlaceTest, RadiusIncludesItsLastMetre) {
  const std::vector<Place> one = {Naloxone("a").North(0.01)};
  const v1::NeedAnswer at = FirstNeed(one, kStart + Within(1112));
  ASSERT_EQ(Order(at), "a");
  EXPECT_EQ(at.options(0).distance_m(), 1112);
  EXPECT_EQ(Order(FirstNeed(one, kStart + Within(1111))), "");
}

TEST(WorkedPlaceTest, MeasuresSymmetricallySouthOfTheStart) {
  const v1::NeedAnswer answer =
      FirstNeed({Naloxone("a").North(-0.06)}, kStart + Within(6672));
  ASSERT_EQ(Order(answer), "a");
  EXPECT_EQ(answer.options(0).distance_m(), 6672);
}

TEST(WorkedPlaceTest, StartMayBeAZipCode) {
  // 21201 is the usual place itself.
  const v1::NeedAnswer answer =
      FirstNeed({Naloxone("a").North(0.01)},
                "person { start { postal_code: '21201' } } " + Within(2000));
  ASSERT_EQ(Order(answer), "a");
  EXPECT_EQ(answer.options(0).distance_m(), 1112);
}

TEST(WorkedPlaceTest, ApproximatePlaceIsAQuestionWhereDistanceIsBound) {
  const v1::NeedAnswer bound = FirstNeed(
      {Naloxone("a").North(0.01).Approximate()}, kStart + Within(10000));
  ASSERT_EQ(Order(bound), "a");
  EXPECT_EQ(Verdict(bound.options(0)), "CHECK 3x1");
  EXPECT_EQ(Judgements(bound.options(0), "place", v1::UNKNOWN), 1);
  EXPECT_TRUE(bound.options(0).place_approximate());
  EXPECT_EQ(Judge(Naloxone("a").Approximate(),
                  std::string(kStart) + "needs { terms: 'naloxone' }"),
            "FITS");
}

TEST(WorkedPlaceTest, CountsWhatHasNoPlaceWhereDistanceIsBound) {
  const std::vector<Place> places = {Naloxone("a"), Naloxone("b").Nowhere()};
  const v1::NeedAnswer bound = FirstNeed(places, kStart + Within(10000));
  EXPECT_EQ(Order(bound), "a");
  EXPECT_EQ(bound.place_unknown_count(), 1);
  const v1::NeedAnswer open =
      FirstNeed(places, std::string(kStart) + "needs { terms: 'naloxone' }");
  EXPECT_EQ(Order(open), "a b");
  EXPECT_EQ(open.place_unknown_count(), 0);
  EXPECT_EQ(open.options(1).distance_m(), -1);
}

TEST(WorkedPlaceTest, RemoteNeedsServiceAreaInsteadOfDistance) {
  const auto online = [] {
    return Naloxone("a").Nowhere().Says("any.attendance_mode.online",
                                        "yes 10d");
  };
  const auto home = [](const std::string& area) {
    return "person { start { latitude_e7: 390000000 longitude_e7: -766000000 } "
           "home { " +
           area + " } } " + Within(1000);
  };
  const auto maryland = [&] {
    return online()
        .Serves(v1::CoverageArea::STATE, "MD")
        .Dated("service_area", "10d");
  };
  const std::string md = home("state: 'MD' county: 'Baltimore'");
  const std::string va = home("state: 'VA' county: 'Fairfax'");
  Expect({
      {"serves the state", maryland(), md, "FITS"},
      {"serves another state", maryland(), va, "DOES_NOT_FIT"},
      {"a recorded no of the service area stays no at any age",
       maryland().Dated("service_area", "undated"), va, "DOES_NOT_FIT"},
      {"a recorded yes without a date is doubt 1",
       maryland().Dated("service_area", "undated"), md, "CHECK 1x1"},
      {"nationwide",
       online()
           .Serves(v1::CoverageArea::NATIONWIDE, "")
           .Dated("service_area", "10d"),
       va, "FITS"},
      {"no area is recorded", online(), md, "CHECK 3x1"},
  });
  // Not a matter of place_unknown.
  EXPECT_EQ(FirstNeed({maryland()}, md).place_unknown_count(), 0);
}

TEST(WorkedPlaceTest, ComesToYouIsJudgedByServiceAreaToo) {
  const auto van = [] {
    return Naloxone("a")
        .North(2.0)
        .Says("any.attendance_mode.comes_to_you", "yes 10d")
        .Serves(v1::CoverageArea::COUNTY, "MD/Baltimore")
        .Dated("service_area", "10d");
  };
  // 2° are 222 km, far beyond the 5 km asked.
  const std::string here =
      "person { start { latitude_e7: 390000000 longitude_e7: -766000000 } "
      "home { state: 'MD' county: 'Baltimore' } } " +
      Within(5000);
  const std::string there =
      "person { start { latitude_e7: 390000000 longitude_e7: -766000000 } "
      "home { state: 'MD' county: 'Garrett' } } " +
      Within(5000);
  EXPECT_EQ(Judge(van(), here), "FITS");
  EXPECT_EQ(Judge(van(), there), "DOES_NOT_FIT");
}

TEST(WorkedPlaceTest, ServiceAreaIsJudgedInPersonWherePersonSaidHome) {
  const Place county = Naloxone("a")
                           .Serves(v1::CoverageArea::COUNTY, "MD/Baltimore")
                           .Dated("service_area", "10d");
  Expect({
      {"lives there", county,
       "person { home { state: 'MD' county: 'Baltimore' } }", "FITS"},
      {"lives elsewhere", county,
       "person { home { state: 'MD' county: 'Garrett' } }", "DOES_NOT_FIT"},
      {"not said", county, "", "FITS"},
  });
}

TEST(WorkedPlaceTest, WidensRingByRing) {
  const std::vector<Place> places = {
      Naloxone("near").North(0.06),  // 6,672 m: in the ring of 10 km
      Naloxone("mid").North(0.2),    // 22,239 m: in the ring of 25 km
      Naloxone("far").North(2.7),    // 300,227 m: in no ring, but in the state
  };
  const auto ask = [&](int results) {
    return FirstNeed(places,
                     "max_results: " + std::to_string(results) +
                         " person { start { latitude_e7: 390000000 "
                         "longitude_e7: -766000000 } home { state: 'MD' } } " +
                         Within(5000, "widen: true"));
  };
  EXPECT_EQ(Order(ask(1)), "near");
  EXPECT_EQ(ask(1).within_m(), 10000);
  EXPECT_EQ(Order(ask(2)), "near mid");
  EXPECT_EQ(ask(2).within_m(), 25000);
  EXPECT_FALSE(ask(2).whole_state());
  EXPECT_EQ(Order(ask(3)), "near mid far");
  EXPECT_TRUE(ask(3).whole_state());
}

TEST(WorkedPlaceTest, WhatDoesNotFitDoesNotEndTheWidening) {
  const v1::NeedAnswer answer = FirstNeed(
      {Naloxone("no").North(0.01).Says("any.child_care", "no 10d"),
       Naloxone("ask").North(0.06)},
      "max_results: 1 " + std::string(kStart) + Within(5000, "widen: true") +
          "criteria { kind: MUST field: 'any.child_care' values: 'yes' }");
  EXPECT_EQ(Order(answer), "ask");
  EXPECT_EQ(answer.within_m(), 10000);
}

TEST(WorkedPlaceTest, ModesKeepOnlyHowThePersonWantsToTakePart) {
  const std::vector<Place> places = {
      Naloxone("door").Says("any.attendance_mode.in_person", "yes 10d"),
      Naloxone("screen").Nowhere().Says("any.attendance_mode.online",
                                        "yes 10d")};
  EXPECT_EQ(Order(FirstNeed(places,
                            "needs { terms: 'naloxone' modes: 'in_person' }")),
            "door");
  EXPECT_EQ(
      Order(FirstNeed(places, "needs { terms: 'naloxone' modes: 'online' }")),
      "screen");
}

}  // namespace
}  // namespace handrail::matcher::worked
