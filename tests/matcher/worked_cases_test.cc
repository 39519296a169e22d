// Worked cases of the verdict: what fits, what is to be asked, what does not
// fit, and how sure that is. Each expectation was written from the matching
// rules before the program was run; where a number takes arithmetic, the
// comment beside it shows it.
//
// "CHECK 3x2" means CHECK, worst doubt 3, two judgements at that level.
// Lifetimes: rules of a place 90 days, eligibility and hours 180, capacity 72
// hours. A fact is AGING past half of its lifetime and STALE past the end.
#include "tests/matcher/worked_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace handrail::matcher::worked {
namespace {

// One listing, one request, one verdict.
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

std::string Criterion(std::string_view kind, std::string_view field,
                      std::string_view values) {
  return "criteria { kind: " + std::string(kind) + " field: '" +
         std::string(field) + "' values: [" + std::string(values) + "] } ";
}

const char kMustCare[] =
    "criteria { kind: MUST field: 'any.child_care' values: 'yes' }";
const char kMustNotCare[] =
    "criteria { kind: MUST_NOT field: 'any.child_care' values: 'yes' }";

// ------------------------------------------------- one fact, all its states

struct Row {
  std::string said;  // Empty: absent.
  std::string must, must_not;
  v1::AgeState age;
};

// Rules live 90 days: 10 and 45 days are fresh (past half means more than 45),
// 46 and 90 aging, 91 stale. Dated after as_of is undated.
const Row kRows[] = {
    {"yes 10d", "FITS", "DOES_NOT_FIT", v1::CONFIRMED},
    {"yes 45d", "FITS", "DOES_NOT_FIT", v1::CONFIRMED},
    {"yes 46d", "FITS", "DOES_NOT_FIT", v1::AGING},
    {"yes 90d", "FITS", "DOES_NOT_FIT", v1::AGING},
    // Recorded yes but old is doubt 1; negated it is a recorded no but old: 4.
    {"yes 91d", "CHECK 1x1", "CHECK 4x1", v1::STALE},
    {"yes undated", "CHECK 1x1", "CHECK 4x1", v1::UNDATED},
    {"yes future", "CHECK 1x1", "CHECK 4x1", v1::UNDATED},
    {"no 10d", "DOES_NOT_FIT", "FITS", v1::CONFIRMED},
    {"no 46d", "DOES_NOT_FIT", "FITS", v1::AGING},
    {"no 91d", "CHECK 4x1", "CHECK 1x1", v1::STALE},
    {"no undated", "CHECK 4x1", "CHECK 1x1", v1::UNDATED},
    {"no future", "CHECK 4x1", "CHECK 1x1", v1::UNDATED},
    // Conditional is 2 at every age and either way.
    {"conditional 10d", "CHECK 2x1", "CHECK 2x1", v1::CONFIRMED},
    {"conditional 46d", "CHECK 2x1", "CHECK 2x1", v1::AGING},
    {"conditional 91d", "CHECK 2x1", "CHECK 2x1", v1::STALE},
    {"conditional undated", "CHECK 2x1", "CHECK 2x1", v1::UNDATED},
    {"", "CHECK 3x1", "CHECK 3x1", v1::AGE_STATE_UNSPECIFIED},
};

TEST(WorkedVerdictTest, FollowsTheTruthTableThroughAWholeMatch) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.said);
    Place place = Naloxone("a");
    if (!row.said.empty()) place.Says("any.child_care", row.said);
    EXPECT_EQ(Judge(place, kMustCare), row.must);
    EXPECT_EQ(Judge(place, kMustNotCare), row.must_not);
  }
}

TEST(WorkedVerdictTest, NamesTheAgeOfTheFactItJudged) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.said);
    Place place = Naloxone("a");
    if (!row.said.empty()) place.Says("any.child_care", row.said);
    const v1::Option option = ExplainOne(place, kMustCare).option();
    int found = 0;
    for (const v1::Judgement& judged : option.explanation().judgements()) {
      if (judged.rule() != "any.child_care") continue;
      ++found;
      EXPECT_EQ(judged.owner(), v1::PERSON);
      EXPECT_EQ(judged.age(), row.age);
    }
    EXPECT_EQ(found, 1);
  }
}

