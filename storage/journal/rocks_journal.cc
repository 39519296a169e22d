#include "storage/journal/rocks_journal.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rocksdb/write_batch.h"
#include "storage/base/mutex.h"
#include "storage/base/status.h"
#include "storage/db/rocks_status.h"
#include "storage/journal/append_plan.h"
#include "storage/journal/rocks_database.h"
#include "storage/journal/rocks_layout.h"
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

// Everything one append writes.
rocksdb::WriteBatch MakeBatch(const v1::JournalEntry& entry, uint64_t appends) {
  const std::string& stream = entry.stream();
  const uint64_t position = entry.position();
  rocksdb::WriteBatch batch;
  batch.Put(layout::EntryKey(stream, position), DeterministicBytes(entry));
  for (const v1::JournalMutation& mutation : entry.mutations()) {
    const std::string key = layout::StateKey(stream, mutation.key());
    if (mutation.has_value()) {
      batch.Put(key, layout::StateValue(position, mutation.value()));
    } else {
      batch.Delete(key);
    }
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

}  // namespace

class RocksJournal::Impl {
 public:
  explicit Impl(std::shared_ptr<RocksDatabase> database)
      : database_(std::move(database)) {}

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
    HANDRAIL_ASSIGN_OR_RETURN(const v1::JournalEntry entry,
                              PlanAppend(std::move(request), now));
    if (absl::Status status = Write(entry); !status.ok()) {
      // The change may or may not be on the disk, and what is in memory may be
      // ahead of it. Only opening the journal again can tell.
      failed_ = Unavailable(handrail::v1::ERROR_REASON_STORAGE_FAILED,
                            "an earlier write failed; the server has to be "
                            "started again before it takes changes");
      return status;
    }
    return AppendResult{.position = entry.position()};
  }

 private:
  absl::Status Write(const v1::JournalEntry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mu_) {
    HighWaterMark mark = *database_->mark_file.mark();
    ++mark.appends;
    rocksdb::WriteBatch batch = MakeBatch(entry, mark.appends);
    rocksdb::WriteOptions options;
    options.sync = true;
    options.disableWAL = false;
    HANDRAIL_RETURN_IF_ERROR(FromRocks(database_->db->Write(options, &batch),
                                       "write to the journal"));
    return database_->mark_file.Set(mark);
  }

  const std::shared_ptr<RocksDatabase> database_;
  // Held while one append is checked and written, RocksDB's sync included: the
  // one place where a lock spans I/O, because the check and the write have to
  // be one step. Readers never take it.
  Mutex writer_mu_;
  // Set for good by the first write that fails.
  absl::Status failed_ ABSL_GUARDED_BY(writer_mu_);
};

absl::StatusOr<std::unique_ptr<RocksJournal>> RocksJournal::Open(
    const RocksJournalOptions& options) {
  HANDRAIL_ASSIGN_OR_RETURN(std::shared_ptr<RocksDatabase> database,
                            OpenRocksDatabase(options));
  return std::unique_ptr<RocksJournal>(
      new RocksJournal(std::make_unique<Impl>(std::move(database))));
}

RocksJournal::RocksJournal(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
RocksJournal::~RocksJournal() = default;

absl::StatusOr<AppendResult> RocksJournal::Append(AppendRequest request) {
  HANDRAIL_RETURN_IF_ERROR(CheckAppend(request));
  return impl_->Append(std::move(request));
}

std::shared_ptr<const JournalSnapshot> RocksJournal::Snapshot() const {
  return std::make_shared<RocksSnapshot>(impl_->database());
}

absl::StatusOr<uint64_t> RocksJournal::Tail(std::string_view stream,
                                            uint64_t from, size_t limit,
                                            const EntryVisitor& visit) const {
  const RocksSnapshot now = impl_->Now();
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t last, now.Position(stream));
  uint64_t next = std::max<uint64_t>(from, 1);
  if (next > last) return next;
  const uint64_t end =
      limit == 0 ? last + 1 : next + std::min<uint64_t>(limit, last + 1 - next);
  HANDRAIL_RETURN_IF_ERROR(now.ScanRaw(
      layout::EntryKey(stream, next), layout::EntryKey(stream, end),
      [&](std::string_view, std::string_view bytes) -> absl::StatusOr<bool> {
        v1::JournalEntry entry;
        if (!entry.ParseFromArray(bytes.data(),
                                  static_cast<int>(bytes.size())) ||
            entry.position() != next) {
          return CorruptEntry(stream, next);
        }
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
