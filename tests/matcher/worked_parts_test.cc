// Worked cases of the parts of an answer beyond its options: near misses,
// exclusions, relaxations, widening, the range, today, next steps, one slot for
// one place. See worked_cases_test.cc for how they were made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "matcher/snapshot.h"
#include "tests/matcher/worked_cases.h"
#include "tests/testing/testing.h"

namespace handrail::matcher::worked {
namespace {

using ::handrail::testing::IsOk;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Somebody of whom `said` is known, who starts at the usual place: 0.01° of
// latitude north is 1,112 m.
std::string Person(const std::string& said) {
  return absl::StrCat(
      "person { start { latitude_e7: 390000000 longitude_e7: -766000000 } ",
      said, " } ");
}
const std::string kStart = Person("");
const char kHouses[] = "needs { terms: 'recovery-residence' within_m: 10000 } ";

// "a any.documents, b distance": who nearly fits, and what is in the way.
std::string NearMisses(const v1::NeedAnswer& answer) {
  std::vector<std::string> out;
  for (const v1::NearMiss& miss : answer.near_misses()) {
    out.push_back(absl::StrCat(miss.option().listing().id(), " ", miss.rule()));
  }
  return absl::StrJoin(out, ", ");
}

// "any.medication 2 (1 only)".
std::string Exclusions(const v1::NeedAnswer& answer) {
  std::vector<std::string> out;
  for (const v1::Exclusion& one : answer.exclusions()) {
    out.push_back(absl::StrCat(one.rule(), " ", one.count(), " (",
                               one.only_count(), " only)"));
  }
  return absl::StrJoin(out, ", ");
}

// "any.child_care 2 fit 1 check".
std::string Relaxations(const v1::NeedAnswer& answer) {
  std::vector<std::string> out;
  for (const v1::Relaxation& one : answer.relaxations()) {
    out.push_back(absl::StrCat(one.rule(), " ", one.fits_count(), " fit ",
                               one.check_count(), " check"));
  }
  return absl::StrJoin(out, ", ");
}

std::string Range(const v1::NeedAnswer& answer) {
  std::vector<std::string> ids;
  for (const v1::Option& option : answer.range()) {
    ids.push_back(option.listing().id());
  }
  return absl::StrJoin(ids, " ");
}

// "m for a b": what can start today, and what it bridges to.
std::string Today(const v1::NeedAnswer& answer) {
  std::vector<std::string> out;
  for (const v1::TodayOption& today : answer.today()) {
    out.push_back(absl::StrCat(today.option().listing().id(), " for ",
                               absl::StrJoin(today.bridges_to(), " ")));
  }
  return absl::StrJoin(out, ", ");
}

// ------------------------------------------------------------- near misses

const char kNear[] = "include { near_misses: true } ";

v1::NeedAnswer AskNear(const std::vector<Place>& places,
                       const std::string& said,
                       const std::string& request = "") {
  return FirstNeed(places, absl::StrCat(Person(said), kHouses, kNear, request));
}

std::string NearOf(const std::vector<Place>& places, const std::string& said,
                   const std::string& request = "") {
  return NearMisses(AskNear(places, said, request));
}

TEST(WorkedNearMissTest, APaperThatOneCouldBring) {
  const auto places = std::vector<Place>{
      House("a").Wants("photo_id|birth_certificate", 0, "yes 10d")};
  const v1::NeedAnswer answer = AskNear(places, "documents_stated: true");
  ASSERT_EQ(NearMisses(answer), "a any.documents");
  EXPECT_THAT(answer.near_misses(0).sentence(), HasSubstr("photo ID"));
  EXPECT_EQ(answer.near_misses(0).option().verdict(), v1::DOES_NOT_FIT);
}

// Status is never asked for: nobody is told that status papers would help.
TEST(WorkedNearMissTest, StatusPapersAreNeverNamed) {
  EXPECT_EQ(NearOf({House("a").Wants("status_document", 0, "yes 10d")},
                   "documents_stated: true"),
            "");
  const v1::NeedAnswer answer =
      AskNear({House("a").Wants("status_document|photo_id", 0, "yes 10d")},
              "documents_stated: true");
  ASSERT_EQ(NearMisses(answer), "a any.documents");
  EXPECT_THAT(answer.near_misses(0).sentence(), Not(HasSubstr("status")));
}

// Never medication, gender, age, children, record: who someone is.
TEST(WorkedNearMissTest, WhoSomebodyIsIsNeverNamed) {
  EXPECT_EQ(NearOf({House("a").Says("any.medication.methadone", "no 10d")},
                   "medications: 'methadone'"),
            "");
  EXPECT_EQ(NearOf({House("a").Says("any.minimum_age", "40 10d")}, "age: 34"),
            "");
  EXPECT_EQ(NearOf({House("a").Says("housing.children", "no 10d")},
                   "household { children { age: 4 } }"),
            "");
  EXPECT_EQ(NearOf({House("a").Says("any.record_accepted.arson", "no 10d")},
                   "circumstances: 'arson'"),
            "");
}

TEST(WorkedNearMissTest, TwoReasonsAreNotNear) {
  const Place house = House("a").Wants("photo_id", 0, "yes 10d");
  EXPECT_EQ(NearOf({house}, "documents_stated: true"), "a any.documents");
  Place other = house;
  other.Says("any.child_care", "no 10d");
  EXPECT_EQ(NearOf({other}, "documents_stated: true",
                   "criteria { kind: MUST field: 'any.child_care' "
                   "values: 'yes' } "),
            "");
}

// One NOT_MET, and something unknown beside it: still near, in other words.
TEST(WorkedNearMissTest, AnUnknownBesideItIsSaid) {
  const std::string request =
      "criteria { kind: MUST field: 'any.child_care' values: 'yes' } "
      "criteria { kind: MUST field: 'any.payment_help' values: 'yes' } ";
  const v1::NeedAnswer answer =
      AskNear({House("a").Says("any.child_care", "no 10d")}, "", request);
  ASSERT_EQ(NearMisses(answer), "a any.child_care");
  EXPECT_THAT(answer.near_misses(0).sentence(), HasSubstr("may fit"));
}

// 10 km asked; the next ring is 25 km. 0.1° = 11,120 m, 0.3° = 33,358 m.
TEST(WorkedNearMissTest, WhatFitsOneRingFurtherOut) {
  const v1::NeedAnswer answer = FirstNeed(
      {House("near"), House("out").North(0.1), House("far").North(0.3),
       House("doubt").North(0.1).Approximate()},
      absl::StrCat(kStart, kHouses, kNear));
  EXPECT_EQ(Order(answer), "near");
  // "doubt" is CHECK there, not FITS; "far" is beyond the ring.
  EXPECT_EQ(NearMisses(answer), "out distance");
  EXPECT_EQ(answer.near_misses(0).option().distance_m(), 11120);
}

// Six houses want a paper; the five nearest are told, nearest first.
TEST(WorkedNearMissTest, TheFiveNearestByMetresThenId) {
  std::vector<Place> places;
  for (const auto& [id, north] :
       std::vector<std::pair<std::string, double>>{{"f", 0.06},
                                                   {"e", 0.05},
                                                   {"d", 0.04},
                                                   {"c", 0.01},
                                                   {"b", 0.01},
                                                   {"a", 0.03}}) {
    places.push_back(House(id).North(north).Wants("photo_id", 0, "yes 10d"));
  }
  EXPECT_EQ(NearOf(places, "documents_stated: true"),
            "b any.documents, c any.documents, a any.documents, "
            "d any.documents, e any.documents");
}

// Monday evenings; open 9 to 5. It is shut on 29 June, but on 8, 15 and 22 June
// it is the hours that say no: another time would do. Shut all the while it
// would not.
TEST(WorkedNearMissTest, AnotherTimeUnlessItIsShut) {
  const std::string evening =
      "needs { terms: 'naloxone' when { window { days: 'MO' start: '18:00' "
      "end: '20:00' } } } ";
  const auto near = [&](const std::string& from, const std::string& until) {
    return NearMisses(
        FirstNeed({Naloxone("a").State(v1::OperatingState::TEMPORARILY_SHUT,
                                       from, until)},
                  absl::StrCat(evening, kNear)));
  };
  EXPECT_EQ(near("2026-06-29", "2026-06-29"), "a hours");
  EXPECT_EQ(near("2026-06-08", "2026-07-31"), "");
}

// What a court or an agency asks for is not the person's to change.
TEST(WorkedNearMissTest, WhatOthersSetIsNotTheirsToChange) {
  EXPECT_EQ(NearOf({House("a").Says("any.child_care", "no 10d")}, "",
                   "obligations { owner: 'court' criterion { kind: MUST "
                   "field: 'any.child_care' values: 'yes' } } "),
            "");
}

// -------------------------------------------------------------- exclusions

TEST(WorkedExclusionTest, CountsUnderEachReasonAndAsTheOnlyOne) {
  const std::string request =
      absl::StrCat(Person("medications: 'methadone' age: 34"), kHouses,
                   "include { exclusions: true } ");
  const v1::NeedAnswer answer =
      FirstNeed({House("a").Says("any.medication.methadone", "no 10d"),
                 House("b")
                     .Says("any.medication.methadone", "no 10d")
                     .Says("any.minimum_age", "40 10d"),
                 House("c").Says("any.medication.methadone", "yes 10d"),
                 House("d").Nowhere()},
                request);
  // Medication: a and b, of a alone; age: b, not alone; d stands nowhere.
  EXPECT_EQ(Exclusions(answer),
            "any.medication 2 (1 only), any.minimum_age 1 (0 only), "
            "place_unknown 1 (1 only)");
  EXPECT_EQ(answer.does_not_fit_count(), 2);
}

TEST(WorkedExclusionTest, TwoFindingsOfOneRuleAreOneReason) {
  const v1::NeedAnswer answer = FirstNeed(
      {House("a")
           .Says("any.medication.methadone", "no 10d")
           .Says("any.medication.buprenorphine", "no 10d")},
      absl::StrCat(Person("medications: ['methadone', 'buprenorphine']"),
                   kHouses, "include { exclusions: true } "));
  EXPECT_EQ(Exclusions(answer), "any.medication 1 (1 only)");
}

// What is named first is that of the lesser id, wherever the places stand.
TEST(WorkedExclusionTest, NamesWhatIsInTheWayInTheOrderOfIds) {
  const auto sentence = [](double north_of_a, double north_of_b) {
    const v1::NeedAnswer answer = FirstNeed(
        {House("b")
             .North(north_of_b)
             .Says("any.medication.methadone", "no 10d"),
         House("a")
             .North(north_of_a)
             .Says("any.medication.buprenorphine", "no 10d")},
        absl::StrCat(Person("medications: ['methadone', 'buprenorphine']"),
                     kHouses, "include { exclusions: true } "));
    return answer.exclusions(0).sentence();
  };
  EXPECT_LT(sentence(0.01, 0.02).find("buprenorphine"),
            sentence(0.01, 0.02).find("methadone"));
  EXPECT_EQ(sentence(0.01, 0.02), sentence(0.02, 0.01));
}

TEST(WorkedExclusionTest, WhatIsToBeCheckedIsNotExcluded) {
  const v1::NeedAnswer answer = FirstNeed(
      {House("a"), House("b").Says("any.medication.methadone", "no 91d")},
      absl::StrCat(Person("medications: 'methadone'"), kHouses,
                   "include { exclusions: true } "));
  EXPECT_EQ(Exclusions(answer), "");
  EXPECT_EQ(answer.check_count(), 2);
}

// ------------------------------------------------------------- relaxations

TEST(WorkedRelaxationTest, CountsWithoutEachChangeableWishAndFurtherOut) {
  const std::vector<Place> places = {
      House("a")
          .Says("any.child_care", "yes 10d")
          .Says("housing.pets", "no 10d"),
      House("b")
          .Says("any.child_care", "no 10d")
          .Says("housing.pets", "yes 10d"),
      House("c")
          .Says("any.child_care", "no 10d")
          .Says("housing.pets", "no 10d"),
      House("d").Says("any.child_care", "no 10d"),
      House("e")
          .North(0.1)
          .Says("any.child_care", "yes 10d")
          .Says("housing.pets", "yes 10d")};
  const v1::NeedAnswer answer = FirstNeed(
      places, absl::StrCat(kStart, kHouses, "include { relaxations: true } ",
                           "criteria { kind: MUST field: 'any.child_care' "
                           "values: 'yes' } "
                           "criteria { kind: MUST field: 'housing.pets' "
                           "values: 'yes' } "));
  EXPECT_EQ(answer.fits_count() + answer.check_count(), 0);
  // Without child care: b fits, d's pets are unknown. Without pets: a fits.
  // Up to 25 km: e fits.
  EXPECT_EQ(Relaxations(answer),
            "any.child_care 1 fit 1 check, housing.pets 1 fit 0 check, "
            "distance 1 fit 0 check");
  EXPECT_EQ(answer.relaxations(2).within_m(), 25000);
}

TEST(WorkedRelaxationTest, WhatIsNotTheirsOrNotChangeableStays) {
  const v1::NeedAnswer answer = FirstNeed(
      {House("a")},
      absl::StrCat(kStart, "needs { terms: 'recovery-residence' } ",
                   "include { relaxations: true } ",
                   "criteria { kind: MUST field: 'any.genders' "
                   "values: 'woman' } "
                   "obligations { owner: 'court' criterion { kind: MUST "
                   "field: 'any.child_care' values: 'yes' } } "));
  EXPECT_EQ(Relaxations(answer), "");
}

// Open 9 to 5; asked for 18:00 to 20:00 and only online.
TEST(WorkedRelaxationTest, TimeAndWayOfTakingPartCountToo) {
  const v1::NeedAnswer answer =
      FirstNeed({Meeting("a").Open("TU", "09:00", "10:00")},
                absl::StrCat("needs { terms: 'secular-meeting' when { window { "
                             "days: 'TU' start: '18:00' end: '20:00' } } } ",
                             "include { relaxations: true } "));
  EXPECT_EQ(answer.does_not_fit_count(), 1);
  EXPECT_EQ(Relaxations(answer), "hours 1 fit 0 check");
}

// After the last ring comes the state; after that nothing.
TEST(WorkedRelaxationTest, AfterTheLastRingComesTheState) {
  const v1::NeedAnswer answer =
      FirstNeed({House("a")},
                "person { start { postal_code: '21201' } } "
                "needs { terms: 'recovery-residence' within_m: 200000 } "
                "include { relaxations: true } ");
  ASSERT_EQ(Relaxations(answer), "distance 1 fit 0 check");
  EXPECT_EQ(answer.relaxations(0).within_m(), 0);
}

// The usual place stands beside the centroid of 21201, in Maryland.
TEST(WorkedRelaxationTest, BareCoordinatesHaveAStateToo) {
  EXPECT_EQ(
      Relaxations(FirstNeed({House("a")},
                            absl::StrCat(kStart,
                                         "needs { terms: 'recovery-residence' "
                                         "within_m: 200000 } "
                                         "include { relaxations: true } "))),
      "distance 1 fit 0 check");
}

// ---------------------------------------------------------------- widening

TEST(WorkedWideningTest, SaysHowFarItWent) {
  const std::vector<Place> places = {House("a"), House("b").North(0.1)};
  const std::string need = "needs { terms: 'recovery-residence' widen: true } ";
  // Two asked for: 5 and 10 km hold one, 25 km hold both.
  const v1::NeedAnswer answer =
      FirstNeed(places, absl::StrCat(kStart, need, "max_results: 2 "));
  EXPECT_EQ(answer.within_m(), 25000);
  EXPECT_THAT(answer.widening(), HasSubstr("25 km"));
  const v1::NeedAnswer near =
      FirstNeed(places, absl::StrCat(kStart, need, "max_results: 1 "));
  EXPECT_EQ(near.within_m(), 5000);
  EXPECT_EQ(near.widening(), "");
}

// ------------------------------------------------------------------- range

// Eight 12-step houses come first, then a secular and a faith-based one. All at
// one place with the same facts, so that the order is by id.
std::vector<Place> ManyTwelveStep() {
  std::vector<Place> places;
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    places.push_back(House(id).Says("any.pathway.twelve_step", "yes 10d"));
  }
  places.push_back(House("y").Says("any.pathway.secular", "yes 10d"));
  places.push_back(House("z").Says("any.pathway.faith_based", "yes 10d"));
  return places;
}

const char kRange[] = "include { range: true } ";

TEST(WorkedRangeTest, ShowsEachRoadToRecovery) {
  const v1::NeedAnswer answer =
      FirstNeed(ManyTwelveStep(), absl::StrCat(kStart, kHouses, kRange));
  EXPECT_EQ(Order(answer), "a b c d e f g h y z");
  // 5 slots; missing at first: 3 pathways + 0 settings + 2 (of 3) providers:
  // as many as the slots, so a (12-step, a new provider). Then 2 pathways, 2
  // providers, left 4: b brings a provider, c another: 2 pathways for the last
  // two slots.
  EXPECT_EQ(Range(answer), "a b c y z");
  EXPECT_EQ(answer.range_note().axes(0).name(), "pathway");
  EXPECT_THAT(answer.range_note().axes(0).values(),
              ::testing::ElementsAre("faith_based", "secular", "twelve_step"));
}

TEST(WorkedRangeTest, AnAxisThePersonFixedIsClosed) {
  const v1::NeedAnswer answer = FirstNeed(
      ManyTwelveStep(),
      absl::StrCat(kStart, kHouses, kRange,
                   "criteria { kind: MUST field: 'any.pathway' "
                   "values: ['twelve_step', 'secular', 'faith_based'] } "));
  EXPECT_EQ(Range(answer), "a b c d e");
  EXPECT_TRUE(answer.range_note().axes(0).closed());
  EXPECT_EQ(answer.range_note().points_given_up(), 0);
}

// What a court asks for is not fixed by the person: it stays open.
TEST(WorkedRangeTest, AnAxisThatACourtSetStaysOpen) {
  const v1::NeedAnswer answer = FirstNeed(
      ManyTwelveStep(),
      absl::StrCat(kStart, kHouses, kRange,
                   "obligations { owner: 'court' criterion { kind: MUST field: "
                   "'any.pathway' values: ['twelve_step', 'secular', "
                   "'faith_based'] } } "));
  EXPECT_EQ(Range(answer), "a b c y z");
  EXPECT_FALSE(answer.range_note().axes(0).closed());
}

// Who said no to 12-step gets none of it to fill a list.
TEST(WorkedRangeTest, NeverFillsWithWhatThePersonSaidNoTo) {
  const v1::NeedAnswer answer =
      FirstNeed(ManyTwelveStep(),
                absl::StrCat(kStart, kHouses, kRange,
                             "criteria { kind: MUST_NOT field: 'any.pathway' "
                             "values: 'twelve_step' } "));
  // Open lists: y and z do not say that they are not 12-step, so CHECK.
  EXPECT_EQ(Range(answer), "y z");
}

// a to d belong to one provider: at most 3 of 5 slots.
TEST(WorkedRangeTest, OneProviderTakesAtMostHalf) {
  std::vector<Place> places;
  for (const char* id : {"a", "b", "c", "d"}) {
    places.push_back(House(id).Of("one"));
  }
  places.push_back(House("e"));
  places.push_back(House("f").Of("organization-e"));
  EXPECT_EQ(Range(FirstNeed(places, absl::StrCat(kStart, kHouses, kRange))),
            "a b c e f");
  // Alone it takes them all.
  places.erase(places.begin() + 4, places.end());
  EXPECT_EQ(Range(FirstNeed(places, absl::StrCat(kStart, kHouses, kRange))),
            "a b c d");
}

// A value that only a CHECK has does not count while FITS remain.
TEST(WorkedRangeTest, AValueCountsOnlyWhereAFitHasIt) {
  std::vector<Place> places = ManyTwelveStep();
  places.pop_back();
  places.back() =
      House("y").Says("any.pathway.secular", "yes 10d").Approximate();
  const v1::NeedAnswer answer =
      FirstNeed(places, absl::StrCat(kStart, kHouses, kRange));
  EXPECT_EQ(Range(answer), "a b c d e");
}

TEST(WorkedRangeTest, PointsGivenUpAreShown) {
  std::vector<Place> places;
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    places.push_back(House(id).Says("any.pathway.twelve_step", "yes 10d"));
  }
  // 1,112 m: near points 200 × 8,888 ÷ 10,000 = 177 instead of 200.
  places.push_back(
      House("z").North(0.01).Says("any.pathway.secular", "yes 10d"));
  const v1::NeedAnswer answer =
      FirstNeed(places, absl::StrCat(kStart, kHouses, kRange));
  EXPECT_EQ(Range(answer), "a b c d z");
  EXPECT_EQ(answer.range_note().points_given_up(), 23);
  EXPECT_THAT(answer.range(4).why_different(), HasSubstr("secular"));
}

