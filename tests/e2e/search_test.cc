// Searching with the real programs on the sample: what people type, pages, ZIP
// codes everywhere, and refusals that name the field.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

using Json = nlohmann::json;

constexpr char kAsOf[] = "2026-06-05T20:00:00Z";

class SearchProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.log(); }

  void LoadSample() {
    const auto sample = [](const std::string& name) {
      return SourceData("clients/sample/" + name).string();
    };
    Run({"load", sample("centroids.csv"), "--source", "sample-places"});
    Run({"load", sample("services.ndjson"), "--source", "tamarack-211"});
    Run({"load", sample("meetings-aa.json"), "--source", "tamarack-aa",
         "--fellowship", "aa", "--zone", "America/New_York", "--as-of",
         "2026-06-01"});
  }

  std::string Run(const std::vector<std::string>& arguments,
                  int exit_code = 0) {
    const Outcome outcome = server_.Handrail(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    return exit_code == 0 ? outcome.out : outcome.err;
  }

  Json RunJson(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"-o", "json"});
    const std::string out = Run(arguments);
    Json json = Json::parse(out, nullptr, /*allow_exceptions=*/false);
    EXPECT_FALSE(json.is_discarded()) << out.substr(0, 400);
    return json;
  }

  // Made from the lines of a table.
  std::string File(const std::string& name, const std::string& text) {
    const std::string path = folder_.File(name);
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  TempDir folder_;
  Handraild server_{folder_.path() / "data"};
};

