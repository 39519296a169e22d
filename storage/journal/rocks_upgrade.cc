#include "storage/journal/rocks_upgrade.h"

#include <memory>
#include <string>

#include "handrail/storage/v1/journal.pb.h"
#include "rocksdb/iterator.h"
#include "rocksdb/write_batch.h"
#include "storage/base/status.h"
#include "storage/db/rocks_status.h"
#include "storage/journal/limits.h"
#include "storage/journal/rocks_database.h"
#include "storage/journal/rocks_journal.h"
#include "storage/journal/rocks_layout.h"

namespace handrail::storage {
namespace {

absl::Status Write(rocksdb::DB& db, rocksdb::WriteBatch& batch, bool sync) {
  rocksdb::WriteOptions options;
  options.sync = sync;
  options.disableWAL = false;
  return FromRocks(db.Write(options, &batch), "upgrade the journal");
}

// Version 2: the entries that changed each key. Adds the last rows to `batch`.
// The steps before are not synced: the log keeps their order, and the batch
// that names the new version is.
absl::Status AddChanges(rocksdb::DB& db, rocksdb::WriteBatch& batch) {
  rocksdb::ReadOptions options = RocksReadOptions();
  options.fill_cache = false;
  const rocksdb::Slice end("f");
  options.iterate_upper_bound = &end;
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(options));
  for (it->Seek("e"); it->Valid(); it->Next()) {
    v1::JournalEntry entry;
    if (!entry.ParseFromArray(it->value().data(),
                              static_cast<int>(it->value().size()))) {
      return DataLoss(handrail::v1::ERROR_REASON_DATA_CORRUPT,
                      "an entry does not parse; restore from a backup",
                      {{"key", "entry"}});
    }
    for (const v1::JournalMutation& mutation : entry.mutations()) {
      batch.Put(
          layout::ChangeKey(entry.stream(), mutation.key(), entry.position()),
          "");
    }
    if (batch.Count() < static_cast<int>(kKeysPerStep)) continue;
    HANDRAIL_RETURN_IF_ERROR(Write(db, batch, /*sync=*/false));
    batch.Clear();
  }
  return FromRocks(it->status(), "upgrade the journal");
}

}  // namespace

absl::Status UpgradeDatabase(rocksdb::DB& db, uint64_t from) {
  if (from == kFormatVersion) return absl::OkStatus();
  rocksdb::WriteBatch batch;
  if (from < 2) HANDRAIL_RETURN_IF_ERROR(AddChanges(db, batch));
  batch.Put(layout::kFormatKey, std::to_string(kFormatVersion));
  return Write(db, batch, /*sync=*/true);
}

}  // namespace handrail::storage