TEST(WorkedRangeTest, HasTheSizeAskedFor) {
  const v1::NeedAnswer answer = FirstNeed(
      ManyTwelveStep(), absl::StrCat(kStart, kHouses, kRange, "range_size: 3"));
  EXPECT_EQ(Range(answer), "a y z");
}

// ------------------------------------------------------------------- today

const char kToday[] = "include { today: true } ";

// A meeting at 18:00 today can be reached while the house has a waitlist.
TEST(WorkedTodayTest, AWaitlistedOptionGetsABridge) {
  const v1::NeedAnswer answer =
      FirstNeed({House("a").Says("any.waitlist", "=open 2d"),
                 Meeting("m").Open("TU", "18:00", "19:00"),
                 Meeting("n").Open("WE", "18:00", "19:00")},
                absl::StrCat(kStart, kHouses, kToday));
  ASSERT_EQ(answer.options_size(), 1);
  EXPECT_EQ(answer.options(0).later().reason(), v1::Later::WAITLISTED);
  EXPECT_EQ(Today(answer), "m for a");
}

TEST(WorkedTodayTest, WhatOpensTomorrowIsNothingForToday) {
  EXPECT_EQ(Today(FirstNeed({House("a").Says("any.waitlist", "=open 2d"),
                             Meeting("n").Open("WE", "18:00", "19:00")},
                            absl::StrCat(kStart, kHouses, kToday))),
            "");
}

