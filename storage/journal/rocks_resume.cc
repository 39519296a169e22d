#include "storage/journal/rocks_resume.h"

#include <sys/statvfs.h>

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"
#include "storage/db/rocks_status.h"
#include "storage/journal/files.h"
#include "storage/journal/rocks_layout.h"

namespace handrail::storage {
namespace {

using handrail::v1::ERROR_REASON_READ_ONLY;

// Free bytes beyond what memory holds before anything is tried, so that a disk
// at its last block does not go to and fro.
constexpr uint64_t kSpareBytes = 4u << 20;

// Written past the log; nobody reads it.
constexpr char kMemoryKey[] = "mmemory";

absl::Status StillReadOnly(const std::string& why) {
  return Unavailable(ERROR_REASON_READ_ONLY,
                     absl::StrCat("no change is taken: ", why,
                                  "; reads go on, and changes will be taken "
                                  "when the disk does"));
}

// Enough free space to write what is in memory.
absl::Status CheckSpace(rocksdb::DB& db) {
  struct statvfs disk = {};
  if (::statvfs(db.GetName().c_str(), &disk) != 0) return absl::OkStatus();
  uint64_t in_memory = 0;
  db.GetIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &in_memory);
  const uint64_t free = uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free >= in_memory + kSpareBytes) return absl::OkStatus();
  return StillReadOnly("the disk is full");
}

// How many appends the database holds.
absl::StatusOr<uint64_t> Appends(rocksdb::DB& db) {
  std::string value;
  HANDRAIL_RETURN_IF_ERROR(
      FromRocks(db.Get(RocksReadOptions(), layout::kAppendsKey, &value),
                "read the journal's own keys"));
  const std::optional<uint64_t> number = layout::ParseNumber(value);
  if (number.has_value()) return *number;
  return DataLoss(handrail::v1::ERROR_REASON_DATA_CORRUPT,
                  "one of the journal's own keys is damaged; restore from a "
                  "backup",
                  {{"key", layout::kAppendsKey}});
}

// Sees to it that memory is not empty when the next batch comes into it. The
// first write can fill it to the brim, and the next one then begins a new one.
rocksdb::Status FillMemory(rocksdb::DB& db) {
  rocksdb::WriteOptions past_the_log;
  past_the_log.disableWAL = true;
  for (int time = 0; time < 2; ++time) {
    const rocksdb::Status status = db.Put(past_the_log, kMemoryKey, "");
    if (!status.ok()) return status;
  }
  return rocksdb::Status::OK();
}

// Nothing is in memory that a flush would write.
bool MemoryIsEmpty(rocksdb::DB& db) {
  uint64_t active = 0, waiting = 0;
  db.GetIntProperty(rocksdb::DB::Properties::kNumEntriesActiveMemTable,
                    &active);
  db.GetIntProperty(rocksdb::DB::Properties::kNumImmutableMemTable, &waiting);
  return active == 0 && waiting == 0;
}

// Waits until nothing runs in the background. While a hard error stands,
// nothing is begun again but the flush of a resumption.
rocksdb::Status Settle(rocksdb::DB& db) {
  if (const rocksdb::Status status = db.PauseBackgroundWork(); !status.ok()) {
    return status;
  }
  return db.ContinueBackgroundWork();
}

// Writes what is in memory to a file, begins a new log and takes writes again.
rocksdb::Status ResumeRocks(rocksdb::DB& db) {
  if (const rocksdb::Status settled =
          HANDRAIL_MUTATE(resume_settles, Settle(db), rocksdb::Status::OK());
      !settled.ok()) {
    return settled;
  }
  return db.Resume();
}

}  // namespace

void RocksErrorWatch::OnBackgroundError(rocksdb::BackgroundErrorReason,
                                        rocksdb::Status* error) {
  Note();
  if (error->IsIOError() &&
      error->severity() > rocksdb::Status::Severity::kHardError) {
    *error = rocksdb::Status(*error, rocksdb::Status::Severity::kHardError);
  }
}

void RocksErrorWatch::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason,
                                           rocksdb::Status,
                                           bool* auto_recovery) {
  *auto_recovery = false;
}

absl::Status ReadOnlyError(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsCorruption()) return FromRocks(status, "write to the journal");
  if (status.IsNoSpace()) return StillReadOnly("the disk is full");
  return StillReadOnly("the disk fails (" +
                       MessageOf(FromRocks(status, "write")) + ")");
}

absl::Status WriteSynced(RocksDatabase& database, rocksdb::WriteBatch& batch) {
  HANDRAIL_RETURN_IF_ERROR(ReadOnlyError(FillMemory(*database.db)));
  rocksdb::WriteOptions options;
  options.sync = true;
  options.disableWAL = false;
  const rocksdb::Status status = database.db->Write(options, &batch);
  if (!status.ok()) database.errors->SetLogFailed(true);
  return ReadOnlyError(status);
}

absl::Status ResumeDatabase(RocksDatabase& database) {
  rocksdb::DB& db = *database.db;
  if (database.errors->log_failed() && MemoryIsEmpty(db)) {
    return StillReadOnly("the server has to be started again");
  }
  HANDRAIL_RETURN_IF_ERROR(CheckSpace(db));
  // Where RocksDB itself is well, only the mark is to be raised.
  if (database.errors->failed() || database.errors->log_failed()) {
    // Errors from now on are new ones.
    database.errors->Clear();
    if (const rocksdb::Status resumed = ResumeRocks(db); !resumed.ok()) {
      database.errors->Note();
      return ReadOnlyError(resumed);
    }
    database.errors->SetLogFailed(false);
  }
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t found, Appends(db));
  HighWaterMark mark = *database.mark_file.mark();
  if (found < mark.appends) {
    return DataLoss(handrail::v1::ERROR_REASON_JOURNAL_TRUNCATED,
                    absl::StrCat("the journal holds ", found, " appends, but ",
                                 mark.appends,
                                 " were acknowledged; restore the directory "
                                 "from a backup"),
                    {{"expected", std::to_string(mark.appends)},
                     {"found", std::to_string(found)}});
  }
  // An append whose mark could not be raised counts from now on.
  mark.appends = found;
  return database.mark_file.Set(mark);
}

}  // namespace handrail::storage
