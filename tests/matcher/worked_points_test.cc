// Worked cases of the points and the order. Every number is worked out beside
// it from the table of the points (matcher/SCORING.md).
//
// A listing of these cases was verified 10 days before the question, so its
// freshness is 60 × (365 − 10) ÷ 365 = 58.36, rounded down 58, unless said
// otherwise. Where no start is given there is no "near".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/matcher/worked_cases.h"

namespace handrail::matcher::worked {
namespace {

std::string Terms(const std::string& terms) {
  return "needs { terms: [" + terms + "] } ";
}

// ----------------------------------------------------------------------- need

TEST(WorkedPointsTest, NeedPaysForTheShareOfTermsAnswered) {
  struct Case {
    std::string name;
    Place place;
    std::string terms;
    std::string points;
  };
  const Case cases[] = {
      {"the one asked: 300", Naloxone("a"), "'naloxone'",
       "freshness 58 + need 300 = 358"},
      {"an ancestor covers its sub-tree: 300", Naloxone("a"),
       "'harm-reduction'", "freshness 58 + need 300 = 358"},
      {"one of two: 300 × 1 ÷ 2 = 150", Naloxone("a"),
       "'naloxone', 'drug-checking'", "freshness 58 + need 150 = 208"},
      {"both of two", Naloxone("a").Also("drug-checking"),
       "'naloxone', 'drug-checking'", "freshness 58 + need 300 = 358"},
      {"one of seven: 300 ÷ 7 = 42.86", Naloxone("a"),
       "'naloxone', 'drug-checking', 'wound-care', 'food-pantry', 'ride', "
       "'free-meal', 'tax-help'",
       "freshness 58 + need 42 = 100"},
      {"only through a broader mapping: 300 × ½ = 150",
       Naloxone("a").OnlyBroadly("naloxone"), "'naloxone'",
       "freshness 58 + need 150 = 208"},
      {"half of one of seven: 300 × ½ ÷ 7 = 21.43",
       Naloxone("a").OnlyBroadly("naloxone"),
       "'naloxone', 'drug-checking', 'wound-care', 'food-pantry', 'ride', "
       "'free-meal', 'tax-help'",
       "freshness 58 + need 21 = 79"},
      {"one and a half of four: 300 × 1.5 ÷ 4 = 112.5",
       Naloxone("a").OnlyBroadly("naloxone").Also("drug-checking"),
       "'naloxone', 'drug-checking', 'wound-care', 'food-pantry'",
       "freshness 58 + need 112 = 170"},
      {"broader and exact for the same term: the better counts, 300",
       Naloxone("a").OnlyBroadly("naloxone").Also("naloxone"), "'naloxone'",
       "freshness 58 + need 300 = 358"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(PointsOf(c.place, Terms(c.terms)), c.points);
  }
}

TEST(WorkedPointsTest, BroaderTermDoesNotAnswerANarrowerNeed) {
  EXPECT_EQ(Judge(Place("a", "harm-reduction"), Terms("'naloxone'")),
            "NO CANDIDATE");
}

// ---------------------------------------------------------------------- words

TEST(WorkedPointsTest, WordsPayByKindAndField) {
  struct Case {
    std::string name;
    Place place;
    std::string words;
    int points;
  };
  const auto named = [](const std::string& name) {
    return Naloxone("a").Named(name);
  };
  const Case cases[] = {
      {"exact in the name: 150", named("Harbor House"), "harbor", 150},
      {"case and accents do not count", named("JARDIN"), "jardín", 150},
      // Kind 70 %: 150 × 0.7.
      {"stem in the name: 105", named("Harbor Meals"), "meal", 105},
      // Kind 80 %: the taxonomy says narcan is naloxone. 150 × 0.8.
      {"synonym in the name: 120", named("Naloxone Table"), "narcan", 120},
      // Kind 50 %: one letter changed, one added, one left out. 150 × 0.5.
      {"one letter changed: 75", named("Harbor House"), "harbar", 75},
      {"one letter added: 75", named("Harbor House"), "harbour", 75},
      {"one letter left out: 75", named("Harbor House"), "harbo", 75},
      // The label of its term is a service word. Field 70 %: 150 × 0.7.
      {"exact in the service words: 105", named("Table"), "naloxone", 105},
      // 150 × 0.8 × 0.7.
      {"synonym in the service words: 84", named("Table"), "narcan", 84},
      // Field 40 %: 150 × 0.4.
      {"exact in the description: 60",
       named("Table").Described("By the harbor."), "harbor", 60},
      // 150 × 0.7 × 0.4.
      {"stem in the description: 42", named("Table").Described("Hot meals."),
       "meal", 42},
      // 150 × 0.5 × 0.4.
      {"edit in the description: 30",
       named("Table").Described("By the harbor."), "harbar", 30},
      {"the best of two fields: 150",
       named("Harbor House").Described("By the harbor."), "harbor", 150},
      // 150 × (1 + 0) ÷ 2.
      {"one of two words: 75", named("Harbor House"), "harbor zebra", 75},
      // 150 × (1 + 0.7 × 0.4) ÷ 2 = 150 × 0.64.
      {"name and description: 96",
       named("Harbor House").Described("Hot meals."), "harbor meal", 96},
      // 150 × 1 ÷ 7 = 21.43.
      {"one of seven words: 21", named("Harbor House"),
       "harbor zebra violet quartz tundra glacier walnut", 21},
      {"stop words are not asked for", named("Harbor House"), "the harbor",
       150},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string total = "freshness 58 + words " +
                              std::to_string(c.points) + " = " +
                              std::to_string(58 + c.points);
    EXPECT_EQ(PointsOf(c.place, "needs { words: '" + c.words + "' }"), total);
  }
}

TEST(WorkedPointsTest, ShortWordsAndTwoEditsDoNotMatch) {
  const auto judged = [](const std::string& name, const std::string& words) {
    return Judge(Naloxone("a").Named(name), "needs { words: '" + words + "' }");
  };
  EXPECT_EQ(judged("Hope", "hape"), "NO CANDIDATE");   // four and four letters
  EXPECT_EQ(judged("Hope", "hopex"), "NO CANDIDATE");  // five and four
  EXPECT_EQ(judged("Hopex", "hope"), "NO CANDIDATE");  // four and five
  EXPECT_EQ(judged("Faith", "faitk"), "FITS");         // five and five
  EXPECT_EQ(judged("Harbor", "hxrbar"), "NO CANDIDATE");  // two changed
  EXPECT_EQ(judged("Harbor", "habror"), "NO CANDIDATE");  // swapped: two edits
}

TEST(WorkedPointsTest, TermsAndWordsAreBothRequiredUnlessWordsOnlyBoost) {
  const Place harbor = Naloxone("a").Named("Harbor House");
  const std::string both = "needs { terms: 'naloxone' words: 'harbor' ";
  EXPECT_EQ(PointsOf(harbor, both + "}"),
            "freshness 58 + need 300 + words 150 = 508");
  EXPECT_EQ(Judge(Naloxone("b"), both + "}"), "NO CANDIDATE");
  EXPECT_EQ(PointsOf(harbor, both + "words_mode: BOOST }"),
            "freshness 58 + need 300 + words 150 = 508");
  EXPECT_EQ(PointsOf(Naloxone("b"), both + "words_mode: BOOST }"),
            "freshness 58 + need 300 = 358");
  // The words match, the term does not.
  EXPECT_EQ(Judge(Place("c", "ride").Named("Harbor House"), both + "}"),
            "NO CANDIDATE");
}

// ----------------------------------------------------------------------- near

// 0.01° of latitude is 1,112 m (worked_hours_test.cc); 0.08° is
// 6,371,010 × π / 180 × 0.08 = 8,895.6, 8,896 m; 0.4° is 44,478 m.
const char kStart[] =
    "person { start { latitude_e7: 390000000 longitude_e7: -766000000 } } ";

TEST(WorkedPointsTest, NearFallsFromTwoHundredToNothingAtTheRadius) {
  struct Case {
    std::string name;
    Place place;
    int within_m;
    int near;
  };
  const Case cases[] = {
      {"at the start: 200 × 10,000 ÷ 10,000", Naloxone("a"), 10000, 200},
      {"200 × (10,000 − 1,112) ÷ 10,000 = 177.76", Naloxone("a").North(0.01),
       10000, 177},
      {"200 × (10,000 − 8,896) ÷ 10,000 = 22.08", Naloxone("a").North(0.08),
       10000, 22},
      {"at the radius: 200 × 0 ÷ 1,112", Naloxone("a").North(0.01), 1112, 0},
      {"a metre inside: 200 × 1 ÷ 1,113 = 0.18", Naloxone("a").North(0.01),
       1113, 0},
      {"no bound, 40 km: 200 × (40,000 − 1,112) ÷ 40,000 = 194.44",
       Naloxone("a").North(0.01), 0, 194},
      {"no bound, beyond 40 km: nothing, not less", Naloxone("a").North(0.4), 0,
       0},
      {"approximate, at the start: at most 100", Naloxone("a").Approximate(),
       10000, 100},
      {"approximate and far: 22 is below 100 anyway",
       Naloxone("a").North(0.08).Approximate(), 10000, 22},
      {"remote: no travel needed, 100",
       Naloxone("a").Nowhere().Says("any.attendance_mode.online", "yes 10d"),
       10000, 100},
      {"comes to you: 100",
       Naloxone("a").North(0.4).Says("any.attendance_mode.comes_to_you",
                                     "yes 10d"),
       10000, 100},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const v1::NeedExplanation explained = ExplainOne(
        c.place, kStart + std::string("needs { terms: 'naloxone' within_m: ") +
                     std::to_string(c.within_m) + " }");
    EXPECT_TRUE(explained.candidate());
    EXPECT_EQ(PointsOf(explained.option(), "near"), c.near);
  }
}

TEST(WorkedPointsTest, AddsUpNeedNearAndFreshness) {
  EXPECT_EQ(PointsOf(Naloxone("a").North(0.01),
                     std::string(kStart) +
                         "needs { terms: 'naloxone' within_m: 10000 }"),
            "freshness 58 + near 177 + need 300 = 535");
}

// ----------------------------------------------------------------------- when

TEST(WorkedPointsTest, WhenPaysFortyForEachOfFourOccurrences) {
  // 28 days from Tuesday 2 June, noon, end on Tuesday 30 June, noon. Mondays
  // in them: 8, 15, 22, 29 June.
  struct Case {
    std::string name;
    Place place;
    int when;
  };
  const auto monday = [] { return Meeting("a").Open("MO", "19:00", "20:00"); };
  const Case cases[] = {
      {"every Monday: 4 × 40", monday(), 160},
      {"every day: at most 4 are paid, but only Mondays are free",
       Meeting("a").Open("MO,TU,WE", "19:00", "20:00"), 160},
      {"three times from 8 June: 3 × 40", monday().Every(1, "2026-06-08", 3),
       120},
      {"every second week from 8 June: 8, 22: 2 × 40",
       monday().Every(2, "2026-06-08", 0), 80},
      {"second Monday of the month: 8 June: 1 × 40",
       Meeting("a").Open("2MO", "19:00", "20:00").Monthly(), 40},
      {"first Monday: 1 June is past, 6 July too late: none",
       Meeting("a").Open("1MO", "19:00", "20:00").Monthly(), 0},
      {"last Monday: 29 June: 1 × 40",
       Meeting("a").Open("-1MO", "19:00", "20:00").Monthly(), 40},
      {"not wholly in the window: none",
       Meeting("a").Open("MO", "20:30", "21:30"), 0},
      {"unknown hours: none", Meeting("a").NoHours(), 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const v1::Option option =
        ExplainOne(c.place,
                   "person { free { days: 'MO' start: '18:00' end: '21:00' } }")
            .option();
    // Free windows earn points, they do not judge.
    EXPECT_EQ(Verdict(option), "FITS");
    EXPECT_EQ(PointsOf(option, "when"), c.when);
  }
}

TEST(WorkedPointsTest, AnchorsAreTakenOutOfFreeTime) {
  const Place monday = Meeting("a").Open("MO", "19:00", "20:00");
  const auto when = [&](const std::string& person) {
    return PointsOf(ExplainOne(monday, "person { " + person + " }").option(),
                    "when");
  };
  const std::string free = "free { days: 'MO' start: '18:00' end: '21:00' } ";
  const auto anchor = [](const std::string& start, const std::string& end) {
    return "anchors { name: 'work' window { days: 'MO' start: '" + start +
           "' end: '" + end + "' } } ";
  };
  // Left of 18:00-21:00: 18:00-19:30 and 20:30-21:00; 19:00-20:00 fits neither.
  EXPECT_EQ(when(free + anchor("19:30", "20:30")), 0);
  // Left: 18:00-18:30 and 19:00-21:00.
  EXPECT_EQ(when(free + anchor("18:30", "19:00")), 160);
  // Without free windows the whole week less the anchor.
  EXPECT_EQ(when(anchor("09:00", "17:00")), 160);
  EXPECT_EQ(when(anchor("19:59", "23:00")), 0);
  // Said neither: no such component.
  EXPECT_EQ(when("age: 30"), 0);
}

// --------------------------------------------------------------------- prefer

TEST(WorkedPointsTest, PreferPaysWeightTimesFiftyWhereItIsMet) {
  const auto prefers = [](const std::string& values, const std::string& more) {
    return "criteria { kind: PREFER field: 'any.pathway' values: [" + values +
           "] " + more + " } ";
  };
  struct Case {
    std::string name, said, request;
    int prefer;
  };
  const Case cases[] = {
      {"weight 1 is the default: 50", "yes 10d", prefers("'secular'", ""), 50},
      {"weight 2: 100", "yes 10d", prefers("'secular'", "weight: 2"), 100},
      {"weight 3: 150", "yes 10d", prefers("'secular'", "weight: 3"), 150},
      {"any value is enough: 100", "yes 10d",
       prefers("'cultural', 'secular'", "weight: 2"), 100},
      {"no: 0", "no 10d", prefers("'secular'", "weight: 3"), 0},
      {"unknown: 0", "", prefers("'secular'", "weight: 3"), 0},
      {"conditional: 0", "conditional 10d", prefers("'secular'", "weight: 3"),
       0},
      {"yes, but stale: unknown, 0", "yes 366d",
       prefers("'secular'", "weight: 3"), 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Place place = Naloxone("a");
    if (!c.said.empty()) place.Says("any.pathway.secular", c.said);
    const v1::Option option = ExplainOne(place, c.request).option();
    // A wish earns points; it never decides.
    EXPECT_EQ(Verdict(option), "FITS");
    EXPECT_EQ(PointsOf(option, "prefer"), c.prefer);
  }
}

TEST(WorkedPointsTest, SeveralWishesAddUpAndNameTheirParts) {
  const v1::Option option =
      ExplainOne(Naloxone("a")
                     .Says("any.child_care", "yes 10d")
                     .Says("any.payment_help", "yes 10d"),
                 "criteria { kind: PREFER field: 'any.child_care' "
                 "values: 'yes' weight: 3 } "
                 "criteria { kind: PREFER field: 'any.payment_help' "
                 "values: 'yes' weight: 1 } "
                 "criteria { kind: PREFER field: 'any.proof_of_attendance' "
                 "values: 'yes' weight: 2 } ")
          .option();
  // 3 × 50 + 1 × 50 + nothing for what is unknown = 200; 300 + 200 + 58.
  EXPECT_EQ(Points(option), "freshness 58 + need 300 + prefer 200 = 558");
  int parts = 0;
  int sum = 0;
  for (const v1::Component& component : option.explanation().components()) {
    if (component.name() != "prefer") continue;
    if (component.parts().empty()) {
      ++parts;
      sum += component.points();
    }
    for (const v1::Component& part : component.parts()) {
      ++parts;
      sum += part.points();
      EXPECT_FALSE(part.sentence().empty());
    }
  }
  EXPECT_EQ(parts, 3);
  EXPECT_EQ(sum, 200);
}

// --------------------------------------------------------------- availability

TEST(WorkedPointsTest, AvailabilityPaysByKindAndAge) {
  const auto beds = [](int count, const std::string& age) {
    return Naloxone("a").Beds(count, age);
  };
  const auto says = [](const std::string& path, const std::string& said) {
    return Naloxone("a").Says(path, said);
  };
  struct Case {
    std::string name;
    Place place;
    int points;
  };
  // Capacity lives 72 hours: past half means more than 36.
  const Case cases[] = {
      {"2 beds, 3 hours ago", beds(2, "3h"), 60},
      {"36 hours is not past half", beds(2, "36h"), 60},
      {"37 hours is", beds(2, "37h"), 40},
      {"72 hours is the end", beds(2, "72h"), 40},
      {"73 hours is past it", beds(2, "73h"), 0},
      {"undated", beds(2, "undated"), 0},
      {"no beds", beds(0, "3h"), 0},
      {"takes new people", says("any.accepting_new", "yes 10d"), 30},
      {"said so 31 days ago", says("any.accepting_new", "yes 31d"), 0},
      {"takes nobody", says("any.accepting_new", "no 10d"), 0},
      {"waitlist open", says("any.waitlist", "=open 2d"), 10},
      {"open 8 days ago", says("any.waitlist", "=open 8d"), 0},
      {"waitlist closed", says("any.waitlist", "=closed 2d"), 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const v1::Option option = ExplainOne(c.place, "").option();
    EXPECT_EQ(PointsOf(option, "availability"), c.points);
    for (const v1::Component& part : option.explanation().components()) {
      if (part.name() != "availability") continue;
      EXPECT_EQ(part.sentence().find("available"), std::string::npos)
          << part.sentence();
    }
  }
}

// ------------------------------------------------------------------ freshness

TEST(WorkedPointsTest, FreshnessPaysBySixtyOverAYear) {
  struct Case {
    std::string age;
    int days, points;
  };
  const Case cases[] = {
      {"1h", 0, 60},      {"23h", 0, 60},     // whole days
      {"47h", 1, 59},                         // 60 × 364 ÷ 365 = 59.84
      {"10d", 10, 58},                        // 60 × 355 ÷ 365 = 58.36
      {"100d", 100, 43},                      // 60 × 265 ÷ 365 = 43.56
      {"358d", 358, 1},                       // 60 × 7 ÷ 365 = 1.15
      {"359d", 359, 0},                       // 60 × 6 ÷ 365 = 0.99
      {"365d", 365, 0},   {"500d", 500, 0},   // never less than nothing
      {"undated", -1, 0}, {"future", -1, 0},  // dated after as_of is undated
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.age);
    const v1::Option option =
        ExplainOne(Naloxone("a").AllDated(c.age), "").option();
    EXPECT_EQ(option.freshness_days(), c.days);
    EXPECT_EQ(PointsOf(option, "freshness"), c.points);
  }
}

TEST(WorkedPointsTest, FreshnessIsThatOfTheOldest) {
  const auto days = [](const Place& place, const std::string& request) {
    return ExplainOne(place, request).option().freshness_days();
  };
  const auto mixed = [] {
    return Naloxone("a")
        .Dated("hours", "20d")
        .Dated("phone", "100d")
        .Dated("address", "5d");
  };
  const std::string must =
      "criteria { kind: MUST field: 'any.pathway' values: 'secular' }";
  EXPECT_EQ(days(mixed(), ""), 100);
  EXPECT_EQ(days(mixed().Dated("address", "undated"), ""), -1);
  // A judged fact counts, one that nobody asked about does not.
  EXPECT_EQ(days(mixed().Says("any.pathway.secular", "yes 150d"), must), 150);
  EXPECT_EQ(days(mixed().Says("any.pathway.secular", "yes 150d"), ""), 100);
  EXPECT_EQ(days(mixed().Says("any.pathway.secular", "yes undated"), must), -1);
}

// ---------------------------------------------------------------------- order

TEST(WorkedOrderTest, PointsComeFirst) {
  // near: 200; freshness of 30 days 60 × 335 ÷ 365 = 55.07: 255 with need's
  // 300. far:  200 × (40,000 − 2,224) ÷ 40,000 = 188.88; freshness 58: 246.
  EXPECT_EQ(Order(FirstNeed(
                {Naloxone("far").North(0.02), Naloxone("near").AllDated("30d")},
                kStart + Terms("'naloxone'"))),
            "near far");
}

TEST(WorkedOrderTest, ThenTheFresher) {
  // 60 × 265 ÷ 365 = 43.56 and 60 × 264 ÷ 365 = 43.40: both 43 points.
  const v1::NeedAnswer answer = FirstNeed(
      {Naloxone("a").AllDated("101d"), Naloxone("b").AllDated("100d")},
      Terms("'naloxone'"));
  EXPECT_EQ(Order(answer), "b a");
  EXPECT_EQ(answer.options(0).points(), answer.options(1).points());
}

TEST(WorkedOrderTest, UndatedIsTheLeastFresh) {
  // Both have no points for freshness.
  EXPECT_EQ(Order(FirstNeed({Naloxone("a").AllDated("undated"),
                             Naloxone("b").AllDated("400d")},
                            Terms("'naloxone'"))),
            "b a");
}

TEST(WorkedOrderTest, ThenTheNearer) {
  // 0.0101° is 1,123 m: 200 × 38,877 ÷ 40,000 = 194.39.
  // 0.0100° is 1,112 m: 200 × 38,888 ÷ 40,000 = 194.44. Both 194 points.
  const v1::NeedAnswer answer =
      FirstNeed({Naloxone("a").North(0.0101), Naloxone("b").North(0.01)},
                kStart + Terms("'naloxone'"));
  EXPECT_EQ(Order(answer), "b a");
  EXPECT_EQ(answer.options(0).points(), answer.options(1).points());
}

TEST(WorkedOrderTest, ThenTheId) {
  EXPECT_EQ(Order(FirstNeed({Naloxone("c"), Naloxone("a"), Naloxone("b")},
                            Terms("'naloxone'"))),
            "a b c");
}

TEST(WorkedOrderTest, AddingWhatDoesNotFitChangesNoOnesPlaceOrPoints) {
  const std::vector<Place> two = {Naloxone("a").North(0.02),
                                  Naloxone("b").North(0.01)};
  std::vector<Place> three = two;
  three.push_back(Naloxone("c").Says("any.minimum_age", "18 10d"));
  const std::string request =
      "person { age: 17 start { latitude_e7: 390000000 "
      "longitude_e7: -766000000 } } " +
      Terms("'naloxone'");
  const v1::NeedAnswer before = FirstNeed(two, request);
  const v1::NeedAnswer after = FirstNeed(three, request);
  EXPECT_EQ(Order(before), "b a");
  EXPECT_EQ(Order(after), "b a");
  EXPECT_EQ(Points(before.options(0)), Points(after.options(0)));
  EXPECT_EQ(Points(before.options(1)), Points(after.options(1)));
}

TEST(WorkedOrderTest, ShowsTenUnlessAskedOtherwise) {
  std::vector<Place> twelve;
  for (char id = 'a'; id < 'a' + 12; ++id) {
    twelve.push_back(Naloxone(std::string(1, id)));
  }
  EXPECT_EQ(Order(FirstNeed(twelve, Terms("'naloxone'"))),
            "a b c d e f g h i j");
  const v1::NeedAnswer two =
      FirstNeed(twelve, "max_results: 2 " + Terms("'naloxone'"));
  EXPECT_EQ(Order(two), "a b");
  // Counts are over all, not only what is shown.
  EXPECT_EQ(two.fits_count(), 12);
}

}  // namespace
}  // namespace handrail::matcher::worked
