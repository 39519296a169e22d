// Order, points, candidates, words, crisis: hand-computed from SCORING.md.
#include <gtest/gtest.h>

#include "matcher/points.h"
#include "tests/matcher/matching_kit.h"

namespace handrail::matcher {
namespace {

using ::handrail::testing::ParseText;

std::vector<std::string> Order(const v1::MatchResponse& answer) {
  std::vector<std::string> ids;
  if (answer.needs().empty()) return ids;
  for (const v1::Option& option : answer.needs(0).options()) {
    ids.push_back(option.listing().id());
  }
  return ids;
}

int ComponentPoints(const v1::Option& option, const std::string& name) {
  for (const v1::Component& component : option.explanation().components()) {
    if (component.name() == name) return component.points();
  }
  return -1;
}

using Ids = std::vector<std::string>;

TEST(PointsTest, FormulasFollowTheTable) {
  EXPECT_EQ(NeedPoints(2, 1), 300);
  EXPECT_EQ(NeedPoints(1, 1), 150);  // Through a broader code only.
  EXPECT_EQ(NeedPoints(2, 3), 100);  // One of three.
  EXPECT_EQ(NeedPoints(3, 2), 225);  // One and a half of two.
  EXPECT_EQ(NeedPoints(1, 7), 21);   // 300 × ½ ÷ 7 = 21.4.
  EXPECT_EQ(NearPoints(0, 10'000, false), 200);
  EXPECT_EQ(NearPoints(1'112, 10'000, false), 177);  // 200 × 8888 ÷ 10000.
  EXPECT_EQ(NearPoints(9'999, 10'000, false), 0);
  EXPECT_EQ(NearPoints(50'000, 40'000, false), 0);
  EXPECT_EQ(NearPoints(1'112, 10'000, true), 100);
  EXPECT_EQ(NearPoints(6'000, 10'000, true), 80);
  EXPECT_EQ(WhenPoints(0), 0);
  EXPECT_EQ(WhenPoints(3), 120);
  EXPECT_EQ(WhenPoints(9), 160);
  EXPECT_EQ(FreshnessPoints(0), 60);
  EXPECT_EQ(FreshnessPoints(10), 58);
  EXPECT_EQ(FreshnessPoints(365), 0);
  EXPECT_EQ(FreshnessPoints(4000), 0);
  EXPECT_EQ(FreshnessPoints(-1), 0);
}

TEST(RankingTest, FitsComeBeforeChecksAndChecksByDoubt) {
  const std::string ask =
      "criteria { kind: MUST field: 'any.child_care' values: 'yes' } criteria "
      "{ "
      "kind: MUST field: 'any.payment_help' values: 'yes' }";
  const auto place = [](const std::string& id, const std::string& care,
                        const std::string& help) {
    return MakeListing(id, "food-pantry",
                       absl::StrCat("profile { any { child_care { ", care,
                                    " } payment_help { ", help, " } } }"));
  };
  const auto snapshot = MakeSnapshot({
      place("a-old-no", "answer: NO @100;", "answer: YES @2;"),
      place("b-two-absent", "", ""),
      place("c-one-absent", "answer: YES @2;", ""),
      place("d-depends", "answer: YES @2;", "answer: CONDITIONAL @2;"),
      place("e-two-old", "answer: YES @100;", "answer: YES @100;"),
      place("f-one-old", "answer: YES @2;", "answer: YES @100;"),
      place("g-fits", "answer: YES @2;", "answer: YES @2;"),
      place("h-refused", "answer: NO @2;", "answer: YES @2;"),
  });
  const v1::MatchResponse answer =
      MatchOrDie(*snapshot, Ask("food-pantry", ask));
  EXPECT_EQ(Order(answer), (Ids{"g-fits", "f-one-old", "e-two-old", "d-depends",
                                "c-one-absent", "b-two-absent", "a-old-no"}));
  EXPECT_EQ(answer.needs(0).fits_count(), 1);
  EXPECT_EQ(answer.needs(0).check_count(), 6);
  EXPECT_EQ(answer.needs(0).does_not_fit_count(), 1);
}

TEST(RankingTest, ThenPointsThenFresherThenNearerThenId) {
  // 0.01° of latitude are 1111.95 m: 177 near points instead of 200.
  const auto snapshot = MakeSnapshot({
      MakeListing("d", "food-pantry", ""),
      MakeListing("c", "food-pantry", ""),
      MakeListing("b", "food-pantry", "place { latitude_e7: 390100000 }"),
      // Both more than a year old: no freshness points, but one is fresher.
      MakeListing("z", "food-pantry",
                  "phones { number: '+14105550100' } fields { field: 'phone' "
                  "@400; }"),
      MakeListing("y", "food-pantry",
                  "phones { number: '+14105550101' } fields { field: 'phone' "
                  "@500; }"),
  });
  const v1::MatchResponse answer =
      MatchOrDie(*snapshot, Ask("food-pantry", ""));
  // c, d: 558. b: 300 + 177 + 58 = 535. z, y: 500, z fresher.
  EXPECT_EQ(Order(answer), (Ids{"c", "d", "b", "z", "y"}));
  EXPECT_EQ(answer.needs(0).options(2).points(), 535);
  EXPECT_EQ(answer.needs(0).options(2).distance_m(), 1112);
  EXPECT_EQ(answer.needs(0).options(3).points(), 500);
}

TEST(RankingTest, PreferencesEarnFiftyTimesTheirWeightWhenMet) {
  const std::string ask =
      "criteria { kind: PREFER weight: 3 field: 'any.pathway' values: "
      "'secular' } criteria { kind: PREFER field: 'any.child_care' values: "
      "'yes' }";
  // Secular is met: 150. Child care is old: nothing, and it says so.
  // 558 + 150 = 708. Preferences are not judged: the age of them is not
  // counted.
  const v1::Option option =
      ExplainOne(MakeListing("l1", "food-pantry",
                             "profile { any { pathway { values { code: "
                             "'secular' answer: YES @2; } } child_care { "
                             "answer: YES @100; } } }"),
                 Ask("food-pantry", ask))
          .option();
  EXPECT_EQ(option.verdict(), v1::FITS);
  EXPECT_EQ(option.points(), 708);
  EXPECT_EQ(ComponentPoints(option, "prefer"), 150);
}

TEST(RankingTest, ReportedPlacesEarnByTheirAge) {
  const struct {
    std::string facts;
    int points;
  } cases[] = {
      // Capacity lives 72 hours: one day is fresh, two days are aging.
      {"places { unit: 'bed' available { answer: YES value: 2 @1; } }", 60},
      {"places { unit: 'bed' available { answer: YES value: 2 @2; } }", 40},
      {"places { unit: 'bed' available { answer: YES value: 2 @4; } }", 0},
      {"places { unit: 'bed' available { answer: YES value: 2 @x; } }", 0},
      {"places { unit: 'bed' available { answer: YES value: 0 @1; } }", 0},
      {"accepting_new { answer: YES @2; }", 30},
      {"accepting_new { answer: YES @40; }", 0},
      {"accepting_new { answer: NO @2; }", 0},
      {"waitlist { answer: YES code: 'open' @2; }", 10},
      {"waitlist { answer: YES code: 'closed' @2; }", 0},
      {"accepting_new { answer: YES @2; } waitlist { answer: YES code: 'open' "
       "@2; }",
       30},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.facts);
    const v1::Option option =
        ExplainOne(
            MakeListing("l1", "food-pantry",
                        absl::StrCat("profile { any { ", c.facts, " } }")),
            Ask("food-pantry", ""))
            .option();
    EXPECT_EQ(ComponentPoints(option, "availability"), c.points);
    EXPECT_EQ(option.points(), 558 + c.points);
  }
}

TEST(RankingTest, FreeWindowsEarnByOccurrences) {
  const v1::Listing meeting = MakeListing(
      "l1", "aa-meeting",
      "schedules { freq: WEEKLY byday: 'WE' opens_at: '18:00' closes_at: "
      "'19:00' zone: 'America/New_York' } fields { field: 'hours' @2; }");
  const auto when = [&meeting](const std::string& person) {
    return ComponentPoints(
        ExplainOne(meeting,
                   Ask("aa-meeting", absl::StrCat("person { ", person, " }")))
            .option(),
        "when");
  };
  // Four Wednesdays in 28 days: June 10, 17, 24, July 1.
  EXPECT_EQ(when("free { days: 'WE' start: '17:00' end: '21:00' }"), 160);
  EXPECT_EQ(when("free { days: 'TU' start: '17:00' end: '21:00' }"), 0);
  // A meeting must lie wholly in it.
  EXPECT_EQ(when("free { days: 'WE' start: '18:30' end: '21:00' }"), 0);
  // Work until half past six leaves no whole meeting.
  EXPECT_EQ(when("free { days: 'WE' start: '17:00' end: '21:00' } anchors { "
                 "name: 'work' window { start: '09:00' end: '18:30' } }"),
            0);
  // Anchors alone are taken out of the whole week.
  EXPECT_EQ(when("anchors { name: 'dosing' window { start: '06:00' end: "
                 "'08:00' } }"),
            160);
  // Four weeks from June 20 on: June 24, July 1, 8, 15.
  EXPECT_EQ(when("earliest_start: '2026-06-20' free { days: 'WE' start: "
                 "'17:00' end: '21:00' }"),
            160);
  EXPECT_EQ(when(""), -1);
}

TEST(CandidatesTest, NeedDistanceAndModeTakeListingsOut) {
  const std::string online =
      "profile { any { attendance_mode { values { code: 'online' answer: YES "
      "@2; } } } }";
  v1::Listing nowhere = MakeListing("nowhere", "food-pantry", "");
  nowhere.clear_place();
  v1::Listing remote = MakeListing("remote", "food-pantry", online);
  remote.clear_place();
  const auto snapshot = MakeSnapshot({
      MakeListing("other", "aa-meeting", ""),
      MakeListing("far", "food-pantry", "place { latitude_e7: 400000000 }"),
      MakeListing("here", "food-pantry", ""),
      MakeListing("gone", "food-pantry", "status: INACTIVE"),
      MakeListing("below", "wic", ""),
      nowhere,
      remote,
  });
  const v1::MatchResponse near = MatchOrDie(*snapshot, Ask("food-pantry", ""));
  EXPECT_EQ(Order(near), (Ids{"here", "remote"}));
  EXPECT_EQ(near.needs(0).place_unknown_count(), 1);
  // A term covers its sub-tree.
  EXPECT_EQ(Order(MatchOrDie(*snapshot, Ask("food", ""))),
            (Ids{"below", "here", "remote"}));
  const v1::MatchResponse by_mode = MatchOrDie(
      *snapshot, Ask("", "needs { terms: 'food-pantry' modes: 'online' }"));
  // Nothing is recorded of the others: a question, with or without a place.
  // "nowhere" has no address, so no date of it: fewer points.
  EXPECT_EQ(Order(by_mode), (Ids{"remote", "far", "here", "nowhere"}));
  EXPECT_EQ(
      Order(MatchOrDie(*snapshot,
                       Ask("food-pantry", "exclude { listing_ids: 'here' }"))),
      (Ids{"remote"}));
}

TEST(CandidatesTest, WideningGoesOnUntilThereAreEnough) {
  // 0.1° are 11,120 m, 1° are 111,195 m, 5° are 555,975 m.
  const auto snapshot = MakeSnapshot({
      MakeListing("a", "food-pantry", "place { latitude_e7: 391000000 }"),
      MakeListing("b", "food-pantry", "place { latitude_e7: 400000000 }"),
      MakeListing("c", "food-pantry", "place { latitude_e7: 440000000 }"),
      MakeListing("d", "food-pantry",
                  "place { latitude_e7: 440000000 state: 'NY' }"),
  });
  const auto widen = [&](int wanted) {
    return MatchOrDie(
        *snapshot,
        ParseText<v1::MatchRequest>(absl::StrCat(
            "person { start { postal_code: '21990' } } max_results: ", wanted,
            " needs { terms: 'food-pantry' widen: true }")));
  };
  EXPECT_EQ(Order(widen(1)), (Ids{"a"}));
  EXPECT_EQ(widen(1).needs(0).within_m(), 25'000);
  EXPECT_EQ(Order(widen(2)), (Ids{"a", "b"}));
  EXPECT_EQ(widen(2).needs(0).within_m(), 200'000);
  // The state: what lies in Maryland, however far.
  EXPECT_EQ(Order(widen(3)), (Ids{"a", "b", "c"}));
  EXPECT_TRUE(widen(3).needs(0).whole_state());
}

TEST(CandidatesTest, BareCoordinatesWidenToTheStateAround) {
  // 0.1° south of the only centroid of the table, in Maryland.
  const auto snapshot = MakeSnapshot({
      MakeListing("c", "food-pantry", "place { latitude_e7: 440000000 }"),
      MakeListing("d", "food-pantry",
                  "place { latitude_e7: 440000000 state: 'NY' }"),
  });
  const auto widen = [&](const std::string& person) {
    return MatchOrDie(*snapshot,
                      ParseText<v1::MatchRequest>(absl::StrCat(
                          "person { ", person, " } ",
                          "needs { terms: 'food-pantry' widen: true }")));
  };
  const std::string near =
      "start { latitude_e7: 389000000 longitude_e7: -760000000 }";
  EXPECT_EQ(Order(widen(near)), (Ids{"c"}));
  EXPECT_TRUE(widen(near).needs(0).whole_state());
  // Home, where it is said.
  EXPECT_EQ(Order(widen(near + " home { state: 'NY' }")), (Ids{"d"}));
  // 300 km from anything known there is no state: 200 km are the end.
  const v1::MatchResponse far =
      widen("start { latitude_e7: 363000000 longitude_e7: -760000000 }");
  EXPECT_FALSE(far.needs(0).whole_state());
  EXPECT_EQ(far.needs(0).within_m(), 200'000);
}

TEST(WordsTest, EachWordTakesItsBest) {
  const v1::Listing listing = MakeListing(
      "l1", "food-pantry", "name: 'Soup Kitchen' description: 'warm bread'");
  const auto words = [&](const std::string& text, const std::string& mode) {
    const v1::NeedExplanation explained = ExplainOne(
        listing, Ask("", absl::StrCat("needs { terms: 'food-pantry' within_m: "
                                      "10000 words: '",
                                      text, "' ", mode, " }")));
    return explained.candidate() ? ComponentPoints(explained.option(), "words")
                                 : -1;
  };
  EXPECT_EQ(words("soup", ""), 150);        // Exact, name.
  EXPECT_EQ(words("bread", ""), 60);        // Exact, description: 40 %.
  EXPECT_EQ(words("kitchens", ""), 105);    // By stem, name: 70 %.
  EXPECT_EQ(words("kitchan", ""), 75);      // One edit, name: 50 %.
  EXPECT_EQ(words("soup bread", ""), 105);  // (100 + 40) ÷ 2 = 70 %.
  EXPECT_EQ(words("soup castle", ""), 75);  // (100 + 0) ÷ 2.
  EXPECT_EQ(words("castle", ""), -1);       // Terms and words.
  EXPECT_EQ(words("castle", "words_mode: BOOST"), 0);
}

TEST(CrisisTest, BlocksComeByStatedKindAndByPhrase) {
  const auto resource = [](const std::string& id, int rank,
                           const std::string& kind) {
    return ParseText<v1::CrisisResource>(WithDates(absl::StrCat(
        "id: '", id, "' name: 'Line ", id, "' rank: ", rank, " kinds: ", kind,
        " contacts { channel: 'voice' value: '911' } contacts { channel: "
        "'video_relay' value: '911' } @10;")));
  };
  const auto snapshot = MakeSnapshot(
      {}, {resource("b", 1, "SUICIDE"), resource("a", 0, "SUICIDE"),
           resource("c", 0, "OVERDOSE")});
  const v1::MatchResponse answer = MatchOrDie(
      *snapshot,
      ParseText<v1::MatchRequest>(
          "needs { words: 'he wants to die' } crisis: OVERDOSE person { "
          "communication { channels: 'video_relay' } }"));
  ASSERT_EQ(answer.crisis_size(), 2);
  EXPECT_EQ(answer.crisis(0).kind(), v1::OVERDOSE);
  EXPECT_EQ(answer.crisis(1).kind(), v1::SUICIDE);
  ASSERT_EQ(answer.crisis(1).resources_size(), 2);
  EXPECT_EQ(answer.crisis(1).resources(0).id(), "a");
  EXPECT_EQ(answer.crisis(1).resources(0).contacts(0).channel(), "video_relay");
  EXPECT_EQ(answer.crisis(1).dated_size(), 2);
  const v1::MatchResponse calm = MatchOrDie(
      *snapshot, ParseText<v1::MatchRequest>(
                     "needs { words: 'overdose prevention class' }"));
  EXPECT_EQ(calm.crisis_size(), 0);
}

TEST(QuestionsTest, AreAskedByAChannelThePersonCanUse) {
  const v1::Listing home = MakeListing(
      "l1", "recovery-residence",
      "phones { number: '+14105550100' } email: 'house@example.org' fields { "
      "field: 'phone' @2; }");
  const auto channel = [&](const std::string& communication) {
    const v1::Option option =
        ExplainOne(home, Ask("recovery-residence",
                             absl::StrCat("person { age: 31 communication { ",
                                          communication, " } }")))
            .option();
    EXPECT_EQ(option.questions_size(), 1);
    return option.questions_size() == 0 ? "" : option.questions(0).channel();
  };
  EXPECT_EQ(channel(""), "voice");
  EXPECT_EQ(channel("channels: 'video_relay' channels: 'email'"),
            "video_relay");
  EXPECT_EQ(channel("channels: 'text' channels: 'email'"), "email");
  EXPECT_EQ(channel("has_phone: false"), "email");
  EXPECT_EQ(channel("has_phone: false has_data: false"), "");
}

TEST(TheirRulesTest, WhatWasNotSaidIsToldAndNotJudged) {
  const v1::Listing home = MakeListing(
      "l1", "recovery-residence",
      "profile { any { minimum_age { answer: YES value: 18 @2; } medication { "
      "values { code: 'methadone' answer: NO @2; } } } }");
  const v1::Option silent =
      ExplainOne(home, Ask("recovery-residence", "")).option();
  EXPECT_EQ(silent.verdict(), v1::FITS);
  EXPECT_EQ(silent.their_rules_size(), 2);
  const v1::Option said =
      ExplainOne(home, Ask("recovery-residence", "person { age: 31 }"))
          .option();
  EXPECT_EQ(said.their_rules_size(), 1);
}

TEST(MatcherTest, ExplainNamesAnUnknownListing) {
  const auto snapshot = MakeSnapshot({});
  v1::ExplainRequest request;
  request.set_listing_id("none");
  *request.mutable_request() = Ask("food-pantry", "");
  EXPECT_THAT(Explain(*snapshot, request, Now()),
              testing::HasReason(v1::ERROR_REASON_RECORD_NOT_FOUND));
}

TEST(MatcherTest, StopsWhenTheDeadlineHasPassed) {
  MatchOptions options;
  options.expired = [] { return true; };
  EXPECT_THAT(Match(*MakeSnapshot({}), Ask("food-pantry", ""), Now(), options),
              testing::HasReason(v1::ERROR_REASON_EXPIRED));
}

TEST(MatcherTest, TheNameOfTheScorerHoldsAllThatAnAnswerDependsOn) {
  const std::string inputs = ScorerInputs();
  for (const FactField& field : FactRegister::Instance().fields()) {
    EXPECT_NE(inputs.find("field " + field.path + " "), std::string::npos)
        << field.path;
    for (const std::string& code : field.codes) {
      EXPECT_NE(inputs.find(" " + code), std::string::npos) << code;
    }
  }
  for (const std::string& way : WaysOfTravel()) {
    EXPECT_NE(inputs.find("travel " + way), std::string::npos) << way;
  }
  for (const char* part :
       {"horizon 2419200", "meeting 3600", "overlap 1800", "bag 4000",
        "query 32", "America/New_York:", "America/Phoenix:",
        "America/Indiana/Knox:", "America/Puerto_Rico:", "\"synonyms\"",
        "is overdosing", "judge.documents.later"}) {
    EXPECT_NE(inputs.find(part), std::string::npos) << part;
  }
}

TEST(MatcherTest, TheScorerHasAName) {
  EXPECT_EQ(ScorerVersion().size(), 16u);
  EXPECT_EQ(
      MatchOrDie(*MakeSnapshot({}), Ask("food-pantry", "")).scorer_version(),
      ScorerVersion());
}

}  // namespace
}  // namespace handrail::matcher
