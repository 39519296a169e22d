// The real data sets, with counts that were taken from the files by other
// means (Python's json module), not from this reader.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::handrail::testing::EqualsProto;

std::map<int, size_t> RecordsByKind(const Read& read) {
  std::map<int, std::set<std::string>> ids;
  for (const v1::Row& row : read.rows) {
    for (const v1::Record& record : row.records()) {
      const std::string id = record.has_organization()
                                 ? record.organization().id()
                             : record.has_location() ? record.location().id()
                             : record.has_service()  ? record.service().id()
                             : record.has_program()  ? record.program().id()
                                                     : "other";
      ids[record.kind_case()].insert(id);
    }
  }
  std::map<int, size_t> counts;
  for (const auto& [kind, set] : ids) counts[kind] = set.size();
  return counts;
}

// Findings by reason, each with its count.
std::map<std::string, int64_t> FindingsByReason(const Read& read) {
  std::map<std::string, int64_t> counts;
  for (const v1::Finding& finding : read.findings) {
    counts[finding.reason()] += finding.count();
  }
  return counts;
}

TEST(RealDataTest, BaltimoreHas600ServicesOf259OrganizationsAt516Places) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path,
                               "hsds-3.0-derived-baltimore/services.ndjson");
  const Read read = ReadPaths({path.string()});
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.plan->rows_read, 600);
  EXPECT_EQ(read.plan->rows_skipped, 0);
  std::map<int, size_t> records = RecordsByKind(read);
  EXPECT_EQ(records[v1::Record::kService], 600u);
  EXPECT_EQ(records[v1::Record::kOrganization], 259u);
  EXPECT_EQ(records[v1::Record::kLocation], 516u);
  int attributes = 0;
  int unplaced = 0;
  for (size_t i = 0; i < read.rows.size(); ++i) {
    attributes += read.Service(i).attributes_size();
    unplaced += read.Location(i).has_latitude_e7() ? 0 : 1;
  }
  EXPECT_EQ(attributes, 2430);
  EXPECT_EQ(unplaced, 42);
  // Attributes with one of eleven codes that the tables do not have; texts that
  // speak of ages, costs, papers and the like without a field for it; places
  // without a time zone.
  const std::map<std::string, int64_t> expected = {
      {"derived", 600}, {"only-in-prose", 535}, {"unknown-code", 102}};
  EXPECT_EQ(FindingsByReason(read), expected);
  for (const v1::Finding& finding : read.findings) {
    EXPECT_EQ(finding.severity(), v1::NOTICE) << finding.DebugString();
  }
}

TEST(RealDataTest, BaltimoreComesOutAsItCameIn) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path,
                               "hsds-3.0-derived-baltimore/services.ndjson");
  const Read read = ReadPaths({path.string()});
  const std::string once = WriteOut("hsds-ndjson", read).text;
  EXPECT_EQ(ReadText(once, {}, "export.ndjson").rows.size(), 600u);
  EXPECT_TRUE(ComesOutTheSameAgain(read));
}

TEST(RealDataTest, ThePageHasTheFirstHundredOfBaltimore) {
  HANDRAIL_SHARED_DATA_OR_SKIP(folder, "hsds-3.0-derived-baltimore");
  const Read page = ReadPaths({(folder / "services_page_1.json").string()});
  EXPECT_EQ(page.rows.size(), 100u);
  const Read both = ReadPaths({folder.string()});
  ASSERT_TRUE(both.plan.ok());
  EXPECT_EQ(both.plan->rows_read, 700);
  EXPECT_EQ(both.plan->rows_skipped, 0);
  EXPECT_EQ(RecordsByKind(both)[v1::Record::kService], 600u);
}

