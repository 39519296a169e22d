#include "storage/journal/rocks_backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rocksdb/utilities/backup_engine.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"
#include "storage/db/rocks_status.h"
#include "storage/journal/files.h"
#include "storage/journal/rocks_database.h"
#include "storage/journal/rocks_layout.h"

namespace handrail::storage {
namespace {

namespace fs = std::filesystem;
using handrail::v1::ERROR_REASON_DATA_CORRUPT;
using handrail::v1::ERROR_REASON_STORAGE_FAILED;

constexpr char kNoteTitle[] = "handrail backup 1\n";
constexpr char kFolderTitle[] = "handrail backups 1\n";
// Names in a folder of backups and in a data directory.
constexpr char kFolderFile[] = "handrail-backups";
constexpr char kDatabaseName[] = "rocksdb";
constexpr char kUnfinishedName[] = "rocksdb.restoring";

// RocksDB would write a log beside what it only reads.
class NoLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

NoLogger& Silence() {
  static NoLogger logger;
  return logger;
}

absl::Status WrongFolder(const std::string& why) {
  return InvalidField("folder", why);
}

absl::Status Damaged(uint32_t id, const std::string& why) {
  return DataLoss(
      ERROR_REASON_DATA_CORRUPT,
      absl::StrCat("backup ", id, " is damaged: ", why, "; use another one"),
      {{"key", absl::StrCat("backup ", id)}});
}

absl::Status NoSuchBackup(uint32_t id) {
  return NotFound(handrail::v1::ERROR_REASON_RECORD_NOT_FOUND,
                  "there is no backup with this number in the folder",
                  {{"type", "backup"}, {"id", std::to_string(id)}});
}

absl::Status FileError(const char* doing, const fs::path& path) {
  return Internal(ERROR_REASON_STORAGE_FAILED,
                  absl::StrCat("could not ", doing, " ", path.string(), ": ",
                               std::strerror(errno)));
}

// What RocksDB says of a folder of backups while it is written or copied.
absl::Status FromEngine(const rocksdb::Status& status, const char* doing) {
  if (status.IsNoSpace()) {
    return Unavailable(ERROR_REASON_STORAGE_FAILED,
                       absl::StrCat("could not ", doing, ": the disk is full"));
  }
  return FromRocks(status, doing);
}

// --- What travels with a backup -------------------------------------------

std::string NoteText(const HighWaterMark& mark) {
  const std::string body = absl::StrCat(kNoteTitle, "journal ", mark.journal_id,
                                        "\nappends ", mark.appends, "\n");
  char check[32];
  std::snprintf(check, sizeof check, "check %016llx\n",
                static_cast<unsigned long long>(StableHash64(body)));
  return body + check;
}

// The mark in a note, or nothing when it is not exactly what was written.
std::optional<HighWaterMark> ParseNote(const std::string& note) {
  if (!note.starts_with(kNoteTitle)) return std::nullopt;
  char id[65] = {};
  unsigned long long appends = 0;
  if (std::sscanf(note.c_str() + sizeof(kNoteTitle) - 1,
                  "journal %64[0-9a-f] appends %llu", id, &appends) != 2) {
    return std::nullopt;
  }
  HighWaterMark mark{.journal_id = id, .appends = appends};
  if (NoteText(mark) != note) return std::nullopt;
  return mark;
}

// --- Looking into a copy of the database ----------------------------------

struct Inside {
  uint64_t format = 0;
  HighWaterMark state;
  std::map<std::string, uint64_t> positions;
};

absl::Status Unreadable(const char* key) {
  return DataLoss(ERROR_REASON_DATA_CORRUPT,
                  "one of the journal's own keys is damaged", {{"key", key}});
}

absl::StatusOr<std::map<std::string, uint64_t>> Positions(rocksdb::DB& db) {
  std::map<std::string, uint64_t> positions;
  const std::unique_ptr<rocksdb::Iterator> it(
      db.NewIterator(RocksReadOptions()));
  for (it->Seek("p"); it->Valid() && it->key().starts_with("p"); it->Next()) {
    const std::string_view key = ToView(it->key());
    const std::optional<uint64_t> position =
        layout::ParseNumber(ToView(it->value()));
    if (key.size() < 3 || key.back() != '\0' || !position.has_value()) {
      return Unreadable("position");
    }
    positions[std::string(key.substr(1, key.size() - 2))] = *position;
  }
  HANDRAIL_RETURN_IF_ERROR(FromRocks(it->status(), "read positions"));
  return positions;
}

// Opens a database without changing it and reads what it says of itself.
absl::StatusOr<Inside> LookInside(const std::string& path, rocksdb::Env* env) {
  rocksdb::Options options;
  options.create_if_missing = false;
  options.env = env;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.max_open_files = 64;
  options.info_log = std::make_shared<NoLogger>();
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status opened =
      rocksdb::DB::OpenForReadOnly(options, path, &raw);
  const std::unique_ptr<rocksdb::DB> db(raw);
  HANDRAIL_RETURN_IF_ERROR(FromRocks(opened, "open the copy"));

  Inside inside;
  const auto read = [&](const char* key, std::string& value) {
    return FromRocks(db->Get(RocksReadOptions(), key, &value), "read the copy");
  };
  std::string format, appends;
  HANDRAIL_RETURN_IF_ERROR(read(layout::kFormatKey, format));
  HANDRAIL_RETURN_IF_ERROR(
      read(layout::kJournalIdKey, inside.state.journal_id));
  HANDRAIL_RETURN_IF_ERROR(read(layout::kAppendsKey, appends));
  const char* const end = format.data() + format.size();
  const auto parsed = std::from_chars(format.data(), end, inside.format);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    return Unreadable(layout::kFormatKey);
  }
  const std::optional<uint64_t> number = layout::ParseNumber(appends);
  if (!number.has_value()) return Unreadable(layout::kAppendsKey);
  inside.state.appends = *number;
  HANDRAIL_ASSIGN_OR_RETURN(inside.positions, Positions(*db));
  return inside;
}

// --- Folders of backups -----------------------------------------------------

std::string ReadSmallFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool IsInside(const fs::path& inner, const fs::path& outer) {
  const auto [end, _] =
      std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return end == outer.end();
}

// The path as it is without links, without a slash at its end.
absl::StatusOr<fs::path> RealFolder(const fs::path& folder) {
  if (!folder.is_absolute()) {
    return WrongFolder("must be an absolute path on the server's machine");
  }
  std::error_code error;
  fs::path real = fs::weakly_canonical(folder, error);
  if (error) return WrongFolder("cannot be used: " + error.message());
  if (!real.has_filename()) real = real.parent_path();
  if (fs::exists(real, error) && !fs::is_directory(real, error)) {
    return WrongFolder("must be a folder, and this is a file");
  }
  return real;
}

std::string FolderText(const std::string& journal_id) {
  return absl::StrCat(kFolderTitle, "journal ", journal_id, "\n");
}

absl::Status SyncPath(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return FileError("open", path);
  const int synced = ::fsync(fd);
  const int why = errno;
  ::close(fd);
  errno = why;
  return synced == 0 ? absl::OkStatus() : FileError("sync", path);
}

// OK for a folder that holds this journal's backups, or nothing.
absl::Status CheckFolder(const fs::path& folder,
                         const std::string& journal_id) {
  const fs::path name = folder / kFolderFile;
  std::error_code error;
  if (fs::exists(name, error)) {
    if (ReadSmallFile(name) == FolderText(journal_id)) return absl::OkStatus();
    return WrongFolder("holds the backups of another directory");
  }
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    // What an attempt that was cut short leaves.
    const std::string left = entry.path().filename().string();
    if (left == "lock" || left == std::string(kFolderFile) + ".new") continue;
    return WrongFolder("must be empty, or hold backups of this directory");
  }
  return absl::OkStatus();
}

