// Hand-computed cases: what one listing is for one person, points included.
//
// Written from the matching rules and matcher/SCORING.md, not from the code.
// Every usual case begins with the same place: 300 points for the one kind
// asked for and answered, 200 for being where the person is, and
// floor(60 × (365 − 10) ÷ 365) = floor(58.36) = 58 for an address checked ten
// days ago: 558. A fact that is older than ten days lowers the freshness.
#include <gtest/gtest.h>

#include "tests/matcher/matching_kit.h"

namespace handrail::matcher {
namespace {

struct Case {
  std::string name;
  std::string term;
  std::string listing;
  std::string request;
  v1::Verdict verdict;
  int doubt;
  int count;
  int points;
};

const v1::Verdict kFits = v1::FITS, kCheck = v1::CHECK, kNot = v1::DOES_NOT_FIT;
constexpr char kHome[] = "recovery-residence";
constexpr char kPantry[] = "food-pantry";

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const v1::NeedExplanation explained = ExplainOne(
        MakeListing("l1", c.term, c.listing), Ask(c.term, c.request));
    const v1::Option& option = explained.option();
    EXPECT_TRUE(explained.candidate()) << explained.why_no_candidate();
    EXPECT_EQ(v1::Verdict_Name(option.verdict()), v1::Verdict_Name(c.verdict));
    EXPECT_EQ(option.doubt(), c.doubt);
    EXPECT_EQ(option.doubt_count(), c.count);
    EXPECT_EQ(option.points(), c.points) << option.explanation().DebugString();
  }
}

// A criterion that the person sets.
constexpr char kMustCare[] =
    "criteria { kind: MUST field: 'any.child_care' values: 'yes' }";
constexpr char kMustNotCare[] =
    "criteria { kind: MUST_NOT field: 'any.child_care' values: 'yes' }";

TEST(VerdictTest, CriteriaAreJudgedInThreeValuesWithDoubt) {
  Check({
      // A policy lives 90 days. 2 days: fresh; address 10 days is oldest: 558.
      {"yes, fresh", kPantry,
       "profile { any { child_care { answer: YES @2; } } }", kMustCare, kFits,
       0, 0, 558},
      // 60 days: past half of 90, still good. 60 × 305 ÷ 365 = 50.1: 550.
      {"yes, aging", kPantry,
       "profile { any { child_care { answer: YES @60; } } }", kMustCare, kFits,
       0, 0, 550},
      // 100 days: stale. 60 × 265 ÷ 365 = 43.6: 543.
      {"yes, stale", kPantry,
       "profile { any { child_care { answer: YES @100; } } }", kMustCare,
       kCheck, 1, 1, 543},
      // Undated: no freshness at all: 500.
      {"yes, undated", kPantry,
       "profile { any { child_care { answer: YES @x; } } }", kMustCare, kCheck,
       1, 1, 500},
      {"depends", kPantry,
       "profile { any { child_care { answer: CONDITIONAL words: 'Mondays' @2; "
       "} } }",
       kMustCare, kCheck, 2, 1, 558},
      {"depends, stale, is doubt 2 too", kPantry,
       "profile { any { child_care { answer: CONDITIONAL @100; } } }",
       kMustCare, kCheck, 2, 1, 543},
      {"absent", kPantry, "", kMustCare, kCheck, 3, 1, 558},
      {"no, stale", kPantry,
       "profile { any { child_care { answer: NO @100; } } }", kMustCare, kCheck,
       4, 1, 543},
      {"no, fresh", kPantry,
       "profile { any { child_care { answer: NO @2; } } }", kMustCare, kNot, 0,
       0, 558},
      {"must not: yes is refused", kPantry,
       "profile { any { child_care { answer: YES @2; } } }", kMustNotCare, kNot,
       0, 0, 558},
      {"must not: no is met", kPantry,
       "profile { any { child_care { answer: NO @2; } } }", kMustNotCare, kFits,
       0, 0, 558},
      {"must not: an old yes is doubt 4", kPantry,
       "profile { any { child_care { answer: YES @100; } } }", kMustNotCare,
       kCheck, 4, 1, 543},
      {"must not: an old no is doubt 1", kPantry,
       "profile { any { child_care { answer: NO @100; } } }", kMustNotCare,
       kCheck, 1, 1, 543},
  });
}

