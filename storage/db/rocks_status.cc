#include "storage/db/rocks_status.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "storage/base/status.h"

namespace handrail::storage {

absl::Status FromRocks(const rocksdb::Status& status, std::string_view what) {
  using handrail::v1::ERROR_REASON_DATA_CORRUPT;
  using handrail::v1::ERROR_REASON_STORAGE_FAILED;
  if (status.ok()) return absl::OkStatus();
  const std::string doing = "could not " + std::string(what);
  if (status.IsCorruption()) {
    // RocksDB's own words can hold keys.
    return DataLoss(ERROR_REASON_DATA_CORRUPT,
                    absl::StrCat(doing,
                                 ": the stored bytes are damaged; "
                                 "restore from a backup"),
                    {{"key", std::string(what)}});
  }
  if (status.IsNoSpace()) {
    return ResourceExhausted(ERROR_REASON_STORAGE_FAILED,
                             absl::StrCat(doing, ": the disk is full"));
  }
  if (status.IsBusy() || status.IsTimedOut() || status.IsTryAgain() ||
      status.IsIncomplete() || status.IsShutdownInProgress()) {
    return Unavailable(ERROR_REASON_STORAGE_FAILED,
                       absl::StrCat(doing, ": the store is busy"));
  }
  // An input or output error names a file and what the system said of it.
  const std::string detail = status.IsIOError() ? status.ToString() : "error";
  return Internal(ERROR_REASON_STORAGE_FAILED,
                  absl::StrCat(doing, ": ", detail, " (code ",
                               static_cast<int>(status.code()), ")"));
}

}  // namespace handrail::storage
