// The directory's records, typed, over a journal.
//
// Every record has two forms: in full, and the public projection that alone
// ever reaches index, list, export or watch. One that shows all of its record
// is kept without a copy of it (storage/FORMAT.md). Beside them are kept the
// records of each source, the services that refer to a place or organization,
// the history of loads, counts, error reports, conflicts and what was decided
// of duplicates; all of it changes in the same append as the records.
//
//   DirectoryStore store(journal);
//   DirectoryView view = store.View();            // one moment, for all reads
//   …
//   HANDRAIL_ASSIGN_OR_RETURN(uint64_t revision, store.Commit(change));
//
// Thread-safe. The revision of the directory is the position of its stream.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/db/directory_change.h"
#include "storage/db/directory_view.h"
#include "storage/journal/journal.h"

namespace handrail::storage {

class DirectoryStore {
 public:
  // The journal must outlive the store.
  explicit DirectoryStore(Journal& journal) : journal_(journal) {}

  // The directory as it is now.
  DirectoryView View() const { return DirectoryView(journal_.Snapshot()); }

  // Makes the change and returns the revision at which it is durable; for a
  // request id seen before, the revision of the first time.
  //
  // Errors: ABORTED (VERSION_CONFLICT; metadata type, id, expected, actual)
  // when a record was changed since it was read; INVALID_ARGUMENT
  // (INVALID_FIELD) for a record without type, id or source, for what else
  // could not be kept, or for what is named twice; those of Journal::Append.
  absl::StatusOr<uint64_t> Commit(const DirectoryChange& change);

  // Shows the commits after `after_revision` in order, at most `limit` of them
  // (0: all there are), as the public sees them. Returns the revision to go on
  // from: that of the last commit seen, or `after_revision`.
  //
  // Errors: FAILED_PRECONDITION (REVISION_GONE; metadata revision, earliest)
  // when some of them were trimmed; OUT_OF_RANGE (REVISION_NOT_REACHED;
  // metadata min_revision, revision) when the directory has not got there.
  absl::StatusOr<uint64_t> ForEachChange(uint64_t after_revision, size_t limit,
                                         const ChangeVisitor& visit) const;

  // Forgets what changed up to this revision: DirectoryView::EarliestRevision
  // is then `revision`, or the newest where that is less. Records, audit rows
  // and request ids stay. Errors: those of Journal::Trim.
  absl::Status TrimChanges(uint64_t revision);

 private:
  Journal& journal_;
};

}  // namespace handrail::storage