// Makes it a folder for this journal's backups. REQUIRES: CheckFolder.
absl::Status ClaimFolder(const fs::path& folder,
                         const std::string& journal_id) {
  const fs::path name = folder / kFolderFile;
  std::error_code error;
  if (fs::exists(name, error)) return absl::OkStatus();
  const fs::path aside = name.string() + ".new";
  {
    std::ofstream out(aside, std::ios::binary | std::ios::trunc);
    out << FolderText(journal_id);
    out.flush();
    if (!out) return FileError("write", aside);
  }
  HANDRAIL_RETURN_IF_ERROR(SyncPath(aside));
  if (::rename(aside.c_str(), name.c_str()) != 0) {
    return FileError("rename", aside);
  }
  return SyncPath(folder);
}

rocksdb::BackupEngineOptions EngineOptions(const fs::path& folder) {
  rocksdb::BackupEngineOptions options(folder.string());
  options.info_log = &Silence();
  options.sync = true;
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.backup_log_files = true;
  options.destroy_old_data = false;
  options.max_background_operations = 1;
  // With checksums of its own description.
  options.schema_version = 2;
  return options;
}

using ReadEngine = std::unique_ptr<rocksdb::BackupEngineReadOnly>;

absl::StatusOr<ReadEngine> OpenToRead(const fs::path& given) {
  HANDRAIL_ASSIGN_OR_RETURN(const fs::path folder, RealFolder(given));
  std::error_code error;
  if (!fs::exists(folder / kFolderFile, error)) {
    return WrongFolder("holds no backups");
  }
  rocksdb::BackupEngineReadOnly* raw = nullptr;
  const rocksdb::Status opened = rocksdb::BackupEngineReadOnly::Open(
      EngineOptions(folder), rocksdb::Env::Default(), &raw);
  ReadEngine engine(raw);
  HANDRAIL_RETURN_IF_ERROR(FromEngine(opened, "read the folder of backups"));
  return engine;
}

