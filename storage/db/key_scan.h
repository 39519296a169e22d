// What the parts of DirectoryView share: scans over the directory's keys.
#pragma once

#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "handrail/v1/record.pb.h"
#include "storage/db/keys.h"
#include "storage/journal/journal.h"

namespace handrail::storage {

// DATA_LOSS (DATA_CORRUPT; metadata key: `kind`).
absl::Status CorruptKey(const char* kind);

// Keys exist only for named types; asking for another finds nothing.
bool CanExist(const handrail::v1::RecordRef& ref);

// Sees a key taken apart, and its value; an error stops and becomes the result.
using KeyVisitor =
    std::function<absl::Status(keys::Key key, std::string_view value)>;

// Shows the directory's keys of `range`, in order. Errors: DATA_LOSS
// (DATA_CORRUPT) for a key that is none of ours; those of JournalSnapshot.
absl::Status ForEachKey(const JournalSnapshot& snapshot, const ScanRange& range,
                        const KeyVisitor& visit);

}  // namespace handrail::storage
