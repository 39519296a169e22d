// One moment of the embedded journal.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rocksdb/snapshot.h"
#include "storage/journal/journal.h"
#include "storage/journal/rocks_database.h"

namespace handrail::storage {

// Thread-safe. Keeps the database open while it lives.
class RocksSnapshot : public JournalSnapshot {
 public:
  explicit RocksSnapshot(std::shared_ptr<RocksDatabase> database);
  ~RocksSnapshot() override;
  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;

  absl::StatusOr<uint64_t> Position(std::string_view stream) const override;
  absl::StatusOr<uint64_t> TrimmedTo(std::string_view stream) const override;
  absl::StatusOr<std::optional<v1::JournalEntry>> Entry(
      std::string_view stream, uint64_t position) const override;
  absl::StatusOr<std::vector<uint64_t>> Changes(
      std::string_view stream, std::string_view key) const override;
  absl::StatusOr<std::optional<uint64_t>> RequestPosition(
      std::string_view stream, std::string_view request_id) const override;
  absl::StatusOr<std::optional<VersionedValue>> Get(
      std::string_view stream, std::string_view key) const override;
  absl::StatusOr<std::vector<std::optional<VersionedValue>>> GetMany(
      std::string_view stream,
      const std::vector<std::string>& keys) const override;
  // Fastest with a prefix that ends at the first 00 01 in it: where no key has
  // it, that is found in memory (layout::GroupOf).
  absl::Status Scan(std::string_view stream, const ScanRange& range,
                    const ScanVisitor& visit) const override;

  // Shows the database's own keys from `first` up to but without `end`. The
  // views are valid during the call; an error stops and is returned.
  using RawVisitor = std::function<absl::StatusOr<bool>(
      std::string_view key, std::string_view value)>;
  absl::Status ScanRaw(std::string_view first, std::string_view end,
                       const RawVisitor& visit) const;

 private:
  rocksdb::ReadOptions Options() const;
  absl::Status ScanWith(rocksdb::ReadOptions options, std::string_view first,
                        std::string_view end, const RawVisitor& visit) const;
  absl::StatusOr<std::optional<uint64_t>> Number(const std::string& key) const;

  const std::shared_ptr<RocksDatabase> database_;
  const rocksdb::Snapshot* const snapshot_;
};

}  // namespace handrail::storage
