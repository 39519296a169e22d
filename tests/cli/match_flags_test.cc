#include "clients/cli/match_flags.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/testing/testing.h"

namespace handrail::cli {
namespace {

using testing::EqualsProto;
using testing::IsOkAndHolds;
using testing::StatusIs;

// The request that a command line means.
absl::StatusOr<v1::MatchRequest> Parse(std::vector<std::string> words,
                                       const std::string& input = "") {
  CLI::App app;
  MatchFlags flags;
  flags.AddTo(app, "REQUEST");
  std::reverse(words.begin(), words.end());
  app.parse(words);
  std::istringstream stream(input);
  return flags.ToRequest(stream);
}

TEST(MatchFlags, BuildTheQuestionOfTheReadme) {
  EXPECT_THAT(
      Parse({"--need", "support-group", "--near", "37.97,-122.53", "--within",
             "15", "--when", "Tue 18:00-21:30", "--as-of",
             "2021-06-05T00:00:00Z"}),
      IsOkAndHolds(EqualsProto(R"pb(
        as_of { seconds: 1622851200 }
        person { start { latitude_e7: 379700000 longitude_e7: -1225300000 } }
        needs {
          terms: "support-group"
          within_m: 15000
          when { window { days: "TU" start: "18:00" end: "21:30" } }
        }
      )pb")));
}

TEST(MatchFlags, TakeTermsWithCommasAsOneNeedAndRepeatsAsSeveral) {
  const auto request = Parse({"--need", "detox,sobering-center", "--need",
                              "food-pantry", "--words", "halal"});
  ASSERT_TRUE(request.ok());
  ASSERT_EQ(request->needs_size(), 2);
  EXPECT_EQ(request->needs(0).terms_size(), 2);
  EXPECT_EQ(request->needs(1).words(), "halal");
}

TEST(MatchFlags, ReadCriteriaWithWeightsAndNumbers) {
  EXPECT_THAT(
      Parse({"--need", "housing", "--must",
             "housing.narr_level=level_2,level_3", "--must-not",
             "required_activities=twelve_step_meetings", "--prefer",
             "any.pathway=secular:3", "--must", "housing.weekly_fee<=15000",
             "--prefer", "treatment.levels=asam4:3.1"}),
      IsOkAndHolds(EqualsProto(R"pb(
        needs { terms: "housing" }
        criteria {
          kind: MUST
          field: "housing.narr_level"
          values: "level_2"
          values: "level_3"
        }
        criteria { kind: MUST field: "housing.weekly_fee" values: "<=15000" }
        criteria {
          kind: MUST_NOT
          field: "any.required_activities"
          values: "twelve_step_meetings"
        }
        criteria {
          kind: PREFER
          field: "any.pathway"
          values: "secular"
          weight: 3
        }
        criteria { kind: PREFER field: "treatment.levels" values: "asam4:3.1" }
      )pb")));
}

TEST(MatchFlags, TakeAZipAsTheStartAndSayWhatThePersonSaid) {
  EXPECT_THAT(Parse({"--need", "housing", "--near", "21990", "--medication",
                     "methadone", "--age", "31", "--coverage",
                     "medicaid:pending", "--document", "none", "--crisis",
                     "nowhere-tonight", "--for", "family"}),
              IsOkAndHolds(EqualsProto(R"pb(
                person {
                  age: 31
                  coverage { state: PENDING kind: "medicaid" }
                  medications: "methadone"
                  documents_stated: true
                  start { postal_code: "21990" }
                }
                needs { terms: "housing" for_whom: FAMILY }
                crisis: NOWHERE_TONIGHT
              )pb")));
}

TEST(MatchFlags, PutFlagsOverTheRequestFile) {
  const auto request =
      Parse({"-", "--max", "3"},
            R"({"needs": [{"terms": ["detox"]}], "maxResults": 7})");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->max_results(), 3);
  EXPECT_EQ(request->needs(0).terms(0), "detox");
}

TEST(MatchFlags, NameTheFlagThatIsWrong) {
  struct Case {
    std::vector<std::string> words;
    std::string named;
  };
  const std::vector<Case> cases = {
      {{"--near", "91,0"}, "--near"},
      {{"--near", "Marin"}, "--near"},
      {{"--must", "medication"}, "--must"},
      {{"--prefer", "pathway=:2"}, "--prefer"},
      {{"--need", "food", "--when", "someday"}, "--when"},
      {{"--free", "Tue"}, "--free"},
      {{"--need", "food", "--for", "dog"}, "--for"},
      {{"--crisis", "boredom"}, "--crisis"},
      {{"--home", "Maryland"}, "--home"},
      {{"--coverage", "medicaid:maybe"}, "--coverage"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.named);
    const auto request = Parse(c.words);
    EXPECT_THAT(request, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_NE(MessageOf(request.status()).find(c.named), std::string::npos)
        << MessageOf(request.status());
  }
}

TEST(MatchFlags, RefuseARequestFileThatIsNone) {
  EXPECT_THAT(Parse({"-"}, "{\"needz\": []}"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Parse({"/nonexistent/request.json"}),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace handrail::cli