TEST(VerdictTest, AnyValueIsEnoughAndTheWorstDoubtCounts) {
  const std::string pathways =
      "criteria { kind: MUST field: 'any.pathway' values: 'secular' "
      "values: 'twelve_step' }";
  const std::string none_of =
      "criteria { kind: MUST_NOT field: 'any.pathway' values: 'secular' "
      "values: 'twelve_step' }";
  const std::string both = absl::StrCat(
      pathways,
      " criteria { kind: MUST field: 'any.child_care' values: 'yes' }"
      " criteria { kind: MUST field: 'any.payment_help' "
      "values: 'yes' }");
  Check({
      {"one of two, the other absent", kPantry,
       "profile { any { pathway { values { code: 'secular' answer: YES @2; } } "
       "} }",
       pathways, kFits, 0, 0, 558},
      // Pathways live 365 days: no @2 fresh; conditional wins over absent.
      {"the least doubt of an any-of", kPantry,
       "profile { any { pathway { values { code: 'secular' answer: CONDITIONAL "
       "@2; } } } }",
       pathways, kCheck, 2, 1, 558},
      {"both recorded no", kPantry,
       "profile { any { pathway { values { code: 'secular' answer: NO @2; } "
       "values { code: 'twelve_step' answer: NO @2; } } } }",
       pathways, kNot, 0, 0, 558},
      {"none of two, one is not recorded", kPantry,
       "profile { any { pathway { values { code: 'secular' answer: NO @2; } } "
       "} }",
       none_of, kCheck, 3, 1, 558},
      {"none of two, one is recorded", kPantry,
       "profile { any { pathway { values { code: 'secular' answer: YES @2; } } "
       "} }",
       none_of, kNot, 0, 0, 558},
      // Pathway met; child care doubt 3; payment help doubt 3: two at 3.
      {"two absent", kPantry,
       "profile { any { pathway { values { code: 'secular' answer: YES @2; } } "
       "} }",
       both, kCheck, 3, 2, 558},
      // Child care old yes (1), payment help absent (3): worst 3, one of it.
      // 100 days: 43.
      {"worst of two doubts", kPantry,
       "profile { any { pathway { values { code: 'secular' answer: YES @2; } } "
       "child_care { answer: YES @100; } } }",
       both, kCheck, 3, 1, 543},
      {"a single value rules out the others", kHome,
       "profile { housing { narr_level { answer: YES code: 'level_2' @2; } } }",
       "criteria { kind: MUST field: 'housing.narr_level' values: 'level_3' }",
       kNot, 0, 0, 558},
      // 150 dollars are 15,000 cents.
      {"a number at most", kHome,
       "profile { housing { weekly_fee { answer: YES value: 15000 @2; } } }",
       "criteria { kind: MUST field: 'housing.weekly_fee' values: '<=15000' }",
       kFits, 0, 0, 558},
      {"a number too much", kHome,
       "profile { housing { weekly_fee { answer: YES value: 15001 @2; } } }",
       "criteria { kind: MUST field: 'housing.weekly_fee' values: '<=15000' }",
       kNot, 0, 0, 558},
  });
}