TEST(WorkedTodayTest, WhatIsOpenNowNeedsNone) {
  const v1::NeedAnswer answer =
      FirstNeed({House("a"), Meeting("m").Open("TU", "18:00", "19:00")},
                absl::StrCat(kStart, kHouses, kToday));
  EXPECT_FALSE(answer.options(0).has_later());
  EXPECT_EQ(Today(answer), "");
}

// It is Tuesday noon: open again at 14:00 is closed now, Thursday is later.
TEST(WorkedTodayTest, ClosedNowAndStartsLater) {
  const auto reason = [](const Place& house) {
    return FirstNeed({house}, absl::StrCat(kStart, kHouses, kToday))
        .options(0)
        .later()
        .reason();
  };
  EXPECT_EQ(reason(House("a").Open("TU", "14:00", "17:00")),
            v1::Later::CLOSED_NOW);
  EXPECT_EQ(reason(House("a").Open("TH", "09:00", "17:00")),
            v1::Later::STARTS_LATER);
  // Nobody knows: nothing is said.
  EXPECT_EQ(reason(House("a").NoHours()), v1::Later::REASON_UNSPECIFIED);
  // A waitlist that was reported 8 days ago is old (7 days).
  EXPECT_EQ(reason(House("a").Says("any.waitlist", "=open 8d")),
            v1::Later::REASON_UNSPECIFIED);
}