TEST(WorkedVerdictTest, ShowsOnlyWhatFitsOrIsToBeAsked) {
  const v1::NeedAnswer answer = FirstNeed(
      {Naloxone("fits").Says("any.child_care", "yes 10d"), Naloxone("ask"),
       Naloxone("not").Says("any.child_care", "no 10d")},
      std::string("needs { terms: 'naloxone' }") + kMustCare);
  EXPECT_EQ(Order(answer), "fits ask");
  EXPECT_EQ(answer.fits_count(), 1);
  EXPECT_EQ(answer.check_count(), 1);
  EXPECT_EQ(answer.does_not_fit_count(), 1);
}

// ------------------------------------------------------------ order of doubt

TEST(WorkedVerdictTest, OrdersByWorstDoubtThenByHowManyAtThatLevel) {
  // Two MUSTs. The surer a place is, the farther away it stands here, so points
  // alone would turn the order round.
  const auto two = [](const std::string& id, double north,
                      const std::string& care, const std::string& help) {
    Place place = Naloxone(id);
    place.North(north).Says("any.child_care", care);
    if (!help.empty()) place.Says("any.payment_help", help);
    return place;
  };
  const v1::NeedAnswer answer = FirstNeed(
      {two("d4", 0.01, "yes 10d", "no 91d"),                  // 4, one
       two("c3", 0.02, "yes 10d", ""),                        // 3, one
       two("b2", 0.03, "yes 10d", "conditional 10d"),         // 2, one
       two("b2-and-1", 0.025, "yes 91d", "conditional 10d"),  // 2, one
       two("b2-twice", 0.02, "conditional 10d", "conditional 10d"),
       two("a1-twice", 0.04, "yes 91d", "yes 91d"),  // 1, two
       two("a1", 0.05, "yes 91d", "yes 10d"),        // 1, one
       two("fits", 0.06, "yes 10d", "yes 10d")},
      "person { start { latitude_e7: 390000000 longitude_e7: -766000000 } } "
      "needs { terms: 'naloxone' within_m: 20000 }" +
          Criterion("MUST", "any.child_care", "'yes'") +
          Criterion("MUST", "any.payment_help", "'yes'"));
  // b2-and-1 and b2 tie in doubt (worst 2, one at it); b2-and-1 is nearer:
  // 0.025 deg = 2,780 m, 200 × 17,220 / 20,000 = 172.2; 0.03 deg = 3,336 m,
  // 200 × 16,664 / 20,000 = 166.6. Freshness takes back 58 − 45 = 13 (10 days:
  // 60 × 355 / 365 = 58.4; 91 days: 60 × 274 / 365 = 45.04), so b2 leads by
  // 166 + 58 = 224 to 172 + 45 = 217.
  EXPECT_EQ(Order(answer), "fits a1 a1-twice b2 b2-and-1 b2-twice c3 d4");
  std::vector<std::string> verdicts;
  for (const v1::Option& option : answer.options()) {
    verdicts.push_back(Verdict(option));
  }
  EXPECT_THAT(verdicts,
              ::testing::ElementsAre("FITS", "CHECK 1x1", "CHECK 1x2",
                                     "CHECK 2x1", "CHECK 2x1", "CHECK 2x2",
                                     "CHECK 3x1", "CHECK 4x1"));
}

TEST(WorkedVerdictTest, CountsOnlyTheWorstLevel) {
  // Doubts 1, 3 and 3: worst 3, two at it.
  EXPECT_EQ(Judge(Naloxone("a").Says("any.child_care", "yes 91d"),
                  Criterion("MUST", "any.child_care", "'yes'") +
                      Criterion("MUST", "any.payment_help", "'yes'") +
                      Criterion("MUST", "family.child_care_on_site", "'yes'")),
            "CHECK 3x2");
}

// --------------------------------------------------- any-of, choices, numbers

