// Worked cases of crises and of questions that are refused. See
// worked_cases_test.cc for how they were made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/matcher/worked_cases.h"
#include "tests/testing/testing.h"

namespace handrail::matcher::worked {
namespace {

using ::handrail::testing::HasMetadata;
using ::handrail::testing::HasReason;
using ::handrail::testing::IsOk;
using ::handrail::testing::StatusIs;

std::string Terms(const std::string& terms) {
  return "needs { terms: [" + terms + "] } ";
}

// --------------------------------------------------------------------- crisis

std::vector<v1::CrisisResource> Resources() {
  using ::handrail::testing::ParseText;
  return {
      ParseText<v1::CrisisResource>(
          "id: 'line' name: 'Help line' kinds: [OVERDOSE, SUICIDE] rank: 5 "
          "contacts { channel: 'voice' value: '555-0101' } "
          "contacts { channel: 'text' value: '555-0102' } "
          "languages: 'en' provenance { source: 'example' }"),
      ParseText<v1::CrisisResource>(
          "id: 'emergency' name: 'Emergency' "
          "kinds: [OVERDOSE, SUICIDE, WITHDRAWAL] rank: 0 "
          "contacts { channel: 'voice' value: '555-0100' } "
          "languages: 'en' provenance { source: 'example' }"),
  };
}

v1::MatchResponse AskInCrisis(const std::string& request) {
  const auto answer = Ask({Naloxone("a")}, request, Noon(), Resources());
  EXPECT_THAT(answer, IsOk());
  return answer.ok() ? *answer : v1::MatchResponse();
}

std::string Kinds(const v1::MatchResponse& answer) {
  std::string kinds;
  for (const v1::CrisisBlock& block : answer.crisis()) {
    kinds += v1::CrisisKind_Name(block.kind()) + " ";
  }
  return kinds;
}

TEST(WorkedCrisisTest, StatedKindHasItsBlockWithEmergencyFirst) {
  const v1::MatchResponse answer =
      AskInCrisis("crisis: OVERDOSE " + Terms("'tax-help'"));
  ASSERT_EQ(Kinds(answer), "OVERDOSE ");
  const v1::CrisisBlock& block = answer.crisis(0);
  EXPECT_FALSE(block.lead().empty());
  ASSERT_EQ(block.resources_size(), 2);
  EXPECT_EQ(block.resources(0).id(), "emergency");
  EXPECT_EQ(block.resources(1).id(), "line");
  EXPECT_EQ(block.dated_size(), 2);
  // Nothing answers the need itself: still an answer.
  EXPECT_EQ(answer.needs_size(), 1);
  EXPECT_EQ(answer.needs(0).options_size(), 0);
}

TEST(WorkedCrisisTest, OnlyResourcesOfTheKindAreNamed) {
  const v1::MatchResponse answer =
      AskInCrisis("crisis: WITHDRAWAL " + Terms("'naloxone'"));
  ASSERT_EQ(Kinds(answer), "WITHDRAWAL ");
  ASSERT_EQ(answer.crisis(0).resources_size(), 1);
  EXPECT_EQ(answer.crisis(0).resources(0).id(), "emergency");
  EXPECT_EQ(Order(answer.needs(0)), "a");
}

TEST(WorkedCrisisTest, PersonsChannelComesFirst) {
  const v1::MatchResponse answer = AskInCrisis(
      "crisis: SUICIDE person { communication { channels: 'text' } } " +
      Terms("'naloxone'"));
  ASSERT_EQ(answer.crisis_size(), 1);
  const v1::CrisisBlock& block = answer.crisis(0);
  ASSERT_EQ(block.resources_size(), 2);
  ASSERT_GE(block.resources(1).contacts_size(), 1);
  EXPECT_EQ(block.resources(1).contacts(0).channel(), "text");
}

TEST(WorkedCrisisTest, WholePhrasesInAnyNeedCountAndPartsDoNot) {
  EXPECT_EQ(Kinds(AskInCrisis("needs { words: 'my son is not breathing' }")),
            "OVERDOSE ");
  EXPECT_EQ(Kinds(AskInCrisis("needs { terms: 'naloxone' } "
                              "needs { words: 'mi hijo no respira' }")),
            "OVERDOSE ");
  // By stem: the phrase is "kill myself".
  EXPECT_EQ(Kinds(AskInCrisis("needs { words: 'thoughts of killing myself' }")),
            "SUICIDE ");
  EXPECT_EQ(Kinds(AskInCrisis("needs { words: 'breathing class' }")), "");
  EXPECT_EQ(Kinds(AskInCrisis(Terms("'naloxone'"))), "");
}

TEST(WorkedCrisisTest, AStatedCrisisNeedsNoNeed) {
  const v1::MatchResponse answer = AskInCrisis("crisis: SUICIDE");
  EXPECT_EQ(Kinds(answer), "SUICIDE ");
  EXPECT_EQ(answer.needs_size(), 0);
}

TEST(WorkedCrisisTest, EachKindIsItsOwnBlock) {
  const v1::MatchResponse answer =
      AskInCrisis("crisis: SUICIDE needs { words: 'my son is not breathing' }");
  EXPECT_EQ(answer.crisis_size(), 2);
}

// ------------------------------------------------------------------- refusals

TEST(WorkedRefusalTest, RefusesPartsThatAreNotAnsweredYet) {
  const struct {
    std::string request, field;
  } cases[] = {
      {"at_revision: 6", "at_revision"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.field);
    const auto answer =
        Ask({Naloxone("a")}, c.request + " " + Terms("'naloxone'"));
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnimplemented));
    EXPECT_THAT(answer, HasReason(v1::ERROR_REASON_NOT_IMPLEMENTED));
    EXPECT_THAT(answer, HasMetadata("field", c.field));
  }
  // The snapshot of these cases is revision 7.
  EXPECT_THAT(Ask({Naloxone("a")},
                  "at_revision: 7 language: 'en' "
                  "include { range: false } " +
                      Terms("'naloxone'")),
              IsOk());
}

