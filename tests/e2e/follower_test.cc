// Following with the real programs: another agency's process keeps a copy while
// loads go on, through kills and restarts of either side.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "tests/e2e/following.h"
#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

std::string Sample(const std::string& name) {
  return SourceData("clients/sample/" + name).string();
}

class FollowerTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.log(); }

  // Loads the sample's services, some of them left out and the others under
  // changed names. Fails where the server is gone, which is fine here.
  void LoadEdited(int round) const {
    const std::string text = ReadFile(Sample("services.ndjson"));
    std::string edited;
    int line_number = 0;
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      if (line.empty() || ++line_number % 7 == round % 7) continue;
      absl::StrAppend(
          &edited,
          absl::StrReplaceAll(line,
                              {{"Community", absl::StrCat("Community ", round)},
                               {"House", round % 2 == 0 ? "House" : "Home"}}),
          "\n");
    }
    const std::string file = folder_.File("edited.ndjson");
    std::ofstream(file, std::ios::binary) << edited;
    (void)server_.Handrail(
        {"load", file, "--source", "tamarack-211", "--replace"});
  }

  std::vector<Json> JsonLines(const std::vector<std::string>& arguments) {
    const Outcome outcome = server_.Handrail(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    std::vector<Json> lines;
    for (absl::string_view line :
         absl::StrSplit(outcome.out, '\n', absl::SkipEmpty())) {
      lines.push_back(Json::parse(std::string(line), nullptr, false));
      EXPECT_FALSE(lines.back().is_discarded()) << std::string(line);
    }
    return lines;
  }

  TempDir folder_;
  Handraild server_{folder_.path() / "data"};
};

TEST_F(FollowerTest, EndsAsTheDirectoryThroughKillsOfBothSides) {
  FollowerProcess follower(folder_.path() / "agency");
  follower.PointTo(server_.address());
  follower.Start();
  for (int round = 0; round < 8; ++round) {
    LoadEdited(round);
    if (round % 3 == 1) {
      follower.Kill();
      LoadEdited(round + 100);
      follower.Start();
    }
    if (round % 3 == 2) {
      if (round == 2) {
        EXPECT_EQ(server_.Stop(), 0);
      } else {
        server_.Kill();
      }
      ASSERT_TRUE(server_.Start()) << server_.log();
      follower.PointTo(server_.address());
    }
  }
  const std::string copy = follower.Finish();
  const DirectoryCopy listings = ListingsOf(server_.address());
  EXPECT_GT(listings.listings().size(), 10u);
  EXPECT_EQ(copy == listings.Bytes(), true)
      << copy.size() << " " << listings.Bytes().size();
}

TEST_F(FollowerTest, FollowerKilledAtAnyMomentGoesOn) {
  FollowerProcess follower(folder_.path() / "agency");
  follower.PointTo(server_.address());
  std::atomic<bool> done = false;
  std::thread loads([&] {
    for (int round = 0; round < 6; ++round) LoadEdited(round);
    done = true;
  });
  for (int moment = 1; !done; ++moment) {
    follower.Start();
    absl::SleepFor(absl::Milliseconds(20 + moment * 37 % 200));
    follower.Kill();
  }
  loads.join();
  follower.Start();
  EXPECT_EQ(follower.Finish() == ListingsOf(server_.address()).Bytes(), true);
}

TEST_F(FollowerTest, CommandLineTellsEachChangeOnALine) {
  LoadEdited(0);
  const std::vector<Json> stream =
      JsonLines({"listing", "stream", "-o", "json"});
  ASSERT_GE(stream.size(), 2u);
  const std::string revision = stream.back().at("directoryRevision");
  EXPECT_EQ(stream.back().at("listingCount"),
            std::to_string(stream.size() - 1));
  // Caught up: one message, nothing changed.
  std::vector<Json> changes = JsonLines({"watch", "changes", "--from", revision,
                                         "--until-caught-up", "-o", "json"});
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].at("caughtUp"), true);
  LoadEdited(1);
  changes =
      JsonLines({"watch", "changes", "--from", revision, "--records",
                 "service,organization", "--until-caught-up", "-o", "json"});
  ASSERT_GE(changes.size(), 1u);
  EXPECT_GT(changes.back().at("listings").size(), 0u);
  EXPECT_GT(changes.back().at("records").size(), 0u);
  const Outcome lines = server_.Handrail(
      {"watch", "changes", "--from", revision, "--until-caught-up"});
  EXPECT_THAT(lines.out, HasSubstr("  is    listing "));
  EXPECT_THAT(lines.out, HasSubstr("  gone  listing "));
  // Plain words for a person.
  const Outcome plain = server_.Handrail({"listing", "stream"});
  EXPECT_THAT(plain.err, HasSubstr("listings at revision"));
}

TEST_F(FollowerTest, CommandLineSaysWhatIsWrongWithARevision) {
  Outcome outcome = server_.Handrail({"watch", "changes", "--from", "999999"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("REVISION_NOT_REACHED"));
  outcome = server_.Handrail({"watch", "changes", "--records", "nonsense"});
  EXPECT_EQ(outcome.exit_code, 2);
}

TEST_F(FollowerTest, ChangesOlderThanTheRetentionAreGoneAfterARestart) {
  LoadEdited(0);
  ASSERT_EQ(server_.Stop(), 0);
  absl::SleepFor(absl::Milliseconds(1200));
  Handraild brief(folder_.path() / "data", {"--change-retention", "1s"});
  ASSERT_TRUE(brief.Start()) << brief.log();
  Outcome outcome;
  for (int i = 0; i < 100 && outcome.exit_code != 5; ++i) {
    outcome = brief.Handrail(
        {"watch", "changes", "--from", "1", "--until-caught-up"});
    absl::SleepFor(absl::Milliseconds(50));
  }
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.err, HasSubstr("REVISION_GONE"));
  // A follower that has nothing else begins again.
  FollowerProcess follower(folder_.path() / "agency");
  follower.PointTo(brief.address());
  follower.Start();
  EXPECT_EQ(follower.Finish() == ListingsOf(brief.address()).Bytes(), true);
}

}  // namespace
}  // namespace handrail::testing