TEST(WorkedVerdictTest, TakesTheLeastDoubtOfAnAnyOf) {
  const std::string must =
      Criterion("MUST", "any.pathway", "'secular', 'buddhist_informed'");
  // Paths live 365 days.
  Expect({
      {"one met", Naloxone("a").Says("any.pathway.secular", "yes 10d"), must,
       "FITS"},
      {"one met, one no",
       Naloxone("a")
           .Says("any.pathway.secular", "no 10d")
           .Says("any.pathway.buddhist_informed", "yes 10d"),
       must, "FITS"},
      {"old yes (1) and absent (3)",
       Naloxone("a").Says("any.pathway.secular", "yes 366d"), must,
       "CHECK 1x1"},
      {"conditional (2) and absent (3)",
       Naloxone("a").Says("any.pathway.secular", "conditional 10d"), must,
       "CHECK 2x1"},
      {"no and absent (3)", Naloxone("a").Says("any.pathway.secular", "no 10d"),
       must, "CHECK 3x1"},
      {"old no (4) and absent (3)",
       Naloxone("a").Says("any.pathway.secular", "no 366d"), must, "CHECK 3x1"},
      {"no and old no (4)",
       Naloxone("a")
           .Says("any.pathway.secular", "no 10d")
           .Says("any.pathway.buddhist_informed", "no 366d"),
       must, "CHECK 4x1"},
      {"both no",
       Naloxone("a")
           .Says("any.pathway.secular", "no 10d")
           .Says("any.pathway.buddhist_informed", "no 10d"),
       must, "DOES_NOT_FIT"},
  });
}

TEST(WorkedVerdictTest, MustNotOfSeveralValuesRefusesEachOfThem) {
  // MUST_NOT (a or b) is MUST (not a and not b): both count, so the doubt is
  // the worst of the two.
  const std::string must_not =
      Criterion("MUST_NOT", "any.required_activities",
                "'twelve_step_meetings', 'faith_practice'");
  const std::string steps = "any.required_activities.twelve_step_meetings";
  const std::string faith = "any.required_activities.faith_practice";
  Expect({
      {"requires one", Naloxone("a").Says(steps, "yes 10d"), must_not,
       "DOES_NOT_FIT"},
      {"requires neither",
       Naloxone("a").Says(steps, "no 10d").Says(faith, "no 10d"), must_not,
       "FITS"},
      {"not one, the other not recorded", Naloxone("a").Says(steps, "no 10d"),
       must_not, "CHECK 3x1"},
      {"old no (1 after negation) and a fresh no",
       Naloxone("a").Says(steps, "no 91d").Says(faith, "no 10d"), must_not,
       "CHECK 1x1"},
      {"old yes (4 after negation) and a fresh no",
       Naloxone("a").Says(steps, "yes 91d").Says(faith, "no 10d"), must_not,
       "CHECK 4x1"},
  });
}

TEST(WorkedVerdictTest, ChoiceImpliesNoForItsOtherValuesAndAnOpenListDoesNot) {
  const std::string level2 =
      Criterion("MUST", "housing.narr_level", "'level_2'");
  const std::string not_level2 =
      Criterion("MUST_NOT", "housing.narr_level", "'level_2'");
  const std::string level23 =
      Criterion("MUST", "housing.narr_level", "'level_2', 'level_3'");
  const std::string at = "housing.narr_level";
  Expect({
      {"the value", House("a").Says(at, "=level_2 10d"), level2, "FITS"},
      {"another value", House("a").Says(at, "=level_3 10d"), level2,
       "DOES_NOT_FIT"},
      {"another value is a met MUST_NOT", House("a").Says(at, "=level_3 10d"),
       not_level2, "FITS"},
      {"the value refused", House("a").Says(at, "=level_2 10d"), not_level2,
       "DOES_NOT_FIT"},
      {"one of two", House("a").Says(at, "=level_3 10d"), level23, "FITS"},
      // Levels live 365 days.
      {"another value, old: recorded no but stale",
       House("a").Says(at, "=level_3 366d"), level2, "CHECK 4x1"},
      {"another value, old, refused: recorded no but old is doubt 1 negated",
       House("a").Says(at, "=level_3 366d"), not_level2, "CHECK 1x1"},
      {"absent", House("a"), level2, "CHECK 3x1"},
      {"open list: twelve-step says nothing about secular",
       House("a").Says("any.pathway.twelve_step", "yes 10d"),
       Criterion("MUST", "any.pathway", "'secular'"), "CHECK 3x1"},
      {"open list: recorded no",
       House("a").Says("any.pathway.secular", "no 10d"),
       Criterion("MUST", "any.pathway", "'secular'"), "DOES_NOT_FIT"},
  });
}