// The wrong fields of an INVALID_ARGUMENT, for messages.
bool NamesFieldUnder(const absl::Status& status, const std::string& prefix) {
  for (const FieldViolation& violation : ViolationsOf(status)) {
    if (violation.field.rfind(prefix, 0) == 0) return true;
  }
  return false;
}

TEST(WorkedRefusalTest, NamesTheWrongField) {
  const std::string need = Terms("'naloxone'");
  const auto criterion = [&](const std::string& text) {
    return need + "criteria { " + text + " }";
  };
  std::string nine;
  for (int i = 0; i < 9; ++i) nine += need;
  const struct {
    std::string request, field;
  } cases[] = {
      {"", "needs"},
      {nine, "needs"},
      {"needs { }", "needs[0]"},
      {Terms("'naloxone', 'no-such-kind'"), "needs[0].terms[1]"},
      {"needs { words: '" + std::string(201, 'a') + "' }", "needs[0].words"},
      {"needs { terms: 'naloxone' within_m: -1 }", "needs[0].within_m"},
      {"needs { terms: 'naloxone' modes: 'by_owl' }", "needs[0].modes[0]"},
      {"needs { terms: 'naloxone' when { window { days: 'MO' start: '25:00' "
       "end: '26:00' } } }",
       "needs[0].when.window"},
      {"needs { terms: 'naloxone' when { window { days: 'XX' start: '09:00' "
       "end: '10:00' } } }",
       "needs[0].when.window.days[0]"},
      {"max_results: 101 " + need, "max_results"},
      {"max_results: -1 " + need, "max_results"},
      {"zone: 'Mars/Olympus' " + need, "zone"},
      {"person { age: 121 } " + need, "person.age"},
      {"person { age: -1 } " + need, "person.age"},
      {"person { gender: 'x' } " + need, "person.gender"},
      {"person { medications: ['methadone', 'x'] } " + need,
       "person.medications[1]"},
      {"person { circumstances: 'x' } " + need, "person.circumstances[0]"},
      {"person { days_without_use: -1 } " + need, "person.days_without_use"},
      {"person { documents { document: 'x' } } " + need,
       "person.documents[0].document"},
      {"person { documents { document: 'photo_id' available_on: 'soon' } } " +
           need,
       "person.documents[0].available_on"},
      {"person { start { latitude_e7: 910000000 longitude_e7: 0 } } " + need,
       "person.start"},
      {"person { travel: 'broom' } " + need, "person.travel[0]"},
      {criterion("field: 'any.child_care' values: 'yes'"), "criteria[0].kind"},
      {criterion("kind: MUST field: 'any.no_such' values: 'yes'"),
       "criteria[0].field"},
      {criterion("kind: MUST field: 'any.child_care'"), "criteria[0].values"},
      {criterion("kind: MUST field: 'any.child_care' values: 'maybe'"),
       "criteria[0].values[0]"},
      {criterion("kind: MUST field: 'any.pathway' values: 'x'"),
       "criteria[0].values[0]"},
      {criterion("kind: MUST field: 'housing.weekly_fee' values: 'cheap'"),
       "criteria[0].values[0]"},
      {criterion("kind: PREFER field: 'any.child_care' values: 'yes' "
                 "weight: 4"),
       "criteria[0].weight"},
      {need + "obligations { owner: 'court' end_date: 'soon' criterion { "
              "kind: MUST field: 'any.child_care' values: 'yes' } }",
       "obligations[0].end_date"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.request);
    const auto answer = Ask({Naloxone("a")}, c.request);
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(answer, HasReason(v1::ERROR_REASON_INVALID_FIELD));
    EXPECT_TRUE(NamesFieldUnder(answer.status(), c.field))
        << c.field << ": " << testing::Describe(answer.status());
  }
}

TEST(WorkedRefusalTest, NamesEveryWrongFieldAtOnce) {
  const auto answer =
      Ask({Naloxone("a")}, "max_results: 101 person { age: 121 gender: 'x' } " +
                               Terms("'no-such-kind'"));
  for (const char* field :
       {"max_results", "person.age", "person.gender", "needs[0].terms[0]"}) {
    EXPECT_TRUE(NamesFieldUnder(answer.status(), field)) << field;
  }
}

}  // namespace
}  // namespace handrail::matcher::worked