// The backup with this number; 0: the newest, also where that one is damaged.
template <typename Engine>
absl::StatusOr<rocksdb::BackupInfo> FindBackup(const Engine& engine,
                                               uint32_t id) {
  std::vector<rocksdb::BackupInfo> whole;
  engine.GetBackupInfo(&whole, /*include_file_details=*/true);
  std::vector<rocksdb::BackupID> damaged;
  engine.GetCorruptedBackups(&damaged);
  if (id == 0) {
    for (const auto& info : whole) id = std::max(id, info.backup_id);
    for (const rocksdb::BackupID each : damaged) id = std::max(id, each);
  }
  for (rocksdb::BackupInfo& info : whole) {
    if (info.backup_id == id) return std::move(info);
  }
  if (std::find(damaged.begin(), damaged.end(), id) != damaged.end()) {
    return Damaged(id, "its description cannot be read");
  }
  return NoSuchBackup(id);
}

// What a backup holds, compared with its note.
absl::StatusOr<BackupInfo> Describe(const rocksdb::BackupInfo& from) {
  const uint32_t id = from.backup_id;
  const std::optional<HighWaterMark> note = ParseNote(from.app_metadata);
  if (!note.has_value()) return Damaged(id, "its note was changed");
  const absl::StatusOr<Inside> inside =
      LookInside(from.name_for_open, from.env_for_open.get());
  if (!inside.ok()) return Damaged(id, MessageOf(inside.status()));
  if (inside->state.journal_id != note->journal_id) {
    return Damaged(id, "it holds another journal than its note says");
  }
  if (inside->state.appends < note->appends) {
    return Damaged(id, absl::StrCat("it holds ", inside->state.appends,
                                    " appends, and had at least ",
                                    note->appends, " when it was made"));
  }
  return BackupInfo{.id = id,
                    .made_at = absl::FromUnixSeconds(from.timestamp),
                    .bytes = from.size,
                    .files = from.number_files,
                    .journal_id = note->journal_id,
                    .appends = inside->state.appends,
                    .positions = inside->positions};
}

absl::Status CheckEveryByte(const rocksdb::BackupEngineReadOnly& engine,
                            uint32_t id) {
  const rocksdb::Status status =
      engine.VerifyBackup(id, /*verify_with_checksum=*/true);
  if (status.ok()) return absl::OkStatus();
  // The names of its files hold nothing that is private.
  if (status.IsCorruption() || status.IsNotFound()) {
    return Damaged(id, "a file is missing or is not what it was");
  }
  return FromEngine(status, "read the backup");
}

// --- Restoring --------------------------------------------------------------

// What a restore puts into a directory, taken away again unless it is kept.
class Restored {
 public:
  // `was_there`: the directory itself stays.
  Restored(fs::path directory, bool was_there)
      : directory_(std::move(directory)), was_there_(was_there) {}
  ~Restored() {
    if (kept_) return;
    std::error_code ignored;
    if (!was_there_) {
      fs::remove_all(directory_, ignored);
      return;
    }
    for (const char* name : {kUnfinishedName, kDatabaseName, "high-water",
                             "high-water.new", "lock"}) {
      fs::remove_all(directory_ / name, ignored);
    }
  }
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;

  void Keep() { kept_ = true; }

 private:
  const fs::path directory_;
  const bool was_there_;
  bool kept_ = false;
};