// A bridge is judged by what the person said about any kind of help.
TEST(WorkedTodayTest, ABridgeKeepsToWhatThePersonSaid) {
  const std::vector<Place> places = {
      House("a").Says("any.waitlist", "=open 2d"),
      Place("m", "12-step-meeting")
          .Says("any.pathway.twelve_step", "yes 10d")
          .Open("TU", "18:00", "19:00")};
  EXPECT_EQ(Today(FirstNeed(places, absl::StrCat(kStart, kHouses, kToday))),
            "m for a");
  EXPECT_EQ(Today(FirstNeed(
                places, absl::StrCat(kStart, kHouses, kToday,
                                     "criteria { kind: MUST_NOT field: "
                                     "'any.pathway' values: 'twelve_step' }"))),
            "");
}

TEST(WorkedTodayTest, ABridgeHasNoWaitOfItsOwn) {
  EXPECT_EQ(
      Today(FirstNeed(
          {House("a").Says("any.waitlist", "=open 2d"),
           Place("s", "emergency-shelter").Says("any.waitlist", "=open 2d")},
          absl::StrCat(kStart, kHouses, kToday))),
      "");
}

// What is asked of the house (its level) is not asked of the bridge.
TEST(WorkedTodayTest, WishesForTheKindItselfAreNotAskedOfABridge) {
  const v1::NeedAnswer answer = FirstNeed(
      {House("a")
           .Says("any.waitlist", "=open 2d")
           .Says("housing.narr_level", "=level_2 10d"),
       Meeting("m").Open("TU", "18:00", "19:00")},
      absl::StrCat(kStart, kHouses, kToday,
                   "criteria { kind: MUST field: 'housing.narr_level' "
                   "values: 'level_2' }"));
  ASSERT_EQ(Today(answer), "m for a");
  EXPECT_EQ(answer.today(0).option().verdict(), v1::FITS);
}

