// Loads that an admin can trust, with the real programs: gone on with, taken
// back, held to a share, told in a file, and written out again.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
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

  // `count` services, each of its own name, in order and with ids that begin
  // with `number`.
  std::string Services(const std::string& name, int count,
                       const std::string& number = "") {
    const std::string path = folder_.File(name);
    std::ofstream out(path, std::ios::binary);
    for (int i = 0; i < count; ++i) {
      out << R"({"id":")" << number << "row-" << i << R"(","name":"Service )"
          << i << R"(","status":"active","organization":{"id":")" << number
          << "org-" << i % 10 << R"(","name":"Organization )" << i % 10
          << "\"}}\n";
    }
    return path;
  }

  // The same with other ids.
  std::string Renumbered(const std::string& name, int count) {
    return Services(name, count, "anew-");
  }

  // Other ids of everything, and of what refers to it.
  static void NumberAnew(Json& value) {
    for (auto& [name, part] : value.items()) {
      if (part.is_structured()) NumberAnew(part);
      const bool is_id =
          value.is_object() && (name == "id" || name.ends_with("_id"));
      if (is_id && part.is_string()) {
        part = "anew-" + part.get<std::string>();
      }
    }
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

// --- Numbered anew -----------------------------------------------------------

TEST_F(LoadsTest, ARenumberedSourceIsOfferedItsIdsAndKeepsThem) {
  Run({"load", Services("first.ndjson", 30), "--source", "many"});
  const std::string before = Run({"export"});
  const std::string anew = Renumbered("anew.ndjson", 30);
  const std::vector<std::string> load = {"load", anew, "--source", "many",
                                         "--replace"};
  // Without the flag it is refused, and the way is told.
  const Outcome refused = server_.Handrail(load);
  EXPECT_EQ(refused.exit_code, 5) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("--rekey"));
  Run({"loads", "undo", LastLoad().at("id")});
  ASSERT_EQ(Run({"export"}), before);
  EXPECT_THAT(Run({"load", "--help"}), HasSubstr("--rekey"));

  // A dry run writes it among the findings.
  const std::string errors = folder_.File("errors.csv");
  std::vector<std::string> offered = load;
  offered.insert(offered.end(), {"--dry-run", "--errors", errors});
  EXPECT_THAT(Run(offered), HasSubstr("--rekey"));
  EXPECT_THAT(ReadFile(errors), HasSubstr("renumbered"));

  std::vector<std::string> rekey = load;
  rekey.insert(rekey.end(), {"--rekey", "-o", "json"});
  std::vector<std::string> dry_run = rekey;
  dry_run.push_back("--dry-run");
  const Json dry = Json::parse(Run(dry_run));
  ASSERT_EQ(Run({"export"}), before);
  const Json report = Json::parse(Run(rekey));
  for (const char* count : {"rekeyed", "added", "changed", "retired"}) {
    EXPECT_EQ(report.at(count), dry.at(count)) << count;
  }
  EXPECT_EQ(report.at("rekeyed"), "40");
  EXPECT_EQ(report.at("added"), "0");
  EXPECT_EQ(report.at("retired"), "0");
  EXPECT_EQ(
      Json::parse(Run({"loads", "show", LastLoad().at("id"), "-o", "json"}))
          .at("load")
          .at("report")
          .at("rekeyed"),
      "40");
  // After a start, loads of the new numbers find the same records.
  server_.Kill();
  ASSERT_TRUE(server_.Start()) << server_.log();
  std::vector<std::string> again = load;
  again.insert(again.end(), {"-o", "json"});
  const Json same = Json::parse(Run(again));
  EXPECT_EQ(same.at("unchanged"), "40");
  EXPECT_EQ(same.at("changed"), "0");
  Run({"doctor", "--operator", server_.operator_address()});
}

