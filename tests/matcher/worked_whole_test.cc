// Worked cases of whole questions: a person and a house with every number
// worked out, what happens when single facts are forgotten, agencies' rules,
// lifetimes by source, several needs. See worked_cases_test.cc for how they
// were made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "handrail/v1/match_service.pb.h"
#include "matcher/ttl.h"
#include "tests/matcher/worked_cases.h"
#include "tests/testing/testing.h"

namespace handrail::matcher::worked {
namespace {

using ::handrail::testing::HasReason;
using ::handrail::testing::IsOk;
using ::handrail::testing::ParseText;
using ::handrail::testing::StatusIs;

// ------------------------------------- a mother on methadone, boys of 4 and 13

const char kMother[] =
    "person { age: 34 gender: 'woman' medications: 'methadone' "
    "  household { children { age: 4 gender: 'boy' } "
    "              children { age: 13 gender: 'boy' } } "
    "  start { latitude_e7: 390000000 longitude_e7: -766000000 } "
    "  anchors { name: 'dosing' window { "
    "    days: ['MO', 'TU', 'WE', 'TH', 'FR', 'SA'] "
    "    start: '06:00' end: '07:00' } } } "
    "needs { terms: 'recovery-residence' within_m: 10000 } "
    "criteria { kind: PREFER field: 'any.pathway' "
    "           values: 'medication_affirming' weight: 2 }";

struct Said {
  std::string path, words;
};
const Said kHouseRules[] = {
    {"any.minimum_age", "18 10d"},           {"any.genders.woman", "yes 10d"},
    {"any.medication.methadone", "yes 10d"}, {"housing.children", "yes 10d"},
    {"housing.children_max", "2 10d"},       {"housing.boys_age_max", "13 10d"},
};

// The house of the case, without the rule of this path.
Place MothersHouse(const std::string& forgotten = "") {
  Place house = House("a").North(0.05).Beds(2, "3h").Says(
      "any.pathway.medication_affirming", "yes 10d");
  for (const Said& said : kHouseRules) {
    if (said.path != forgotten) house.Says(said.path, said.words);
  }
  return house;
}

TEST(WorkedWholeTest, MotherOnMethadoneWithTwoBoys) {
  const v1::Option option = ExplainOne(MothersHouse(), kMother).option();
  EXPECT_EQ(Verdict(option), "FITS");
  // 0.05° = 6,371,010 × π / 180 × 0.05 = 5,559.76, 5,560 m.
  EXPECT_EQ(option.distance_m(), 5560);
  // need          the one term asked                        300
  // near          200 × (10,000 − 5,560) ÷ 10,000 = 88.8     88
  // when          open 9 to 5 every day, dosing is over
  //               by 7: 4 × 40                              160
  // prefer        weight 2 × 50                             100
  // availability  2 beds, 3 hours ago                        60
  // freshness     10 days: 58.36                             58
  EXPECT_EQ(Points(option),
            "availability 60 + freshness 58 + near 88 + need 300 + "
            "prefer 100 + when 160 = 766");
}

TEST(WorkedWholeTest, ForgettingARuleMovesFitsToCheckAndNeverOut) {
  for (const char* path : {"any.minimum_age", "any.genders.woman",
                           "any.medication.methadone", "housing.children"}) {
    SCOPED_TRACE(path);
    EXPECT_THAT(Judge(MothersHouse(path), kMother),
                ::testing::StartsWith("CHECK 3x"));
  }
}

// "Forgetting a fact moves FITS to CHECK, never out" has no exception for a
// house that takes children and does not say how many or how old.
TEST(WorkedWholeTest, ForgettingALimitOnChildrenMovesFitsToCheck) {
  for (const char* path : {"housing.children_max", "housing.boys_age_max"}) {
    SCOPED_TRACE(path);
    EXPECT_THAT(Judge(MothersHouse(path), kMother),
                ::testing::StartsWith("CHECK 3x"));
  }
}

TEST(WorkedWholeTest, OneRefusalOutweighsEverythingThatFits) {
  EXPECT_EQ(Judge(MothersHouse("any.medication.methadone")
                      .Says("any.medication.methadone", "no 10d"),
                  kMother),
            "DOES_NOT_FIT");
  // Not recorded (3), and a recorded no that is old (4): the worst is 4.
  EXPECT_EQ(Judge(MothersHouse("any.medication.methadone")
                      .Says("any.medication.methadone", "no 91d")
                      .Says("any.accepting_new", "yes 10d"),
                  std::string(kMother) +
                      "criteria { kind: MUST field: 'any.child_care' "
                      "values: 'yes' }"),
            "CHECK 4x1");
}

// ------------------------------------------------- the examples of SCORING.md

const char kAtStart[] =
    "person { start { latitude_e7: 390000000 longitude_e7: -766000000 } } ";

TEST(WorkedWholeTest, ExampleOfThePantryAddsUp) {
  const std::string request =
      std::string(kAtStart) + "needs { terms: 'food-pantry' within_m: 10000 } ";
  const auto pantry = [] { return Place("a", "food-pantry").OnlyAnAddress(); };
  EXPECT_EQ(PointsOf(pantry(), request),
            "freshness 58 + near 200 + need 300 = 558");
  EXPECT_EQ(PointsOf(pantry().North(0.01), request),
            "freshness 58 + near 177 + need 300 = 535");
  // 535 + 60 for the beds + 3 × 50.
  EXPECT_EQ(
      PointsOf(pantry().North(0.01).Beds(2, "24h").Says("any.pathway.secular",
                                                        "yes 10d"),
               request + "criteria { kind: PREFER field: 'any.pathway' "
                         "values: 'secular' weight: 3 }"),
      "availability 60 + freshness 58 + near 177 + need 300 + prefer 150 = "
      "745");
}

TEST(WorkedWholeTest, ExamplesOfSingleComponents) {
  // (1 + ½) ÷ 3 of 300 = 150.
  EXPECT_EQ(PointsOf(Place("a", "food-pantry")
                         .OnlyBroadly("free-meal")
                         .Also("food-pantry"),
                     "needs { terms: ['food-pantry', 'free-meal', 'ride'] }"),
            "freshness 58 + need 150 = 208");
  // (0.7 + 0.4) ÷ 2 × 150 = 82.5.
  EXPECT_EQ(PointsOf(Naloxone("a").Named("Soup Kitchen").Described("Bread."),
                     "needs { words: 'kitchens bread' }"),
            "freshness 58 + words 82 = 140");
  // From Friday 5 June: 10, 17, 24 June and 1 July, 4 × 40.
  const absl::Time friday = At("2026-06-05T16:00:00Z");
  EXPECT_EQ(
      PointsOf(
          Place("a", "secular-meeting", friday).Open("WE", "19:00", "20:00"),
          "person { free { days: 'WE' start: '18:00' end: '21:00' } }", friday),
      "freshness 58 + need 300 + when 160 = 518");
}

TEST(WorkedWholeTest, WidenedNeedIsMeasuredByTheRingReached) {
  // 0.06° = 6,672 m, 0.2° = 22,239 m. Ring of 25 km:
  // 200 × 18,328 ÷ 25,000 = 146.6 and 200 × 2,761 ÷ 25,000 = 22.1.
  const v1::NeedAnswer answer =
      FirstNeed({Naloxone("a").North(0.06), Naloxone("b").North(0.2)},
                "max_results: 2 " + std::string(kAtStart) +
                    "needs { terms: 'naloxone' within_m: 5000 widen: true }");
  ASSERT_EQ(Order(answer), "a b");
  EXPECT_EQ(PointsOf(answer.options(0), "near"), 146);
  EXPECT_EQ(PointsOf(answer.options(1), "near"), 22);
}

TEST(WorkedWholeTest, WhereOneCanGoOrStayAwayTheBetterCounts) {
  const auto both = [](double north) {
    return Naloxone("a")
        .North(north)
        .Says("any.attendance_mode.in_person", "yes 10d")
        .Says("any.attendance_mode.online", "yes 10d");
  };
  const auto near = [&](double north) {
    return PointsOf(ExplainOne(both(north), std::string(kAtStart) +
                                                "needs { terms: 'naloxone' }")
                        .option(),
                    "near");
  };
  EXPECT_EQ(near(0), 200);     // at the door
  EXPECT_EQ(near(0.01), 194);  // 200 × 38,888 ÷ 40,000
  EXPECT_EQ(near(0.4), 100);   // 44 km: online
}

TEST(WorkedWholeTest, LimitForBoysIsTheirRuleWhereGenderOrAgeWasNotSaid) {
  const Place house = House("a")
                          .Says("housing.children", "yes 10d")
                          .Says("housing.boys_age_max", "12 10d")
                          .Says("housing.girls_age_max", "17 10d");
  for (const char* child : {"age: 13", "gender: 'boy'"}) {
    SCOPED_TRACE(child);
    const v1::Option option =
        ExplainOne(house, std::string("person { household { children { ") +
                              child + " } } }")
            .option();
    EXPECT_EQ(Verdict(option), "FITS");
    EXPECT_GE(option.their_rules_size(), 1);
  }
  // 18 is over both limits, whoever it is.
  EXPECT_EQ(Judge(house, "person { household { children { age: 18 } } }"),
            "DOES_NOT_FIT");
}

// ------------------------------------------------------- papers, more closely

TEST(WorkedWholeTest, EveryDocumentRuleCounts) {
  const Place house = House("a")
                          .Wants("photo_id|birth_certificate", 0, "yes 10d")
                          .Wants("tb_test", 0, "yes 10d");
  const auto holding = [](const std::string& documents) {
    return "person { documents_stated: true " + documents + " }";
  };
  const std::string id = "documents { document: 'photo_id' } ";
  const std::string test = "documents { document: 'tb_test' } ";
  EXPECT_EQ(Judge(house, holding(id)), "DOES_NOT_FIT");
  EXPECT_EQ(Judge(house, holding(test)), "DOES_NOT_FIT");
  EXPECT_EQ(Judge(house, holding(id + test)), "FITS");
}

TEST(WorkedWholeTest, DaysForPapersCountFromArrival) {
  // Comes on 5 June; "within 2 days" is then 7 June.
  const auto held_from = [](const std::string& date) {
    return "person { earliest_start: '2026-06-05' documents_stated: true "
           "documents { document: 'photo_id' available_on: '" +
           date + "' } }";
  };
  const Place door = House("a").Wants("photo_id", 0, "yes 10d");
  const Place two_days = House("a").Wants("photo_id", 2, "yes 10d");
  EXPECT_EQ(Judge(door, held_from("2026-06-05")), "FITS");
  EXPECT_EQ(Judge(door, held_from("2026-06-06")), "DOES_NOT_FIT");
  EXPECT_EQ(Judge(two_days, held_from("2026-06-07")), "FITS");
  EXPECT_EQ(Judge(two_days, held_from("2026-06-08")), "DOES_NOT_FIT");
}

// --------------------------------------------------------- time, more closely

TEST(WorkedWholeTest, RoundTheClockInWordsIsAQuestion) {
  EXPECT_EQ(Judge(Naloxone("a").NoHours().RoundTheClock("conditional 10d"),
                  "needs { terms: 'naloxone' when { now: true } }"),
            "CHECK 2x1");
}

TEST(WorkedWholeTest, HoursThatTouchAtMidnightAreOne) {
  const std::string night =
      "needs { terms: 'naloxone' when { window { days: 'MO' start: '20:00' "
      "end: '04:00' } mode: THROUGHOUT } }";
  EXPECT_EQ(Judge(Naloxone("a")
                      .Open("MO", "18:00", "00:00")
                      .AlsoOpen("TU", "00:00", "06:00"),
                  night),
            "FITS");
  EXPECT_EQ(Judge(Naloxone("a")
                      .Open("MO", "18:00", "00:00")
                      .AlsoOpen("TU", "00:01", "06:00"),
                  night),
            "DOES_NOT_FIT");
}

TEST(WorkedWholeTest, TonightAskedAfterMidnightEndsTheSameMorning) {
  // Wednesday 3 June, 01:00 in New York.
  const absl::Time one = At("2026-06-03T05:00:00Z");
  const std::string tonight =
      "needs { terms: 'naloxone' when { tonight: true } }";
  EXPECT_EQ(Judge(Place("a", "naloxone", one).Open("WE", "05:30", "09:00"),
                  tonight, one),
            "FITS");
  EXPECT_EQ(Judge(Place("a", "naloxone", one).Open("TH", "05:30", "09:00"),
                  tonight, one),
            "DOES_NOT_FIT");
}

TEST(WorkedWholeTest, WhenPointsFollowTheDefaultOfTheKind) {
  const auto when = [](const Place& place, const std::string& request) {
    return PointsOf(ExplainOne(place, request).option(), "when");
  };
  const std::string monday =
      "person { free { days: 'MO' start: '18:00' end: '21:00' } } ";
  // Walk-in hours: 30 minutes are enough, four Mondays × 40.
  EXPECT_EQ(when(Naloxone("a").Open("MO", "09:00", "18:30"), monday), 160);
  EXPECT_EQ(when(Naloxone("a").Open("MO", "09:00", "18:29"), monday), 0);
  // A meeting has to lie in it.
  EXPECT_EQ(when(Meeting("a").Open("MO", "17:30", "18:30"), monday), 0);
}

TEST(WorkedWholeTest, WhenPointsNeedTheWindowOfTheNeedToo) {
  // Tuesdays 19:00 and the second Monday (8 June) 19:00. Free on both days, the
  // need asks for Mondays: 1 × 40.
  const Place group = Meeting("a")
                          .Open("TU", "19:00", "20:00")
                          .AlsoOpen("2MO", "19:00", "20:00")
                          .Monthly();
  const v1::Option option =
      ExplainOne(group,
                 "person { free { days: ['MO', 'TU'] start: '18:00' "
                 "end: '21:00' } } "
                 "needs { terms: 'secular-meeting' when { window { "
                 "days: 'MO' start: '18:00' end: '21:00' } } }")
          .option();
  EXPECT_EQ(Verdict(option), "FITS");
  EXPECT_EQ(PointsOf(option, "when"), 40);
}

TEST(WorkedWholeTest, RefusedNumbersTurnRoundToo) {
  const std::string not_dear =
      "criteria { kind: MUST_NOT field: 'housing.weekly_fee' "
      "values: '>=15001' }";
  EXPECT_EQ(Judge(House("a").Says("housing.weekly_fee", "15000 10d"), not_dear),
            "FITS");
  EXPECT_EQ(Judge(House("a").Says("housing.weekly_fee", "15001 10d"), not_dear),
            "DOES_NOT_FIT");
  EXPECT_EQ(Judge(House("a").Says("housing.weekly_fee", "15001 91d"), not_dear),
            "CHECK 4x1");
}

// ------------------------------------------------------ agencies and sources

TEST(WorkedWholeTest, AgencysRuleIsAddedAndNamedAsTheAgencys) {
  MatchOptions options;
  options.policy.push_back(ParseText<v1::Criterion>(
      "kind: MUST field: 'housing.certified' values: 'yes'"));
  const auto judged = [&](const Place& place) {
    return ExplainOne(place, "", Noon(), options).option();
  };
  EXPECT_EQ(Verdict(judged(House("a").Says("housing.certified", "yes 10d"))),
            "FITS");
  EXPECT_EQ(Verdict(judged(House("a").Says("housing.certified", "no 10d"))),
            "DOES_NOT_FIT");
  const v1::Option unknown = judged(House("a"));
  EXPECT_EQ(Verdict(unknown), "CHECK 3x1");
  ASSERT_EQ(unknown.explanation().judgements_size(), 1);
  EXPECT_EQ(unknown.explanation().judgements(0).owner(), v1::AGENCY);
}

TEST(WorkedWholeTest, SourceMayHaveLifetimesOfItsOwn) {
  // A source that asks everybody once a year: 181 days are not stale, and not
  // past half of 400 either; 401 are stale.
  TtlTable ttls;
  ttls.by_source["county"][v1::TTL_POLICY] = absl::Hours(400 * 24);
  MatchOptions options;
  options.ttls = &ttls;
  const std::string must =
      "criteria { kind: MUST field: 'any.child_care' values: 'yes' }";
  const auto judged = [&](const std::string& said) {
    return Judge(Naloxone("a").Says("any.child_care", said), must, Noon(),
                 options);
  };
  EXPECT_EQ(judged("yes 181d"), "FITS");
  EXPECT_EQ(judged("yes 400d"), "FITS");
  EXPECT_EQ(judged("yes 401d"), "CHECK 1x1");
  EXPECT_EQ(judged("yes undated"), "CHECK 1x1");
}

// ------------------------------------------------------------ what words claim

TEST(WorkedWholeTest, NoSentenceClaimsThatAnOldFactWasConfirmed) {
  const std::string request =
      "person { medications: 'methadone' } "
      "needs { terms: 'recovery-residence' when { now: true } } "
      "criteria { kind: MUST field: 'any.child_care' values: 'yes' }";
  for (const std::string age : {"400d", "undated"}) {
    SCOPED_TRACE(age);
    const v1::Option option =
        ExplainOne(House("a")
                       .AllDated(age)
                       .Says("any.medication.methadone", "yes " + age)
                       .Says("any.child_care", "yes " + age)
                       .Says("housing.pets", "no " + age),
                   request)
            .option();
    std::vector<std::string> sentences(option.their_rules().begin(),
                                       option.their_rules().end());
    for (const v1::Judgement& judged : option.explanation().judgements()) {
      sentences.push_back(judged.sentence());
    }
    for (const v1::DatedFact& fact : option.facts()) {
      sentences.push_back(fact.sentence());
    }
    EXPECT_GE(sentences.size(), 4U);
    for (const std::string& sentence : sentences) {
      EXPECT_EQ(sentence.find("onfirmed"), std::string::npos) << sentence;
    }
    EXPECT_EQ(option.verdict(), v1::CHECK);
  }
}

TEST(WorkedWholeTest, ConfirmedFactSaysWhenAndHow) {
  const v1::Option option =
      ExplainOne(Naloxone("a").Says("any.child_care", "yes 2d"),
                 "criteria { kind: MUST field: 'any.child_care' "
                 "values: 'yes' }")
          .option();
  ASSERT_EQ(option.explanation().judgements_size(), 1);
  EXPECT_THAT(option.explanation().judgements(0).sentence(),
              ::testing::HasSubstr("onfirmed 2 days ago by phone"));
}

// -------------------------------------------------------------- several needs

TEST(WorkedWholeTest, NeedsAreAnsweredInOrderWithTheirOwnCriteria) {
  const auto answer = Ask({Naloxone("n").Says("any.child_care", "no 10d"),
                           Place("r", "ride").Says("any.child_care", "no 10d")},
                          "needs { terms: 'ride' } "
                          "needs { terms: 'naloxone' criteria { kind: MUST "
                          "field: 'any.child_care' values: 'yes' } } ");
  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->needs_size(), 2);
  EXPECT_EQ(Order(answer->needs(0)), "r");
  EXPECT_EQ(Order(answer->needs(1)), "");
  EXPECT_EQ(answer->needs(1).does_not_fit_count(), 1);
}

TEST(WorkedWholeTest, SaysWhatItAnsweredFrom) {
  const auto answer = Ask({Naloxone("a")}, "needs { terms: 'naloxone' }");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->directory_revision(), 7U);
  EXPECT_EQ(answer->as_of().seconds(), absl::ToUnixSeconds(Noon()));
  EXPECT_EQ(answer->scorer_version(), ScorerVersion());
  EXPECT_THAT(ScorerVersion(), ::testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST(WorkedWholeTest, ExplainingWhatIsNotThereIsNotFound) {
  const auto snapshot = Snapshot::Create({});
  const auto answer =
      Explain(*snapshot,
              ParseText<v1::ExplainRequest>(
                  "listing_id: 'gone' request { needs { terms: 'naloxone' } }"),
              Noon());
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(answer, HasReason(v1::ERROR_REASON_RECORD_NOT_FOUND));
}

}  // namespace
}  // namespace handrail::matcher::worked
