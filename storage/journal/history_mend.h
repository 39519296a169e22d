// Making again the index of which entries changed a key (table h), from the
// entries. It is the one table that follows from others and that no append of
// its own could write.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/write_batch.h"
#include "storage/journal/rocks_snapshot.h"

namespace handrail::storage {

// Writes one step of it, with sync.
using BatchWriter = std::function<absl::Status(rocksdb::WriteBatch& batch)>;

// Adds the rows that the stream's entries want and removes those that none
// does, as of `snapshot`: appends may go on meanwhile, trims may not. Entries
// that do not parse want nothing, so their rows go. Takes 8 bytes of memory for
// each row.
// Errors: those of RocksSnapshot and of `write`.
absl::Status MendHistory(const RocksSnapshot& snapshot, std::string_view stream,
                         const BatchWriter& write);

}  // namespace handrail::storage
