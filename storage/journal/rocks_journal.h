// The embedded journal: everything in one RocksDB on the local disk.
//
//   HANDRAIL_ASSIGN_OR_RETURN(
//       std::unique_ptr<RocksJournal> journal,
//       RocksJournal::Open({.directory = data_dir}));
//
// One append is one WriteBatch written with sync: the entry with its
// before-images, the values with their versions, the position, the audit rows
// and the request id. After the sync, and before the append is acknowledged,
// the high-water mark beside the database is raised (high_water_mark.h). So
// whatever was acknowledged is at or below the mark, and a database that ends
// below its mark has forgotten something and is not served.
//
// The bytes are described in storage/FORMAT.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "storage/journal/journal.h"
#include "storage/journal/upkeep.h"

namespace handrail::storage {

// The version of the bytes that this code writes (storage/FORMAT.md). It reads
// this version and older ones, never newer ones.
inline constexpr uint64_t kFormatVersion = 4;

struct RocksJournalOptions {
  // Made when it does not exist; its parent must.
  std::filesystem::path directory;
  // Memory for blocks read from the disk.
  size_t block_cache_bytes = 256u << 20;
  // A full write buffer is flushed to a file; there are two.
  size_t write_buffer_bytes = 64u << 20;
};

class RocksJournal : public Journal, public Upkeep {
 public:
  // Opens the journal in `directory`, or starts one there; one of an older
  // format version is upgraded first (rocks_upgrade.h). A journal that is
  // refused is left as it was, byte by byte.
  //
  // Errors: FAILED_PRECONDITION (FORMAT_TOO_NEW; metadata found, supported)
  // for data of a newer version; DATA_LOSS (JOURNAL_TRUNCATED; metadata
  // expected, found) when acknowledged appends are missing, or the mark that
  // would tell is; DATA_LOSS (DATA_CORRUPT) for bytes that cannot be right;
  // UNAVAILABLE (STORAGE_FAILED) naming the directory when another process has
  // it open; INTERNAL (STORAGE_FAILED) when the disk fails.
  static absl::StatusOr<std::unique_ptr<RocksJournal>> Open(
      const RocksJournalOptions& options);

  ~RocksJournal() override;
  RocksJournal(const RocksJournal&) = delete;
  RocksJournal& operator=(const RocksJournal&) = delete;

  absl::StatusOr<AppendResult> Append(AppendRequest request) override;
  absl::StatusOr<uint64_t> Tail(std::string_view stream, uint64_t from,
                                size_t limit,
                                const EntryVisitor& visit) const override;
  std::shared_ptr<const JournalSnapshot> Snapshot() const override;
  absl::StatusOr<std::vector<v1::AuditRow>> AuditRows(
      std::string_view stream, uint64_t from, size_t limit) const override;
  absl::Status Trim(std::string_view stream, uint64_t position) override;

  Upkeep* upkeep() override { return this; }
  Appended appended() const override;
  absl::StatusOr<BackupInfo> CreateBackup(const std::filesystem::path& folder,
                                          int keep) override;
  bool read_only() const override;
  bool needs_resume() const override;
  absl::Status Resume() override;
  absl::StatusOr<int64_t> CheckBytes(const ByteVisitor& visit) const override;
  absl::Status MendHistory(const std::string& stream) override;

 private:
  class Impl;
  explicit RocksJournal(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace handrail::storage
