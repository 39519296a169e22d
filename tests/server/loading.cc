#include "tests/server/loading.h"

#include <deque>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/util/time_util.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::IsOk;
using handrail::testing::ParseText;

std::string NewRequestId() {
  static int count = 0;
  return UuidV5("6f1d3c0a-8e52-4b7e-9a44-2f0c7d5b9e13",
                "test load " + std::to_string(++count));
}

std::string Bytes(const google::protobuf::Message& message) {
  return message.SerializeAsString() + "\n";
}

}  // namespace

absl::Time TestNow() { return absl::FromUnixSeconds(1780315200); }

RequestContext TestContext() {
  return RequestContext({.now = TestNow(),
                         .deadline = TestNow() + absl::Minutes(1),
                         .clock = TestNow});
}

std::vector<v1::BulkLoadRequest> LoadMessages(
    const LoadOptions& options, const std::vector<v1::Row>& rows) {
  std::vector<v1::BulkLoadRequest> messages;
  v1::LoadStart& start = *messages.emplace_back().mutable_start();
  start.set_source(options.source);
  start.set_request_id(options.request_id.empty() ? NewRequestId()
                                                  : options.request_id);
  start.set_validate_only(options.validate_only);
  start.set_replace(options.replace);
  start.set_report_changes(options.report_changes);
  start.set_rekey(options.rekey);
  if (options.allow_retire_percent.has_value()) {
    start.set_allow_retire_percent(*options.allow_retire_percent);
  }
  start.set_format("hsds");
  start.mutable_as_of()->set_seconds(1780000000);
  int64_t sequence = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i % options.rows_per_batch == 0) {
      messages.emplace_back().mutable_batch()->set_sequence(++sequence);
    }
    *messages.back().mutable_batch()->add_rows() = rows[i];
  }
  v1::LoadEnd& end = *messages.emplace_back().mutable_end();
  if (options.rows_skipped_before > 0) {
    v1::TableCount& skipped = *end.add_skipped_before_sending();
    skipped.set_table("services");
    skipped.set_rows_read(options.rows_skipped_before);
    skipped.set_rows_skipped(options.rows_skipped_before);
  }
  return messages;
}

TestDirectory::TestDirectory()
    : own_(std::make_unique<storage::MemoryJournal>()) {
  auto opened = Directory::Open(*own_, TestNow());
  HANDRAIL_CHECK(opened.ok());
  directory_ = *std::move(opened);
}

TestDirectory::TestDirectory(storage::Journal& journal) {
  auto opened = Directory::Open(journal, TestNow());
  HANDRAIL_CHECK(opened.ok());
  directory_ = *std::move(opened);
}

LoadOutcome TestDirectory::Load(const LoadOptions& options,
                                const std::vector<v1::Row>& rows) {
  std::vector<v1::BulkLoadRequest> messages = LoadMessages(options, rows);
  size_t next = 0;
  LoadOutcome outcome;
  std::map<std::string, int64_t> counts;
  outcome.status = directory_->ingest().BulkLoad(
      TestContext(),
      {.read =
           [&](v1::BulkLoadRequest& request) {
             if (next == messages.size()) return false;
             request = messages[next++];
             return true;
           },
       .write =
           [&](const v1::BulkLoadResponse& response) {
             // Once more, from the first batch on.
             if (response.has_started()) next = 1;
             const auto& changes = response.has_done()
                                       ? response.done().changes()
                                       : response.report().changes();
             outcome.changes.insert(outcome.changes.end(), changes.begin(),
                                    changes.end());
             if (response.has_report()) outcome.report = response.report();
             return true;
           }},
      counts);
  outcome.findings.assign(outcome.report.findings().begin(),
                          outcome.report.findings().end());
  return outcome;
}