TEST_F(SearchProgramTest, AnswersAsTheGoldenTextsSay) {
  LoadSample();
  const struct {
    const char* name;
    std::vector<std::string> words;
  } cases[] = {
      {"search-words", {"sober living harlow", "--page-size", "3"}},
      {"search-near-zip",
       {"--category", "food", "--near", "21990", "--within", "8", "--page-size",
        "3"}},
      {"search-open-now",
       {"--category", "support-group", "--open-now", "--county", "MD/Tamarack",
        "--page-size", "3", "--facet", "support_group.fellowship,city"}},
      {"search-methadone",
       {"--category", "recovery-residence", "--must", "medication=methadone",
        "--facet", "housing.narr_level,language", "--page-size", "3"}},
      {"search-words.es",
       {"comida", "--answer-language", "es", "--page-size", "3"}},
      {"search-nothing", {"zeppelin"}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    std::vector<std::string> arguments = {"search"};
    arguments.insert(arguments.end(), one.words.begin(), one.words.end());
    arguments.insert(arguments.end(), {"--as-of", kAsOf});
    std::string text = Run(arguments);
    // A token holds a hash; what it does is tested with pages.
    const size_t token = text.find("more: --page-token ");
    if (token != std::string::npos) text.resize(token);
    ExpectGolden(absl::StrCat("tests/e2e/golden/", one.name, ".txt"), text);
  }
}

TEST_F(SearchProgramTest, PagesHoldEveryListingOnce) {
  LoadSample();
  const Json status = RunJson({"status"});
  std::vector<std::string> arguments = {
      "search", "--page-size", "100", "--facet", "source", "--as-of", kAsOf};
  std::set<std::string> ids;
  int count = 0, total = 0;
  while (true) {
    const Json page = RunJson(arguments);
    total = page.at("totalCount");
    for (const Json& result : page.at("results")) {
      EXPECT_NE(result.at("verdict"), "DOES_NOT_FIT");
      ids.insert(result.at("listing").at("id"));
      ++count;
    }
    const std::string token = page.at("nextPageToken");
    if (token.empty()) break;
    arguments.resize(7);
    arguments.insert(arguments.end(), {"--page-token", token});
  }
  EXPECT_EQ(count, total);
  EXPECT_EQ(static_cast<int>(ids.size()), total);
  EXPECT_GT(total, 100);
}

TEST_F(SearchProgramTest, RefusalsNameTheField) {
  LoadSample();
  EXPECT_TRUE(absl::StrContains(Run({"search", "--category", "nothing"}, 2),
                                "terms[0]"));
  EXPECT_TRUE(
      absl::StrContains(Run({"search", "--sort", "distance"}, 2), "near"));
  EXPECT_TRUE(absl::StrContains(Run({"search", "--near", "99999"}, 2),
                                "near.postal_code"));
  EXPECT_TRUE(absl::StrContains(
      Run({"search", "pantry", "--page-token", "x"}, 2), "page_token"));
  EXPECT_TRUE(
      absl::StrContains(Run({"search", "--facet", "colour"}, 2), "facets[0]"));
}

TEST_F(SearchProgramTest, NothingThatIsLookedForIsLogged) {
  LoadSample();
  Run({"search", "Zanzibar", "--serves", "MD/Quillfeather"});
  Run({"search", "Zanzibar", "--category", "Quillfeather"}, 2);
  server_.Stop();
  EXPECT_TRUE(absl::StrContains(server_.log(), "\"Search\""));
  for (const char* word : {"Zanzibar", "zanzibar", "Quillfeather"}) {
    EXPECT_FALSE(absl::StrContains(server_.log(), word)) << word;
  }
}

// --- ZIP codes ---------------------------------------------------------------

// A place of the sample, some kilometres from the middle of its ZIP code.
int64_t FirstDistance(const Json& found) {
  return found.at("results").empty()
             ? -1
             : found.at("results").at(0).at("distanceM").get<int64_t>();
}

TEST_F(SearchProgramTest, ZipsOfTheCensusAndOfTheCsvAreTheSamePlaces) {
  LoadSample();
  const std::vector<std::string> search = {
      "search", "--category", "food", "--near", "26999", "--as-of", kAsOf};
  EXPECT_TRUE(absl::StrContains(Run(search, 2), "near.postal_code"));
  // As the Census Bureau writes it: tabs, a padded heading, CRLF.
  Run({"load",
       File("2025_Gaz_zcta_national.txt",
            "GEOID\tALAND\tAWATER\tALAND_SQMI\tAWATER_SQMI\tINTPTLAT\t"
            "INTPTLONG        \r\n"
            "26999\t1\t1\t0.1\t0.1\t39.421000\t-78.412000\r\n"),
       "--source", "census"});
  const Json census = RunJson(search);
  EXPECT_GE(FirstDistance(census), 0);
  const Json by_point = RunJson({"search", "--category", "food", "--near",
                                 "39.421,-78.412", "--as-of", kAsOf});
  EXPECT_TRUE(census.at("results") == by_point.at("results"));
  Run({"load",
       File("zcta.csv", "zip,latitude,longitude\n26998,39.421,-78.412\n"),
       "--source", "census"});
  const Json csv = RunJson(
      {"search", "--category", "food", "--near", "26998", "--as-of", kAsOf});
  EXPECT_TRUE(csv.at("results") == by_point.at("results"));
}

TEST_F(SearchProgramTest, AZipIsTakenWhereverAPlaceIs) {
  LoadSample();
  const std::vector<std::string> question = {
      "--need", "food", "--within", "10", "--max", "3", "--as-of", kAsOf};
  const auto with = [&](std::vector<std::string> head,
                        const std::string& near) {
    head.insert(head.end(), question.begin(), question.end());
    head.insert(head.end(), {"--near", near});
    return RunJson(head);
  };
  const Json by_zip = with({"match"}, "21990");
  ASSERT_FALSE(by_zip.at("needs").at(0).at("options").empty());
  EXPECT_TRUE(by_zip == with({"match"}, "39.421,-78.412"));
  const std::string id =
      by_zip.at("needs").at(0).at("options").at(0).at("listing").at("id");
  EXPECT_EQ(with({"explain", id}, "21990"),
            with({"explain", id}, "39.421,-78.412"));
  EXPECT_TRUE(with({"explain", id}, "21990")
                  .at("needs")
                  .at(0)
                  .at("candidate")
                  .get<bool>());
  // And in requests as JSON.
  const std::string file =
      File("request.json",
           R"({"person":{"start":{"postalCode":"21990"}},"maxResults":3,)"
           R"("needs":[{"terms":["food"],"withinM":10000}],)" +
               absl::StrCat("\"asOf\":\"", kAsOf, "\"}"));
  EXPECT_TRUE(RunJson({"match", file}) == by_zip);
  EXPECT_EQ(RunJson({"explain", id, "--request", file}),
            with({"explain", id}, "21990"));
}

TEST_F(SearchProgramTest, TheWholeTablesOfZipsLoad) {
  HANDRAIL_SHARED_DATA_OR_SKIP(gazetteer,
                               "zip-centroids/Gaz_zcta_national.txt");
  HANDRAIL_SHARED_DATA_OR_SKIP(csv, "zip-centroids/zcta_2022.csv");
  const Json census =
      RunJson({"load", gazetteer.string(), "--source", "census"});
  // The table ends in a line of blanks.
  EXPECT_EQ(census.at("rowsRead"), "33121");
  EXPECT_EQ(census.at("rowsSkipped"), "1");
  const Json zips = RunJson({"load", csv.string(), "--source", "census"});
  EXPECT_EQ(zips.at("rowsRead"), "33791");
  EXPECT_EQ(zips.at("rowsSkipped"), "0");
  HANDRAIL_SHARED_DATA_OR_SKIP(baltimore,
                               "hsds-3.0-derived-baltimore/services.ndjson");
  Run({"load", baltimore.string(), "--source", "bchd"});
  const Json found = RunJson(
      {"search", "--near", "21201", "--within", "3", "--facet", "source"});
  EXPECT_GT(found.at("totalCount").get<int>(), 20);
  EXPECT_LT(FirstDistance(found), 1000);
}

}  // namespace
}  // namespace handrail::testing
