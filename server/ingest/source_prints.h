// The fingerprints by which a source's file would know a record again, also
// one that people have edited since.
//
//   HANDRAIL_ASSIGN_OR_RETURN(const SourcePrints was, PrintsOf(view, stored));
//   if (Contains(was.prints, Fingerprint(incoming))) …
//
// A record that nobody edited has one: its own. Of one with edited or confirmed
// fields (StoredRecord.confirmed) more is tried than what it is now:
//   each such field as it was before it was edited (the journal)
//   each such field as the feed last said otherwise (its conflict)
// so that it is found whether or not the source took the edit over. Where the
// journal no longer has the time before an edit (--change-retention), `whole`
// is false and the record is found by what it is now alone.
//
// Any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "handrail/storage/v1/journal.pb.h"
#include "storage/db/directory_view.h"

namespace handrail::server {

struct SourcePrints {
  // Each once. None for a kind that has no fingerprint.
  std::vector<uint64_t> prints;
  bool whole = true;
};

// Errors: those of DirectoryView.
absl::StatusOr<SourcePrints> PrintsOf(const storage::DirectoryView& view,
                                      const storage::v1::StoredRecord& record);

}  // namespace handrail::server
