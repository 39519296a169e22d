#include "server/ingest/missing_records.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/ingest/fingerprint.h"
#include "server/limits.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"

namespace handrail::server {

absl::StatusOr<std::vector<RecordKey>> MissingRecords(
    const storage::DirectoryView& view, const std::string& source,
    const SeenRecords& seen) {
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::RecordRef> existing,
                            view.SourceRecords(source));
  std::vector<RecordKey> missing;
  for (const v1::RecordRef& ref : existing) {
    RecordKey key = KeyOf(ref);
    if (!seen.StillInSource(key)) missing.push_back(std::move(key));
  }
  std::stable_sort(missing.begin(), missing.end(),
                   [](const RecordKey& a, const RecordKey& b) {
                     return (a.first == v1::SERVICE) > (b.first == v1::SERVICE);
                   });
  return missing;
}

absl::StatusOr<int64_t> CountRenumbered(
    const storage::DirectoryView& view, const std::vector<RecordKey>& missing,
    const std::unordered_set<uint64_t>& added) {
  int64_t count = 0;
  for (const RecordKey& key : missing) {
    HANDRAIL_ASSIGN_OR_RETURN(
        const std::optional<storage::v1::StoredRecord> record,
        view.FindFull(RefOf(key)));
    if (!record.has_value()) continue;
    const uint64_t content = Fingerprint(record->record());
    if (content != 0 && added.contains(content)) ++count;
  }
  return count;
}

int32_t RetirePercentOf(const v1::LoadStart& start) {
  return start.has_allow_retire_percent() ? start.allow_retire_percent()
                                          : kRetirePercentDefault;
}

bool MayRetire(size_t retiring, int64_t existing, int32_t percent) {
  return HANDRAIL_MUTATE(
      retire_limit, static_cast<int64_t>(retiring) * 100 <= existing * percent,
      true);
}

}  // namespace handrail::server