TEST(VerdictTest, RulesOfThePlaceAboutThePerson) {
  const std::string ages =
      "profile { any { minimum_age { answer: YES value: 18 @2; } maximum_age { "
      "answer: YES value: 60 @2; } } }";
  Check({
      {"age inside", kHome, ages, "person { age: 31 }", kFits, 0, 0, 558},
      {"the youngest age is taken", kHome, ages, "person { age: 18 }", kFits, 0,
       0, 558},
      {"the oldest age is taken", kHome, ages, "person { age: 60 }", kFits, 0,
       0, 558},
      {"too young", kHome, ages, "person { age: 17 }", kNot, 0, 0, 558},
      {"too old", kHome, ages, "person { age: 61 }", kNot, 0, 0, 558},
      {"an age that was not said judges nothing", kHome, ages, "", kFits, 0, 0,
       558},
      {"a home that says nothing about ages", kHome, "", "person { age: 31 }",
       kCheck, 3, 1, 558},
      {"a pantry that says nothing about ages has no rule", kPantry, "",
       "person { age: 31 }", kFits, 0, 0, 558},
      // Eligibility lives 180 days; 200 are stale: 60 × 165 ÷ 365 = 27.1.
      {"an old refusal is doubt 4", kHome,
       "profile { any { minimum_age { answer: YES value: 40 @200; } } }",
       "person { age: 31 }", kCheck, 4, 1, 527},
      {"a gender taken", kHome,
       "profile { any { genders { values { code: 'woman' answer: YES @2; } } } "
       "}",
       "person { gender: 'woman' }", kFits, 0, 0, 558},
      {"a gender refused", kHome,
       "profile { any { genders { values { code: 'man' answer: NO @2; } values "
       "{ "
       "code: 'woman' answer: YES @2; } } } }",
       "person { gender: 'man' }", kNot, 0, 0, 558},
      {"a gender not named in an open list", kHome,
       "profile { any { genders { values { code: 'woman' answer: YES @2; } } } "
       "}",
       "person { gender: 'transgender_woman' }", kCheck, 3, 1, 558},
      {"methadone barred", kHome,
       "profile { any { medication { values { code: 'methadone' answer: NO @2; "
       "} "
       "} } }",
       "person { medications: 'methadone' }", kNot, 0, 0, 558},
      {"methadone unknown at a home", kHome, "",
       "person { medications: 'methadone' }", kCheck, 3, 1, 558},
      {"methadone unknown at a pantry", kPantry, "",
       "person { medications: 'methadone' }", kFits, 0, 0, 558},
      {"methadone taken, buprenorphine case by case", kHome,
       "profile { any { medication { values { code: 'buprenorphine' answer: "
       "CONDITIONAL @2; } values { code: 'methadone' answer: YES @2; } } } }",
       "person { medications: 'methadone' medications: 'buprenorphine' }",
       kCheck, 2, 1, 558},
      {"used today, taken", kHome,
       "profile { any { admits_if_used_today { answer: YES @2; } } }",
       "person { used_today: true }", kFits, 0, 0, 558},
      {"used today, not taken", kHome,
       "profile { any { admits_if_used_today { answer: NO @2; } } }",
       "person { used_today: true }", kNot, 0, 0, 558},
      {"days enough", kHome,
       "profile { housing { minimum_days_without_use { answer: YES value: 30 "
       "@2; } } }",
       "person { days_without_use: 30 }", kFits, 0, 0, 558},
      {"days too few", kHome,
       "profile { housing { minimum_days_without_use { answer: YES value: 30 "
       "@2; } } }",
       "person { days_without_use: 29 }", kNot, 0, 0, 558},
      {"the wait to come back is a question", kHome,
       "profile { housing { minimum_days_without_use { answer: NO @2; } "
       "reentry_wait_days { answer: YES value: 30 @2; } } }",
       "person { days_without_use: 3 }", kCheck, 2, 1, 558},
      {"a record taken case by case", kHome,
       "profile { any { record_accepted { values { code: 'arson' answer: "
       "CONDITIONAL words: 'case by case' @2; } } } }",
       "person { circumstances: 'arson' }", kCheck, 2, 1, 558},
      {"a record not named", kHome, "", "person { circumstances: 'arson' }",
       kCheck, 3, 1, 558},
      {"no papers, papers asked", kPantry,
       "profile { any { ssn_or_status_required { answer: YES @2; } } }",
       "person { cannot_show_ssn_or_status: true }", kNot, 0, 0, 558},
      {"no papers, none asked", kPantry,
       "profile { any { ssn_or_status_required { answer: NO @2; } } }",
       "person { cannot_show_ssn_or_status: true }", kFits, 0, 0, 558},
      {"step-free, not recorded", kPantry, "",
       "person { access_needs: 'step_free' }", kCheck, 3, 1, 558},
      {"Spanish spoken", kPantry,
       "languages { code: 'es' } fields { field: 'languages' @2; }",
       "person { languages: 'es' }", kFits, 0, 0, 558},
      {"an interpreter on notice depends", kPantry,
       "profile { any { sign_language { answer: YES code: "
       "'interpreter_on_notice' @2; } } }",
       "person { languages: 'ase' languages: 'en' }", kCheck, 2, 1, 558},
  });
}

