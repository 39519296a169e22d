#include "storage/journal/rocks_database.h"

#include <charconv>
#include <filesystem>
#include <optional>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rocksdb/cache.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"
#include "storage/base/status.h"
#include "storage/db/rocks_status.h"
#include "storage/journal/rocks_layout.h"
#include "storage/journal/rocks_resume.h"
#include "storage/journal/rocks_upgrade.h"

namespace handrail::storage {
namespace {

constexpr char kDatabaseName[] = "rocksdb";

// RocksDB's own log of what it does is a file beside the data. It is not kept:
// a look at the database would begin it anew, and when the disk is full,
// Debian's build ends the process at the second line that cannot be written.
class NoLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// Keys of one group share an entry in the filters. The name reaches the disk:
// filters made under another name are passed over.
class GroupOfKey : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "handrail.group.1"; }
  bool InDomain(const rocksdb::Slice& key) const override {
    return layout::GroupOf(ToView(key)).has_value();
  }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return ToSlice(layout::GroupOf(ToView(key)).value());
  }
};

// Release 7.8 is to be used without what was repaired only after it: no WAL
// compression, no track_and_verify_wals, no asynchronous reads, at most two
// write buffers, fewer than eight background jobs, no ingestion of files.
rocksdb::Options DatabaseOptions(const RocksJournalOptions& ours) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  // After a crash the log may end in a torn record of an append that was never
  // acknowledged, so recovery has to stop there and not refuse, as
  // kAbsoluteConsistency would. Whether it stopped too early is told by the
  // high-water mark, which is exact: it is raised before each acknowledgement.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.track_and_verify_wals_in_manifest = false;
  options.wal_compression = rocksdb::kNoCompression;
  options.max_write_buffer_number = 2;
  options.write_buffer_size = ours.write_buffer_bytes;
  options.max_background_jobs = 2;
  // Each compaction rewrites much of what is there already: in a load, keys
  // come from all over.
  options.level0_file_num_compaction_trigger = 8;
  options.level_compaction_dynamic_level_bytes = true;
  // What was just flushed is compacted soon, and then compressed.
  options.compression_per_level = {rocksdb::kNoCompression,
                                   rocksdb::kLZ4Compression};
  options.bottommost_compression = rocksdb::kZSTD;
  options.bottommost_compression_opts.enabled = true;
  options.bottommost_compression_opts.level = 1;
  // An append's keys go into memory in order, each beside the one before.
  options.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(1));
  // Most keys and groups that a load asks for are not there.
  options.prefix_extractor = std::make_shared<GroupOfKey>();
  options.memtable_prefix_bloom_size_ratio = 0.01;
  options.memtable_whole_key_filtering = true;
  // The header's default differs between builds with and without NDEBUG.
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  // What is written past the log (rocks_resume.cc) may be lost.
  options.avoid_flush_during_shutdown = true;
  options.info_log = std::make_shared<NoLogger>();
  options.max_open_files = 512;

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(ours.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_size = 16 << 10;
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// What a database says about itself.
struct Inside {
  // Nothing: the database was only just made.
  std::optional<uint64_t> format;
  HighWaterMark state;
};

absl::StatusOr<std::optional<std::string>> Read(rocksdb::DB& db,
                                                const char* key) {
  std::string value;
  const rocksdb::Status status = db.Get(RocksReadOptions(), key, &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocks(status, "read the journal's own keys");
  return value;
}

absl::Status Damaged(const char* key) {
  return DataLoss(handrail::v1::ERROR_REASON_DATA_CORRUPT,
                  "one of the journal's own keys is damaged; restore from a "
                  "backup",
                  {{"key", key}});
}

absl::StatusOr<Inside> LookInside(rocksdb::DB& db) {
  Inside inside;
  HANDRAIL_ASSIGN_OR_RETURN(const auto format, Read(db, layout::kFormatKey));
  if (format.has_value()) {
    uint64_t number = 0;
    const char* const end = format->data() + format->size();
    const auto parsed = std::from_chars(format->data(), end, number);
    if (parsed.ec != std::errc() || parsed.ptr != end || number == 0) {
      return Damaged(layout::kFormatKey);
    }
    inside.format = number;
  }
  HANDRAIL_ASSIGN_OR_RETURN(auto id, Read(db, layout::kJournalIdKey));
  inside.state.journal_id = std::move(id).value_or("");
  HANDRAIL_ASSIGN_OR_RETURN(const auto appends, Read(db, layout::kAppendsKey));
  if (appends.has_value()) {
    const std::optional<uint64_t> number = layout::ParseNumber(*appends);
    if (!number.has_value()) return Damaged(layout::kAppendsKey);
    inside.state.appends = *number;
  }
  return inside;
}

absl::Status CheckFormat(const Inside& inside,
                         const std::filesystem::path& directory) {
  if (!inside.format.has_value() || *inside.format <= kFormatVersion) {
    return absl::OkStatus();
  }
  return FailedPrecondition(
      handrail::v1::ERROR_REASON_FORMAT_TOO_NEW,
      absl::StrCat("the data in ", directory.string(), " has format version ",
                   *inside.format, "; this program reads up to version ",
                   kFormatVersion, ". Start the newer program"),
      {{"found", std::to_string(*inside.format)},
       {"supported", std::to_string(kFormatVersion)}});
}

absl::Status Truncated(const std::filesystem::path& directory,
                       const std::string& expected, uint64_t found) {
  return DataLoss(
      handrail::v1::ERROR_REASON_JOURNAL_TRUNCATED,
      absl::StrCat("the journal in ", directory.string(), " holds ", found,
                   " appends, but ", expected,
                   " were acknowledged. Nothing was changed; restore the "
                   "directory from a backup"),
      {{"expected", expected}, {"found", std::to_string(found)}});
}

absl::Status CheckMark(const Inside& inside,
                       const std::optional<HighWaterMark>& mark,
                       const std::filesystem::path& directory) {
  const uint64_t found = inside.state.appends;
  if (!mark.has_value()) {
    // The first append comes after the first mark, so only a journal without
    // appends can be without one.
    if (found == 0) return absl::OkStatus();
    return Truncated(directory,
                     "an unknown number (the file high-water is "
                     "missing)",
                     found);
  }
  if (mark->appends > found) {
    return Truncated(directory, std::to_string(mark->appends), found);
  }
  if (found > 0 && mark->journal_id != inside.state.journal_id) {
    return DataLoss(handrail::v1::ERROR_REASON_JOURNAL_TRUNCATED,
                    absl::StrCat("the file high-water in ", directory.string(),
                                 " belongs to another journal; restore the "
                                 "directory as a whole from a backup"),
                    {{"expected", std::to_string(mark->appends)},
                     {"found", std::to_string(found)}});
  }
  return absl::OkStatus();
}

absl::Status Check(const Inside& inside,
                   const std::optional<HighWaterMark>& mark,
                   const std::filesystem::path& directory) {
  HANDRAIL_RETURN_IF_ERROR(CheckFormat(inside, directory));
  return CheckMark(inside, mark, directory);
}

// Opening for writing repairs the log, and with that destroys what could still
// be rescued. So a database is looked at without writing first.
absl::StatusOr<Inside> LookWithoutWriting(const rocksdb::Options& options,
                                          const std::string& path) {
  rocksdb::Options reading = options;
  reading.create_if_missing = false;
  reading.info_log = std::make_shared<NoLogger>();
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(reading, path, &raw);
  const std::unique_ptr<rocksdb::DB> db(raw);
  if (!status.ok()) return FromRocks(status, "look at the journal in " + path);
  return LookInside(*db);
}

std::string NewJournalId() {
  std::random_device random;
  char digits[9];
  std::string id;
  for (int i = 0; i < 4; ++i) {
    std::snprintf(digits, sizeof digits, "%08x", random());
    id += digits;
  }
  return id;
}

// Gives a new database its format, its id and its first mark.
absl::StatusOr<HighWaterMark> Begin(rocksdb::DB& db) {
  const HighWaterMark mark{.journal_id = NewJournalId(), .appends = 0};
  rocksdb::WriteBatch batch;
  batch.Put(layout::kFormatKey, std::to_string(kFormatVersion));
  batch.Put(layout::kJournalIdKey, mark.journal_id);
  batch.Put(layout::kAppendsKey, layout::NumberValue(0));
  rocksdb::WriteOptions write;
  write.sync = true;
  write.disableWAL = false;
  HANDRAIL_RETURN_IF_ERROR(
      FromRocks(db.Write(write, &batch), "begin a journal"));
  return mark;
}

}  // namespace

rocksdb::ReadOptions RocksReadOptions() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  options.async_io = false;
  // Filters by group are only for scans of one (rocks_snapshot.cc).
  options.total_order_seek = true;
  return options;
}