std::string TestDirectory::EverythingShown() {
  std::string all;
  const RequestContext context = TestContext();
  HANDRAIL_CHECK(directory_->state()
                     .WaitFor(*directory_->store().View().Revision(), context)
                     .ok());
  DirectoryHandler& records = directory_->records();
  for (int type = 1; type <= 8; ++type) {
    v1::ListRecordsRequest list;
    list.set_type(static_cast<v1::RecordType>(type));
    list.set_page_size(1);
    do {
      auto page = records.ListRecords(context, list);
      HANDRAIL_CHECK(page.ok());
      absl::StrAppend(&all, Bytes(*page));
      for (const auto& record : page->records()) {
        v1::GetRecordRequest get;
        get.mutable_ref()->set_type(record.info().type());
        get.mutable_ref()->set_id(record.info().id());
        absl::StrAppend(&all, Bytes(*records.GetRecord(context, get)));
      }
      list.set_page_token(page->next_page_token());
    } while (!list.page_token().empty());
  }
  HANDRAIL_CHECK(records
                     .ExportRecords(context, {},
                                    [&](const v1::ExportRecordsResponse& run) {
                                      absl::StrAppend(&all, Bytes(run));
                                      return true;
                                    })
                     .ok());
  auto answer = directory_->match().Match(context, SampleQuestion());
  HANDRAIL_CHECK(answer.ok());
  absl::StrAppend(&all, Bytes(*answer));
  v1::SearchRequest search;
  search.set_page_size(1);
  for (const char* facet : {"term", "mode", "state", "county", "city", "source",
                            "language", "any.languages"}) {
    search.add_facets(facet);
  }
  do {
    auto page = directory_->search().Search(context, search);
    HANDRAIL_CHECK(page.ok());
    absl::StrAppend(&all, Bytes(*page));
    search.set_page_token(page->next_page_token());
  } while (!search.page_token().empty());
  v1::ListListingsRequest listings;
  listings.set_page_size(1);
  do {
    auto page = records.ListListings(context, listings);
    HANDRAIL_CHECK(page.ok());
    absl::StrAppend(&all, Bytes(*page));
    for (const v1::Listing& listing : page->listings()) {
      v1::ExplainRequest explain;
      explain.set_listing_id(listing.id());
      *explain.mutable_request() = SampleQuestion();
      absl::StrAppend(&all,
                      Bytes(*directory_->match().Explain(context, explain)));
    }
    listings.set_page_token(page->next_page_token());
  } while (!listings.page_token().empty());
  absl::StrAppend(&all, Bytes(*records.GetDirectory(context, {})));
  v1::GetRecordRequest nobody;
  nobody.mutable_ref()->set_type(v1::LOCATION);
  nobody.mutable_ref()->set_id("none");
  absl::StrAppend(&all, MessageOf(records.GetRecord(context, nobody).status()));
  return all;
}

std::vector<std::string> Records(Directory& directory) {
  std::vector<std::string> records;
  EXPECT_THAT(directory.records().ExportRecords(
                  TestContext(), {},
                  [&](const v1::ExportRecordsResponse& run) {
                    for (const v1::DirectoryRecord& record : run.records()) {
                      records.push_back(record.info().source() + " " +
                                        record.record().DebugString());
                    }
                    return true;
                  }),
              IsOk());
  return records;
}

absl::StatusOr<v1::UndoLoadResponse> Undo(Directory& directory,
                                          const std::string& load,
                                          bool dry_run) {
  v1::UndoLoadRequest request;
  request.set_id(load);
  request.set_request_id(NewRequestId());
  request.set_validate_only(dry_run);
  return directory.ingest().UndoLoad(TestContext(), request);
}

v1::Row MakeRow(const std::string& text) {
  v1::Row row = ParseText<v1::Row>(text);
  if (row.origin().table().empty()) row.mutable_origin()->set_table("services");
  return row;
}