TEST(VerdictTest, HouseholdCoverageAndDocuments) {
  const std::string boys =
      "profile { housing { children { answer: YES @2; } boys_age_max { answer: "
      "YES value: 12 @2; } children_max { answer: YES value: 2 @2; } } }";
  const std::string boy12 =
      "person { household { children { age: 12 gender: 'boy' } } }";
  const std::string id =
      "profile { any { documents { any_of: 'photo_id' any_of: "
      "'birth_certificate' within_days: 14 answer: YES @2; } } }";
  Check({
      {"a boy of the oldest age", kHome, boys, boy12, kFits, 0, 0, 558},
      {"a boy too old", kHome, boys,
       "person { household { children { age: 13 gender: 'boy' } } }", kNot, 0,
       0, 558},
      {"a girl of thirteen, and no limit for girls is recorded", kHome, boys,
       "person { household { children { age: 13 gender: 'girl' } } }", kCheck,
       3, 1, 558},
      {"three children where two may come", kHome, boys,
       "person { household { children { } children { } children { } } }", kNot,
       0, 0, 558},
      {"two children where two may come", kHome, boys,
       "person { household { children { } children { } } }", kFits, 0, 0, 558},
      {"children at a home that says nothing", kHome, "", boy12, kCheck, 3, 1,
       558},
      {"a partner refused", kHome,
       "profile { housing { partner { answer: NO @2; } } }",
       "person { household { partner: true } }", kNot, 0, 0, 558},
      {"Medicaid taken", "detox",
       "profile { any { payments { values { code: 'medicaid' answer: YES @2; } "
       "} } }",
       "person { coverage { state: IN_FORCE kind: 'medicaid' } }", kFits, 0, 0,
       558},
      {"Medicaid refused", "detox",
       "profile { any { payments { values { code: 'medicaid' answer: NO @2; } "
       "} "
       "} }",
       "person { coverage { state: IN_FORCE kind: 'medicaid' } }", kNot, 0, 0,
       558},
      {"Medicaid pending", "detox",
       "profile { any { payments { values { code: 'medicaid' answer: YES @2; } "
       "} } }",
       "person { coverage { state: PENDING kind: 'medicaid' } }", kCheck, 2, 1,
       558},
      {"Medicaid not named", "detox", "",
       "person { coverage { state: IN_FORCE kind: 'medicaid' } }", kCheck, 3, 1,
       558},
      {"no coverage, costs nothing", "detox",
       "profile { any { cost { answer: YES code: 'free' @2; } } }",
       "person { coverage { state: NONE } }", kFits, 0, 0, 558},
      {"a document held", kHome, id,
       "person { documents { document: 'birth_certificate' } }", kFits, 0, 0,
       558},
      // Arrival June 5, fourteen days: June 19 is in time, June 20 is not.
      {"a document in time", kHome, id,
       "person { documents { document: 'photo_id' available_on: '2026-06-19' } "
       "}",
       kFits, 0, 0, 558},
      {"a document too late", kHome, id,
       "person { documents { document: 'photo_id' available_on: '2026-06-20' } "
       "}",
       kNot, 0, 0, 558},
      {"no documents, none recorded at a home", kHome, "",
       "person { documents_stated: true }", kCheck, 3, 1, 558},
      {"no documents, none recorded at a pantry", kPantry, "",
       "person { documents_stated: true }", kFits, 0, 0, 558},
  });
}

// Wednesdays 18:00-19:00 and every day 08:00-20:00, in New York.
constexpr char kWednesday[] =
    "schedules { freq: WEEKLY byday: 'WE' opens_at: '18:00' closes_at: '19:00' "
    "zone: 'America/New_York' } fields { field: 'hours' @2; }";
