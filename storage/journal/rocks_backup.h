// Backups of the embedded journal: folders that RocksDB's backup engine keeps,
// in which backups share the files they have in common.
//
// With each backup travels what the journal's high-water mark said when it was
// begun. A backup that holds less, or another journal, is damaged whatever its
// checksums say; so is one whose note was changed.
//
//   HANDRAIL_ASSIGN_OR_RETURN(BackupInfo good, VerifyBackup("/backups", 0));
//   HANDRAIL_RETURN_IF_ERROR(
//       RestoreBackup("/backups", good.id, "/var/lib/handrail").status());
//
// A folder of backups holds, besides RocksDB's own, the file `handrail-backups`
// that names the journal, and `lock`. storage/FORMAT.md describes both.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/journal/upkeep.h"

namespace handrail::storage {

// See rocks_database.h and files.h.
struct RocksDatabase;
struct HighWaterMark;

// Makes one backup (Upkeep::CreateBackup). `data_directory` is where the
// database lies; `at_least` its mark before the call.
absl::StatusOr<BackupInfo> MakeBackup(
    RocksDatabase& database, const HighWaterMark& at_least,
    const std::filesystem::path& data_directory,
    const std::filesystem::path& folder, int keep);

// The backups of a folder that can be read, newest first.
// Errors: INVALID_ARGUMENT (INVALID_FIELD: folder) where there are none to be
// had; INTERNAL (STORAGE_FAILED).
absl::StatusOr<std::vector<BackupInfo>> ListBackups(
    const std::filesystem::path& folder);

// Reads every byte of a backup (0: the newest) against its checksums, opens it,
// and compares it with its mark.
// Errors: NOT_FOUND (RECORD_NOT_FOUND; metadata type "backup", id); DATA_LOSS
// (DATA_CORRUPT; metadata key "backup N"); those of ListBackups.
absl::StatusOr<BackupInfo> VerifyBackup(const std::filesystem::path& folder,
                                        uint32_t id);

// Makes a data directory from a backup (0: the newest), which is verified
// before. The directory must be empty or not there; its parent must be. When
// this fails, the directory is as it was; a process that is killed meanwhile
// leaves one that no program opens and that another restore goes on with.
// Errors: FAILED_PRECONDITION (STORAGE_FAILED) for a directory that is not
// empty; FAILED_PRECONDITION (FORMAT_TOO_NEW; metadata found, supported); those
// of VerifyBackup.
absl::StatusOr<BackupInfo> RestoreBackup(
    const std::filesystem::path& folder, uint32_t id,
    const std::filesystem::path& data_directory);

}  // namespace handrail::storage
