// Bringing a database of an older format version up to the one that is
// written.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "rocksdb/db.h"

namespace handrail::storage {

// Rewrites a database of version `from` in steps and then says in it that it is
// of kFormatVersion. Killed in between, it is still of version `from`, reads as
// such, and is upgraded from the start when it is next opened: every step can
// be repeated.
//
// Versions (storage/FORMAT.md):
//   1 → 2  table h, the entries that changed each key, made from the entries
//   2 → 3  nothing but the number: aliases are new, and there are none
//   3 → 4  nothing but the number: what version 3 wrote is read as it is
//
// REQUIRES: nobody else uses the database; 1 <= from <= kFormatVersion.
// Errors: DATA_LOSS (DATA_CORRUPT) for an entry that does not parse; INTERNAL,
// UNAVAILABLE or RESOURCE_EXHAUSTED (STORAGE_FAILED) when the disk fails.
absl::Status UpgradeDatabase(rocksdb::DB& db, uint64_t from);

}  // namespace handrail::storage