constexpr char kWednesdayUndated[] =
    "schedules { freq: WEEKLY byday: 'WE' opens_at: '18:00' closes_at: '19:00' "
    "zone: 'America/New_York' }";

std::string NeedAt(const std::string& term, const std::string& when) {
  return absl::StrCat("needs { terms: '", term, "' within_m: 10000 when { ",
                      when, " } }");
}

TEST(VerdictTest, HoursAreUnknownClosedOrOpen) {
  const std::string wednesday_evening =
      NeedAt("aa-meeting", "window { days: 'WE' start: '17:00' end: '20:00' }");
  const std::string tuesday_evening =
      NeedAt("aa-meeting", "window { days: 'TU' start: '17:00' end: '20:00' }");
  const std::string late =
      NeedAt("aa-meeting", "window { days: 'WE' start: '18:30' end: '20:00' }");
  const std::string pantry_late =
      NeedAt(kPantry, "window { days: 'WE' start: '18:30' end: '20:00' }");
  const std::string now = NeedAt(kPantry, "now: true");
  const std::string open_mornings =
      "schedules { byday: 'FR' freq: WEEKLY opens_at: '07:00' closes_at: "
      "'09:00' zone: 'America/New_York' } fields { field: 'hours' @2; }";
  Check({
      {"inside the window", "aa-meeting", kWednesday, wednesday_evening, kFits,
       0, 0, 558},
      {"another day", "aa-meeting", kWednesday, tuesday_evening, kNot, 0, 0,
       558},
      // Hours that nobody dated: no freshness.
      {"another day, undated, stays no", "aa-meeting", kWednesdayUndated,
       tuesday_evening, kNot, 0, 0, 500},
      {"the day, undated, is doubt 1", "aa-meeting", kWednesdayUndated,
       wednesday_evening, kCheck, 1, 1, 500},
      {"a meeting must lie wholly inside", "aa-meeting", kWednesday, late, kNot,
       0, 0, 558},
      {"walk-in hours need thirty minutes", kPantry, kWednesday, pantry_late,
       kFits, 0, 0, 558},
      {"no schedule is unknown, not closed", "aa-meeting", "",
       wednesday_evening, kCheck, 3, 1, 558},
      // Now is Friday 08:00 in New York.
      {"open now", kPantry, open_mornings, now, kFits, 0, 0, 558},
      {"the closing minute is closed", kPantry, open_mornings,
       NeedAt(kPantry,
              absl::StrCat("at { seconds: ", kNowSeconds + 3600, " }")),
       kNot, 0, 0, 558},
      {"shut for now", kPantry,
       absl::StrCat(open_mornings,
                    " operating_state { kind: TEMPORARILY_SHUT }"),
       now, kNot, 0, 0, 558},
      {"the service status says closed", kPantry,
       absl::StrCat(open_mornings, " status: TEMPORARILY_CLOSED"), "", kNot, 0,
       0, 558},
      {"shut, and no time was asked", kPantry,
       absl::StrCat(open_mornings,
                    " operating_state { kind: TEMPORARILY_SHUT }"),
       "", kNot, 0, 0, 558},
      {"kept from referrals", kPantry, "do_not_refer: true", "", kNot, 0, 0,
       558},
      // 16:00 is minute 960; eight in the morning is before, so is now.
      {"intake still open", "detox",
       "round_the_clock { answer: YES @2; } profile { any { intake_cutoff { "
       "answer: YES value: 960 @2; } } }",
       NeedAt("detox", "now: true"), kFits, 0, 0, 558},
      {"intake is over for the day", "detox",
       "round_the_clock { answer: YES @2; } profile { any { intake_cutoff { "
       "answer: YES value: 480 @2; } } }",
       NeedAt("detox", "now: true"), kNot, 0, 0, 558},
  });
}

