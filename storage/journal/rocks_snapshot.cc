#include "storage/journal/rocks_snapshot.h"

#include <utility>

#include "rocksdb/iterator.h"
#include "storage/base/status.h"
#include "storage/db/rocks_status.h"
#include "storage/journal/append_plan.h"
#include "storage/journal/rocks_layout.h"

namespace handrail::storage {
namespace {

absl::Status Corrupt(const char* table) {
  return DataLoss(handrail::v1::ERROR_REASON_DATA_CORRUPT,
                  "stored bytes do not parse; restore from a backup",
                  {{"key", table}});
}

absl::StatusOr<VersionedValue> ParseState(std::string_view bytes) {
  const auto parts = layout::ParseStateValue(bytes);
  if (!parts.has_value()) return Corrupt("state");
  return VersionedValue{std::string(parts->value), parts->version};
}

}  // namespace

RocksSnapshot::RocksSnapshot(std::shared_ptr<RocksDatabase> database)
    : database_(std::move(database)), snapshot_(database_->db->GetSnapshot()) {}

RocksSnapshot::~RocksSnapshot() { database_->db->ReleaseSnapshot(snapshot_); }

rocksdb::ReadOptions RocksSnapshot::Options() const {
  rocksdb::ReadOptions options = RocksReadOptions();
  options.snapshot = snapshot_;
  return options;
}

absl::StatusOr<std::optional<uint64_t>> RocksSnapshot::Number(
    const std::string& key) const {
  std::string bytes;
  const rocksdb::Status status = database_->db->Get(Options(), key, &bytes);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocks(status, "read a position");
  const std::optional<uint64_t> number = layout::ParseNumber(bytes);
  if (!number.has_value()) return Corrupt("position");
  return number;
}

absl::StatusOr<uint64_t> RocksSnapshot::Position(
    std::string_view stream) const {
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> position,
                            Number(layout::PositionKey(stream)));
  return position.value_or(0);
}

absl::StatusOr<uint64_t> RocksSnapshot::TrimmedTo(
    std::string_view stream) const {
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> position,
                            Number(layout::TrimKey(stream)));
  return position.value_or(0);
}

absl::StatusOr<std::optional<v1::JournalEntry>> RocksSnapshot::Entry(
    std::string_view stream, uint64_t position) const {
  rocksdb::PinnableSlice bytes;
  const rocksdb::Status status =
      database_->db->Get(Options(), database_->db->DefaultColumnFamily(),
                         layout::EntryKey(stream, position), &bytes);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocks(status, "read an entry");
  v1::JournalEntry entry;
  if (!entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
      entry.position() != position) {
    return Corrupt("entry");
  }
  return entry;
}

absl::StatusOr<std::vector<uint64_t>> RocksSnapshot::Changes(
    std::string_view stream, std::string_view key) const {
  const std::string prefix = layout::ChangePrefix(stream, key);
  std::vector<uint64_t> positions;
  HANDRAIL_RETURN_IF_ERROR(ScanRaw(
      prefix, PrefixEnd(prefix),
      [&](std::string_view row, std::string_view) -> absl::StatusOr<bool> {
        row.remove_prefix(prefix.size());
        const std::optional<uint64_t> position = layout::ParseNumber(row);
        if (!position.has_value()) return Corrupt("change");
        positions.push_back(*position);
        return true;
      }));
  // The last is known from the value.
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<VersionedValue> value,
                            Get(stream, key));
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t trimmed_to, TrimmedTo(stream));
  const uint64_t last = positions.empty() ? trimmed_to : positions.back();
  if (value.has_value() && value->version > last) {
    positions.push_back(value->version);
  }
  return positions;
}

absl::StatusOr<std::optional<uint64_t>> RocksSnapshot::RequestPosition(
    std::string_view stream, std::string_view request_id) const {
  return Number(layout::RequestKey(stream, request_id));
}

absl::StatusOr<std::optional<VersionedValue>> RocksSnapshot::Get(
    std::string_view stream, std::string_view key) const {
  rocksdb::PinnableSlice bytes;
  const rocksdb::Status status =
      database_->db->Get(Options(), database_->db->DefaultColumnFamily(),
                         layout::StateKey(stream, key), &bytes);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocks(status, "read a value");
  return ParseState(ToView(bytes));
}

absl::StatusOr<std::vector<std::optional<VersionedValue>>>
RocksSnapshot::GetMany(std::string_view stream,
                       const std::vector<std::string>& keys) const {
  std::vector<std::string> full;
  full.reserve(keys.size());
  for (const std::string& key : keys) {
    full.push_back(layout::StateKey(stream, key));
  }
  const std::vector<rocksdb::Slice> slices(full.begin(), full.end());
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  database_->db->MultiGet(Options(), database_->db->DefaultColumnFamily(),
                          slices.size(), slices.data(), values.data(),
                          statuses.data());
  std::vector<std::optional<VersionedValue>> found(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) return FromRocks(statuses[i], "read values");
    HANDRAIL_ASSIGN_OR_RETURN(found[i], ParseState(ToView(values[i])));
  }
  return found;
}

absl::Status RocksSnapshot::ScanRaw(std::string_view first,
                                    std::string_view end,
                                    const RawVisitor& visit) const {
  return ScanWith(Options(), first, end, visit);
}

absl::Status RocksSnapshot::ScanWith(rocksdb::ReadOptions options,
                                     std::string_view first,
                                     std::string_view end,
                                     const RawVisitor& visit) const {
  const rocksdb::Slice bound = ToSlice(end);
  options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> it(
      database_->db->NewIterator(options));
  for (it->Seek(ToSlice(first)); it->Valid(); it->Next()) {
    HANDRAIL_ASSIGN_OR_RETURN(const bool more,
                              visit(ToView(it->key()), ToView(it->value())));
    if (!more) return absl::OkStatus();
  }
  return FromRocks(it->status(), "scan the journal");
}

absl::Status RocksSnapshot::Scan(std::string_view stream,
                                 const ScanRange& range,
                                 const ScanVisitor& visit) const {
  const std::string table = layout::TablePrefix('k', stream);
  const std::string prefix = table + range.prefix;
  std::string first = prefix;
  // The least key greater than `after` is `after` and a zero byte.
  if (range.after >= range.prefix) first = table + range.after + '\0';
  const std::string end = PrefixEnd(prefix);
  if (first >= end) return absl::OkStatus();
  rocksdb::ReadOptions options = Options();
  options.total_order_seek = layout::GroupOf(prefix) != prefix;
  size_t seen = 0;
  return ScanWith(options, first, end,
                  [&](std::string_view key,
                      std::string_view bytes) -> absl::StatusOr<bool> {
                    const auto parts = layout::ParseStateValue(bytes);
                    if (!parts.has_value()) return Corrupt("state");
                    ++seen;
                    key.remove_prefix(table.size());
                    return visit(key, parts->value, parts->version) &&
                           seen != range.limit;
                  });
}

}  // namespace handrail::storage