TEST(WorkedVerdictTest, ComparesNumbersInTheUnitOfTheField) {
  // 150.00 dollars are 15,000 cents.
  const std::string most = Criterion("MUST", "housing.weekly_fee", "'<=15000'");
  const std::string least =
      Criterion("MUST", "housing.max_stay_days", "'>=30'");
  Expect({
      {"exactly at most", House("a").Says("housing.weekly_fee", "15000 10d"),
       most, "FITS"},
      {"one cent over", House("a").Says("housing.weekly_fee", "15001 10d"),
       most, "DOES_NOT_FIT"},
      {"old and low", House("a").Says("housing.weekly_fee", "9000 91d"), most,
       "CHECK 1x1"},
      {"old and high", House("a").Says("housing.weekly_fee", "20000 91d"), most,
       "CHECK 4x1"},
      {"absent", House("a"), most, "CHECK 3x1"},
      {"exactly at least", House("a").Says("housing.max_stay_days", "30 10d"),
       least, "FITS"},
      {"one day short", House("a").Says("housing.max_stay_days", "29 10d"),
       least, "DOES_NOT_FIT"},
      {"exact number", House("a").Says("housing.max_stay_days", "30 10d"),
       Criterion("MUST", "housing.max_stay_days", "'30'"), "FITS"},
  });
}

// ------------------------------------------- rules about what was (not) said

TEST(WorkedRulesTest, RuleAboutWhatWasNotSaidIsShownAndNotJudged) {
  const Place house = House("a")
                          .Says("any.minimum_age", "18 10d")
                          .Says("any.medication.methadone", "no 10d")
                          .Says("any.admits_if_used_today", "no 10d")
                          .Says("housing.minimum_days_without_use", "30 10d")
                          .Says("housing.pets", "no 10d")
                          .Wants("photo_id", 0, "yes 10d");
  const v1::Option option = ExplainOne(house, "").option();
  EXPECT_EQ(Verdict(option), "FITS");
  EXPECT_EQ(option.explanation().judgements_size(), 0);
  EXPECT_EQ(option.questions_size(), 0);
  // One for each of the six.
  EXPECT_GE(option.their_rules_size(), 6);
}

TEST(WorkedRulesTest, SayingItMovesTheRuleToTheVerdict) {
  const Place house = House("a").Says("any.medication.methadone", "no 10d");
  const v1::Option unsaid = ExplainOne(house, "").option();
  const v1::Option said =
      ExplainOne(house, "person { medications: 'methadone' }").option();
  EXPECT_EQ(unsaid.their_rules_size(), 1);
  EXPECT_EQ(said.their_rules_size(), 0);
  EXPECT_EQ(Judgements(unsaid, "any.medication", v1::NOT_MET), 0);
  EXPECT_EQ(Judgements(said, "any.medication", v1::NOT_MET), 1);
}

TEST(WorkedRulesTest, AsksWhereThePlaceIsOfAKindThatUsuallyHasTheRule) {
  // A house asks about all of these, a naloxone table about none.
  const std::string said[] = {
      "person { age: 30 }",
      "person { gender: 'woman' }",
      "person { household { partner: true } }",
      "person { household { pets: true } }",
      "person { household { children { age: 4 gender: 'boy' } } }",
      "person { medications: 'methadone' }",
      "person { circumstances: 'arson' }",
      "person { used_today: true }",
      "person { documents_stated: true }",
  };
  for (const std::string& person : said) {
    SCOPED_TRACE(person);
    EXPECT_EQ(Judge(House("a"), person), "CHECK 3x1");
    EXPECT_EQ(Judge(Naloxone("a"), person), "FITS");
  }
}