absl::Status CheckEmpty(const fs::path& directory) {
  std::error_code error;
  if (!fs::exists(directory, error)) return absl::OkStatus();
  const bool unfinished = fs::exists(directory / kUnfinishedName, error);
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    const bool ours = name == kUnfinishedName || name == "lock" ||
                      name == "high-water" || name == "high-water.new";
    if (unfinished && ours) continue;
    return FailedPrecondition(
        ERROR_REASON_STORAGE_FAILED,
        absl::StrCat("the data directory ", directory.string(),
                     " is not empty; a backup is restored into an empty one"));
  }
  if (error) {
    return FailedPrecondition(
        ERROR_REASON_STORAGE_FAILED,
        absl::StrCat("the data directory ", directory.string(),
                     " cannot be used: ", error.message()));
  }
  return absl::OkStatus();
}

absl::Status SyncTree(const fs::path& directory) {
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(directory, error)) {
    HANDRAIL_RETURN_IF_ERROR(SyncPath(entry.path()));
  }
  return SyncPath(directory);
}

// Copies a verified backup into `directory`, which is locked and empty.
absl::Status CopyInto(const rocksdb::BackupEngineReadOnly& engine,
                      const BackupInfo& backup, const fs::path& directory) {
  // First of all, so that a directory in which this was broken off is one that
  // has lost its appends, not a new one.
  HANDRAIL_ASSIGN_OR_RETURN(HighWaterFile mark, HighWaterFile::Open(directory));
  const HighWaterMark wanted{.journal_id = backup.journal_id,
                             .appends = backup.appends};
  HANDRAIL_RETURN_IF_ERROR(mark.Set(wanted));

  const fs::path aside = directory / kUnfinishedName;
  std::error_code error;
  fs::remove_all(aside, error);
  if (error) return FileError("remove", aside);
  const rocksdb::Status copied = engine.RestoreDBFromBackup(
      rocksdb::RestoreOptions(), backup.id, aside.string(), aside.string());
  if (copied.IsCorruption()) return Damaged(backup.id, "a file has changed");
  HANDRAIL_RETURN_IF_ERROR(FromEngine(copied, "copy the backup"));
  HANDRAIL_RETURN_IF_ERROR(SyncTree(aside));
  HANDRAIL_ASSIGN_OR_RETURN(
      const Inside inside, LookInside(aside.string(), rocksdb::Env::Default()));
  if (inside.state != wanted) {
    return Damaged(backup.id, "its copy is not what it holds");
  }
  if (::rename(aside.c_str(), (directory / kDatabaseName).c_str()) != 0) {
    return FileError("rename", aside);
  }
  return SyncPath(directory);
}

absl::Status CheckFormat(const rocksdb::BackupInfo& backup) {
  HANDRAIL_ASSIGN_OR_RETURN(
      const Inside inside,
      LookInside(backup.name_for_open, backup.env_for_open.get()));
  if (inside.format <= kFormatVersion) return absl::OkStatus();
  return FailedPrecondition(
      handrail::v1::ERROR_REASON_FORMAT_TOO_NEW,
      absl::StrCat("the backup has format version ", inside.format,
                   "; this program reads up to version ", kFormatVersion,
                   ". Restore it with the newer program"),
      {{"found", std::to_string(inside.format)},
       {"supported", std::to_string(kFormatVersion)}});
}

}  // namespace

absl::StatusOr<BackupInfo> MakeBackup(RocksDatabase& database,
                                      const HighWaterMark& at_least,
                                      const fs::path& data_directory,
                                      const fs::path& given, int keep) {
  if (keep < 0) return InvalidField("keep", "must be 0 (all) or more");
  HANDRAIL_ASSIGN_OR_RETURN(const fs::path folder, RealFolder(given));
  std::error_code error;
  const fs::path data = fs::weakly_canonical(data_directory, error);
  if (IsInside(folder, data) || IsInside(data, folder)) {
    return WrongFolder("must be apart from the data directory");
  }
  fs::create_directories(folder.parent_path(), error);
  if (error) return WrongFolder("cannot be made: " + error.message());
  if (!MakeDirectory(folder).ok()) return WrongFolder("cannot be made");
  HANDRAIL_RETURN_IF_ERROR(CheckFolder(folder, at_least.journal_id));
  // Another process could be at it. What the lock says speaks of data
  // directories.
  const auto lock = DirectoryLock::Acquire(folder);
  if (!lock.ok()) {
    if (!absl::IsUnavailable(lock.status())) {
      return WrongFolder("cannot be written: " + MessageOf(lock.status()));
    }
    return Unavailable(ERROR_REASON_STORAGE_FAILED,
                       "another backup is being made in this folder: wait for "
                       "its end");
  }
  HANDRAIL_RETURN_IF_ERROR(ClaimFolder(folder, at_least.journal_id));

  rocksdb::BackupEngine* raw = nullptr;
  const rocksdb::Status opened = rocksdb::BackupEngine::Open(
      EngineOptions(folder), rocksdb::Env::Default(), &raw);
  const std::unique_ptr<rocksdb::BackupEngine> engine(raw);
  HANDRAIL_RETURN_IF_ERROR(FromEngine(opened, "open the folder of backups"));
  rocksdb::CreateBackupOptions how;
  // What is in memory goes into a file, so that a backup's log is short.
  how.flush_before_backup = true;
  rocksdb::BackupID id = 0;
  HANDRAIL_RETURN_IF_ERROR(
      FromEngine(engine->CreateNewBackupWithMetadata(how, database.db.get(),
                                                     NoteText(at_least), &id),
                 "make the backup"));
  const auto backup = [&]() -> absl::StatusOr<BackupInfo> {
    HANDRAIL_ASSIGN_OR_RETURN(const rocksdb::BackupInfo made,
                              FindBackup(*engine, id));
    return Describe(made);
  }();
  if (!backup.ok()) {
    // A backup that does not hold what it should is none.
    (void)engine->DeleteBackup(id);
    return backup;
  }
  if (keep > 0) {
    HANDRAIL_RETURN_IF_ERROR(
        FromEngine(engine->PurgeOldBackups(static_cast<uint32_t>(keep)),
                   "drop old backups"));
  }
  return backup;
}

