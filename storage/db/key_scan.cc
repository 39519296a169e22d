#include "storage/db/key_scan.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "storage/base/status.h"
#include "storage/db/directory_view.h"

namespace handrail::storage {

absl::Status CorruptKey(const char* kind) {
  return DataLoss(handrail::v1::ERROR_REASON_DATA_CORRUPT,
                  "a stored key or value does not parse; restore from a backup",
                  {{"key", kind}});
}

bool CanExist(const handrail::v1::RecordRef& ref) {
  return ref.type() > 0 && !ref.id().empty();
}

absl::Status ForEachKey(const JournalSnapshot& snapshot, const ScanRange& range,
                        const KeyVisitor& visit) {
  absl::Status status;
  HANDRAIL_RETURN_IF_ERROR(snapshot.Scan(
      kDirectoryStream, range,
      [&](std::string_view bytes, std::string_view value, uint64_t) {
        std::optional<keys::Key> key = keys::ParseKey(bytes);
        status = key.has_value() ? visit(*std::move(key), value)
                                 : CorruptKey("index");
        return status.ok();
      }));
  return status;
}

}  // namespace handrail::storage