TEST(WorkedRulesTest, JudgesAge) {
  const Place adults = House("a").Says("any.minimum_age", "18 10d");
  const Place youth = House("a")
                          .Says("any.minimum_age", "18 10d")
                          .Says("any.maximum_age", "24 10d");
  const Place old = House("a").Says("any.minimum_age", "18 181d");
  Expect({
      {"one year short", adults, "person { age: 17 }", "DOES_NOT_FIT"},
      {"both ends are inclusive", youth, "person { age: 18 }", "FITS"},
      {"the upper end too", youth, "person { age: 24 }", "FITS"},
      {"one year over", youth, "person { age: 25 }", "DOES_NOT_FIT"},
      // Ages live 180 days. The rule as recorded says no: doubt 4.
      {"old rule that says no", old, "person { age: 17 }", "CHECK 4x1"},
      // It says yes: doubt 1.
      {"old rule that says yes", old, "person { age: 18 }", "CHECK 1x1"},
      {"a kind without the rule keeps one it records",
       Naloxone("a").Says("any.minimum_age", "18 10d"), "person { age: 17 }",
       "DOES_NOT_FIT"},
  });
}

TEST(WorkedRulesTest, JudgesGender) {
  const Place women = House("a")
                          .Says("any.genders.woman", "yes 10d")
                          .Says("any.genders.man", "no 10d");
  Expect({
      {"taken", women, "person { gender: 'woman' }", "FITS"},
      {"not taken", women, "person { gender: 'man' }", "DOES_NOT_FIT"},
      {"not named in an open list", women, "person { gender: 'nonbinary' }",
       "CHECK 3x1"},
      {"not said", women, "", "FITS"},
  });
}

TEST(WorkedRulesTest, JudgesBoysOfFourAndThirteen) {
  const std::string boys =
      "person { household { children { age: 4 gender: 'boy' } "
      "children { age: 13 gender: 'boy' } } }";
  const auto house = [](const std::string& boys_to) {
    return House("a")
        .Says("housing.children", "yes 10d")
        .Says("housing.children_max", "2 10d")
        .Says("housing.boys_age_max", boys_to);
  };
  Expect({
      {"boys to 12: the older one may not", house("12 10d"), boys,
       "DOES_NOT_FIT"},
      {"boys to 13, inclusive", house("13 10d"), boys, "FITS"},
      {"boys to 12, but that is 91 days old", house("12 91d"), boys,
       "CHECK 4x1"},
      {"one child at most",
       house("13 10d").Says("housing.children_max", "1 10d"), boys,
       "DOES_NOT_FIT"},
      {"no children", House("a").Says("housing.children", "no 10d"), boys,
       "DOES_NOT_FIT"},
      {"girls' limit is no rule for boys",
       house("13 10d").Says("housing.girls_age_max", "5 10d"), boys, "FITS"},
      {"nobody said children", house("12 10d"), "", "FITS"},
  });
}

TEST(WorkedRulesTest, ChildrenCaseByCaseIsAQuestion) {
  const v1::Option option =
      ExplainOne(House("a").Says("housing.children", "conditional 10d"),
                 "person { household { children { age: 4 } } }")
          .option();
  EXPECT_EQ(option.verdict(), v1::CHECK);
  EXPECT_EQ(Judgements(option, "housing.children", v1::UNKNOWN), 1);
  EXPECT_GE(option.questions_size(), 1);
}

TEST(WorkedRulesTest, JudgesPartnerAndPets) {
  Expect({
      {"partner may come", House("a").Says("housing.partner", "yes 10d"),
       "person { household { partner: true } }", "FITS"},
      {"partner may not", House("a").Says("housing.partner", "no 10d"),
       "person { household { partner: true } }", "DOES_NOT_FIT"},
      {"no partner to bring", House("a").Says("housing.partner", "no 10d"),
       "person { household { partner: false } }", "FITS"},
      {"pets, old no", House("a").Says("housing.pets", "no 91d"),
       "person { household { pets: true } }", "CHECK 4x1"},
      {"pets, case by case", House("a").Says("housing.pets", "conditional 91d"),
       "person { household { pets: true } }", "CHECK 2x1"},
      {"pets, no", House("a").Says("housing.pets", "no 10d"),
       "person { household { pets: true } }", "DOES_NOT_FIT"},
  });
}

