// Files that are made to do harm, through the real programs: the load says what
// is wrong, nothing of a broken file arrives, and the server goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

class HostileLoadTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start()) << server_.log(); }

  std::string Write(const std::string& name, std::string_view text) {
    const std::string path = folder_.File(name);
    WriteFile(path, text);
    return path;
  }
  // Nothing of the file arrives, and the words say why.
  void ExpectRefused(const std::string& path, const std::string& words) {
    SCOPED_TRACE(path);
    const Outcome outcome =
        server_.Handrail({"load", path, "--source", "hostile"});
    EXPECT_EQ(outcome.exit_code, 8) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(words));
  }
  Json Load(const std::string& path) {
    const Outcome outcome =
        server_.Handrail({"load", path, "--source", "hostile", "-o", "json"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return Json::parse(outcome.out);
  }
  std::string Export() {
    const Outcome outcome = server_.Handrail({"export"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.out;
  }

  const TempDir folder_;
  Handraild server_{folder_.path() / "data"};
};

std::string Times(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST_F(HostileLoadTest, BrokenFilesAreRefusedInWords) {
  const std::string before = Export();
  const std::string json = R"([{"id":"s","name":"S","status":"active"}])";
  std::string little;
  std::string big = "\xfe\xff";
  for (const char c : json) {
    little += std::string{c, '\0'};
    big += std::string{'\0', c};
  }
  ExpectRefused(Write("deep.json", Times("[", 100'000) + Times("]", 100'000)),
                "nested more than 64 deep");
  ExpectRefused(Write("little.json", "\xff\xfe" + little), "UTF-16");
  ExpectRefused(Write("big.json", big), "UTF-16");
  ExpectRefused(Write("nul.json", json.substr(0, 9) + '\0' + json.substr(9)),
                "NUL");
  ExpectRefused(Write("half.json", R"([{"id":"s","name":"\ud800"}])"),
                "surrogate");
  ExpectRefused(Write("latin.json", "[{\"id\":\"s\",\"name\":\"Caf\xe9\"}]"),
                "not UTF-8");
  ExpectRefused(Write("long.json", R"([{"id":"s","name":")" +
                                       std::string(64 << 20, 'x') + "\"}]"),
                "4 MiB");
  ExpectRefused(Write("services.csv", "id,name,status\ns,\"S,active\nt,T,a\n"),
                "quotation mark");
  ExpectRefused(
      Write("services.csv", "id,name" + Times(",x", 1'000'000) + "\n1,2\n"),
      "columns");
  std::filesystem::create_directory(folder_.File("none"));
  Write("none/picture.png", "x");
  ExpectRefused(folder_.File("none"), "known format");
  EXPECT_EQ(Export(), before);
}

TEST_F(HostileLoadTest, IdsThatComeTwiceAreCountedAndSaid) {
  std::filesystem::create_directory(folder_.File("twice"));
  Write("twice/a.json", R"([{"id":"s","name":"S","status":"active"},
                            {"id":"s","name":"T","status":"active"}])");
  Write("twice/b.json", R"([{"id":"s","name":"U","status":"active"},
                            {"id":"r","name":"R","status":"active"}])");
  const Json report = Load(folder_.File("twice"));
  EXPECT_EQ(report.at("rowsRead"), "4");
  EXPECT_EQ(report.at("rowsSkipped"), "2");
  EXPECT_EQ(report.at("added"), "2");
  // A later load says something else: that is a change, and no second record.
  const Json later = Load(
      Write("later.json", R"([{"id":"s","name":"Later","status":"active"}])"));
  EXPECT_EQ(later.at("changed"), "1");
  EXPECT_EQ(later.at("added"), "0");
  // What another source calls by that id is another record.
  const Outcome other = server_.Handrail({"load", folder_.File("later.json"),
                                          "--source", "another", "-o", "json"});
  EXPECT_EQ(Json::parse(other.out).at("added"), "1");
}

TEST_F(HostileLoadTest, CyclesOfParentsLoadAndComeOutAgain) {
  const std::string file =
      Write("cycle.ndjson",
            R"({"x_handrail_type":"organization","id":"a","name":"A",)"
            R"("description":"d","parent_organization_id":"b"})"
            "\n"
            R"({"x_handrail_type":"organization","id":"b","name":"B",)"
            R"("description":"d","parent_organization_id":"a"})"
            "\n"
            R"({"x_handrail_type":"taxonomy_term","id":"t","code":"1",)"
            R"("name":"T","description":"d","parent_id":"u"})"
            "\n"
            R"({"x_handrail_type":"taxonomy_term","id":"u","code":"2",)"
            R"("name":"U","description":"d","parent_id":"t"})"
            "\n"
            R"({"id":"s","name":"S","status":"active",)"
            R"("organization":{"id":"a"}})"
            "\n");
  EXPECT_EQ(Load(file).at("added"), "5");
  const std::string out = Export();
  EXPECT_THAT(out, HasSubstr("\"S\""));
  EXPECT_EQ(server_.Handrail({"search", "S"}).exit_code, 0);
  EXPECT_EQ(Load(file).at("unchanged"), "5");
}

}  // namespace
}  // namespace handrail::testing
