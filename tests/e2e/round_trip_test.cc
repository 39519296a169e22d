// What was loaded comes out, whatever the format: import, export, import and
// export again gives the same bytes, unknown fields included, through the real
// programs and a fresh server each time. The sample everywhere, and every HSDS
// input of the shared data where it is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "tests/e2e/programs.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

struct Format {
  const char* name;
  const char* file;
};
constexpr Format kFormats[] = {{"hsds-ndjson", "services.ndjson"},
                               {"hsds-json", "services.json"},
                               {"hsds-tabular", "services.zip"}};

// Every format's export of one directory.
using Exports = std::map<std::string, std::string>;

// Loads the input into a server of its own and exports everything. `loads` are
// the input's files, each loaded by itself.
Exports LoadAndExport(const std::vector<std::string>& loads) {
  const TempDir folder;
  Handraild server(folder.path() / "data");
  EXPECT_TRUE(server.Start()) << server.log();
  for (const std::string& load : loads) {
    const Outcome outcome =
        server.Handrail({"load", load, "--source", "round-trip"});
    EXPECT_EQ(outcome.exit_code, 0) << load << "\n" << outcome.err;
  }
  Exports exports;
  for (const Format& format : kFormats) {
    const Outcome outcome =
        server.Handrail({"export", "--format", format.name});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    exports[format.name] = outcome.out;
  }
  return exports;
}

// Where two texts part, for the message of a failed test.
std::string Difference(const std::string& a, const std::string& b) {
  const auto [at, other] =
      std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto from = [](const std::string& text, size_t offset) {
    return text.substr(offset < 200 ? 0 : offset - 200, 600);
  };
  return "first: …" + from(a, static_cast<size_t>(at - a.begin())) +
         "\nthen: …" + from(b, static_cast<size_t>(other - b.begin()));
}

void ExpectNothingIsLost(const std::vector<std::string>& loads) {
  const Exports first = LoadAndExport(loads);
  ASSERT_FALSE(first.at("hsds-ndjson").empty());
  for (const Format& format : kFormats) {
    SCOPED_TRACE(format.name);
    const TempDir folder;
    const std::filesystem::path file = folder.path() / format.file;
    std::ofstream(file, std::ios::binary) << first.at(format.name);
    const Exports then = LoadAndExport({file.string()});
    // Not only the format's own bytes: whatever it went through, the
    // directory is the same.
    for (const Format& other : kFormats) {
      EXPECT_TRUE(then.at(other.name) == first.at(other.name))
          << "exported as " << other.name << "\n"
          << (std::string(other.name) == "hsds-tabular"
                  ? "(a zip)"
                  : Difference(first.at(other.name), then.at(other.name)));
    }
  }
}

TEST(RoundTripTest, TheSampleComesOutAsItWentIn) {
  ExpectNothingIsLost({SourceData("clients/sample/services.ndjson").string()});
}

// What is easily lost on the way: the source's own text of values, properties
// nobody knows at every depth, parts without ids, ids that several parts have,
// what a spreadsheet would take for a formula, and apostrophes that were there.
constexpr char kHardService[] = R"hard({
  "id": "11111111-2222-5333-8444-0000000000b1",
  "name": "=HYPERLINK(1)", "alternate_name": "'=1+1", "status": "Active ",
  "description": "", "alert": "  ", "fees": 12.50, "wait_time": true,
  "minimum_age": "18", "maximum_age": 64.5, "url": "example.org ",
  "email": ["a@example.org", "b@example.org"],
  "beds_free": [1, 2.0, {"x": null}], "x_note": "a\u0000b",
  "interpretation_services": "a tab\tand \u0001 inside",
  "application_process": "line 1\r\nline 2\r\tcell, \"quoted\" '",
  "phones": [{"number": "410-555-0101", "made_up": {"deep": [1e3]}},
             {"id": "p1", "number": "+1 410 555 0102", "extension": "12"},
             {"id": "p1", "number": "410-555-0103",
              "service_id": "11111111-2222-5333-8444-0000000000b1",
              "x_handrail": {"restricted": true}}],
  "languages": "English",
  "attributes": [
    {"id": "a1", "taxonomy_term": {"id": "t1", "name": "One", "extra": 1}},
    {"id": "a2", "taxonomy_term": {"id": "t1", "name": "One", "extra": 1}},
    {"id": "a3", "taxonomy_term": {"id": "t1", "name": "Another"}},
    {"id": "a4", "taxonomy_term_id": "t1"},
    {"taxonomy_term": {"name": "No id", "taxonomy_detail": {"name": "V"}}}],
  "capacities": [{"id": "c1", "available": 3, "updated": "2026-01-01T00:00:00Z",
                  "unit": {"id": "u1", "name": "beds", "colour": "blue"}}],
  "organization": {"id": "11111111-2222-5333-8444-0000000000b2",
                   "name": "Harbor", "description": "-",
                   "year_incorporated": "about 1990",
                   "contacts": [{"id": "p1", "phones": [
                     {"id": "p1", "number": "410-555-0104"}]}]},
  "service_at_locations": [{
    "id": "11111111-2222-5333-8444-0000000000b3", "note": null, "why": "x",
    "location": {
      "id": "11111111-2222-5333-8444-0000000000b4", "name": "House",
      "location_type": "Physical", "latitude": "39.43210000",
      "longitude": -78.456198712345, "phones": [{"id": "p1", "number": "n/a"}],
      "x_handrail": {"county": "Tamarack", "made_up": {"a": 1}}}}],
  "schedules": [{"id": "h1", "opens_at": "9am", "freq": "weekly",
                 "x_handrail": {"zone": "America/New_York"}}],
  "x_handrail": {"terms": [{"term": "food"}]}})hard";