TEST_F(LoadsTest, BaltimoreUnderNewNumbersKeepsItsIds) {
  HANDRAIL_SHARED_DATA_OR_SKIP(file,
                               "hsds-3.0-derived-baltimore/services.ndjson");
  Run({"load", file.string(), "--source", "bchd"});
  const std::string before = Run({"export"});
  std::ifstream in(file);
  std::ofstream out(folder_.File("anew.ndjson"), std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    Json service = Json::parse(line);
    NumberAnew(service);
    out << service.dump() << "\n";
  }
  out.close();
  const std::vector<std::string> load = {
      "load",      folder_.File("anew.ndjson"),
      "--source",  "bchd",
      "--replace", "--allow-retire",
      "0",         "-o",
      "json"};
  std::vector<std::string> rekey = load;
  rekey.push_back("--rekey");
  const Json report = Json::parse(Run(rekey));
  EXPECT_EQ(report.at("rekeyed"), report.at("recordsLoaded"));
  EXPECT_EQ(report.at("added"), "0");
  const Json again = Json::parse(Run(load));
  EXPECT_EQ(again.at("unchanged"), again.at("recordsLoaded"));
  Run({"loads", "undo", report.at("loadId")});
  EXPECT_EQ(Run({"export"}), before);
}

TEST_F(LoadsTest, ARekeyedLoadIsTakenBackToTheSameBytes) {
  const std::string first = Services("first.ndjson", 30);
  Run({"load", first, "--source", "many"});
  const std::string before = Run({"export"});
  Run({"load", Renumbered("anew.ndjson", 30), "--source", "many", "--replace",
       "--rekey"});
  ASSERT_NE(Run({"export"}), before);
  Run({"loads", "undo", LastLoad().at("id")});
  EXPECT_EQ(Run({"export"}), before);
  const Json old =
      Json::parse(Run({"load", first, "--source", "many", "-o", "json"}));
  EXPECT_EQ(old.at("unchanged"), "40");
}

TEST_F(LoadsTest, ARekeyedLoadThatWasKilledIsFinishedByItsId) {
  const std::string first = Services("first.ndjson", 4000);
  const std::string anew = Renumbered("anew.ndjson", 4000);
  const std::vector<std::string> load = {"load", anew,        "--source",
                                         "many", "--replace", "--rekey"};
  Run({"load", first, "--source", "many"});
  Outcome broken;
  std::thread loader([&] { broken = server_.Handrail(load); });
  while (true) {
    const Json last = LastLoad();
    if (last.at("report").at("rowsRead") != "0" &&
        last.at("state") == "RUNNING") {
      break;
    }
    ASSERT_NE(last.at("report").at("rekeyed"), "4010") << "it was too fast";
  }
  server_.Kill();
  loader.join();
  EXPECT_EQ(broken.exit_code, 6) << broken.err;
  ASSERT_TRUE(server_.Start()) << server_.log();
  // The server remembers how it was begun.
  const Json report = Json::parse(
      Run({"load", anew, "--resume", LastLoad().at("id"), "-o", "json"}));
  EXPECT_EQ(report.at("rekeyed"), "4010");
  EXPECT_EQ(report.at("changed"), "4010");
  EXPECT_EQ(report.at("added"), "0");
  EXPECT_EQ(report.at("retired"), "0");

  Handraild undisturbed(folder_.path() / "undisturbed");
  ASSERT_TRUE(undisturbed.Start()) << undisturbed.log();
  ASSERT_EQ(undisturbed.Handrail({"load", first, "--source", "many"}).exit_code,
            0);
  ASSERT_EQ(undisturbed.Handrail(load).exit_code, 0);
  EXPECT_EQ(Run({"export"}), undisturbed.Handrail({"export"}).out);
}

// --- Several at a time -----------------------------------------------------

TEST_F(LoadsTest, OfTwoSourcesAtOnceBothEndAsOneAfterTheOther) {
  const std::string file = Services("same.ndjson", 2000);
  const std::string other = Services("other.ndjson", 1500);
  Outcome outcomes[2];
  std::thread one([&] {
    outcomes[0] = server_.Handrail({"load", file, "--source", "a"});
  });
  std::thread two([&] {
    outcomes[1] = server_.Handrail({"load", other, "--source", "b"});
  });
  one.join();
  two.join();
  EXPECT_EQ(outcomes[0].exit_code, 0) << outcomes[0].err;
  EXPECT_EQ(outcomes[1].exit_code, 0) << outcomes[1].err;

  Handraild serial(folder_.path() / "serial");
  ASSERT_TRUE(serial.Start()) << serial.log();
  ASSERT_EQ(serial.Handrail({"load", file, "--source", "a"}).exit_code, 0);
  ASSERT_EQ(serial.Handrail({"load", other, "--source", "b"}).exit_code, 0);
  EXPECT_EQ(Run({"export"}), serial.Handrail({"export"}).out);
}

