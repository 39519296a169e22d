#include "storage/journal/rocks_journal.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rocksdb/write_batch.h"
#include "storage/base/mutant.h"
#include "storage/base/mutex.h"
#include "storage/base/status.h"
#include "storage/db/rocks_status.h"
#include "storage/journal/append_plan.h"
#include "storage/journal/history_mend.h"
#include "storage/journal/journal_check.h"
#include "storage/journal/limits.h"
#include "storage/journal/rocks_backup.h"
#include "storage/journal/rocks_database.h"
#include "storage/journal/rocks_layout.h"
#include "storage/journal/rocks_resume.h"
#include "storage/journal/rocks_snapshot.h"

namespace handrail::storage {
namespace {

absl::Status CorruptEntry(std::string_view stream, uint64_t position) {
  return DataLoss(
      handrail::v1::ERROR_REASON_DATA_CORRUPT,
      absl::StrCat("entry ", position, " of stream ", std::string(stream),
                   " is missing or damaged; restore from a backup"),
      {{"key", absl::StrCat("entry ", position)}});
}

// A mutation, and the version that its key had until then.
struct Change {
  const v1::JournalMutation* mutation = nullptr;
  uint64_t version_before = 0;
};

// The changes by key: what goes into RocksDB's memory in order finds its place
// beside what went in before it.
std::vector<Change> ByKey(const PlannedAppend& planned) {
  const auto& mutations = planned.entry.mutations();
  std::vector<Change> sorted;
  sorted.reserve(mutations.size());
  for (int i = 0; i < mutations.size(); ++i) {
    sorted.push_back({&mutations[i], planned.versions_before[i]});
  }
  std::sort(sorted.begin(), sorted.end(), [](const Change& a, const Change& b) {
    return a.mutation->key() < b.mutation->key();
  });
  return sorted;
}

// Which entries changed the key: that of a value which is there is known from
// its version, so the one written down is the entry before this one, unless it
// was trimmed. Most keys change once, and need no row.
void PutHistory(const v1::JournalEntry& entry, const Change& change,
                uint64_t trimmed_to, rocksdb::WriteBatch& batch) {
  const std::string& key = change.mutation->key();
  if (HANDRAIL_MUTATE(change_before, change.version_before > trimmed_to,
                      change.version_before > 0)) {
    batch.Put(layout::ChangeKey(entry.stream(), key, change.version_before),
              "");
  }
  if (!change.mutation->has_value()) {
    batch.Put(layout::ChangeKey(entry.stream(), key, entry.position()), "");
  }
}

void PutState(const std::string& stream, uint64_t position,
              const v1::JournalMutation& mutation, rocksdb::WriteBatch& batch) {
  const std::string key = layout::StateKey(stream, mutation.key());
  if (mutation.has_value()) {
    const std::string version = layout::StateValue(position, "");
    const rocksdb::Slice whole_key = key;
    const rocksdb::Slice value[] = {version, mutation.value()};
    batch.Put(rocksdb::SliceParts(&whole_key, 1),
              rocksdb::SliceParts(value, std::size(value)));
  } else {
    batch.Delete(key);
  }
}

// Everything one append writes, in a stream trimmed to `trimmed_to`.
rocksdb::WriteBatch MakeBatch(const PlannedAppend& planned, uint64_t appends,
                              uint64_t trimmed_to) {
  const v1::JournalEntry& entry = planned.entry;
  const std::string& stream = entry.stream();
  const uint64_t position = entry.position();
  const std::string bytes = DeterministicBytes(entry);
  // The values are in the entry and beside it.
  rocksdb::WriteBatch batch(2 * bytes.size());
  batch.Put(layout::EntryKey(stream, position), bytes);
  const std::vector<Change> sorted = ByKey(planned);
  for (const Change& change : sorted) {
    PutHistory(entry, change, trimmed_to, batch);
  }
  for (const Change& change : sorted) {
    PutState(stream, position, *change.mutation, batch);
  }
  uint32_t index = 0;
  for (const v1::AuditRow& row : entry.audit()) {
    batch.Put(layout::AuditKey(stream, position, index++),
              DeterministicBytes(row));
  }
  if (!entry.request_id().empty()) {
    batch.Put(layout::RequestKey(stream, entry.request_id()),
              layout::NumberValue(position));
  }
  batch.Put(layout::PositionKey(stream), layout::NumberValue(position));
  batch.Put(layout::kAppendsKey, layout::NumberValue(appends));
  return batch;
}

absl::StatusOr<v1::JournalEntry> ParseEntry(std::string_view stream,
                                            uint64_t position,
                                            std::string_view bytes) {
  v1::JournalEntry entry;
  if (!entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      entry.position() != position) {
    return CorruptEntry(stream, position);
  }
  return entry;
}

}  // namespace

class RocksJournal::Impl {
 public:
  Impl(std::shared_ptr<RocksDatabase> database, std::filesystem::path directory)
      : database_(std::move(database)), directory_(std::move(directory)) {}

