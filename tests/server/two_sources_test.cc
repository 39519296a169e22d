// Loads of several sources: side by side they come to what one after the other
// comes to, neither overwrites the other whatever their ids, and what both have
// is found to be one place and merged by nobody but a person.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::HasMetadata;
using handrail::testing::HasReason;
using handrail::testing::IsOk;
using ::testing::AllOf;

constexpr char kService[] = "30000000-0000-4000-8000-000000000001";
constexpr char kPlace[] = "40000000-0000-4000-8000-000000000001";
constexpr char kLocation[] = "50000000-0000-4000-8000-000000000001";

// One house with the same UUIDs whoever has it.
v1::Row House(const std::string& name) {
  return MakeRow(absl::StrCat(
      "records { location { id: '", kLocation,
      "' location_type: PHYSICAL name: 'Harbor House' addresses { address_1: "
      "'1 Pier St' city: 'Baltimore' state_province: 'MD' postal_code: '21201' "
      "country: 'US' address_type: PHYSICAL } } } records { service { id: '",
      kService, "' name: '", name,
      "' status: ACTIVE phones { number: '410-555-0100' } "
      "service_at_locations { id: '",
      kPlace, "' location { id: '", kLocation,
      "' } } x_handrail { terms { term: 'recovery-residence' } } } }"));
}

// "source name" of every service, sorted.
std::vector<std::string> Services(Directory& directory) {
  std::vector<std::string> services;
  EXPECT_THAT(directory.records().ExportRecords(
                  TestContext(), {},
                  [&](const v1::ExportRecordsResponse& run) {
                    for (const v1::DirectoryRecord& record : run.records()) {
                      if (!record.record().has_service()) continue;
                      services.push_back(record.info().source() + " " +
                                         record.record().service().name());
                    }
                    return true;
                  }),
              IsOk());
  std::sort(services.begin(), services.end());
  return services;
}

TEST(TwoSourcesTest, NeitherOverwritesTheOtherThoughTheirUuidsAreEqual) {
  TestDirectory directory;
  ASSERT_THAT(
      directory.Load({.source = "north"}, {House("Harbor House")}).status,
      IsOk());
  const LoadOutcome south =
      directory.Load({.source = "south"}, {House("Harbour House")});
  ASSERT_THAT(south.status, IsOk());
  EXPECT_EQ(south.report.added(), 2);
  const std::vector<std::string> both = {"north Harbor House",
                                         "south Harbour House"};
  EXPECT_EQ(Services(*directory), both);
  // Nor when either comes again, and is all that there is of it.
  for (const char* source : {"north", "south", "north"}) {
    const std::string name =
        source == std::string("north") ? "Harbor House" : "Harbour House";
    const LoadOutcome again =
        directory.Load({.source = source, .replace = true}, {House(name)});
    ASSERT_THAT(again.status, IsOk());
    EXPECT_EQ(again.report.unchanged(), 2);
    EXPECT_EQ(again.report.retired(), 0);
  }
  EXPECT_EQ(Services(*directory), both);
}

TEST(TwoSourcesTest, OnePlaceOfBothIsACandidateAndNoMerge) {
  TestDirectory directory;
  ASSERT_THAT(
      directory.Load({.source = "north"}, {House("Harbor House")}).status,
      IsOk());
  const LoadOutcome south =
      directory.Load({.source = "south"}, {House("Harbor House")});
  ASSERT_THAT(south.status, IsOk());
  EXPECT_EQ(directory->state().snapshot()->rows().size(), 2u);
  v1::ListDuplicatesRequest list;
  list.set_min_revision(south.report.revision());
  const auto found =
      directory->duplicates().ListDuplicates(TestContext(), list);
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->clusters_size(), 1);
  EXPECT_EQ(found->clusters(0).listings_size(), 2);
  ASSERT_EQ(found->clusters(0).pairs_size(), 1);
  // Nobody has judged it.
  EXPECT_EQ(found->clusters(0).pairs(0).state(),
            v1::DUPLICATE_STATE_UNSPECIFIED);
}

