// What a follower has to be told after a revision: everything that the journal
// says was changed since, each id once.
//
// A run names ids, not listings: what it takes is bounded by the directory,
// however much was changed, and what is told is read when it is told. It goes
// as far as the snapshot, so that a listing in the snapshot is as its last
// change left it.
//
//   HANDRAIL_ASSIGN_OR_RETURN(
//       const ChangeRun run, ReadChanges(store, state, request.from_revision(),
//                                        types));
//   for (const std::string& id : run.listing_ids) Tell(id, snapshot->Find(id));
//
// Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/directory_state.h"
#include "server/ingest/record_key.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

struct ChangeRun {
  // All changes after `from`, up to and with `to`.
  uint64_t from = 0;
  uint64_t to = 0;

  // Listings that can have come, changed or gone; more than did, where that is
  // cheaper to know.
  std::set<std::string> listing_ids;

  // Records of the types asked for whose public projections came, changed or
  // went.
  std::set<RecordKey> records;

  // Reads those records as they were at `to`. Errors: those of DirectoryView.
  absl::StatusOr<std::optional<storage::v1::StoredRecord>> Find(
      const RecordKey& key) const;

  // Set where `records` is not empty.
  std::optional<storage::DirectoryView> view;
  // Records that were changed after `to` and are in the view: as they were
  // before. Absent: there was none.
  std::map<RecordKey, std::optional<storage::v1::StoredRecord>> before_view;
};

// Everything after `from` that the snapshot shows. REQUIRES: `from` is not
// later than the snapshot's revision.
// Errors: FAILED_PRECONDITION (REVISION_GONE; metadata revision, earliest)
// where the changes after `from` are no longer kept; those of DirectoryView.
absl::StatusOr<ChangeRun> ReadChanges(
    const storage::DirectoryStore& store, const DirectoryState& state,
    uint64_t from, const std::set<v1::RecordType>& record_types);

// REVISION_GONE where `from` lies before what is kept.
absl::Status CheckKept(const storage::DirectoryView& view, uint64_t from);

}  // namespace handrail::server