TEST(RoundTripTest, WhatNoColumnHoldsComesBackAllTheSame) {
  const TempDir folder;
  const std::filesystem::path file = folder.path() / "hard.json";
  std::ofstream(file, std::ios::binary) << kHardService;
  ExpectNothingIsLost({file.string()});
}

class SharedRoundTripTest : public ::testing::TestWithParam<const char*> {};

TEST_P(SharedRoundTripTest, ComesOutAsItWentIn) {
  const std::string input = GetParam();
  const auto folder = SharedData(input.substr(0, input.find('/')));
  if (!folder.has_value()) GTEST_SKIP() << "shared data is not here";
  const std::filesystem::path path = folder->parent_path() / input;
  ASSERT_TRUE(std::filesystem::exists(path)) << path;
  ExpectNothingIsLost({path.string()});
}

// Folders are packages of tables.
constexpr const char* kInputs[] = {
    "hsds-1.1-ilao/package-a",
    "hsds-1.1-ilao/package-b",
    "hsds-3-spec-examples/3.0/csv",
    "hsds-3-spec-examples/3.0/location.json",
    "hsds-3-spec-examples/3.0/organization_full.json",
    "hsds-3-spec-examples/3.0/organization_list.json",
    "hsds-3-spec-examples/3.0/service_at_location_full.json",
    "hsds-3-spec-examples/3.0/service_at_location_list.json",
    "hsds-3-spec-examples/3.0/service_full.json",
    "hsds-3-spec-examples/3.0/service_list.json",
    "hsds-3-spec-examples/3.0/tabular.json",
    "hsds-3-spec-examples/3.0/taxonomy.json",
    "hsds-3-spec-examples/3.0/taxonomy_list.json",
    "hsds-3-spec-examples/3.0/taxonomy_term.json",
    "hsds-3-spec-examples/3.0/taxonomy_term_list.json",
    "hsds-3-spec-examples/3.1-dev/csv",
    "hsds-3-spec-examples/3.1-dev/location.json",
    "hsds-3-spec-examples/3.1-dev/organization_full.json",
    "hsds-3-spec-examples/3.1-dev/organization_list.json",
    "hsds-3-spec-examples/3.1-dev/service_at_location_full.json",
    "hsds-3-spec-examples/3.1-dev/service_at_location_list.json",
    "hsds-3-spec-examples/3.1-dev/service_full.json",
    "hsds-3-spec-examples/3.1-dev/service_list.json",
    "hsds-3-spec-examples/3.1-dev/tabular.json",
    "hsds-3-spec-examples/3.1-dev/taxonomy.json",
    "hsds-3-spec-examples/3.1-dev/taxonomy_list.json",
    "hsds-3-spec-examples/3.1-dev/taxonomy_term.json",
    "hsds-3-spec-examples/3.1-dev/taxonomy_term_list.json",
    "hsds-3-spec-examples/mock-api",
    "hsds-3.0-derived-baltimore/services.ndjson",
    "hsds-3.0-derived-baltimore/services_page_1.json",
    "ohana-baltimore",
    "ohana-sample",
    "oruk-3.0-examples/csv",
    "oruk-3.0-examples/organization_full.json",
    "oruk-3.0-examples/organization_list.json",
    "oruk-3.0-examples/service_at_location_full.json",
    "oruk-3.0-examples/service_at_location_list.json",
    "oruk-3.0-examples/service_full.json",
    "oruk-3.0-examples/service_list.json",
    "oruk-3.0-examples/taxonomy.json",
    "oruk-3.0-examples/taxonomy_list.json",
    "oruk-3.0-examples/taxonomy_term.json",
    "oruk-3.0-examples/taxonomy_term_list.json",
};

INSTANTIATE_TEST_SUITE_P(Inputs, SharedRoundTripTest,
                         ::testing::ValuesIn(kInputs),
                         [](const ::testing::TestParamInfo<const char*>& info) {
                           std::string name = info.param;
                           for (char& c : name) {
                             if (!std::isalnum(static_cast<unsigned char>(c)))
                               c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace handrail::testing
