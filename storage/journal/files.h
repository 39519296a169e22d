// The two small files beside the database: the lock and the high-water mark.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace handrail::storage {

// Holds a directory for one process, until it is destroyed or the process ends,
// however it ends. Taken before anything in the directory is read, so that a
// second opener gets an answer instead of half a view.
class DirectoryLock {
 public:
  // Errors: UNAVAILABLE (STORAGE_FAILED) naming the directory and the holder's
  // process number when it is held, also by this process; INTERNAL
  // (STORAGE_FAILED) when the file cannot be made.
  static absl::StatusOr<std::unique_ptr<DirectoryLock>> Acquire(
      const std::filesystem::path& directory);

  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  const int fd_;
};

// How far the journal is known to be durable. Kept outside the database, which
// cannot tell by itself that its log was cut off at a clean place.
struct HighWaterMark {
  // Which journal it belongs to.
  std::string journal_id;
  // Appends to all streams together.
  uint64_t appends = 0;

  friend bool operator==(const HighWaterMark&, const HighWaterMark&) = default;
};

// The mark's file in a directory. Not thread-safe.
class HighWaterFile {
 public:
  explicit HighWaterFile(std::filesystem::path directory)
      : directory_(std::move(directory)) {}

  // Nothing when there is no file. Errors: DATA_LOSS (DATA_CORRUPT) when it
  // does not hold what was once written.
  absl::StatusOr<std::optional<HighWaterMark>> Read() const;

  // Replaces the mark: after a crash at any moment the file holds the old or
  // the new one, and the new one is durable when this returns OK. Errors:
  // INTERNAL (STORAGE_FAILED).
  absl::Status Write(const HighWaterMark& mark) const;

 private:
  const std::filesystem::path directory_;
};

// Makes the directory if need be, durably. Its parent must exist.
absl::Status MakeDirectory(const std::filesystem::path& directory);

}  // namespace handrail::storage
