// A curator at work with the real programs on the sample: calls, edits, holds,
// reports, loads again, and sees the answers change.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "nlohmann/json.hpp"
#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

using Json = nlohmann::json;

// Harbor House, a recovery residence of the sample.
constexpr char kService[] = "8d9fbb58-bf88-54e5-8333-4f3e490a7459";
constexpr char kListing[] = "2aaadef8-a853-5807-9c47-63ad1cc611aa";

class CurationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start()) << server_.log();
    Load();
  }

  void Load() {
    Run({"load", SourceData("clients/sample/services.ndjson").string(),
         "--source", "tamarack-211"});
  }

  std::string Run(const std::vector<std::string>& arguments,
                  int exit_code = 0) {
    const Outcome outcome = server_.Handrail(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    return exit_code == 0 ? outcome.out : outcome.err;
  }

  Json RunJson(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"-o", "json"});
    return Json::parse(Run(arguments), nullptr, /*allow_exceptions=*/false);
  }

  // At `revision` or later.
  Json Listing() {
    // A write is seen soon; the next load waits for all of them.
    for (int i = 0; i < 100; ++i) {
      const Json status = RunJson({"status"});
      const Json listing = RunJson({"listing", "get", kListing});
      if (listing["directoryRevision"] == status["directoryRevision"]) {
        return listing["listing"];
      }
    }
    ADD_FAILURE() << "the snapshot did not follow";
    return {};
  }

  TempDir folder_;
  Handraild server_{folder_.path() / "data"};
};

TEST_F(CurationTest, ACuratorKeepsAHouseTrue) {
  EXPECT_TRUE(absl::StrContains(Run({"verify", "due", "--page-size", "5"}),
                                "No date is given"));

  Run({"verify", "confirm", kListing, "phone", "--by", "call"});
  Run({"verify", "confirm", kListing, "housing.children", "--now", "depends",
       "--words", "one child", "--by", "call"});
  Run({"verify", "confirm", kListing, "any.medication", "--code", "methadone",
       "--now", "yes", "--by", "provider"});
  Run({"verify", "availability", kListing, "--beds", "2", "--for", "women",
       "--by", "call"});
  Json listing = Listing();
  EXPECT_EQ(listing["profile"]["housing"]["children"]["words"], "one child");
  bool beds = false;
  for (const Json& count : listing["profile"]["any"]["places"]) {
    beds |= count["population"] == "women" && count["available"]["value"] == 2;
  }
  EXPECT_TRUE(beds);

  Run({"service", "update", kService, "--set", "name=Harbor House for All",
       "--set", "ext.profile.housing.weekly_fee=15000", "--note", "called"});
  EXPECT_EQ(Listing()["name"], "Harbor House for All");
  const std::string history = Run({"service", "history", kService});
  EXPECT_TRUE(absl::StrContains(history, "Why: called")) << history;
  EXPECT_TRUE(absl::StrContains(history, "Harbor House for All"));

  // The same file again: the feed's name waits as a conflict.
  Load();
  EXPECT_EQ(Listing()["name"], "Harbor House for All");
  std::map<std::string, std::string> conflicts;
  const Json waiting = RunJson({"verify", "conflicts"});
  for (const Json& conflict : waiting["conflicts"]) {
    conflicts[conflict["field"]] = conflict["id"];
  }
  ASSERT_TRUE(conflicts.contains("name"));
  ASSERT_TRUE(conflicts.contains("ext.profile.housing.children"));
  Run({"verify", "conflicts", "accept", conflicts["name"]});
  Run({"verify", "conflicts", "keep",
       conflicts["ext.profile.housing.children"]});
  Load();
  const Json left = RunJson({"verify", "conflicts"})["conflicts"];
  EXPECT_EQ(left.size(), conflicts.size() - 2);
  EXPECT_EQ(Listing()["profile"]["housing"]["children"]["words"], "one child");
  EXPECT_EQ(Listing()["name"], "Harbor House");
}

TEST_F(CurationTest, AServiceIsClosedHeldAndPublished) {
  Run({"service", "close", kService, "--until", "2031-12-31", "--words",
       "water damage"});
  EXPECT_EQ(Listing()["operatingState"]["kind"], "TEMPORARILY_SHUT");
  Run({"service", "season", kService, "--from", "2026-11-01", "--until",
       "2027-03-31"});
  EXPECT_EQ(Listing()["operatingState"]["kind"], "SEASONAL");
  Run({"service", "reopen", kService});
  EXPECT_EQ(Listing()["operatingState"], nullptr);
  Run({"service", "hold", kService}, 2);
  Run({"service", "hold", kService, "--note", "unsafe stairway"});
  EXPECT_EQ(Listing()["doNotRefer"], true);
  Run({"service", "release", kService});
  EXPECT_EQ(Listing()["doNotRefer"], false);
  Run({"service", "publish", kService, "--from", "2026-01-01"});
  EXPECT_EQ(Listing()["publishFrom"], "2026-01-01");
}

TEST_F(CurationTest, AReportIsMadeListedAndResolved) {
  Run({"report", "error", kListing, "--field", "phone", "the number is dead"});
  const Json reports = RunJson({"report", "list"})["reports"];
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0]["message"], "the number is dead");
  EXPECT_TRUE(absl::StrContains(Run({"verify", "due", "--page-size", "1"}),
                                "reported as wrong: 1"));
  Run({"report", "resolve", reports[0]["id"], "--mended"});
  EXPECT_TRUE(RunJson({"report", "list"})["reports"].empty());
}

TEST_F(CurationTest, ARecordIsMadeFromAFileAndRetired) {
  const std::filesystem::path file = folder_.path() / "new.json";
  std::ofstream(file) << R"({"name": "Open Door", "description": "New."})";
  Json made = RunJson({"organization", "create", file.string()});
  const std::string id = made["record"]["info"]["id"];
  std::ofstream(file) << R"({"name": "Open Door Home", "status": "ACTIVE",
    "organization_id": ")"
                      << id << R"(",
    "x_handrail": {"terms": [{"term": "recovery-residence"}]}})";
  made = RunJson({"service", "create", file.string()});
  const std::string service = made["record"]["info"]["id"];
  EXPECT_EQ(made["record"]["info"]["source"], "curated");
  // What is still referred to stays.
  EXPECT_TRUE(absl::StrContains(Run({"organization", "retire", id}, 5),
                                "STILL_REFERRED_TO"));
  Run({"service", "retire", service, "--etag", "old"}, 5);
  Run({"service", "retire", service});
  Run({"organization", "retire", id});
  Run({"organization", "get", id}, 3);
  EXPECT_TRUE(
      absl::StrContains(Run({"organization", "history", id}), "retired"));
}

TEST_F(CurationTest, WrongInputIsAnsweredWithWhatWouldBeRight) {
  EXPECT_TRUE(absl::StrContains(
      Run({"service", "update", kService, "--set", "nmae=x"}, 2),
      "there is no field \"nmae\""));
  EXPECT_TRUE(absl::StrContains(Run({"service", "update", kService, "--set",
                                     "phones=[{\"number\":\"call us\"}]"},
                                    2),
                                "record.service.phones[0].number"));
  EXPECT_TRUE(absl::StrContains(
      Run({"verify", "confirm", kListing, "housing.kids", "--by", "call"}, 2),
      "housing.children"));
  Run({"verify", "confirm", "none", "phone", "--by", "call"}, 3);
}

}  // namespace
}  // namespace handrail::testing
