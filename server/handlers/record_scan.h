// Public records of one type in the order of their ids, read a few at a time:
// what lists and exports go through.
//
//   HANDRAIL_RETURN_IF_ERROR(ForEachPublicRecord(
//       view, {.type = v1::SERVICE, .source = "bchd", .after = last_id},
//       [&](storage::v1::StoredRecord record) {
//         Show(std::move(record));
//         return !full;
//       }));
//
// Keeps nothing; any thread.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "handrail/v1/record.pb.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

// What to read.
struct RecordScan {
  v1::RecordType type = v1::RECORD_TYPE_UNSPECIFIED;
  // DEFAULT: of all sources.
  std::string source;
  // Records with ids after this one. DEFAULT: from the first.
  std::string after;
};

// Sees one record, which is its own. Returns false to stop.
using RecordReader = std::function<bool(storage::v1::StoredRecord record)>;

// Errors: those of DirectoryView.
absl::Status ForEachPublicRecord(const storage::DirectoryView& view,
                                 const RecordScan& scan,
                                 const RecordReader& read);

}  // namespace handrail::server