TEST(RealDataTest, MeetingFeedsAreReadWhole) {
  struct Case {
    std::string file, fellowship;
    int meetings;
    // With a place; meetings that are online alone have none.
    int placed;
    int in_person;
    int online;
  };
  const Case cases[] = {
      {"aasfmarin-2021.json", "aa", 658, 144, 144, 603},
      // 156 in person, 60 hybrid, 113 online, 31 inactive.
      {"al-anon-massachusetts.json", "al-anon", 360, 247, 216, 173},
      {"edmonton-ca.json", "aa", 315, 271, 250, 74},
      // 94 in person, 1 hybrid, 28 online.
      {"sussex-delaware.json", "aa", 123, 95, 95, 29},
      {"atlanta-sample.json", "aa", 6, 6, 6, 0},
      {"edge-times.json", "aa", 9, 9, 8, 8},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.file);
    HANDRAIL_SHARED_DATA_OR_SKIP(path, "meeting-guide/" + c.file);
    const Read read = ReadPaths({path.string()}, {.source = "feed",
                                                  .fellowship = c.fellowship,
                                                  .zone = "America/New_York"});
    ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
    EXPECT_EQ(read.plan->rows_read, c.meetings);
    EXPECT_EQ(read.plan->rows_skipped, 0);
    int placed = 0;
    std::map<std::string, int> modes;
    for (size_t i = 0; i < read.rows.size(); ++i) {
      const v1::Service service = read.Service(i);
      placed += service.service_at_locations_size();
      for (const auto& value :
           service.x_handrail().profile().any().attendance_mode().values()) {
        ++modes[value.code() + v1::Answer_Name(value.answer())];
      }
    }
    EXPECT_EQ(placed, c.placed);
    EXPECT_EQ(modes["in_personYES"], c.in_person);
    EXPECT_EQ(modes["onlineYES"], c.online);
    if (getenv("HANDRAIL_SHOW") != nullptr) {
      std::cout << c.file << " placed " << placed;
      for (const auto& [mode, count] : modes) {
        std::cout << " " << mode << " " << count;
      }
      std::cout << "\n";
      for (const v1::Finding& finding : read.findings) {
        std::cout << "  " << finding.ShortDebugString() << "\n";
      }
    }
    EXPECT_TRUE(ComesOutTheSameAgain(read));
  }
}

TEST(RealDataTest, OneMeetingOfMarinHasHalfACoordinate) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path, "meeting-guide/aasfmarin-2021.json");
  const Read read = ReadPaths(
      {path.string()}, {.fellowship = "aa", .zone = "America/Los_Angeles"});
  const std::map<std::string, int64_t> expected = {
      {"impossible-coordinates", 1}};
  EXPECT_EQ(FindingsByReason(read), expected);
}

TEST(RealDataTest, TheBrokenFeedIsRefusedWithItsLine) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path,
                               "meeting-guide/edge-truncated-invalid.json");
  const Read read = ReadPaths({path.string()}, {.fellowship = "aa"});
  EXPECT_FALSE(read.plan.ok());
  EXPECT_EQ(read.First("trailing-text").severity(), v1::FILE_SKIPPED);
  EXPECT_EQ(read.First("trailing-text").origin().line(), 80);
}

TEST(RealDataTest, EveryExampleOfTheStandardIsReadByItself) {
  const std::pair<const char*, int> files[] = {
      {"location.json", 1},
      {"organization_full.json", 1},
      {"organization_list.json", 1},
      {"service_at_location_full.json", 1},
      {"service_at_location_list.json", 1},
      {"service_full.json", 1},
      {"service_list.json", 1},
      {"tabular.json", 6},
      {"taxonomy.json", 1},
      {"taxonomy_list.json", 1},
      {"taxonomy_term.json", 1},
      {"taxonomy_term_list.json", 1},
  };
  int examples = 0;
  for (const std::string folder :
       {"hsds-3-spec-examples/3.0", "hsds-3-spec-examples/3.1-dev",
        "oruk-3.0-examples"}) {
    for (const auto& [file, rows] : files) {
      const auto path = testing::SharedData(folder + "/" + file);
      if (!path.has_value()) continue;
      SCOPED_TRACE(path->string());
      ++examples;
      const Read read = ReadPaths({path->string()});
      ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
      EXPECT_EQ(read.plan->rows_read - read.plan->rows_skipped, rows);
      if (getenv("HANDRAIL_SHOW") != nullptr) {
        std::cout << folder << "/" << file << " read " << read.plan->rows_read
                  << " skipped " << read.plan->rows_skipped << "\n";
        for (const v1::Finding& finding : read.findings) {
          std::cout << "  " << finding.ShortDebugString() << "\n";
        }
      }
      EXPECT_TRUE(ComesOutTheSameAgain(read));
    }
  }
  if (examples == 0) GTEST_SKIP() << "the standard's examples are not here";
}

TEST(RealDataTest, BothTablesOfCentroidsAreReadWhole) {
  struct Case {
    std::string file;
    int64_t rows, skipped;
  };
  // The gazetteer's last line is nothing but tabs.
  const Case cases[] = {{"zcta_2022.csv", 33791, 0},
                        {"Gaz_zcta_national.txt", 33121, 1}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.file);
    HANDRAIL_SHARED_DATA_OR_SKIP(path, "zip-centroids/" + c.file);
    const Read read = ReadPaths({path.string()});
    ASSERT_TRUE(read.plan.ok());
    EXPECT_EQ(read.plan->rows_read, c.rows);
    EXPECT_EQ(read.plan->rows_skipped, c.skipped);
    EXPECT_EQ(read.Count("empty-row"), c.skipped);
    const v1::Centroid first = read.rows[0].records(0).centroid();
    EXPECT_EQ(first.code(), "00601");
    EXPECT_EQ(first.latitude_e7(), 181805550);
    EXPECT_EQ(first.longitude_e7(), -667499610);
  }
}

}  // namespace
}  // namespace handrail::formats