  RocksSnapshot Now() const { return RocksSnapshot(database_); }
  std::shared_ptr<RocksDatabase> database() const { return database_; }

  absl::StatusOr<AppendResult> Append(AppendRequest request) {
    MutexLock lock(writer_mu_);
    HANDRAIL_RETURN_IF_ERROR(failed_);
    const RocksSnapshot now = Now();
    if (!request.request_id.empty()) {
      HANDRAIL_ASSIGN_OR_RETURN(
          const std::optional<uint64_t> first,
          now.RequestPosition(request.stream, request.request_id));
      if (first.has_value()) {
        return AppendResult{.position = *first, .repeated = true};
      }
    }
    HANDRAIL_ASSIGN_OR_RETURN(const uint64_t trimmed_to,
                              now.TrimmedTo(request.stream));
    HANDRAIL_ASSIGN_OR_RETURN(const PlannedAppend planned,
                              PlanAppend(std::move(request), now));
    if (absl::Status status = Write(planned, trimmed_to); !status.ok()) {
      TakeNoMore();
      return status;
    }
    return AppendResult{.position = planned.entry.position()};
  }

  // See Upkeep.
  Appended appended() const {
    return {.appends = appends_, .bytes = appended_bytes_};
  }
  bool read_only() const { return read_only_; }
  bool needs_resume() const {
    return read_only_ || database_->errors->failed();
  }
  absl::Status Resume() {
    MutexLock lock(writer_mu_);
    if (!needs_resume()) return absl::OkStatus();
    HANDRAIL_RETURN_IF_ERROR(ResumeDatabase(*database_));
    failed_ = absl::OkStatus();
    read_only_ = false;
    return absl::OkStatus();
  }

  absl::StatusOr<BackupInfo> CreateBackup(const std::filesystem::path& folder,
                                          int keep) {
    HighWaterMark at_least;
    {
      MutexLock lock(writer_mu_);
      at_least = *database_->mark_file.mark();
    }
    return MakeBackup(*database_, at_least, directory_, folder, keep);
  }

  absl::Status MendHistory(const std::string& stream) {
    MutexLock lock(trim_mu_);
    return storage::MendHistory(
        Now(), stream,
        [this](rocksdb::WriteBatch& batch) { return WriteStep(batch); });
  }

  // Entries never change, so appends may go on meanwhile; only two trims of
  // one stream must not cross.
  absl::Status Trim(std::string_view stream, uint64_t position) {
    MutexLock lock(trim_mu_);
    for (;;) {
      const RocksSnapshot now = Now();
      HANDRAIL_ASSIGN_OR_RETURN(const uint64_t last, now.Position(stream));
      HANDRAIL_ASSIGN_OR_RETURN(const uint64_t from, now.TrimmedTo(stream));
      const uint64_t end = std::min(position, last);
      if (from >= end) return absl::OkStatus();
      HANDRAIL_RETURN_IF_ERROR(TrimStep(now, stream, from, end));
    }
  }

 private:
  // What failed to be written may or may not be on the disk, and what is in
  // memory may be ahead of it. Only resuming or opening the journal again can
  // tell.
  void TakeNoMore() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mu_) {
    failed_ = Unavailable(handrail::v1::ERROR_REASON_READ_ONLY,
                          "no change is taken since a write failed; reads go "
                          "on, and changes will be taken when the disk does");
    read_only_ = true;
  }

  // Removes the first entries after `from` up to `end`, and says so, at once.
  absl::Status TrimStep(const RocksSnapshot& now, std::string_view stream,
                        uint64_t from, uint64_t end) {
    rocksdb::WriteBatch batch;
    uint64_t next = from + 1;
    HANDRAIL_RETURN_IF_ERROR(now.ScanRaw(
        layout::EntryKey(stream, next), layout::EntryKey(stream, end + 1),
        [&](std::string_view key,
            std::string_view bytes) -> absl::StatusOr<bool> {
          HANDRAIL_ASSIGN_OR_RETURN(const v1::JournalEntry entry,
                                    ParseEntry(stream, next, bytes));
          for (const v1::JournalMutation& mutation : entry.mutations()) {
            batch.Delete(layout::ChangeKey(stream, mutation.key(), next));
          }
          batch.Delete(ToSlice(key));
          ++next;
          return batch.Count() < static_cast<int>(kKeysPerStep);
        }));
    if (next == from + 1) return CorruptEntry(stream, next);
    batch.Put(layout::TrimKey(stream), layout::NumberValue(next - 1));
    return WriteStep(batch);
  }

  // Writes a step of what is no append.
  absl::Status WriteStep(rocksdb::WriteBatch& batch) {
    MutexLock lock(writer_mu_);
    HANDRAIL_RETURN_IF_ERROR(failed_);
    absl::Status status = WriteSynced(*database_, batch);
    if (!status.ok()) TakeNoMore();
    return status;
  }