absl::StatusOr<std::vector<BackupInfo>> ListBackups(const fs::path& folder) {
  HANDRAIL_ASSIGN_OR_RETURN(const ReadEngine engine, OpenToRead(folder));
  std::vector<rocksdb::BackupInfo> all;
  engine->GetBackupInfo(&all, /*include_file_details=*/true);
  std::vector<BackupInfo> backups;
  for (const rocksdb::BackupInfo& info : all) {
    // Whether all files are there, in their sizes, is quickly seen.
    absl::StatusOr<BackupInfo> backup = Damaged(info.backup_id, "incomplete");
    if (engine->VerifyBackup(info.backup_id).ok()) backup = Describe(info);
    // One that cannot be opened is for VerifyBackup to tell of; it is listed
    // with what RocksDB noted.
    if (!backup.ok()) {
      backup = BackupInfo{.id = info.backup_id,
                          .made_at = absl::FromUnixSeconds(info.timestamp),
                          .bytes = info.size,
                          .files = info.number_files};
    }
    backups.push_back(*std::move(backup));
  }
  std::sort(backups.begin(), backups.end(),
            [](const auto& a, const auto& b) { return a.id > b.id; });
  return backups;
}

absl::StatusOr<BackupInfo> VerifyBackup(const fs::path& folder, uint32_t id) {
  HANDRAIL_ASSIGN_OR_RETURN(const ReadEngine engine, OpenToRead(folder));
  HANDRAIL_ASSIGN_OR_RETURN(const rocksdb::BackupInfo found,
                            FindBackup(*engine, id));
  // Bytes first: nothing that is damaged is opened.
  HANDRAIL_RETURN_IF_ERROR(CheckEveryByte(*engine, found.backup_id));
  return Describe(found);
}

absl::StatusOr<BackupInfo> RestoreBackup(const fs::path& folder, uint32_t id,
                                         const fs::path& data_directory) {
  HANDRAIL_ASSIGN_OR_RETURN(const ReadEngine engine, OpenToRead(folder));
  HANDRAIL_ASSIGN_OR_RETURN(const rocksdb::BackupInfo found,
                            FindBackup(*engine, id));
  HANDRAIL_RETURN_IF_ERROR(CheckEmpty(data_directory));
  HANDRAIL_RETURN_IF_ERROR(CheckEveryByte(*engine, found.backup_id));
  HANDRAIL_ASSIGN_OR_RETURN(BackupInfo backup, Describe(found));
  HANDRAIL_RETURN_IF_ERROR(CheckFormat(found));

  // Not before the lock is held: a directory in use is not ours to clean up.
  std::error_code error;
  const bool was_there = fs::exists(data_directory, error);
  HANDRAIL_RETURN_IF_ERROR(MakeDirectory(data_directory));
  HANDRAIL_ASSIGN_OR_RETURN(const std::unique_ptr<DirectoryLock> lock,
                            DirectoryLock::Acquire(data_directory));
  Restored restored(data_directory, was_there);
  HANDRAIL_RETURN_IF_ERROR(CopyInto(*engine, backup, data_directory));
  restored.Keep();
  return backup;
}

}  // namespace handrail::storage