TEST(WorkedRulesTest, JudgesEachMedicationByItself) {
  const Place house = House("a")
                          .Says("any.medication.methadone", "no 10d")
                          .Says("any.medication.buprenorphine", "yes 10d");
  Expect({
      {"taken in", house, "person { medications: 'buprenorphine' }", "FITS"},
      {"barred", house, "person { medications: 'methadone' }", "DOES_NOT_FIT"},
      {"another form is not named", house,
       "person { medications: 'xr_buprenorphine' }", "CHECK 3x1"},
      {"every one counts", house,
       "person { medications: ['buprenorphine', 'methadone'] }",
       "DOES_NOT_FIT"},
      {"one known, two not", house,
       "person { medications: ['buprenorphine', 'xr_buprenorphine', "
       "'xr_naltrexone'] }",
       "CHECK 3x2"},
      {"old bar", House("a").Says("any.medication.methadone", "no 91d"),
       "person { medications: 'methadone' }", "CHECK 4x1"},
      {"old welcome", House("a").Says("any.medication.methadone", "yes 91d"),
       "person { medications: 'methadone' }", "CHECK 1x1"},
      {"depends",
       House("a").Says("any.medication.methadone", "conditional 10d"),
       "person { medications: 'methadone' }", "CHECK 2x1"},
  });
}

TEST(WorkedRulesTest, JudgesCoverageAgainstPayments) {
  const Place clinic("a", "residential-treatment");
  const auto takes = [&](const std::string& medicaid) {
    return Place(clinic).Says("any.payments.medicaid", medicaid);
  };
  const std::string medicaid =
      "person { coverage { state: IN_FORCE kind: 'medicaid' } }";
  Expect({
      {"taken", takes("yes 10d"), medicaid, "FITS"},
      {"not taken", takes("no 10d"), medicaid, "DOES_NOT_FIT"},
      {"taken, said 91 days ago", takes("yes 91d"), medicaid, "CHECK 1x1"},
      {"nothing recorded", clinic, medicaid, "CHECK 3x1"},
      {"one of two coverages is enough",
       takes("no 10d").Says("any.payments.medicare", "yes 10d"),
       "person { coverage { state: IN_FORCE kind: 'medicaid' } "
       "coverage { state: IN_FORCE kind: 'medicare' } }",
       "FITS"},
      {"not said", takes("no 10d"), "", "FITS"},
  });
}

TEST(WorkedRulesTest, JudgesDocumentsByTheDayTheyAreWanted) {
  const Place door = House("a").Wants("photo_id", 0, "yes 10d");
  const Place two_days = House("a").Wants("photo_id", 2, "yes 10d");
  const Place three_days = House("a").Wants("photo_id", 3, "yes 10d");
  const Place either =
      House("a").Wants("photo_id|birth_certificate", 0, "yes 10d");
  const std::string none = "person { documents_stated: true }";
  const std::string held =
      "person { documents_stated: true documents { document: 'photo_id' } }";
  // Today is 2 June; 2 June + 3 days = 5 June.
  const std::string friday =
      "person { documents_stated: true "
      "documents { document: 'photo_id' available_on: '2026-06-05' } }";
  Expect({
      {"held", door, held, "FITS"},
      {"not held", door, none, "DOES_NOT_FIT"},
      {"in three days, wanted at the door", door, friday, "DOES_NOT_FIT"},
      {"in three days, wanted within two", two_days, friday, "DOES_NOT_FIT"},
      {"in three days, wanted within three", three_days, friday, "FITS"},
      {"one of two is enough", either,
       "person { documents_stated: true "
       "documents { document: 'birth_certificate' } }",
       "FITS"},
      {"neither of two", either,
       "person { documents_stated: true documents { document: 'ssn_card' } }",
       "DOES_NOT_FIT"},
      {"explicitly not needed", House("a").Wants("photo_id", 0, "no 10d"), none,
       "FITS"},
      {"depends", House("a").Wants("photo_id", 0, "conditional 10d"), none,
       "CHECK 2x1"},
      // Documents live 180 days; not holding it is a recorded no but stale.
      {"old rule", House("a").Wants("photo_id", 0, "yes 181d"), none,
       "CHECK 4x1"},
      {"not said", door, "", "FITS"},
  });
}

TEST(WorkedRulesTest, TellsWhatToBringWhereDocumentsWereNotSaid) {
  const v1::Option option =
      ExplainOne(House("a").Wants("photo_id", 0, "yes 10d"), "").option();
  EXPECT_GE(option.what_to_bring_size() + option.their_rules_size(), 1);
}

