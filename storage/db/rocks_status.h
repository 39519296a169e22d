// RocksDB's errors as ours. rocksdb::Status goes no further than this.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "rocksdb/status.h"

namespace handrail::storage {

// The error for a RocksDB call that was to do `what` ("read a key"). Keys and
// values never get into the message.
//
// Corruption → DATA_LOSS (DATA_CORRUPT; metadata key: `what`); no space →
// RESOURCE_EXHAUSTED (STORAGE_FAILED); what passes by itself (busy, timed out,
// shutting down) → UNAVAILABLE (STORAGE_FAILED); all else, NotFound included
// (callers look at that before) → INTERNAL (STORAGE_FAILED).
absl::Status FromRocks(const rocksdb::Status& status, std::string_view what);

}  // namespace handrail::storage