TEST_F(LoadsTest, OfOneSourceTheSecondIsRefusedAndNamesTheFirst) {
  const std::string file = Services("many.ndjson", 6000);
  Outcome first;
  std::thread loader([&] {
    first = server_.Handrail({"load", file, "--source", "many"});
  });
  Json last;
  do {
    last = LastLoad();
  } while (last.is_null());
  const Outcome second =
      server_.Handrail({"load", Services("few.ndjson", 5), "--source", "many"});
  loader.join();
  EXPECT_EQ(first.exit_code, 0) << first.err;
  ASSERT_EQ(second.exit_code, 5) << "the first was done before: " << second.out;
  EXPECT_THAT(second.err, HasSubstr(last.at("id").get<std::string>()));
  EXPECT_THAT(second.err, HasSubstr("many"));
  // Once it is done, there is room.
  Run({"load", Services("few.ndjson", 5), "--source", "many"});
}

TEST_F(LoadsTest, OneWhoseClientDiedHoldsUpNobody) {
  const std::string file = Services("many.ndjson", 20000);
  const pid_t client = fork();
  if (client == 0) {
    const std::string program = ProgramFolder() + "/handrail";
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execl(program.c_str(), program.c_str(), "--server",
          server_.address().c_str(), "load", file.c_str(), "--source", "many",
          nullptr);
    _exit(127);
  }
  Json last;
  do {
    last = LastLoad();
  } while (last.is_null() || last.at("report").at("rowsRead") == "0");
  kill(client, SIGKILL);
  waitpid(client, nullptr, 0);
  ASSERT_EQ(last.at("state"), "RUNNING");
  // Soon, and without anybody's help, another load may begin.
  const std::string few = Services("few.ndjson", 5);
  Outcome next;
  const absl::Time died = absl::Now();
  do {
    next = server_.Handrail({"load", few, "--source", "many"});
  } while (next.exit_code == 5 && absl::Now() - died < absl::Seconds(30));
  EXPECT_EQ(next.exit_code, 0) << next.err;
  const Json loads =
      Json::parse(Run({"loads", "list", "-o", "json"})).at("loads");
  EXPECT_EQ(loads.at(1).at("state"), "BROKEN_OFF");
}

// --- Exit codes ------------------------------------------------------------

TEST_F(LoadsTest, TheExitCodeTellsHowItWent) {
  const std::string good = folder_.File("good.ndjson");
  std::ofstream(good) << R"({"id":"a","name":"Meals","status":"active"})"
                      << "\n";
  const std::string half = folder_.File("half.ndjson");
  std::ofstream(half) << R"({"id":"b","name":"Meals","status":"active"})"
                      << "\n"
                      << R"({"id":"c","name":"Age","status":"active",)"
                      << R"("minimum_age":40,"maximum_age":20})"
                      << "\n";
  const std::string bad = folder_.File("bad.ndjson");
  std::ofstream(bad) << R"({"id":"d","name":"Age","status":"active",)"
                     << R"("minimum_age":40,"maximum_age":20})"
                     << "\n";
  for (const bool dry_run : {true, false}) {
    const auto code = [&](const std::string& file, bool strict) {
      std::vector<std::string> load = {"load", file, "--source", "codes"};
      if (strict) load.push_back("--strict");
      if (dry_run) load.push_back("--dry-run");
      return server_.Handrail(load).exit_code;
    };
    EXPECT_EQ(code(good, false), 0);
    EXPECT_EQ(code(good, true), 0);
    EXPECT_EQ(code(half, false), 0);
    EXPECT_EQ(code(half, true), 7);
    EXPECT_EQ(code(bad, false), 8);
    EXPECT_EQ(code(bad, true), 8);
  }
  // Everything was there already: that is no nothing.
  EXPECT_EQ(server_.Handrail({"load", good, "--source", "codes"}).exit_code, 0);
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
