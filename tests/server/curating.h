// What the tests of curation share: the county of loading.h, its ids, and the
// shortest way to change it by hand.
//
//   County county;                       // SampleRows, loaded
//   auto done = county.Update("s1", "name", R"pb(name: "Harbor")pb");
//   EXPECT_EQ(county.Service("s1").name(), "Harbor");
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "handrail/v1/curation_service.pb.h"
#include "server/directory.h"
#include "tests/server/loading.h"

namespace handrail::server {

// A new UUID each time.
std::string NewRequestId();

// The directory's id of what the county calls so.
std::string CountyId(const std::string& kind, const std::string& id);
v1::RecordRef CountyRef(v1::RecordType type, const std::string& id);

// TestNow and a context some days later.
RequestContext DaysLater(int days);

class County {
 public:
  // With `secret` in everything that can hold the private place's address.
  explicit County(const std::string& secret = "Hidden");

  // Loads rows of the county; the day they are said to be checked on is days
  // after TestNow (negative: before), or none.
  LoadOutcome Load(const std::vector<v1::Row>& rows,
                   std::optional<int> as_of_days = std::nullopt,
                   bool replace = false);

  // The rows as they were first loaded.
  const std::vector<v1::Row>& rows() const { return rows_; }

  Directory& operator*() { return *directory_; }
  Directory* operator->() { return &*directory_; }
  TestDirectory& directory() { return directory_; }
  CurationHandler& curation() { return directory_->curation(); }

  // As anybody sees it now.
  v1::DirectoryRecord Get(const v1::RecordRef& ref);
  v1::Service Service(const std::string& id);
  // Absent: there is none.
  std::optional<v1::Listing> Listing(const std::string& place);

  // Masked update of a service, from protobuf text of Service.
  absl::StatusOr<v1::UpdateRecordResponse> Update(
      const std::string& service, const std::vector<std::string>& mask,
      const std::string& text, const std::string& etag = "");

  // Of a listing, from protobuf text of ConfirmFactRequest without target and
  // request id.
  absl::StatusOr<v1::ConfirmFactResponse> Confirm(const std::string& place,
                                                  const std::string& text);

  std::vector<v1::Conflict> Conflicts();
  absl::Status Resolve(const std::string& conflict, bool accept);
  std::vector<v1::HistoryEntry> History(const v1::RecordRef& ref);

  // Waits until matches see everything.
  void Settle();

 private:
  TestDirectory directory_;
  std::vector<v1::Row> rows_;
};

}  // namespace handrail::server