TEST(VerdictTest, PlaceAndServiceArea) {
  const std::string home = "person { home { state: 'MD' county: 'Tamarack' } }";
  const std::string other =
      "person { home { state: 'VA' county: 'Elsewhere' } }";
  const std::string md =
      "coverage { kind: STATE code: 'MD' } fields { field: 'service_area' @2; "
      "}";
  const std::string md_undated = "coverage { kind: STATE code: 'MD' }";
  const std::string online =
      " profile { any { attendance_mode { values { code: 'online' answer: YES "
      "@2; } } } }";
  Check({
      // Approximate places have 100 near points at most: 300 + 100 + 58.
      {"an approximate place is a question", kPantry,
       "place { basis: ZIP_CENTROID approximate: true }", "", kCheck, 3, 1,
       458},
      {"home inside", kPantry, md, home, kFits, 0, 0, 558},
      {"home outside", kPantry, md, other, kNot, 0, 0, 558},
      {"home outside, undated, stays no", kPantry, md_undated, other, kNot, 0,
       0, 500},
      {"home inside, undated, is doubt 1", kPantry, md_undated, home, kCheck, 1,
       1, 500},
      {"home not said", kPantry, md, "", kFits, 0, 0, 558},
      {"no area recorded in person", kPantry, "", home, kFits, 0, 0, 558},
      // Online: 100 near points, "no travel needed": 458.
      {"no area recorded online", kPantry, online, home, kCheck, 3, 1, 458},
      {"online and home inside", kPantry, md + online, home, kFits, 0, 0, 458},
  });
}

TEST(VerdictTest, FamilyNeedsAreForFamily) {
  const std::string family =
      "person { age: 30 used_today: true } needs { terms: 'support-group' "
      "within_m: 10000 for_whom: FAMILY }";
  const auto audience = [](const std::string& code, const std::string& answer) {
    return absl::StrCat("profile { any { audience { values { code: '", code,
                        "' answer: ", answer, " @2; } } } }");
  };
  Check({
      {"for family", "support-group", audience("family", "YES"), family, kFits,
       0, 0, 558},
      {"for parents", "support-group", audience("parent", "YES"), family, kFits,
       0, 0, 558},
      {"family refused", "support-group", audience("family", "NO"), family,
       kNot, 0, 0, 558},
      {"only the person is named", "support-group", audience("person", "YES"),
       family, kCheck, 3, 1, 558},
      // What was said about the person is not said about the family member.
      {"nothing of the person is judged", kHome, "",
       "person { age: 30 used_today: true } needs { terms: "
       "'recovery-residence' within_m: 10000 for_whom: FAMILY }",
       kFits, 0, 0, 558},
  });
}

TEST(VerdictTest, ObligationsBindUntilTheirLastDay) {
  const auto court = [](const std::string& end) {
    return absl::StrCat(
        "zone: 'America/New_York' obligations { owner: 'court' proof_wanted: "
        "true hours_required: 2 end_date: '",
        end, "' }");
  };
  Check({
      {"binding today", "aa-meeting",
       "profile { any { proof_of_attendance { answer: NO @2; } } }",
       court("2026-06-05"), kNot, 0, 0, 558},
      {"over since yesterday", "aa-meeting",
       "profile { any { proof_of_attendance { answer: NO @2; } } }",
       court("2026-06-04"), kFits, 0, 0, 558},
      {"not recorded", "aa-meeting", "", court("2026-12-31"), kCheck, 3, 1,
       558},
  });
}

TEST(VerdictTest, TheAgencyRuleIsNamedAndUnknownIsAQuestion) {
  MatchOptions options;
  options.policy.push_back(testing::ParseText<v1::Criterion>(
      "kind: MUST field: 'housing.certified' values: 'yes'"));
  const v1::NeedExplanation explained =
      ExplainOne(MakeListing("l1", kHome, ""), Ask(kHome, ""), options);
  EXPECT_EQ(explained.option().verdict(), v1::CHECK);
  EXPECT_EQ(explained.option().doubt(), 3);
  ASSERT_EQ(explained.option().explanation().judgements_size(), 1);
  EXPECT_EQ(explained.option().explanation().judgements(0).owner(), v1::AGENCY);
}

}  // namespace
}  // namespace handrail::matcher