// -------------------------------------------------------------- next steps

TEST(WorkedNextStepsTest, SaysWhatPeopleOftenGoOnTo) {
  const v1::NeedAnswer answer = FirstNeed({Place("a", "detox")},
                                          "needs { terms: 'detox' } "
                                          "include { next_steps: true } ");
  ASSERT_EQ(answer.options(0).next_steps_size(), 3);
  EXPECT_EQ(answer.options(0).next_steps(0).term(), "residential-treatment");
  EXPECT_THAT(answer.options(0).next_steps(0).sentence(),
              HasSubstr("people often go on"));
  const v1::NeedAnswer not_asked =
      FirstNeed({Place("a", "detox")}, "needs { terms: 'detox' } ");
  EXPECT_THAT(not_asked.options(0).next_steps(), IsEmpty());
}

// -------------------------------------------------------------- one place

v1::NeedAnswer AskTwins(int max_results) {
  Snapshot::Parts parts;
  parts.revision = 7;
  for (const Place& place :
       {House("a").North(0.02), House("b"), House("c").North(0.01)}) {
    parts.rows.push_back(MakeRow(place.listing()));
  }
  // a and b are one place.
  parts.clusters = ClusterMap().Edited({{"a", "a"}, {"b", "a"}});
  auto request = testing::ParseText<v1::MatchRequest>(
      absl::StrCat(kStart, kHouses, "max_results: ", max_results));
  const auto answer =
      Match(*Snapshot::Create(std::move(parts)), request, Noon());
  EXPECT_THAT(answer, IsOk());
  return answer.ok() ? answer->needs(0) : v1::NeedAnswer();
}