  absl::Status Write(const PlannedAppend& planned, uint64_t trimmed_to)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mu_) {
    HighWaterMark mark = *database_->mark_file.mark();
    ++mark.appends;
    rocksdb::WriteBatch batch = MakeBatch(planned, mark.appends, trimmed_to);
    HANDRAIL_RETURN_IF_ERROR(WriteSynced(*database_, batch));
    ++appends_;
    appended_bytes_ += batch.GetDataSize();
    return database_->mark_file.Set(mark);
  }

  const std::shared_ptr<RocksDatabase> database_;
  const std::filesystem::path directory_;
  // Whether failed_ is set, for those who must not wait for a writer.
  std::atomic<bool> read_only_ = false;
  // Only counted, for metrics.
  std::atomic<uint64_t> appends_ = 0;
  std::atomic<uint64_t> appended_bytes_ = 0;
  // Held while one append is checked and written, RocksDB's sync included: the
  // one place where a lock spans I/O, because the check and the write have to
  // be one step. Readers never take it.
  Mutex writer_mu_;
  // Held while entries are trimmed, and while their index is made again; taken
  // before writer_mu_, which is held for the write of each step alone.
  Mutex trim_mu_;
  // Set by the first write that fails, until the database is resumed.
  absl::Status failed_ ABSL_GUARDED_BY(writer_mu_);
};

absl::StatusOr<std::unique_ptr<RocksJournal>> RocksJournal::Open(
    const RocksJournalOptions& options) {
  HANDRAIL_ASSIGN_OR_RETURN(std::shared_ptr<RocksDatabase> database,
                            OpenRocksDatabase(options));
  return std::unique_ptr<RocksJournal>(new RocksJournal(
      std::make_unique<Impl>(std::move(database), options.directory)));
}

RocksJournal::RocksJournal(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
RocksJournal::~RocksJournal() = default;

absl::StatusOr<AppendResult> RocksJournal::Append(AppendRequest request) {
  HANDRAIL_RETURN_IF_ERROR(CheckAppend(request));
  return impl_->Append(std::move(request));
}

absl::Status RocksJournal::Trim(std::string_view stream, uint64_t position) {
  return impl_->Trim(stream, position);
}

std::shared_ptr<const JournalSnapshot> RocksJournal::Snapshot() const {
  return std::make_shared<RocksSnapshot>(impl_->database());
}

absl::StatusOr<BackupInfo> RocksJournal::CreateBackup(
    const std::filesystem::path& folder, int keep) {
  return impl_->CreateBackup(folder, keep);
}

Appended RocksJournal::appended() const { return impl_->appended(); }

bool RocksJournal::read_only() const { return impl_->read_only(); }

bool RocksJournal::needs_resume() const { return impl_->needs_resume(); }

absl::Status RocksJournal::Resume() { return impl_->Resume(); }

absl::Status RocksJournal::MendHistory(const std::string& stream) {
  return impl_->MendHistory(stream);
}

absl::StatusOr<int64_t> RocksJournal::CheckBytes(
    const ByteVisitor& visit) const {
  return CheckJournalBytes(impl_->Now(), visit);
}

absl::StatusOr<uint64_t> RocksJournal::Tail(std::string_view stream,
                                            uint64_t from, size_t limit,
                                            const EntryVisitor& visit) const {
  const RocksSnapshot now = impl_->Now();
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t last, now.Position(stream));
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t earliest, now.TrimmedTo(stream));
  uint64_t next = std::max<uint64_t>(from, 1);
  if (next <= earliest) return RevisionGone(next - 1, earliest);
  if (next > last) return next;
  const uint64_t end =
      limit == 0 ? last + 1 : next + std::min<uint64_t>(limit, last + 1 - next);
  HANDRAIL_RETURN_IF_ERROR(now.ScanRaw(
      layout::EntryKey(stream, next), layout::EntryKey(stream, end),
      [&](std::string_view, std::string_view bytes) -> absl::StatusOr<bool> {
        HANDRAIL_ASSIGN_OR_RETURN(const v1::JournalEntry entry,
                                  ParseEntry(stream, next, bytes));
        HANDRAIL_RETURN_IF_ERROR(visit(entry));
        ++next;
        return true;
      }));
  if (next != end) return CorruptEntry(stream, next);
  return next;
}

absl::StatusOr<std::vector<v1::AuditRow>> RocksJournal::AuditRows(
    std::string_view stream, uint64_t from, size_t limit) const {
  std::vector<v1::AuditRow> rows;
  HANDRAIL_RETURN_IF_ERROR(impl_->Now().ScanRaw(
      layout::AuditKey(stream, from, 0),
      PrefixEnd(layout::TablePrefix('a', stream)),
      [&](std::string_view, std::string_view bytes) -> absl::StatusOr<bool> {
        v1::AuditRow row;
        if (!row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
          return DataLoss(handrail::v1::ERROR_REASON_DATA_CORRUPT,
                          "an audit row does not parse; restore from a backup",
                          {{"key", "audit"}});
        }
        rows.push_back(std::move(row));
        return rows.size() != limit;
      }));
  return rows;
}

}  // namespace handrail::storage
