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
//
// The file holds two marks, each with a checksum and in a block of its own.
// Raising the mark overwrites the older one in place, so that a crash in the
// middle leaves the other. (A new file renamed over the old one would be as
// safe, but takes two more turns of the file system's own journal: measured 1
// to 4 ms an append instead of 0.1 ms.)
class HighWaterFile {
 public:
  // Reads the file; that there is none is no error. Errors: DATA_LOSS
  // (DATA_CORRUPT) when it holds no mark that was once written; INTERNAL
  // (STORAGE_FAILED).
  static absl::StatusOr<HighWaterFile> Open(
      const std::filesystem::path& directory);

  // The mark; nothing when there is no file.
  const std::optional<HighWaterMark>& mark() const { return mark_; }

  // Sets the mark; it is durable when this returns OK. Makes the file when
  // there is none. Errors: INTERNAL (STORAGE_FAILED); the file then holds the
  // old or the new mark.
  absl::Status Set(const HighWaterMark& mark);

 private:
  explicit HighWaterFile(const std::filesystem::path& directory);
  absl::Status Create(const HighWaterMark& mark) const;
  absl::Status Overwrite(const HighWaterMark& mark, int slot) const;

  std::filesystem::path path_;
  std::optional<HighWaterMark> mark_;
  // Where in the file mark_ is: 0 or 1.
  int slot_ = 0;
};

// Makes the directory if need be, durably. Its parent must exist.
absl::Status MakeDirectory(const std::filesystem::path& directory);

}  // namespace handrail::storage