TEST(WorkedOnePlaceTest, TwoListingsOfOnePlaceTakeOneSlot) {
  const v1::NeedAnswer answer = AskTwins(10);
  // b is first in order and stands for the place; a is named under it.
  EXPECT_EQ(Order(answer), "b c");
  ASSERT_EQ(answer.options(0).also_listed_size(), 1);
  EXPECT_EQ(answer.options(0).also_listed(0).id(), "a");
  EXPECT_EQ(answer.options(0).also_listed(0).source(), "county");
  EXPECT_EQ(answer.fits_count(), 3);
}

TEST(WorkedOnePlaceTest, ASlotThatIsTakenTwiceLeavesRoomForAnother) {
  EXPECT_EQ(Order(AskTwins(2)), "b c");
  EXPECT_EQ(Order(AskTwins(1)), "b");
}

// c is before a, but a is no less the same place as b.
TEST(WorkedOnePlaceTest, WhoComesLaterInTheOrderIsNamedToo) {
  const v1::NeedAnswer answer = AskTwins(1);
  ASSERT_EQ(answer.options_size(), 1);
  ASSERT_EQ(answer.options(0).also_listed_size(), 1);
  EXPECT_EQ(answer.options(0).also_listed(0).id(), "a");
}

}  // namespace
}  // namespace handrail::matcher::worked