absl::StatusOr<std::shared_ptr<RocksDatabase>> OpenRocksDatabase(
    const RocksJournalOptions& ours) {
  const std::filesystem::path& directory = ours.directory;
  HANDRAIL_RETURN_IF_ERROR(MakeDirectory(directory));
  HANDRAIL_ASSIGN_OR_RETURN(std::unique_ptr<DirectoryLock> lock,
                            DirectoryLock::Acquire(directory));
  HANDRAIL_ASSIGN_OR_RETURN(HighWaterFile mark_file,
                            HighWaterFile::Open(directory));
  rocksdb::Options options = DatabaseOptions(ours);
  const std::filesystem::path path = directory / kDatabaseName;
  Inside inside;
  // RocksDB writes CURRENT last when it makes a database.
  if (std::filesystem::exists(path / "CURRENT")) {
    HANDRAIL_ASSIGN_OR_RETURN(inside,
                              LookWithoutWriting(options, path.string()));
  }
  HANDRAIL_RETURN_IF_ERROR(Check(inside, mark_file.mark(), directory));

  auto errors = std::make_shared<RocksErrorWatch>();
  options.listeners.push_back(errors);
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, path, &raw);
  std::unique_ptr<rocksdb::DB> db(raw);
  HANDRAIL_RETURN_IF_ERROR(
      FromRocks(status, "open the journal in " + directory.string()));
  HANDRAIL_ASSIGN_OR_RETURN(inside, LookInside(*db));
  HANDRAIL_RETURN_IF_ERROR(Check(inside, mark_file.mark(), directory));
  if (!inside.format.has_value()) {
    HANDRAIL_ASSIGN_OR_RETURN(inside.state, Begin(*db));
  } else {
    HANDRAIL_RETURN_IF_ERROR(UpgradeDatabase(*db, *inside.format));
  }
  // Recovery has flushed what it read from the log, so all of it is durable: an
  // append that was synced but not marked before a crash counts from now on.
  HANDRAIL_RETURN_IF_ERROR(mark_file.Set(inside.state));
  return std::make_shared<RocksDatabase>(
      RocksDatabase{.lock = std::move(lock),
                    .errors = std::move(errors),
                    .db = std::move(db),
                    .mark_file = std::move(mark_file)});
}

}  // namespace handrail::storage
