// Exports are valid by HSDS 3.1's own JSON Schemas and tabular descriptor, as
// a validator from outside the project judges them (validate_export.py).
//
// Nothing is made up on the way out: what a source left out or wrote in another
// kind than the standard has stays so, and each such mistake is named here. An
// export adds none of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

constexpr const char* kPython = "/usr/bin/python3";

bool HasValidator() {
  return std::filesystem::exists(kPython) &&
         RunProgram(kPython, {"-W", "ignore", "-c", "import jsonschema"})
                 .exit_code == 0;
}

// Mistakes without how often and where they occur.
std::vector<std::string> KindsOf(const std::string& printed) {
  std::vector<std::string> kinds;
  for (size_t at = 0; at < printed.size();) {
    const size_t end = std::min(printed.find('\n', at), printed.size());
    const std::string line = printed.substr(at, end - at);
    kinds.push_back(line.substr(0, line.rfind(" (")));
    at = end + 1;
  }
  return kinds;
}

// What is wrong with the exports of a directory that holds the input alone.
std::vector<std::string> Mistakes(const std::string& input,
                                  const std::filesystem::path& schemas) {
  const TempDir folder;
  Handraild server(folder.path() / "data");
  EXPECT_TRUE(server.Start()) << server.log();
  const Outcome load = server.Handrail({"load", input, "--source", "valid"});
  EXPECT_EQ(load.exit_code, 0) << load.err;
  std::vector<std::string> arguments = {
      "-W", "ignore", SourceData("tests/e2e/validate_export.py").string(),
      schemas.string()};
  const std::filesystem::path out = folder.path() / "out";
  for (const char* const format :
       {"hsds-ndjson", "hsds-json", "hsds-tabular"}) {
    const Outcome outcome =
        server.Handrail({"export", "--format", format, "--out", out.string()});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  for (const char* const file :
       {"services.ndjson", "services.json", "services.zip"}) {
    EXPECT_TRUE(std::filesystem::exists(out / file));
    arguments.push_back((out / file).string());
  }
  const Outcome judged = RunProgram(kPython, arguments);
  EXPECT_EQ(judged.err, "");
  const std::vector<std::string> kinds = KindsOf(judged.out);
  EXPECT_EQ(judged.exit_code, kinds.empty() ? 0 : 1);
  return kinds;
}

struct Case {
  const char* name;
  // Below shared data; "" is the sample.
  const char* input;
  std::vector<std::string> mistakes;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class ValidExportTest : public ::testing::TestWithParam<Case> {};

TEST_P(ValidExportTest, AddsNoMistakeOfItsOwn) {
  const auto schemas = SharedData("hsds-schemas");
  if (!schemas.has_value()) GTEST_SKIP() << "shared data is not here";
  if (!HasValidator()) {
    GTEST_SKIP() << "python3-jsonschema is not installed (./dev setup)";
  }
  const std::string input = GetParam().input;
  const std::string path =
      input.empty() ? SourceData("clients/sample/services.ndjson").string()
                    : (schemas->parent_path() / input).string();
  EXPECT_EQ(Mistakes(path, *schemas / "3.1-dev"), GetParam().mistakes);
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, ValidExportTest,
    ::testing::Values(
        Case{"Sample", "", {}},
        Case{"Service", "hsds-3-spec-examples/3.1-dev/service_full.json", {}},
        Case{"Organization",
             "hsds-3-spec-examples/3.1-dev/organization_full.json",
             {}},
        Case{"Link",
             "hsds-3-spec-examples/3.1-dev/service_at_location_full.json",
             {}},
        // The tables refer to an organization and a taxonomy that they leave
        // out.
        Case{"Tables",
             "hsds-3-spec-examples/3.1-dev/csv",
             {"standard location.organization_id: refers to no organization",
              "standard taxonomy_term.taxonomy_id: refers to no taxonomy"}},
        // As do these, which have numbers where texts belong, too.
        Case{"KeyedTables",
             "hsds-3-spec-examples/3.1-dev/tabular.json",
             {"location external_identifier: type",
              "organization organization_identifiers/[]/identifier: type",
              "standard location.organization_id: refers to no organization",
              "standard taxonomy_term.taxonomy_id: refers to no taxonomy"}},
        Case{"HsdsUk", "oruk-3.0-examples/service_full.json", {}},
        // Three of 600 services have an address without a street: an empty text
        // in JSON, an empty cell in the table.
        Case{"Baltimore",
             "hsds-3.0-derived-baltimore/services.ndjson",
             {"standard address.address_1: required"}}),
    [](const ::testing::TestParamInfo<Case>& info) { return info.param.name; });

}  // namespace
}  // namespace handrail::testing