TEST(TwoSourcesTest, SideBySideTheyComeToWhatOneAfterTheOtherDoes) {
  std::vector<v1::Row> rows = SampleRows("Nook");
  for (int i = 0; i < 60; ++i) {
    rows.push_back(
        MakeRow(absl::StrCat("records { service { id: 'more", i,
                             "' name: 'Meals ", i, "' status: ACTIVE } }")));
  }
  const LoadOptions north{.source = "north", .rows_per_batch = 3};
  const LoadOptions south{.source = "south", .rows_per_batch = 2};
  TestDirectory serial;
  ASSERT_THAT(serial.Load(north, rows).status, IsOk());
  ASSERT_THAT(serial.Load(south, rows).status, IsOk());
  TestDirectory directory;
  const std::string ids[] = {"11111111-2222-4333-8444-555555555501",
                             "11111111-2222-4333-8444-555555555502"};
  LoadOutcome done[2];
  std::thread one([&] {
    LoadOptions options = north;
    options.request_id = ids[0];
    done[0] = directory.Load(options, rows);
  });
  std::thread two([&] {
    LoadOptions options = south;
    options.request_id = ids[1];
    done[1] = directory.Load(options, rows);
  });
  one.join();
  two.join();
  for (const LoadOutcome& load : done) {
    ASSERT_THAT(load.status, IsOk());
    EXPECT_EQ(load.report.added(), 69);
    EXPECT_EQ(load.report.rows_read(), 64);
  }
  EXPECT_EQ(Records(*directory), Records(*serial));
}

TEST(TwoLoadsTest, OfOneSourceTheSecondIsRefusedAndNamesTheOneUnderWay) {
  TestDirectory directory;
  const auto messages = LoadMessages({}, {House("Harbor House")});
  size_t next = 0;
  std::string load_id;
  std::map<std::string, int64_t> counts;
  const absl::Status first = directory->ingest().BulkLoad(
      TestContext(),
      {.read =
           [&](v1::BulkLoadRequest& request) {
             if (next == 2) {
               // In the middle of the first.
               EXPECT_THAT(directory.Load({}, {House("Other")}).status,
                           AllOf(HasReason(v1::ERROR_REASON_LOAD_IN_PROGRESS),
                                 HasMetadata("load_id", load_id),
                                 HasMetadata("source", "county")));
               // A dry run could not say what the load then does, either.
               EXPECT_THAT(
                   directory.Load({.validate_only = true}, {House("Other")})
                       .status,
                   HasReason(v1::ERROR_REASON_LOAD_IN_PROGRESS));
               EXPECT_THAT(
                   directory.Load({.source = "town"}, {House("Other")}).status,
                   IsOk());
             }
             if (next == messages.size()) return false;
             request = messages[next++];
             return true;
           },
       .write =
           [&](const v1::BulkLoadResponse& response) {
             if (response.has_started()) {
               load_id = response.started().load_id();
             }
             return true;
           }},
      counts);
  EXPECT_THAT(first, IsOk());
  EXPECT_THAT(directory.Load({}, {House("Other")}).status, IsOk());
}

TEST(TwoLoadsTest, OneWhoseCallerIsGoneHoldsUpNobody) {
  TestDirectory directory;
  const auto messages = LoadMessages({}, {House("Harbor House")});
  for (size_t sent = 1; sent < messages.size(); ++sent) {
    size_t next = 0;
    std::map<std::string, int64_t> counts;
    EXPECT_FALSE(directory->ingest()
                     .BulkLoad(TestContext(),
                               {.read =
                                    [&](v1::BulkLoadRequest& request) {
                                      if (next == sent) return false;
                                      request = messages[next++];
                                      return true;
                                    },
                                .write = [](const auto&) { return true; }},
                               counts)
                     .ok());
    EXPECT_THAT(directory.Load({}, {House("Other")}).status, IsOk());
  }
}

}  // namespace
}  // namespace handrail::server
