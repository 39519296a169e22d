// The way back from a disk that failed, without opening the database again.
//
// After a write failed, RocksDB takes no further one, and its log may end in a
// torn record or in a whole one that nobody was told of. Memory is exact: it
// holds what was acknowledged, and nothing of an append that failed in the log.
// So everything in memory is flushed to a file and a new log is begun, which
// makes the old one meaningless; then the number of appends is compared with
// the high-water mark, as when a journal is opened.
//
// RocksDB begins no new log where there is nothing to flush, and a further
// write to one that failed ends the process (Debian's build checks it). So
// memory is never empty when the log is written: WriteSynced sees to it.
//
// Release 7.8 waits for ever where a compaction fails while it resumes: it
// takes that error for one of its own flush, gives up before the flush has
// begun, and never begins one again. So nothing may run in the background when
// it is told to resume.
#pragma once

#include <atomic>
#include <memory>

#include "absl/status/status.h"
#include "rocksdb/listener.h"
#include "rocksdb/write_batch.h"
#include "storage/journal/rocks_database.h"

namespace handrail::storage {

// Hears of RocksDB's errors. Thread-safe.
class RocksErrorWatch : public rocksdb::EventListener {
 public:
  // Something failed since the last Clear.
  bool failed() const { return failed_; }
  void Clear() { failed_ = false; }
  void Note() { failed_ = true; }

  // The log must not be written before a new one is begun.
  bool log_failed() const { return log_failed_; }
  void SetLogFailed(bool failed) { log_failed_ = failed; }

  // An input or output error is one that passes: whether it has is found out by
  // trying (ResumeDatabase). What RocksDB finds corrupt stays fatal.
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                         rocksdb::Status* error) override;
  // Not by itself: a resumption that nobody checked would go unnoticed.
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason,
                            rocksdb::Status error,
                            bool* auto_recovery) override;

 private:
  std::atomic<bool> failed_ = false;
  std::atomic<bool> log_failed_ = false;
};

// The error of a write that failed: UNAVAILABLE (READ_ONLY) for the disk,
// whatever it says; corruption as FromRocks.
absl::Status ReadOnlyError(const rocksdb::Status& status);

// Writes with sync, into memory that is not empty. REQUIRES: not log_failed().
// The error is a ReadOnlyError.
absl::Status WriteSynced(RocksDatabase& database, rocksdb::WriteBatch& batch);

// See Upkeep::Resume. REQUIRES: nobody writes meanwhile.
absl::Status ResumeDatabase(RocksDatabase& database);

}  // namespace handrail::storage
