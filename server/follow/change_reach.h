// Which listings some changed records can have changed: those of the services
// among them, and those that are folded from the others.
//
// Nothing is remembered from one question to the next; who depends on whom is
// read from a view. That view can be later than the snapshot that is told, and
// a service can have ceased to depend on a record in between: so what changed
// in between is added as well, and told once too often.
//
//   ChangeReach reach;
//   reach.Add(record);            // of each change the snapshot shows
//   reach.AddLater(record);       // of each change the view has beyond it
//   HANDRAIL_ASSIGN_OR_RETURN(std::set<std::string> ids,
//                             reach.ListingIds(*snapshot, view));
//
// Belongs to one thread at a time.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matcher/snapshot.h"
#include "server/ingest/record_key.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

class ChangeReach {
 public:
  void Add(const storage::TouchedRecord& record);
  void AddLater(const storage::TouchedRecord& record);

  // Errors: those of DirectoryView.
  absl::StatusOr<std::set<std::string>> ListingIds(
      const matcher::Snapshot& snapshot,
      const storage::DirectoryView& view) const;

 private:
  void AddRecord(const storage::TouchedRecord& record);
  absl::Status AddServicesAround(const storage::DirectoryView& view,
                                 std::set<std::string>& services) const;
  absl::Status AddServicesNaming(const storage::DirectoryView& view,
                                 std::set<std::string>& services) const;

  // Of services, before and after each change.
  std::set<std::string> listing_ids_;
  // Those services: what else they depend on changes nothing more.
  std::set<std::string> services_;
  // Organizations, programs and locations.
  std::set<RecordKey> around_;
  // Taxonomy terms that are called something else now.
  std::set<std::string> terms_;
  bool centroids_ = false;
};

}  // namespace handrail::server
