// Loads that an admin can trust, with the real programs: gone on with, taken
// back, held to a share, told in a file, and written out again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

class LoadsTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.log(); }

  std::string Run(const std::vector<std::string>& arguments,
                  int exit_code = 0) {
    const Outcome outcome = server_.Handrail(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err << outcome.out;
    return outcome.out;
  }

  // `count` services, each of its own name.
  std::string Services(const std::string& name, int count) {
    const std::string path = folder_.File(name);
    std::ofstream out(path, std::ios::binary);
    for (int i = 0; i < count; ++i) {
      out << R"({"id":"row-)" << i << R"(","name":"Service )" << i
          << R"(","status":"active","organization":{"id":"org-)" << i % 10
          << R"(","name":"Organization )" << i % 10 << "\"}}\n";
    }
    return path;
  }

  Json LastLoad() {
    const Json loads =
        Json::parse(Run({"loads", "list", "-o", "json"})).at("loads");
    return loads.empty() ? Json() : loads.at(0);
  }

  const TempDir folder_;
  Handraild server_{folder_.path() / "data"};
};

TEST_F(LoadsTest, OneThatBrokeOffIsFinishedByItsId) {
  const std::string file = Services("many.ndjson", 4000);
  const std::vector<std::string> load = {"load", file, "--source", "many"};
  Outcome broken;
  std::thread loader([&] { broken = server_.Handrail(load); });
  while (true) {
    const Json last = LastLoad();
    if (!last.is_null() && last.at("report").at("rowsRead") != "0") break;
  }
  server_.Kill();
  loader.join();
  EXPECT_EQ(broken.exit_code, 6) << broken.err;
  EXPECT_THAT(broken.err, HasSubstr("--resume"));
  ASSERT_TRUE(server_.Start()) << server_.log();
  const std::string id = LastLoad().at("id");

  // Not with another file, nor as another source.
  const std::string other = Services("other.ndjson", 10);
  EXPECT_THAT(server_.Handrail({"load", other, "--resume", id}).err,
              HasSubstr("other.ndjson"));
  Run({"load", file, "--resume", id, "--source", "few"}, 2);
  Run({"load", file, "--resume", "none"}, 3);

  const Json report =
      Json::parse(Run({"load", file, "--resume", id, "-o", "json"}));
  EXPECT_EQ(report.at("loadId"), id);
  EXPECT_EQ(report.at("added"), "4010");
  EXPECT_EQ(report.at("unchanged"), "0");
  EXPECT_EQ(LastLoad().at("state"), "DONE");

  Handraild undisturbed(folder_.path() / "undisturbed");
  ASSERT_TRUE(undisturbed.Start()) << undisturbed.log();
  ASSERT_EQ(undisturbed.Handrail(load).exit_code, 0);
  EXPECT_EQ(Run({"export"}), undisturbed.Handrail({"export"}).out);
}

TEST_F(LoadsTest, OneIsTakenBackToTheSameBytes) {
  Run({"load", Services("first.ndjson", 50), "--source", "many"});
  const std::string before = Run({"export"});
  Run({"load", Services("second.ndjson", 45), "--source", "many", "--replace"});
  ASSERT_NE(Run({"export"}), before);
  const std::string id = LastLoad().at("id");
  const Json dry =
      Json::parse(Run({"loads", "undo", id, "--dry-run", "-o", "json"}));
  EXPECT_EQ(dry.at("broughtBack"), "5");
  ASSERT_NE(Run({"export"}), before);
  EXPECT_THAT(Run({"loads", "undo", id}), HasSubstr("5 that it retired"));
  EXPECT_EQ(Run({"export"}), before);
  EXPECT_EQ(LastLoad().at("state"), "UNDONE");
  EXPECT_THAT(Run({"loads", "show", id}), HasSubstr("taken back"));
  Run({"loads", "undo", "none"}, 3);
}

TEST_F(LoadsTest, AReplaceThatWouldRetireTooMuchIsRefused) {
  Run({"load", Services("first.ndjson", 50), "--source", "many"});
  const std::string half = Services("half.ndjson", 25);
  const Outcome refused =
      server_.Handrail({"load", half, "--source", "many", "--replace"});
  EXPECT_EQ(refused.exit_code, 5) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("would retire 25 of the source's 60"));
  Run({"load", half, "--source", "many", "--replace", "--allow-retire", "x"},
      2);
  const Json report =
      Json::parse(Run({"load", half, "--source", "many", "--replace",
                       "--allow-retire", "50%", "-o", "json"}));
  EXPECT_EQ(report.at("retired"), "25");
}

TEST_F(LoadsTest, FindingsAreWrittenAsCsvWhereTheNameSaysSo) {
  const std::string file = folder_.File("bad.ndjson");
  std::ofstream(file) << R"({"id":"a","name":"Meals","status":"active",)"
                      << R"("=cmd":"x"})"
                      << "\n";
  const std::string errors = folder_.File("errors.csv");
  Run({"load", file, "--source", "many", "--errors", errors});
  const std::string text = ReadFile(errors);
  EXPECT_THAT(text, HasSubstr("severity,file,table,record,line,field"));
  EXPECT_THAT(text, HasSubstr("unknown-field"));
}

TEST_F(LoadsTest, WhatIsWrittenOutIsReadBack) {
  Run({"load", Services("first.ndjson", 20), "--source", "many"});
  Run({"export", "--format", "hsds-json", "--out", folder_.File("out")});
  Handraild second(folder_.path() / "second");
  ASSERT_TRUE(second.Start()) << second.log();
  const std::string written = folder_.File("out") + "/services.json";
  ASSERT_EQ(second.Handrail({"load", written, "--source", "copy"}).exit_code,
            0);
  EXPECT_EQ(second.Handrail({"export"}).out, Run({"export"}));
}

}  // namespace
}  // namespace handrail::testing
