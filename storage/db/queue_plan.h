// What a commit writes of error reports, conflicts and decisions: themselves,
// by id, and the rows by which they are listed.
#pragma once

#include "absl/status/status.h"
#include "storage/db/directory_change.h"
#include "storage/journal/journal.h"

namespace handrail::storage {

// Refuses what could not be kept or is named twice. Errors: INVALID_ARGUMENT
// (INVALID_FIELD).
absl::Status CheckQueues(const DirectoryChange& change);

// Adds to `append` what the change does to them, and expects that nobody
// changed the same meanwhile. REQUIRES: CheckQueues. Errors: those of
// JournalSnapshot; DATA_LOSS (DATA_CORRUPT).
absl::Status PlanQueues(const DirectoryChange& change,
                        const JournalSnapshot& now, AppendRequest& append);

}  // namespace handrail::storage