std::vector<v1::Row> SampleRows(const std::string& secret) {
  const auto with_secret = [&](const char* text) {
    return MakeRow(absl::StrReplaceAll(text, {{"$SECRET", secret}}));
  };
  return {
      MakeRow(R"pb(
        records {
          organization {
            id: "o1"
            name: "Harbor Help"
            phones { number: "410-555-0100" }
          }
        }
        records {
          location {
            id: "l1"
            location_type: PHYSICAL
            name: "Harbor House"
            organization_id: "o1"
            latitude_e7: 392904000
            longitude_e7: -766122000
            addresses {
              address_1: "1 Pier St"
              city: "Baltimore"
              state_province: "MD"
              postal_code: "21201"
              country: "US"
              address_type: PHYSICAL
            }
          }
        }
        records {
          service {
            id: "s1"
            organization_id: "o1"
            name: "Harbor Recovery Home"
            description: "A home for people in recovery."
            status: ACTIVE
            minimum_age: 18
            service_at_locations {
              id: "sal1"
              location { id: "l1" }
            }
            x_handrail {
              terms { term: "recovery-residence" }
              profile { housing { children { answer: YES } } }
            }
          }
        }
      )pb"),
      MakeRow(R"pb(
        records {
          location {
            id: "l2"
            location_type: PHYSICAL
            name: "North Hall"
            addresses {
              address_1: "2 Hill Rd"
              city: "Baltimore"
              state_province: "MD"
              postal_code: "21202"
              country: "US"
              address_type: PHYSICAL
            }
          }
        }
        records {
          service {
            id: "s2"
            organization_id: "o1"
            name: "North Shelter"
            status: ACTIVE
            service_at_locations {
              id: "sal2"
              location { id: "l2" }
            }
            x_handrail { terms { term: "emergency-shelter" } }
          }
        }
      )pb"),
      with_secret(R"pb(
        records { organization { id: "o3" name: "Safe Haven" } }
        records {
          location {
            id: "l3"
            location_type: PHYSICAL
            name: "$SECRET house"
            description: "Behind $SECRET"
            transportation: "Bus to $SECRET"
            latitude_e7: 391230000
            longitude_e7: -765430000
            addresses {
              address_1: "9 $SECRET Lane"
              city: "$SECRET"
              state_province: "MD"
              postal_code: "21203"
              country: "US"
              address_type: PHYSICAL
            }
            unknown_fields { name: "gate" json: "\"$SECRET\"" }
            x_handrail {
              visibility { confidential_location: true }
              county: "Baltimore"
            }
          }
        }
        records {
          service {
            id: "s3"
            organization_id: "o3"
            name: "Safe Haven Shelter"
            description: "Ring twice at 9 $SECRET Lane"
            alert: "$SECRET"
            status: ACTIVE
            phones { number: "410-555-0103" }
            service_at_locations {
              id: "sal3"
              description: "$SECRET"
              location { id: "l3" }
            }
            x_handrail {
              terms { term: "emergency-shelter" }
              profile {
                any { entrance { text: "$SECRET" } }
                housing { pets { answer: NO words: "$SECRET" } }
              }
            }
          }
        }
      )pb"),
      MakeRow(R"pb(
        records {
          service {
            id: "s4"
            organization_id: "o1"
            name: "Housing Phone Line"
            status: ACTIVE
            phones { number: "410-555-0104" }
            x_handrail {
              terms { term: "housing" }
              profile {
                any { attendance_mode { values { code: "phone" answer: YES } } }
              }
            }
          }
        }
      )pb"),
  };
}

std::vector<v1::Row> CentroidRows() {
  std::vector<v1::Row> rows;
  const auto add = [&](const std::string& text) {
    rows.push_back(MakeRow(
        "origin { table: 'centroids' } records { centroid {" + text + "} }"));
  };
  add("area: ZIP_CODE code: '21201' latitude_e7: 392950000 "
      "longitude_e7: -766250000 state: 'MD' county: 'Baltimore'");
  add("area: ZIP_CODE code: '21202' latitude_e7: 392990000 "
      "longitude_e7: -766070000 state: 'MD' county: 'Baltimore'");
  add("area: COUNTY_AREA code: 'MD/Baltimore' latitude_e7: 394430000 "
      "longitude_e7: -766160000");
  return rows;
}

v1::MatchRequest SampleQuestion() {
  return ParseText<v1::MatchRequest>(
      "needs { terms: 'housing' } max_results: 20");
}

}  // namespace handrail::server
