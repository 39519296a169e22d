// One county loaded from two sources, with the real programs: every listing
// finds its twin, a match gives each place one slot, and a curator's word
// counts, also after a restart.
#include <gtest/gtest.h>

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

class DuplicatesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start()) << server_.log();
    const std::string services =
        SourceData("clients/sample/services.ndjson").string();
    Run({"load", SourceData("clients/sample/centroids.csv").string(),
         "--source", "places"});
    Run({"load", services, "--source", "county"});
    Run({"load", services, "--source", "state"});
  }

  std::string Run(const std::vector<std::string>& arguments,
                  int exit_code = 0) {
    const Outcome outcome = server_.Handrail(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    return outcome.out;
  }

  Json Ask(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"-o", "json"});
    Json json = Json::parse(Run(arguments), nullptr, false);
    EXPECT_FALSE(json.is_discarded());
    return json;
  }

  std::vector<Json> AllClusters(const std::vector<std::string>& flags = {}) {
    std::vector<Json> clusters;
    std::string token;
    do {
      std::vector<std::string> arguments = {"duplicates", "list", "--page-size",
                                            "200"};
      arguments.insert(arguments.end(), flags.begin(), flags.end());
      if (!token.empty()) {
        arguments.insert(arguments.end(), {"--page-token", token});
      }
      const Json page = Ask(arguments);
      for (const Json& cluster : page.at("clusters")) {
        clusters.push_back(cluster);
      }
      token = page.at("nextPageToken").get<std::string>();
    } while (!token.empty());
    return clusters;
  }

  TempDir folder_;
  Handraild server_{folder_.path() / "data"};
};

TEST_F(DuplicatesTest, EveryListingHasItsTwinAndTakesOneSlot) {
  const std::vector<Json> clusters = AllClusters();
  ASSERT_GT(clusters.size(), 100u);
  std::set<std::string> joined;
  for (const Json& cluster : clusters) {
    ASSERT_EQ(cluster.at("listings").size(), 2u) << cluster.dump();
    const Json& one = cluster.at("listings").at(0);
    const Json& other = cluster.at("listings").at(1);
    EXPECT_NE(one.at("source"), other.at("source"));
    EXPECT_EQ(one.at("name"), other.at("name"));
    EXPECT_EQ(one.at("address"), other.at("address"));
    joined.insert(one.at("id").get<std::string>());
    joined.insert(other.at("id").get<std::string>());
  }
  const Json answer = Ask({"match", "--need", "housing", "--near",
                           "39.35,-78.35", "--within", "80", "--max", "50"});
  const Json& options = answer.at("needs").at(0).at("options");
  ASSERT_GT(options.size(), 5u);
  std::set<std::string> shown;
  for (const Json& option : options) {
    const std::string id = option.at("listing").at("id").get<std::string>();
    EXPECT_TRUE(shown.insert(id).second);
    ASSERT_EQ(option.at("alsoListed").size(), 1u) << id;
    EXPECT_TRUE(
        shown.insert(option.at("alsoListed").at(0).at("id").get<std::string>())
            .second);
  }
  for (const std::string& id : shown) EXPECT_TRUE(joined.contains(id)) << id;
}

TEST_F(DuplicatesTest, ACuratorsWordCountsAlsoAfterARestart) {
  const Json cluster = AllClusters().at(0);
  const std::string one = cluster.at("listings").at(0).at("id");
  const std::string other = cluster.at("listings").at(1).at("id");
  const std::string list = Run({"duplicates", "list", "--listing", one});
  EXPECT_TRUE(absl::StrContains(list, "of 100, nobody has judged it")) << list;
  EXPECT_TRUE(absl::StrContains(list, "* Same name: ")) << list;
  const std::string decided =
      Run({"duplicates", "dismiss", one, other, "--note", "two doors"});
  EXPECT_TRUE(absl::StrContains(decided, "dismissed: not the same by loopback"))
      << decided;
  EXPECT_FALSE(absl::StrContains(decided, "two doors"));
  EXPECT_EQ(AllClusters({"--dismissed"}).size(), 1u);
  EXPECT_EQ(server_.Stop(), 0);
  ASSERT_TRUE(server_.Start()) << server_.log();
  EXPECT_EQ(AllClusters({"--listing", one}).size(), 0u);
  Run({"duplicates", "unmerge", one, other});
  EXPECT_EQ(AllClusters({"--listing", one}).size(), 1u);
  Run({"duplicates", "merge", one, other});
  EXPECT_EQ(AllClusters({"--listing", one, "--undecided"}).size(), 0u);
  Run({"duplicates", "merge", one}, 2);
  Run({"duplicates", "merge", one, "nobody"}, 3);
}

}  // namespace
}  // namespace handrail::testing
