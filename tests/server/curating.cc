#include "tests/server/curating.h"

#include <map>

#include "server/proto_time.h"
#include "storage/base/hash.h"
#include "storage/normalise/uuid.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::ParseText;

}  // namespace

std::string NewRequestId() {
  static int count = 0;
  return UuidV5("6f1d3c0a-8e52-4b7e-9a44-2f0c7d5b9e13",
                "test write " + std::to_string(++count));
}

std::string CountyId(const std::string& kind, const std::string& id) {
  return storage::NamespacedId("county", kind, id);
}

v1::RecordRef CountyRef(v1::RecordType type, const std::string& id) {
  v1::RecordRef ref;
  ref.set_type(type);
  ref.set_id(CountyId(std::string(storage::KindName(type)), id));
  return ref;
}

RequestContext DaysLater(int days) {
  const absl::Time now = TestNow() + days * absl::Hours(24);
  return RequestContext({.now = now,
                         .deadline = now + absl::Minutes(1),
                         .clock = [now] { return now; }});
}

County::County(const std::string& secret) : rows_(SampleRows(secret)) {
  HANDRAIL_CHECK(
      directory_.Load({.source = "places"}, CentroidRows()).status.ok());
  HANDRAIL_CHECK(Load(rows_).status.ok());
}

LoadOutcome County::Load(const std::vector<v1::Row>& rows,
                         std::optional<int> as_of_days, bool replace) {
  std::vector<v1::BulkLoadRequest> messages =
      LoadMessages({.source = "county", .replace = replace}, rows);
  v1::LoadStart& start = *messages[0].mutable_start();
  start.clear_as_of();
  if (as_of_days.has_value()) {
    *start.mutable_as_of() = ToProto(TestNow() + *as_of_days * absl::Hours(24));
  }
  size_t next = 0;
  LoadOutcome outcome;
  std::map<std::string, int64_t> counts;
  outcome.status = directory_->ingest().BulkLoad(
      DaysLater(std::max(0, as_of_days.value_or(0))),
      {.read =
           [&](v1::BulkLoadRequest& request) {
             if (next == messages.size()) return false;
             request = messages[next++];
             return true;
           },
       .write =
           [&](const v1::BulkLoadResponse& response) {
             if (response.has_report()) outcome.report = response.report();
             return true;
           }},
      counts);
  outcome.findings.assign(outcome.report.findings().begin(),
                          outcome.report.findings().end());
  return outcome;
}

v1::DirectoryRecord County::Get(const v1::RecordRef& ref) {
  v1::GetRecordRequest request;
  *request.mutable_ref() = ref;
  auto found = directory_->records().GetRecord(TestContext(), request);
  return found.ok() ? found->record() : v1::DirectoryRecord();
}

v1::Service County::Service(const std::string& id) {
  return Get(CountyRef(v1::SERVICE, id)).record().service();
}

void County::Settle() {
  v1::GetDirectoryRequest request;
  const auto state = directory_->records().GetDirectory(TestContext(), request);
  HANDRAIL_CHECK(state.ok());
  HANDRAIL_CHECK(
      directory_->state()
          .WaitFor(state->directory_revision(),
                   RequestContext(
                       {.now = TestNow(), .deadline = absl::InfiniteFuture()}))
          .ok());
}

std::optional<v1::Listing> County::Listing(const std::string& place) {
  Settle();
  v1::GetListingRequest request;
  request.set_id(CountyId("service_at_location", place));
  auto found = directory_->records().GetListing(TestContext(), request);
  if (!found.ok()) return std::nullopt;
  return found->listing();
}

absl::StatusOr<v1::UpdateRecordResponse> County::Update(
    const std::string& service, const std::vector<std::string>& mask,
    const std::string& text, const std::string& etag) {
  v1::UpdateRecordRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_ref() = CountyRef(v1::SERVICE, service);
  *request.mutable_record()->mutable_service() = ParseText<v1::Service>(text);
  for (const std::string& path : mask) {
    request.mutable_update_mask()->add_paths(path);
  }
  request.set_etag(etag);
  return curation().UpdateRecord(TestContext(), request);
}

absl::StatusOr<v1::ConfirmFactResponse> County::Confirm(
    const std::string& place, const std::string& text) {
  Settle();
  auto request = ParseText<v1::ConfirmFactRequest>(text);
  request.set_request_id(NewRequestId());
  request.set_listing_id(CountyId("service_at_location", place));
  return curation().ConfirmFact(TestContext(), request);
}

std::vector<v1::Conflict> County::Conflicts() {
  v1::ListConflictsRequest request;
  auto listed = curation().ListConflicts(TestContext(), request);
  HANDRAIL_CHECK(listed.ok());
  return {listed->conflicts().begin(), listed->conflicts().end()};
}

absl::Status County::Resolve(const std::string& conflict, bool accept) {
  v1::ResolveConflictRequest request;
  request.set_request_id(NewRequestId());
  request.set_id(conflict);
  request.set_accept_feed(accept);
  return curation().ResolveConflict(TestContext(), request).status();
}

std::vector<v1::HistoryEntry> County::History(const v1::RecordRef& ref) {
  v1::ListHistoryRequest request;
  *request.mutable_ref() = ref;
  auto listed = curation().ListHistory(TestContext(), request);
  HANDRAIL_CHECK(listed.ok());
  return {listed->entries().begin(), listed->entries().end()};
}

}  // namespace handrail::server
