#include "server/handlers/record_scan.h"

#include <optional>
#include <utility>
#include <vector>

#include "storage/base/status.h"

namespace handrail::server {
namespace {

using storage::DirectoryView;
using storage::v1::StoredRecord;

// Records in memory at a time.
constexpr size_t kReadAtOnce = 200;

absl::Status ForEachOfSource(const DirectoryView& view, const RecordScan& scan,
                             const RecordReader& read) {
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::RecordRef> all,
                            view.SourceRecords(scan.source));
  std::vector<v1::RecordRef> some;
  for (size_t i = 0; i <= all.size(); ++i) {
    if (i < all.size() && all[i].type() == scan.type &&
        all[i].id() > scan.after) {
      some.push_back(all[i]);
    }
    if (some.size() < kReadAtOnce && i < all.size()) continue;
    HANDRAIL_ASSIGN_OR_RETURN(std::vector<std::optional<StoredRecord>> found,
                              view.FindManyPublic(some));
    for (std::optional<StoredRecord>& record : found) {
      if (record.has_value() && !read(*std::move(record))) {
        return absl::OkStatus();
      }
    }
    some.clear();
  }
  return absl::OkStatus();
}

absl::Status ForEachOfType(const DirectoryView& view, const RecordScan& scan,
                           const RecordReader& read) {
  std::string after = scan.after;
  while (true) {
    HANDRAIL_ASSIGN_OR_RETURN(std::vector<StoredRecord> records,
                              view.ScanPublic(scan.type, after, kReadAtOnce));
    for (StoredRecord& record : records) {
      after = record.info().id();
      if (!read(std::move(record))) return absl::OkStatus();
    }
    if (records.size() < kReadAtOnce) return absl::OkStatus();
  }
}

}  // namespace

absl::Status ForEachPublicRecord(const DirectoryView& view,
                                 const RecordScan& scan,
                                 const RecordReader& read) {
  return scan.source.empty() ? ForEachOfType(view, scan, read)
                             : ForEachOfSource(view, scan, read);
}

}  // namespace handrail::server
