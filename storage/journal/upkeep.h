// What only a journal on a disk needs: backups, the way back from a full disk,
// and a look at its own bytes. For operators; nothing here changes what the
// streams hold.
//
//   if (Upkeep* upkeep = journal.upkeep(); upkeep != nullptr) {
//     HANDRAIL_ASSIGN_OR_RETURN(BackupInfo made,
//                               upkeep->CreateBackup(folder, /*keep=*/7));
//   }
//
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace handrail::storage {

// One backup in a folder of backups.
struct BackupInfo {
  // Number within its folder, from 1.
  uint32_t id = 0;
  absl::Time made_at;
  uint64_t bytes = 0;
  uint32_t files = 0;
  // What it holds: the journal's id, the appends to all streams together, and
  // the last position of each stream.
  std::string journal_id;
  uint64_t appends = 0;
  std::map<std::string, uint64_t> positions;
};

// Something wrong in the journal's bytes.
struct ByteFinding {
  // Empty where it is no stream's.
  std::string stream;
  // The stream's key that is concerned; empty where it is none.
  std::string key;
  // Says what is wrong, without any value.
  std::string message;
  // It is the index of changes by key: MendHistory makes it again.
  bool history = false;
};

// Sees one finding. Returns false to end the look.
using ByteVisitor = std::function<bool(const ByteFinding& finding)>;

// What was appended to all streams together since the journal was opened.
struct Appended {
  uint64_t appends = 0;
  // With keys, before compression.
  uint64_t bytes = 0;
};

class Upkeep {
 public:
  virtual ~Upkeep() = default;

  // Waits for nobody.
  virtual Appended appended() const = 0;

  // Copies the journal into a folder while appends go on; where the folder
  // holds backups, only what they do not have. Everything acknowledged before
  // the call is in the backup. Then drops all but the newest `keep` (0: none).
  // The folder is made where it is missing.
  //
  // Errors: INVALID_ARGUMENT (INVALID_FIELD: folder, keep) for a folder that is
  // not absolute, is in the data directory or holds it, is no folder, or holds
  // something else than this journal's backups; UNAVAILABLE (STORAGE_FAILED)
  // where another backup is being made there or the folder's disk is full;
  // INTERNAL (STORAGE_FAILED).
  virtual absl::StatusOr<BackupInfo> CreateBackup(
      const std::filesystem::path& folder, int keep) = 0;

  // True while no append is taken because the disk failed. Reads go on.
  virtual bool read_only() const = 0;

  // True where Resume has something to do: read_only(), or the disk failed in
  // the background and would soon make it so.
  virtual bool needs_resume() const = 0;

  // Tries to take appends again. When it succeeds, everything that was
  // acknowledged is on the disk, checked against the high-water mark, and what
  // was not is there entirely or not at all. Nothing happens where nothing is
  // wrong.
  // Errors: UNAVAILABLE (READ_ONLY) while the disk still fails; DATA_LOSS
  // (JOURNAL_TRUNCATED) where something acknowledged is missing: no further
  // append is taken then.
  virtual absl::Status Resume() = 0;

  // Looks whether the stored bytes agree with each other: positions without
  // gaps, entries that parse, values, audit rows and request ids that are what
  // the entries say. Returns how many keys it looked at.
  virtual absl::StatusOr<int64_t> CheckBytes(
      const ByteVisitor& visit) const = 0;

  // Makes the stream's index of changes by key again from its entries.
  // Errors: those of CheckBytes; UNAVAILABLE (READ_ONLY).
  virtual absl::Status MendHistory(const std::string& stream) = 0;
};

}  // namespace handrail::storage
