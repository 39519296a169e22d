// Whether the bytes of the embedded journal agree with each other.
//
// The entries are what happened; everything else follows from them: the values,
// the audit rows, the request ids, the positions, the number of appends. So the
// entries are read once, in order, and the rest is compared with what they come
// to. Where the first entries are no longer kept, what they wrote cannot be
// told, and is taken as it is.
//
// Takes 40 bytes of memory for each key that the kept entries ever named.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "storage/journal/rocks_snapshot.h"
#include "storage/journal/upkeep.h"

namespace handrail::storage {

// Shows what does not agree, and returns how many stored keys were looked at.
// Damage is a finding, not an error, wherever the rest can still be looked at.
// Errors: those of RocksSnapshot.
absl::StatusOr<int64_t> CheckJournalBytes(const RocksSnapshot& snapshot,
                                          const ByteVisitor& visit);

}  // namespace handrail::storage
