#include "storage/journal/history_mend.h"

#include <algorithm>
#include <string>
#include <vector>

#include "handrail/storage/v1/journal.pb.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"
#include "storage/journal/append_plan.h"
#include "storage/journal/limits.h"
#include "storage/journal/rocks_layout.h"

namespace handrail::storage {
namespace {

// Collects changes and writes them in steps.
class Steps {
 public:
  explicit Steps(const BatchWriter& write) : write_(write) {}

  rocksdb::WriteBatch& batch() { return batch_; }

  absl::Status WriteWhenFull() {
    if (batch_.Count() < static_cast<int>(kKeysPerStep)) {
      return absl::OkStatus();
    }
    return WriteRest();
  }

  absl::Status WriteRest() {
    if (batch_.Count() == 0) return absl::OkStatus();
    HANDRAIL_RETURN_IF_ERROR(write_(batch_));
    batch_.Clear();
    return absl::OkStatus();
  }

 private:
  const BatchWriter& write_;
  rocksdb::WriteBatch batch_;
};

}  // namespace

absl::Status MendHistory(const RocksSnapshot& snapshot, std::string_view stream,
                         const BatchWriter& write) {
  Steps steps(write);
  // Hashes of the rows that are right.
  std::vector<uint64_t> right;
  const std::string entries = layout::TablePrefix('e', stream);
  HANDRAIL_RETURN_IF_ERROR(snapshot.ScanRaw(
      entries, PrefixEnd(entries),
      [&](std::string_view, std::string_view bytes) -> absl::StatusOr<bool> {
        v1::JournalEntry entry;
        if (!entry.ParseFromArray(bytes.data(),
                                  static_cast<int>(bytes.size()))) {
          return true;
        }
        for (const v1::JournalMutation& mutation : entry.mutations()) {
          const std::string row =
              layout::ChangeKey(stream, mutation.key(), entry.position());
          right.push_back(StableHash64(row));
          steps.batch().Put(row, "");
        }
        HANDRAIL_RETURN_IF_ERROR(steps.WriteWhenFull());
        return true;
      }));
  std::sort(right.begin(), right.end());
  const std::string rows = layout::TablePrefix('h', stream);
  HANDRAIL_RETURN_IF_ERROR(snapshot.ScanRaw(
      rows, PrefixEnd(rows),
      [&](std::string_view row, std::string_view) -> absl::StatusOr<bool> {
        if (!std::binary_search(right.begin(), right.end(),
                                StableHash64(row))) {
          steps.batch().Delete(ToSlice(row));
        }
        HANDRAIL_RETURN_IF_ERROR(steps.WriteWhenFull());
        return true;
      }));
  return steps.WriteRest();
}

}  // namespace handrail::storage
