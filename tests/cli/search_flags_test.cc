#include "clients/cli/search_flags.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "clients/cli/search_view.h"
#include "tests/testing/testing.h"

namespace handrail::cli {
namespace {

using testing::EqualsProto;
using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using testing::ParseText;
using testing::StatusIs;

absl::StatusOr<v1::SearchRequest> Parse(std::vector<std::string> words) {
  CLI::App app;
  SearchFlags flags;
  flags.AddTo(app);
  std::reverse(words.begin(), words.end());
  app.parse(words);
  return flags.ToRequest();
}

TEST(SearchFlags, BuildARequestOfWordsPlaceTimeAndCriteria) {
  EXPECT_THAT(
      Parse({"food",
             "pantry",
             "--category",
             "food-pantry,free-meal",
             "--category",
             "housing",
             "--near",
             "21000",
             "--within",
             "7.5",
             "--county",
             "md/Baltimore",
             "--zip",
             "21201",
             "--serves",
             "MD/Garrett",
             "--open-now",
             "--mode",
             "in_person",
             "--must",
             "medication=methadone",
             "--must-not",
             "housing.weekly_fee>=15000",
             "--source",
             "bchd",
             "--facet",
             "term,city",
             "--facet-size",
             "5",
             "--sort",
             "distance",
             "--page-size",
             "50",
             "--zone",
             "America/New_York",
             "--answer-language",
             "es",
             "--as-of",
             "2026-06-02T18:00:00Z"}),
      IsOkAndHolds(EqualsProto(R"pb(
        words: "food pantry"
        terms: "food-pantry"
        terms: "free-meal"
        terms: "housing"
        near { postal_code: "21000" }
        within_m: 7500
        in_area { state: "MD" county: "Baltimore" postal_code: "21201" }
        serves { state: "MD" county: "Garrett" }
        when { now: true }
        criteria { kind: MUST field: "any.medication" values: "methadone" }
        criteria {
          kind: MUST_NOT
          field: "housing.weekly_fee"
          values: ">=15000"
        }
        modes: "in_person"
        source: "bchd"
        sort: DISTANCE
        facets: "term"
        facets: "city"
        facet_size: 5
        page_size: 50
        as_of { seconds: 1780423200 }
        zone: "America/New_York"
        language: "es"
      )pb")));
  EXPECT_THAT(Parse({}), IsOkAndHolds(EqualsProto("")));
  EXPECT_THAT(Parse({"--state", "md", "--when", "Tue 18:00-21:30",
                     "--page-token", "abc"}),
              IsOkAndHolds(EqualsProto(R"pb(
                in_area { state: "MD" }
                when { window { days: "TU" start: "18:00" end: "21:30" } }
                page_token: "abc"
              )pb")));
}

TEST(SearchFlags, SayWhichFlagIsWrong) {
  const struct {
    std::vector<std::string> words;
    std::string flag;
  } cases[] = {
      {{"--near", "here"}, "--near"},
      {{"--county", "MD"}, "--county"},
      {{"--county", "Baltimore"}, "--county"},
      {{"--county", "MD/Garrett", "--state", "VA"}, "--county"},
      {{"--serves", "Baltimore"}, "--serves"},
      {{"--when", "soon"}, "--when"},
      {{"--must", "medication"}, "--must"},
      {{"--must-not", "=x"}, "--must-not"},
      {{"--sort", "best"}, "--sort"},
      {{"--as-of", "yesterday"}, "--as-of"},
  };
  for (const auto& one : cases) {
    const auto refused = Parse(one.words);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(MessageOf(refused.status()), HasSubstr(one.flag));
  }
  EXPECT_THROW(Parse({"--within", "-1"}), CLI::ParseError);
  EXPECT_THROW(Parse({"--page-size", "0"}), CLI::ParseError);
  EXPECT_THROW(Parse({"--near", ""}), CLI::ParseError);
  EXPECT_THROW(Parse({"--open-now", "--when", "tonight"}), CLI::ParseError);
}

TEST(SearchView, CanBeReadAloud) {
  const auto response = ParseText<v1::SearchResponse>(R"pb(
    results {
      listing {
        id: "l1"
        name: "Pantry"
        organization_name: "Harbor Help"
        address: "1 Pier St, Baltimore, MD 21201"
        phones { number: "+14105550100" }
      }
      verdict: CHECK
      distance_m: 1234
      reasons: "“pantry” is in its name."
      questions {
        text: "Are you open now?"
        channel: "voice"
        contact: "+14105550100"
      }
      facts { sentence: "Hours: not known. Ask them." }
    }
    facets {
      field: "term"
      values { value: "food-pantry" label: "Food pantry" count: 12 }
      values { value: "housing" label: "Housing" count: 1 }
      more_values: 3
    }
    facets { field: "city" }
    total_count: 13
    place_unknown_count: 2
    directory_revision: 9
    as_of { seconds: 1780423200 }
    next_page_token: "abc"
  )pb");
  EXPECT_EQ(ViewSearch(response, "en", 72),
            "13 listings answer; 2 more have no known place.\n"
            "\n"
            "Pantry, Harbor Help [check first]\n"
            "   1.2 km away · 1 Pier St, Baltimore, MD 21201\n"
            "   Why:\n"
            "   - “pantry” is in its name.\n"
            "   Ask first, by phone at (410) 555-0100:\n"
            "   - Are you open now?\n"
            "   Recorded:\n"
            "   - Hours: not known. Ask them.\n"
            "   Contact:\n"
            "   - (410) 555-0100\n"
            "   l1\n"
            "\n"
            "Kind of help: Food pantry (12), Housing (1), and 3 more\n"
            "As of 2026-06-02T18:00:00Z, directory revision 9. Nothing here "
            "is a\npromise: call before going.\n"
            "more: --page-token abc\n");
  EXPECT_THAT(ViewSearch({}, "es", 72),
              HasSubstr("Nada de la lista responde a esto."));
}

}  // namespace
}  // namespace handrail::cli