TEST(WorkedRulesTest, RegistryCaseByCaseIsAQuestionNotAClosedDoor) {
  const Place house =
      House("a")
          .Says("any.record_accepted.probation", "yes 10d")
          .Says("any.record_accepted.registry", "conditional 10d")
          .Says("any.record_accepted.arson", "no 10d");
  const std::string both =
      "person { circumstances: ['probation', 'registry'] }";
  Expect({
      {"probation", house, "person { circumstances: 'probation' }", "FITS"},
      {"registry", house, both, "CHECK 2x1"},
      {"arson", house, "person { circumstances: 'arson' }", "DOES_NOT_FIT"},
      {"not recorded", house, "person { circumstances: 'open_warrant' }",
       "CHECK 3x1"},
  });
  const v1::Option option = ExplainOne(house, both).option();
  ASSERT_EQ(option.questions_size(), 1);
  EXPECT_EQ(option.questions(0).doubt(), 2);
  EXPECT_THAT(option.questions(0).rule(),
              ::testing::StartsWith("any.record_accepted"));
}

TEST(WorkedRulesTest, JudgesUseTodayOnlyByTheHousesRule) {
  const auto house = [](const std::string& said) {
    return House("a").Says("any.admits_if_used_today", said);
  };
  const std::string used = "person { used_today: true }";
  Expect({
      {"admits", house("yes 10d"), used, "FITS"},
      {"does not", house("no 10d"), used, "DOES_NOT_FIT"},
      {"did not, 91 days ago", house("no 91d"), used, "CHECK 4x1"},
      {"not used today", house("no 10d"), "person { used_today: false }",
       "FITS"},
      {"not said", house("no 10d"), "", "FITS"},
  });
}

TEST(WorkedRulesTest, JudgesDaysWithoutUseOnlyWherePersonSaidThem) {
  const auto house = [](const std::string& said) {
    return House("a").Says("housing.minimum_days_without_use", said);
  };
  Expect({
      {"exactly enough", house("30 10d"), "person { days_without_use: 30 }",
       "FITS"},
      {"one day short", house("30 10d"), "person { days_without_use: 29 }",
       "DOES_NOT_FIT"},
      {"one day short of an old rule", house("30 91d"),
       "person { days_without_use: 29 }", "CHECK 4x1"},
      {"not said", house("30 10d"), "", "FITS"},
  });
}

TEST(WorkedRulesTest, JudgesPapersThatCannotBeShown) {
  const auto place = [](const std::string& said) {
    return Naloxone("a").Says("any.ssn_or_status_required", said);
  };
  const std::string cannot = "person { cannot_show_ssn_or_status: true }";
  Expect({
      {"required", place("yes 10d"), cannot, "DOES_NOT_FIT"},
      {"not required", place("no 10d"), cannot, "FITS"},
      {"depends", place("conditional 10d"), cannot, "CHECK 2x1"},
      // Eligibility lives 180 days. The rule as recorded says no: 4.
      {"required, long ago", place("yes 181d"), cannot, "CHECK 4x1"},
      {"not required, long ago", place("no 181d"), cannot, "CHECK 1x1"},
      {"not said", place("yes 10d"), "", "FITS"},
  });
}

TEST(WorkedRulesTest, FamilyNeedLeavesOutWhatIsForThePersonAlone) {
  const auto group = [](const std::string& id) { return Meeting(id); };
  const v1::NeedAnswer answer =
      FirstNeed({group("family").Says("any.audience.family", "yes 10d"),
                 group("both")
                     .Says("any.audience.family", "yes 10d")
                     .Says("any.audience.person", "yes 10d"),
                 group("closed")
                     .Says("any.audience.person", "yes 10d")
                     .Says("any.audience.family", "no 10d")},
                "needs { terms: 'support-group' for_whom: FAMILY }");
  EXPECT_THAT(Order(answer), ::testing::AnyOf("family both", "both family"));
  EXPECT_EQ(answer.options(0).verdict(), v1::FITS);
}

TEST(WorkedRulesTest, FamilyRequestNeedsNothingAboutTheRelative) {
  const v1::Option option =
      ExplainOne(Meeting("a")
                     .Says("any.audience.family", "yes 10d")
                     .Says("any.medication.methadone", "no 10d"),
                 "needs { terms: 'support-group' for_whom: FAMILY }")
          .option();
  EXPECT_EQ(Verdict(option), "FITS");
  EXPECT_EQ(option.questions_size(), 0);
}

