// The main job with the real programs over a real socket: load, match, explain,
// export, restart, break off. Real public data where it is there, the sample
// everywhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

using Json = nlohmann::json;

constexpr char kSampleDay[] = "2026-06-01";

std::string Sample(const std::string& name) {
  return SourceData("clients/sample/" + name).string();
}

std::string Request(const std::string& name) {
  return SourceData("tests/requests/" + name + ".json").string();
}

Json ParseJson(const std::string& text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  EXPECT_FALSE(json.is_discarded()) << text.substr(0, 400);
  return json;
}

// Protobuf's JSON writes 64-bit numbers as strings.
int64_t Count(const Json& report, const std::string& field) {
  const Json& value = report.at(field);
  return value.is_string() ? std::stoll(value.get<std::string>())
                           : value.get<int64_t>();
}

class FirstLightTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.log(); }

  Json Load(std::vector<std::string> arguments, int exit_code = 0) {
    arguments.insert(arguments.begin(), "load");
    arguments.insert(arguments.end(), {"-o", "json"});
    const Outcome outcome = server_.Handrail(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    return ParseJson(outcome.out);
  }

  void LoadSample() {
    Load({Sample("centroids.csv"), "--source", "sample-places"});
    Load({Sample("services.ndjson"), "--source", "tamarack-211"});
    Load({Sample("meetings-aa.json"), "--source", "tamarack-aa", "--fellowship",
          "aa", "--zone", "America/New_York", "--as-of", kSampleDay});
    Load({Sample("meetings-na.json"), "--source", "tamarack-na", "--fellowship",
          "na", "--zone", "America/New_York"});
    Load({Sample("meetings-al-anon.json"), "--source", "tamarack-al-anon",
          "--fellowship", "al-anon", "--zone", "America/New_York", "--as-of",
          kSampleDay});
  }

  std::string Run(const std::vector<std::string>& arguments,
                  int exit_code = 0) {
    const Outcome outcome = server_.Handrail(arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    return outcome.out;
  }

  std::string Export() { return Run({"export", "--format", "hsds-ndjson"}); }

  TempDir folder_;
  Handraild server_{folder_.path() / "data"};
};

void ExpectAccountedFor(const Json& report) {
  EXPECT_EQ(Count(report, "recordsLoaded"), Count(report, "added") +
                                                Count(report, "changed") +
                                                Count(report, "unchanged"));
  int64_t read = 0;
  for (const Json& table : report.at("tables")) {
    EXPECT_EQ(Count(table, "rowsRead"),
              Count(table, "rowsLoaded") + Count(table, "rowsSkipped"));
    read += Count(table, "rowsRead");
  }
  EXPECT_EQ(Count(report, "rowsRead"), read);
}

// The records of an export, each without what is nested of others, by type and
// id.
std::map<std::string, Json> RecordsOf(const std::string& exported) {
  std::map<std::string, Json> records;
  const auto take = [&records](const std::string& type, Json& from,
                               const std::string& member) {
    if (!from.contains(member)) return;
    const std::string id = from.at(member).at("id");
    records[type + " " + id] = from.at(member);
    from[member] = Json{{"id", id}};
  };
  for (absl::string_view text :
       absl::StrSplit(exported, '\n', absl::SkipEmpty())) {
    Json line = ParseJson(std::string(text));
    take("ORGANIZATION", line, "organization");
    take("PROGRAM", line, "program");
    if (line.contains("service_at_locations")) {
      for (Json& place : line.at("service_at_locations")) {
        take("LOCATION", place, "location");
      }
    }
    std::string type = line.value("x_handrail_type", "service");
    absl::AsciiStrToUpper(&type);
    records[type + " " + line.at("id").get<std::string>()] = line;
  }
  return records;
}

TEST_F(FirstLightTest, LoadsBaltimoreOnceAndChangesNothingTheSecondTime) {
  HANDRAIL_SHARED_DATA_OR_SKIP(file,
                               "hsds-3.0-derived-baltimore/services.ndjson");
  const std::vector<std::string> arguments = {file.string(), "--source", "bchd",
                                              "--as-of", "2021-06-01"};
  const Json first = Load(arguments);
  EXPECT_EQ(Count(first, "rowsRead"), 600);
  EXPECT_EQ(Count(first, "rowsSkipped"), 0);
  ExpectAccountedFor(first);
  const Json again = Load(arguments);
  EXPECT_EQ(Count(again, "rowsRead"), 600);
  EXPECT_EQ(Count(again, "added"), 0);
  EXPECT_EQ(Count(again, "changed"), 0);
  EXPECT_EQ(Count(again, "retired"), 0);
  EXPECT_EQ(Count(again, "unchanged"), Count(first, "recordsLoaded"));
}

TEST_F(FirstLightTest, LoadsMarinAndAnswersATuesdayEvening) {
  HANDRAIL_SHARED_DATA_OR_SKIP(file, "meeting-guide/aasfmarin-2021.json");
  const Json report =
      Load({file.string(), "--source", "marin", "--fellowship", "aa", "--zone",
            "America/Los_Angeles", "--as-of", "2021-06-01"});
  EXPECT_EQ(Count(report, "rowsRead"), 658);
  ExpectAccountedFor(report);
  const std::vector<std::string> question = {"match",
                                             "--need",
                                             "support-group",
                                             "--near",
                                             "37.97,-122.53",
                                             "--within",
                                             "15",
                                             "--when",
                                             "Tue 18:00-21:30",
                                             "--as-of",
                                             "2021-06-05T00:00:00Z",
                                             "-o",
                                             "json"};
  const std::string answer = Run(question);
  const Json json = ParseJson(answer);
  ASSERT_GT(json.at("needs").at(0).at("options").size(), 0u);
  for (const Json& option : json.at("needs").at(0).at("options")) {
    EXPECT_NE(option.at("verdict"), "DOES_NOT_FIT");
    int points = 0;
    for (const Json& component : option.at("explanation").at("components")) {
      points += component.at("points").get<int>();
    }
    EXPECT_EQ(option.at("points").get<int>(), points);
  }
  EXPECT_EQ(Run(question), answer);
  ASSERT_EQ(server_.Stop(), 0);
  ASSERT_TRUE(server_.Start()) << server_.log();
  EXPECT_EQ(Run(question), answer);
}

TEST_F(FirstLightTest, SaysThatFactsHaveAged) {
  HANDRAIL_SHARED_DATA_OR_SKIP(baltimore,
                               "hsds-3.0-derived-baltimore/services.ndjson");
  HANDRAIL_SHARED_DATA_OR_SKIP(marin, "meeting-guide/aasfmarin-2021.json");
  Load({baltimore.string(), "--source", "bchd", "--as-of", "2021-06-01"});
  Load({marin.string(), "--source", "marin", "--fellowship", "aa", "--zone",
        "America/Los_Angeles", "--as-of", "2021-06-01"});
  const std::vector<std::string> treatment = {
      "match",    "--need", "treatment", "--near", "39.29,-76.61",
      "--within", "10",     "-o",        "json"};
  const std::vector<std::string> meeting = {
      "match",    "--need", "support-group", "--near",          "37.97,-122.53",
      "--within", "15",     "--when",        "Tue 18:00-21:30", "-o",
      "json"};
  const auto ask = [&](std::vector<std::string> question,
                       const std::string& as_of) {
    question.insert(question.end(), {"--as-of", as_of});
    return ParseJson(Run(question)).at("needs").at(0);
  };
  for (const auto& question : {treatment, meeting}) {
    const Json fresh = ask(question, "2021-06-05T00:00:00Z");
    const Json aged = ask(question, "2026-06-01T00:00:00Z");
    ASSERT_GT(fresh.at("options").size(), 0u);
    ASSERT_GT(aged.at("options").size(), 0u);
    for (const Json& option : fresh.at("options")) {
      EXPECT_TRUE(absl::StrContains(option.at("facts").dump(), "Confirmed"));
    }
    for (const Json& option : aged.at("options")) {
      for (const Json& fact : option.at("facts")) {
        EXPECT_NE(fact.at("age"), "CONFIRMED") << fact;
        EXPECT_NE(fact.at("age"), "AGING") << fact;
      }
      EXPECT_TRUE(absl::StrContains(option.at("facts").dump(), "call to check"))
          << option.at("facts");
    }
  }
  // Hours are judged here: what fitted is to be checked five years later.
  EXPECT_GT(ask(meeting, "2021-06-05T00:00:00Z").at("fitsCount"), 0);
  EXPECT_EQ(ask(meeting, "2026-06-01T00:00:00Z").at("fitsCount"), 0);
  EXPECT_GT(ask(meeting, "2026-06-01T00:00:00Z").at("checkCount"), 0);
}

TEST_F(FirstLightTest, AnswersTwelvePeopleOnTheSample) {
  LoadSample();
  for (const auto& entry :
       std::filesystem::directory_iterator(SourceData("tests/requests"))) {
    SCOPED_TRACE(entry.path().filename());
    const Json answer =
        ParseJson(Run({"match", entry.path().string(), "-o", "json"}));
    ASSERT_FALSE(answer.at("needs").empty());
    for (const Json& need : answer.at("needs")) {
      EXPECT_GT(need.at("options").size(), 0u) << need;
    }
    const std::string table = Run({"match", entry.path().string()});
    EXPECT_TRUE(absl::StrContains(table, "Nothing here is a promise"));
  }
}

TEST_F(FirstLightTest, AnswersThemAsTheGoldenTextsSay) {
  LoadSample();
  for (const auto& entry :
       std::filesystem::directory_iterator(SourceData("tests/requests"))) {
    const std::string name = entry.path().stem().string();
    SCOPED_TRACE(name);
    ExpectGolden("tests/e2e/golden/" + name + ".txt",
                 Run({"match", entry.path().string(), "--max", "3"}));
  }
}

TEST_F(FirstLightTest, AnswersInSpanishAsTheGoldenTextsSay) {
  LoadSample();
  for (const char* name : {"mother-on-methadone", "shaking-from-alcohol"}) {
    SCOPED_TRACE(name);
    ExpectGolden(
        absl::StrCat("tests/e2e/golden/", name, ".es.txt"),
        Run({"match", Request(name), "--answer-language", "es", "--max", "3"}));
  }
  const std::string terms = Run({"terms", "housing", "--language", "es-MX"});
  EXPECT_TRUE(absl::StrContains(terms, "Casa de recuperación")) << terms;
  Run({"match", Request("mother-on-methadone"), "--answer-language", "fr"},
      /*exit_code=*/2);
}

TEST_F(FirstLightTest, NeverShowsAMotherAHomeThatBarsHerMedicationAsFitting) {
  LoadSample();
  const Json answer = ParseJson(Run(
      {"match", Request("mother-on-methadone"), "--max", "100", "-o", "json"}));
  std::set<std::string> verdicts;
  for (const Json& option : answer.at("needs").at(0).at("options")) {
    const std::string id = option.at("listing").at("id");
    const Json listing =
        ParseJson(Run({"listing", "get", id, "-o", "json"})).at("listing");
    const Json& any = listing.at("profile").at("any");
    bool recorded = false;
    if (any.contains("medication") && !any.at("medication").is_null()) {
      for (const Json& value : any.at("medication").at("values")) {
        if (value.at("code") != "methadone") continue;
        recorded = true;
        if (option.at("verdict") == "FITS") {
          EXPECT_EQ(value.at("answer"), "YES") << id;
        }
      }
    }
    if (!recorded) {
      EXPECT_EQ(option.at("verdict"), "CHECK") << id;
      EXPECT_TRUE(absl::StrContains(option.at("questions").dump(), "ethadone"))
          << option.at("questions");
    }
    verdicts.insert(option.at("verdict"));
  }
  EXPECT_TRUE(verdicts.count("CHECK"));
}

TEST_F(FirstLightTest, AnswersACrisisWhateverElseIsWrong) {
  const std::string alone = Run({"match", "--crisis", "overdose"});
  EXPECT_TRUE(absl::StrContains(alone, "call 911"));
  const Outcome wrong = server_.Handrail(
      {"match", "--crisis", "suicide", "--need", "food", "--near", "00000"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_TRUE(absl::StrContains(wrong.out, "call 988")) << wrong.out;
  EXPECT_TRUE(absl::StrContains(wrong.out, "press 1")) << wrong.out;
  EXPECT_TRUE(absl::StrContains(wrong.err, "postal_code")) << wrong.err;
}

TEST_F(FirstLightTest, PutsEmergencyCareBeforeAnyListingForShakingFromAlcohol) {
  LoadSample();
  const Json answer =
      ParseJson(Run({"match", Request("shaking-from-alcohol"), "-o", "json"}));
  ASSERT_GE(answer.at("crisis").size(), 1u);
  EXPECT_EQ(answer.at("crisis").at(0).at("kind"), "WITHDRAWAL");
  EXPECT_TRUE(absl::StrContains(
      answer.at("crisis").at(0).at("resources").at(0).dump(), "911"));
  const std::string table = Run({"match", Request("shaking-from-alcohol")});
  EXPECT_LT(table.find("911"), table.find("1. "));
}

TEST_F(FirstLightTest, OffersNoTwelveStepToWhoMustNotHaveIt) {
  LoadSample();
  const Json answer = ParseJson(Run(
      {"match", Request("court-but-secular"), "--max", "100", "-o", "json"}));
  int fits = 0;
  for (const Json& option : answer.at("needs").at(0).at("options")) {
    if (option.at("verdict") != "FITS") continue;
    ++fits;
    const Json any =
        ParseJson(Run({"listing", "get", option.at("listing").at("id"), "-o",
                       "json"}))
            .at("listing")
            .at("profile")
            .at("any");
    // Not named would be a question; only a recorded no fits.
    std::string twelve_step;
    for (const Json& value : any.at("pathway").at("values")) {
      if (value.at("code") == "twelve_step") twelve_step = value.at("answer");
    }
    EXPECT_EQ(twelve_step, "NO") << option.at("listing");
    EXPECT_EQ(any.at("proofOfAttendance").at("answer"), "YES")
        << "the court wants proof: " << option.at("listing");
  }
  EXPECT_GE(fits, 2) << "a mandate narrows, it does not leave one";
}

TEST_F(FirstLightTest, ExportsLoadsAndExportsTheSameBytes) {
  LoadSample();
  const std::string first = Export();
  EXPECT_GT(first.size(), 100'000u);
  const std::filesystem::path file = folder_.path() / "dump.ndjson";
  std::ofstream(file, std::ios::binary) << first;
  Handraild other(folder_.path() / "other");
  ASSERT_TRUE(other.Start()) << other.log();
  const Outcome centroids = other.Handrail(
      {"load", Sample("centroids.csv"), "--source", "sample-places"});
  EXPECT_EQ(centroids.exit_code, 0) << centroids.err;
  const Outcome load = other.Handrail(
      {"load", file.string(), "--source", "restored", "-o", "json"});
  ASSERT_EQ(load.exit_code, 0) << load.err << load.out.substr(0, 2000);
  EXPECT_EQ(Count(ParseJson(load.out), "rowsSkipped"), 0);
  const Outcome second = other.Handrail({"export"});
  EXPECT_EQ(second.out.size(), first.size());
  EXPECT_TRUE(second.out == first);
}

TEST_F(FirstLightTest, AnnouncesInADryRunWhatTheLoadThenDoes) {
  Load({Sample("services.ndjson"), "--source", "tamarack-211"});
  // The source renames one service, drops one, and brings one.
  std::vector<std::string> lines = absl::StrSplit(
      ReadFile(Sample("services.ndjson")), '\n', absl::SkipEmpty());
  Json renamed = ParseJson(lines[5]);
  renamed["name"] = "Renamed House";
  lines[5] = renamed.dump();
  Json added = ParseJson(lines[6]);
  lines.erase(lines.begin() + 100);
  const std::filesystem::path file = folder_.path() / "new.ndjson";
  {
    std::ofstream out(file, std::ios::binary);
    for (const std::string& line : lines) out << line << "\n";
    out << R"({"id":"11111111-2222-5333-8444-555555555555","name":"New Desk",)"
        << R"("status":"active","organization":)"
        << added.at("organization").dump() << "}\n";
  }
  const std::string before = Export();
  const std::vector<std::string> arguments = {file.string(), "--source",
                                              "tamarack-211", "--replace"};
  std::vector<std::string> dry = arguments;
  dry.push_back("--dry-run");
  const Json announced = Load(dry);
  EXPECT_EQ(Export(), before) << "a dry run wrote something";
  const Json done = Load(arguments);
  for (const char* field : {"rowsRead", "recordsLoaded", "rowsSkipped", "added",
                            "changed", "unchanged", "retired"}) {
    EXPECT_EQ(Count(announced, field), Count(done, field)) << field;
  }
  // What two exports differ in, record by record, is what was announced.
  const std::map<std::string, Json> old_records = RecordsOf(before);
  const std::map<std::string, Json> new_records = RecordsOf(Export());
  std::map<std::string, std::string> differences;
  for (const auto& [key, record] : old_records) {
    const auto found = new_records.find(key);
    if (found == new_records.end()) {
      differences[key] = "RETIRED";
    } else if (found->second != record) {
      differences[key] = "CHANGED";
    }
  }
  for (const auto& [key, record] : new_records) {
    if (!old_records.count(key)) differences[key] = "ADDED";
  }
  std::map<std::string, std::string> announced_differences;
  for (const Json& change : announced.at("changes")) {
    announced_differences[absl::StrCat(
        change.at("ref").at("type").get<std::string>(), " ",
        change.at("ref").at("id").get<std::string>())] = change.at("kind");
  }
  EXPECT_EQ(differences, announced_differences);
  EXPECT_EQ(differences.at(
                absl::StrCat("SERVICE ", renamed.at("id").get<std::string>())),
            "CHANGED");
  for (const Json& change : announced.at("changes")) {
    if (change.at("kind") != "CHANGED") continue;
    ASSERT_EQ(change.at("fields").size(), 1u) << change;
    const Json& field = change.at("fields").at(0);
    EXPECT_EQ(field.at("field"), "service.name");
    EXPECT_EQ(field.at("newJson"), "\"Renamed House\"");
  }
}

TEST_F(FirstLightTest, SurvivesAKillInTheMiddleOfALoad) {
  constexpr int kRows = 4000;
  const std::filesystem::path file = folder_.path() / "many.ndjson";
  {
    std::ofstream out(file, std::ios::binary);
    for (int i = 0; i < kRows; ++i) {
      out << R"({"id":"row-)" << i << R"(","name":"Service )" << i
          << R"(","status":"active","organization":{"id":"org-)" << i % 100
          << R"(","name":"Organization","description":"One of many."}})"
          << "\n";
    }
  }
  const std::vector<std::string> arguments = {"load", file.string(), "--source",
                                              "many"};
  Handraild undisturbed(folder_.path() / "undisturbed");
  ASSERT_TRUE(undisturbed.Start()) << undisturbed.log();
  ASSERT_EQ(undisturbed.Handrail(arguments).exit_code, 0);
  const std::string expected = undisturbed.Handrail({"export"}).out;
  ASSERT_EQ(undisturbed.Stop(), 0);

  Outcome broken;
  std::thread loader([&] { broken = server_.Handrail(arguments); });
  const auto rows_loaded = [&]() -> int64_t {
    const Json loads = ParseJson(Run({"loads", "list", "-o", "json"}));
    if (loads.at("loads").empty()) return 0;
    return Count(loads.at("loads").at(0).at("report"), "rowsRead");
  };
  while (rows_loaded() == 0) {
  }
  server_.Kill();
  loader.join();
  EXPECT_EQ(broken.exit_code, 6) << broken.err;

  ASSERT_TRUE(server_.Start()) << server_.log();
  const int64_t kept = rows_loaded();
  EXPECT_GT(kept, 0);
  EXPECT_LT(kept, kRows);
  const Json loads = ParseJson(Run({"loads", "list", "-o", "json"}));
  EXPECT_EQ(loads.at("loads").at(0).at("state"), "BROKEN_OFF");
  const Outcome again = server_.Handrail(arguments);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_TRUE(Export() == expected);
}

TEST_F(FirstLightTest, EndsBadInputInFindingsAndExitCodes) {
  struct Case {
    std::string name, content;
    int exit_code;
    std::string says;
  };
  const std::string deep(100'000, '[');
  const std::vector<Case> cases = {
      {"not-json.json", "hello, world", 8, "not-json.json"},
      {"empty.json", "", 8, "empty.json"},
      {"truncated.json", R"([{"id":"a","name":"b")", 8, "truncated.json"},
      {"deep.json", deep, 8, "deep.json"},
      {"utf16.json", std::string("\xff\xfe[\0]\0", 6), 8, "utf16.json"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::filesystem::path file = folder_.path() / c.name;
    std::ofstream(file, std::ios::binary) << c.content;
    const Outcome outcome = server_.Handrail(
        {"load", file.string(), "--source", "bad", "-o", "json"});
    EXPECT_EQ(outcome.exit_code, c.exit_code) << outcome.err;
    EXPECT_TRUE(absl::StrContains(outcome.err + outcome.out, c.says))
        << outcome.err << outcome.out;
    const Json report = ParseJson(outcome.out);
    EXPECT_EQ(Count(report, "recordsLoaded"), 0);
    EXPECT_GT(Count(report, "findingCount"), 0);
  }
  Run({"load", folder_.path() / "nowhere", "--source", "bad"}, 2);
  const std::filesystem::path bare = folder_.path() / "bare";
  std::filesystem::create_directory(bare);
  std::ofstream(bare / "notes.txt") << "nothing known";
  Run({"load", bare, "--source", "bad"}, 8);
  EXPECT_EQ(Run({"organization", "list"}), "ID  NAME  SOURCE\n");
}

TEST_F(FirstLightTest, SkipsBadRowsAndLoadsTheOthers) {
  const std::filesystem::path file = folder_.path() / "mixed.ndjson";
  std::ofstream(file)
      << R"({"id":"11111111-2222-5333-8444-000000000001","name":"Good",)"
         R"("status":"active"})"
         "\n"
      << R"({"id":"11111111-2222-5333-8444-000000000002","name":"Bad age",)"
         R"("status":"active","minimum_age":40,"maximum_age":20})"
         "\n"
      << R"({"id":"11111111-2222-5333-8444-000000000003","name":"Dangling",)"
         R"("status":"active",)"
         R"("organization_id":"11111111-2222-5333-8444-00000000ffff"})"
         "\n"
      << R"({"id":"11111111-2222-5333-8444-000000000001","name":"Again",)"
         R"("status":"active"})"
         "\n";
  const Json report = Load({file.string(), "--source", "mixed"});
  EXPECT_EQ(Count(report, "rowsRead"), 4);
  EXPECT_EQ(Count(report, "rowsSkipped"), 3);
  ExpectAccountedFor(report);
  const std::string findings = report.at("findings").dump();
  for (const char* reason :
       {"impossible-value", "dangling-reference", "id-reused"}) {
    EXPECT_TRUE(absl::StrContains(findings, reason)) << findings;
  }
  const Outcome strict = server_.Handrail(
      {"load", file.string(), "--source", "mixed", "--strict"});
  EXPECT_EQ(strict.exit_code, 7);
}

TEST_F(FirstLightTest, KeepsTheHistoryOfLoadsAndEveryFinding) {
  const std::filesystem::path errors = folder_.path() / "errors.ndjson";
  const Json report =
      Load({Sample("meetings-aa.json"), "--source", "tamarack-aa",
            "--fellowship", "aa", "--errors", errors.string()});
  const std::vector<std::string> lines =
      absl::StrSplit(ReadFile(errors), '\n', absl::SkipEmpty());
  int64_t told = 0;
  for (const std::string& line : lines) {
    const Json finding = ParseJson(line);
    EXPECT_NE(finding.at("reason"), "");
    told += std::max<int64_t>(1, Count(finding, "count"));
  }
  EXPECT_EQ(told, Count(report, "findingCount"));
  const Json list = ParseJson(Run({"loads", "list", "-o", "json"}));
  ASSERT_EQ(list.at("loads").size(), 1u);
  EXPECT_EQ(list.at("loads").at(0).at("id"), report.at("loadId"));
  const std::string id = report.at("loadId");
  const Json shown =
      ParseJson(Run({"loads", "show", id, "-o", "json"})).at("load");
  EXPECT_EQ(shown.at("state"), "DONE");
  EXPECT_EQ(shown.at("source"), "tamarack-aa");
  EXPECT_EQ(shown.at("files").at(0).at("name"), "meetings-aa.json");
  EXPECT_EQ(shown.at("files").at(0).at("sha256").get<std::string>().size(),
            64u);
  EXPECT_EQ(Count(shown.at("report"), "rowsRead"), 56);
  EXPECT_TRUE(
      absl::StrContains(Run({"loads", "show", id}), "meetings-aa.json"));
  Run({"loads", "show", "11111111-2222-5333-8444-000000000001"}, 3);
}

TEST_F(FirstLightTest, ExplainsWhyAListingIsNoOption) {
  LoadSample();
  const Json page = ParseJson(
      Run({"listing", "list", "--term", "food-pantry", "-o", "json"}));
  const std::string id = page.at("listings").at(0).at("id");
  const Json explained = ParseJson(Run(
      {"explain", id, "--request", Request("no-twelve-step"), "-o", "json"}));
  EXPECT_FALSE(explained.at("needs").at(0).at("candidate").get<bool>());
  EXPECT_NE(explained.at("needs").at(0).at("whyNoCandidate"), "");
  Run({"explain", "11111111-2222-5333-8444-00000000ffff", "--request",
       Request("no-twelve-step")},
      3);
}

TEST_F(FirstLightTest, RefusesWhatIsNotAnsweredYetAndNamesWrongFields) {
  LoadSample();
  const std::filesystem::path file = folder_.path() / "request.json";
  std::ofstream(file) << R"({"needs":[{"terms":["food"]}],)"
                         R"("atRevision":1})";
  const Outcome later = server_.Handrail({"match", file.string()});
  EXPECT_EQ(later.exit_code, 1) << later.err;
  EXPECT_TRUE(absl::StrContains(later.err, "NOT_IMPLEMENTED")) << later.err;
  const Outcome wrong = server_.Handrail(
      {"match", "--need", "fod", "--must", "housing.narr_level=level_9"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_TRUE(absl::StrContains(wrong.err, "needs[0].terms[0]")) << wrong.err;
  EXPECT_TRUE(absl::StrContains(wrong.err, "criteria[0].values[0]"))
      << wrong.err;
}

TEST_F(FirstLightTest, PagesThroughEveryRecordOnce) {
  LoadSample();
  std::set<std::string> seen;
  std::string token;
  do {
    std::vector<std::string> arguments = {"service", "list", "--page-size",
                                          "37",      "-o",   "json"};
    if (!token.empty())
      arguments.insert(arguments.end(), {"--page-token", token});
    const Json page = ParseJson(Run(arguments));
    for (const Json& record : page.at("records")) {
      EXPECT_TRUE(seen.insert(record.at("info").at("id")).second);
    }
    token = page.at("nextPageToken");
  } while (!token.empty());
  EXPECT_EQ(seen.size(), 300u + 96u);
  Run({"service", "list", "--page-token", "nonsense"}, 2);
}

TEST_F(FirstLightTest, KeepsRequestWordsOutOfTheLog) {
  LoadSample();
  Run({"match", "--words", "zebrawordcanary", "--near", "21990"});
  Run({"match", "--need", "zebratermcanary"}, 2);
  ASSERT_EQ(server_.Stop(), 0);
  const std::string log = server_.log();
  EXPECT_GT(log.size(), 0u);
  EXPECT_FALSE(absl::StrContains(log, "zebra")) << log;
  EXPECT_FALSE(absl::StrContains(log, "21990")) << log;
  ASSERT_TRUE(server_.Start());
}

// A safe home with its address wherever a source could have put it.
constexpr char kSafeHome[] = R"({
  "id": "11111111-2222-5333-8444-0000000000a1",
  "name": "Harbor Safe Home", "status": "active",
  "alternate_name": "Canary alternate", "description": "At 7 Canary Street.",
  "url": "https://canary.example.org", "email": "canary@example.org",
  "application_process": "Canary gate, ring twice.", "alert": "Canary alert",
  "x_source_note": "Canary unknown field",
  "77 CANARYSTREET Ave": "Canary key",
  "phones": [{"id": "p1", "number": "240-555-0177",
              "description": "Canary desk"}],
  "attributes": [{"id": "at1", "value": "Canary value",
                  "label": "Canary label"},
                 {"id": "at2", "taxonomy_term": {
                   "id": "tt2", "code": "77 CANARYSTREET Ave",
                   "name": "Canary name", "taxonomy": "Canary taxonomy"}}],
  "metadata": [{"id": "m1", "last_action_date": "2026-01-01",
                "last_action_type": "update", "field_name": "address",
                "previous_value": "7 Canary Street",
                "replacement_value": "8 Canary Street",
                "updated_by": "canary"}],
  "organization": {"id": "11111111-2222-5333-8444-0000000000a2",
                   "name": "Harbor Partners", "description": "An organization."},
  "service_at_locations": [{
    "id": "11111111-2222-5333-8444-0000000000a3",
    "description": "Canary link",
    "location": {
      "id": "11111111-2222-5333-8444-0000000000a4",
      "location_type": "physical", "name": "Canary House",
      "description": "Canary description", "transportation": "Canary bus",
      "latitude": 39.4321987, "longitude": -78.4561987,
      "addresses": [{"id": "ad1", "address_1": "7 Canary Street",
                     "city": "Canaryville", "state_province": "MD",
                     "postal_code": "21990", "country": "US",
                     "address_type": "physical"}],
      "x_handrail": {"visibility": {"confidential_location": true},
                     "county": "Tamarack"}}}],
  "x_handrail": {"terms": [{"term": "safe-shelter"}]}})";

TEST_F(FirstLightTest, LetsNoConfidentialAddressOut) {
  Load({Sample("centroids.csv"), "--source", "sample-places"});
  std::string line = Json::parse(kSafeHome).dump();
  const std::filesystem::path file = folder_.path() / "safe.ndjson";
  std::ofstream(file) << line << "\n";
  std::vector<std::string> said;
  std::string load_id;
  for (const bool dry : {true, false, false}) {
    const std::filesystem::path errors = folder_.path() / "safe-errors.ndjson";
    std::vector<std::string> arguments = {"load", file,   "--source", "safe",
                                          "-o",   "json", "--errors", errors};
    if (dry) arguments.push_back("--dry-run");
    const Outcome outcome = server_.Handrail(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    said.push_back(outcome.out + outcome.err);
    std::stringstream found;
    found << std::ifstream(errors).rdbuf();
    EXPECT_TRUE(absl::StrContains(found.str(), "unknown-code"));
    EXPECT_TRUE(absl::StrContains(found.str(), "unknown-field"));
    said.push_back(found.str());
    load_id = ParseJson(outcome.out).at("loadId");
  }
  const std::string listing = "11111111-2222-5333-8444-0000000000a3";
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{
           {"export"},
           {"service", "list", "-o", "json"},
           {"location", "list", "-o", "json"},
           {"organization", "list", "-o", "json"},
           {"service", "get", "11111111-2222-5333-8444-0000000000a1"},
           {"location", "get", "11111111-2222-5333-8444-0000000000a4"},
           {"listing", "list", "-o", "json"},
           {"listing", "get", listing},
           {"loads", "list", "-o", "json"},
           {"loads", "show", load_id, "-o", "json"},
           {"loads", "show", load_id},
           {"status", "-o", "json"},
           {"match", "--need", "safe-shelter", "--near", "21990", "-o", "json"},
           {"match", "--need", "safe-shelter", "--near", "21990"},
           {"match", "--words", "harbor", "-o", "json"},
           {"explain", listing, "--need", "safe-shelter", "--near", "21990"}}) {
    const Outcome outcome = server_.Handrail(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << arguments[0] << outcome.err;
    said.push_back(outcome.out + outcome.err);
  }
  // Not even its words can be looked for.
  const Json found =
      ParseJson(Run({"match", "--words", "canary", "-o", "json"}));
  EXPECT_TRUE(found.at("needs").at(0).at("options").empty());
  const Json shown = ParseJson(Run(
      {"match", "--need", "safe-shelter", "--near", "21990", "-o", "json"}));
  ASSERT_EQ(shown.at("needs").at(0).at("options").size(), 1u);
  EXPECT_TRUE(absl::StrContains(shown.dump(), "location private: call"));
  ASSERT_EQ(server_.Stop(), 0);
  said.push_back(server_.log());
  ASSERT_TRUE(server_.Start());
  for (const std::string& text : said) {
    for (const char* secret :
         {"anary", "CANARY", "4321987", "4561987", "394321", "784561"}) {
      EXPECT_FALSE(absl::StrContains(text, secret)) << secret << "\n" << text;
    }
  }
}

TEST(ServerlessTest, SaysThatTheServerCannotBeReached) {
  const Outcome outcome = RunProgram(
      "handrail", {"--server", "127.0.0.1:1", "match", "--need", "food"});
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_TRUE(absl::StrContains(outcome.err, "127.0.0.1:1")) << outcome.err;
}

TEST(ServerlessTest, AnswersHelpWithExamplesEverywhere) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{},
                                             {"load"},
                                             {"loads"},
                                             {"match"},
                                             {"explain"},
                                             {"terms"},
                                             {"listing"},
                                             {"organization"},
                                             {"service"},
                                             {"location"},
                                             {"export"},
                                             {"status"}}) {
    std::vector<std::string> arguments = command;
    arguments.push_back("--help");
    const Outcome outcome = RunProgram("handrail", arguments);
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_TRUE(absl::StrContains(outcome.out, "Example")) << outcome.out;
  }
  EXPECT_EQ(RunProgram("handrail", {"nonsense"}).exit_code, 2);
  EXPECT_EQ(RunProgram("handrail", {}).exit_code, 2);
}

}  // namespace
}  // namespace handrail::testing
