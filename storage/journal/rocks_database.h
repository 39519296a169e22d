// The database under the embedded journal: how it is opened, what is checked
// before it is served, and the options it runs with.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "storage/journal/files.h"
#include "storage/journal/rocks_journal.h"

namespace handrail::storage {

// See rocks_resume.h.
class RocksErrorWatch;

// An open database. Closed, and the directory given free, when it goes; the
// journal and its snapshots share it.
struct RocksDatabase {
  std::unique_ptr<DirectoryLock> lock;
  // Hears of the database's errors.
  std::shared_ptr<RocksErrorWatch> errors;
  std::unique_ptr<rocksdb::DB> db;
  // Holds a mark. Only the journal's writer touches it.
  HighWaterFile mark_file;
};

// See RocksJournal::Open.
absl::StatusOr<std::shared_ptr<RocksDatabase>> OpenRocksDatabase(
    const RocksJournalOptions& options);

// The options of reads, spelled out.
rocksdb::ReadOptions RocksReadOptions();

// Views between the two kinds of string view.
inline rocksdb::Slice ToSlice(std::string_view bytes) {
  return rocksdb::Slice(bytes.data(), bytes.size());
}
inline std::string_view ToView(const rocksdb::Slice& slice) {
  return std::string_view(slice.data(), slice.size());
}

}  // namespace handrail::storage