// ------------------------------------------------------ obligations, leave out

TEST(WorkedRulesTest, ObligationBindsToItsLastDay) {
  const Place no_proof =
      Naloxone("a").Says("any.proof_of_attendance", "no 10d");
  const auto until = [](const std::string& date) {
    return "obligations { owner: 'court' end_date: '" + date +
           "' criterion { kind: MUST field: 'any.proof_of_attendance' "
           "values: 'yes' } }";
  };
  Expect({
      // "Date after which it no longer binds": today it still does.
      {"ends today", no_proof, until("2026-06-02"), "DOES_NOT_FIT"},
      {"ended yesterday", no_proof, until("2026-06-01"), "FITS"},
      {"open", no_proof, until(""), "DOES_NOT_FIT"},
      {"not recorded", Naloxone("a"), until(""), "CHECK 3x1"},
  });
  const v1::Option option = ExplainOne(no_proof, until("")).option();
  ASSERT_EQ(option.explanation().judgements_size(), 1);
  EXPECT_EQ(option.explanation().judgements(0).owner(), v1::OBLIGATION);
}

TEST(WorkedRulesTest, ProofWantedIsJudgedToo) {
  const std::string court =
      "obligations { owner: 'court' proof_wanted: true "
      "criterion { kind: MUST field: 'any.pathway' values: 'secular' } }";
  Expect({
      {"both",
       Naloxone("a")
           .Says("any.pathway.secular", "yes 10d")
           .Says("any.proof_of_attendance", "yes 10d"),
       court, "FITS"},
      {"no proof",
       Naloxone("a")
           .Says("any.pathway.secular", "yes 10d")
           .Says("any.proof_of_attendance", "no 10d"),
       court, "DOES_NOT_FIT"},
      {"nobody said", Naloxone("a").Says("any.pathway.secular", "yes 10d"),
       court, "CHECK 3x1"},
  });
}

TEST(WorkedRulesTest, LeavesOutWhatDidNotWork) {
  const v1::NeedAnswer answer =
      FirstNeed({Naloxone("a"), Naloxone("b").Of("tried"), Naloxone("c"),
                 Naloxone("d").DoNotRefer()},
                "needs { terms: 'naloxone' } "
                "exclude { listing_ids: 'a' organization_ids: 'tried' }");
  EXPECT_EQ(Order(answer), "c");
}

// ------------------------------------------------------------------- questions

TEST(WorkedQuestionsTest, AsksOneQuestionPerUnknownRule) {
  const v1::Option option =
      ExplainOne(Naloxone("a")
                     .Says("any.child_care", "yes 91d")
                     .Says("any.payment_help", "conditional 10d")
                     .Says("any.proof_of_attendance", "yes 10d"),
                 Criterion("MUST", "any.child_care", "'yes'") +
                     Criterion("MUST", "any.payment_help", "'yes'") +
                     Criterion("MUST", "any.proof_of_attendance", "'yes'"))
          .option();
  EXPECT_EQ(Verdict(option), "CHECK 2x1");
  EXPECT_EQ(Questions(option), "any.child_care any.payment_help");
}

TEST(WorkedQuestionsTest, UsesAChannelThePersonCanUse) {
  const Place place = Naloxone("a")
                          .Says("any.contact_channels.voice", "yes 10d")
                          .Says("any.contact_channels.video_relay", "yes 10d");
  const v1::Option voice = ExplainOne(place, kMustCare).option();
  ASSERT_EQ(voice.questions_size(), 1);
  EXPECT_EQ(voice.questions(0).channel(), "voice");
  const v1::Option relay =
      ExplainOne(place,
                 std::string(kMustCare) +
                     "person { communication { channels: 'video_relay' } }")
          .option();
  ASSERT_EQ(relay.questions_size(), 1);
  EXPECT_EQ(relay.questions(0).channel(), "video_relay");
}

TEST(WorkedQuestionsTest, WhatFitsHasNoQuestions) {
  EXPECT_EQ(
      ExplainOne(Naloxone("a").Says("any.child_care", "yes 10d"), kMustCare)
          .option()
          .questions_size(),
      0);
}

}  // namespace
}  // namespace handrail::matcher::worked
