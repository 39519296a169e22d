// The journal: the one way in which anything kept is changed or read.
//
// A journal holds streams that know nothing of each other ("directory", later
// one per agency). Each stream is a map from keys to values, together with the
// numbered list of the changes that made it. A change is one append; it happens
// entirely or not at all, and when Append returns OK it survives a crash. The
// oldest part of the list can be trimmed; the map never is.
//
//   AppendRequest request{.stream = "directory", .request_id = id, .at = now};
//   request.expected.push_back({.key = key, .version = version_read});
//   request.mutations.push_back({.key = key, .value = bytes});
//   HANDRAIL_ASSIGN_OR_RETURN(AppendResult done,
//                             journal.Append(std::move(request)));
//
//   auto snapshot = journal.Snapshot();
//   HANDRAIL_ASSIGN_OR_RETURN(auto found, snapshot->Get("directory", key));
//   if (found.has_value()) Use(found->value, found->version);
//
// Keys and values are bytes; keys are ordered bytewise. What they mean is up to
// the layer above (storage/db/keys.h for the directory).
//
// Thread-safe: every function of a Journal and of a JournalSnapshot may be
// called from any thread. Append blocks while the bytes go to the disk; call it
// from a thread that may wait. A journal outlives its snapshots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "handrail/storage/v1/journal.pb.h"

namespace handrail::storage {

// Expects that `key` last changed at stream position `version`.
struct KeyVersion {
  std::string key;
  // 0: the key must not exist.
  uint64_t version = 0;
};

// A value and the position at which it was written.
struct VersionedValue {
  std::string value;
  uint64_t version = 0;

  friend bool operator==(const VersionedValue&,
                         const VersionedValue&) = default;
};

// What a key held when it was read; nothing: it did not exist.
struct Before {
  std::optional<VersionedValue> value;
};

// Sets `key`, or removes it when there is no value. Removing a key that does
// not exist is allowed and is written down.
struct Mutation {
  std::string key;
  std::optional<std::string> value;
  // What the caller read at AppendRequest.read_at, so that it need not be read
  // again. DEFAULT: it is read.
  std::optional<Before> before = std::nullopt;
};

// One change of one stream. Sizes are bounded by limits.h.
struct AppendRequest {
  // 1 to 64 of a-z 0-9 - _ . ; a stream begins to exist with its first append.
  std::string stream;
  // The position the stream must be at, 0 for a stream without entries.
  // DEFAULT: any.
  std::optional<uint64_t> expected_position;
  std::vector<KeyVersion> expected;
  // Each key at most once. May be empty: an entry with audit rows alone.
  std::vector<Mutation> mutations;
  // The position of the stream at which every `before` of the mutations was
  // read. Where the stream has gone on since, all keys are read again.
  // DEFAULT: none was read.
  std::optional<uint64_t> read_at;
  // Rows without a time get `at`.
  std::vector<v1::AuditRow> audit;
  // What whoever makes the change says about it, kept in the entry.
  std::string note;
  // Chosen by the caller; the same id means the same append, for ever, also
  // when its entry has been trimmed.
  // DEFAULT: empty, the append is not recognised when it comes again.
  std::string request_id;
  absl::Time at;
};

struct AppendResult {
  // Position of the entry, from 1 without gaps.
  uint64_t position = 0;
  // An append with this request id was there before: nothing was written now,
  // and `position` is that of the first.
  bool repeated = false;
};

// The keys a scan visits: those that begin with `prefix` and are greater than
// `after`, in order.
struct ScanRange {
  std::string prefix;
  // DEFAULT: from the first key of the prefix.
  std::string after;
  // DEFAULT: 0, no limit.
  size_t limit = 0;
};

// Sees one key of a scan; the views are valid during the call. Returns false to
// stop the scan.
using ScanVisitor = std::function<bool(
    std::string_view key, std::string_view value, uint64_t version)>;

// Sees one entry; an error stops and becomes the result.
using EntryVisitor = std::function<absl::Status(const v1::JournalEntry& entry)>;

// All streams as they were at one moment, whatever is appended meanwhile.
// Holding one for long keeps old bytes on disk: drop it when the answer is out.
//
// Errors of every function: DATA_LOSS (DATA_CORRUPT) for bytes that do not
// parse, UNAVAILABLE or INTERNAL (STORAGE_FAILED) for a failing disk.
class JournalSnapshot {
 public:
  virtual ~JournalSnapshot() = default;

  // The last position of the stream; 0 when it never had an entry.
  virtual absl::StatusOr<uint64_t> Position(std::string_view stream) const = 0;

  // The last position whose entry was trimmed; 0 when none was. Entries are
  // kept from the next one on.
  virtual absl::StatusOr<uint64_t> TrimmedTo(std::string_view stream) const = 0;

  // The entry at `position`, or nothing when it was trimmed or is not there.
  virtual absl::StatusOr<std::optional<v1::JournalEntry>> Entry(
      std::string_view stream, uint64_t position) const = 0;

  // The positions of the entries kept that set or removed `key`, ascending.
  virtual absl::StatusOr<std::vector<uint64_t>> Changes(
      std::string_view stream, std::string_view key) const = 0;

  // The position of the entry with this request id, if there is one.
  virtual absl::StatusOr<std::optional<uint64_t>> RequestPosition(
      std::string_view stream, std::string_view request_id) const = 0;

  // The value of `key`, or nothing when it does not exist.
  virtual absl::StatusOr<std::optional<VersionedValue>> Get(
      std::string_view stream, std::string_view key) const = 0;

  // The values of many keys, in the order of `keys`. Cheaper than many Gets.
  virtual absl::StatusOr<std::vector<std::optional<VersionedValue>>> GetMany(
      std::string_view stream, const std::vector<std::string>& keys) const = 0;

  // Shows the keys of `range` to `visit`, in order.
  virtual absl::Status Scan(std::string_view stream, const ScanRange& range,
                            const ScanVisitor& visit) const = 0;
};

// See upkeep.h.
class Upkeep;

class Journal {
 public:
  virtual ~Journal() = default;

  // What an operator can do with a journal on a disk, as long as it lives; null
  // where it is not on one.
  virtual Upkeep* upkeep() { return nullptr; }

  // Makes one change and returns when it is durable.
  //
  // The request id is looked at first: a repeated append succeeds whatever it
  // expects. Errors: ABORTED (VERSION_CONFLICT; metadata stream, expected,
  // actual and, where a key was expected, its place in `expected` as "index")
  // when an expectation does not hold; INVALID_ARGUMENT (INVALID_FIELD,
  // LIMIT_EXCEEDED) for the request; UNAVAILABLE (READ_ONLY) when the disk is
  // full or fails: whether the change was kept is then known only after the
  // journal was resumed (upkeep.h) or opened again, and until then it takes no
  // further append. The same request with its id may be made again.
  virtual absl::StatusOr<AppendResult> Append(AppendRequest request) = 0;

  // Shows the stream's entries from position `from` (1 is the first) in order,
  // at most `limit` of them (0: all there are). Returns the position to go on
  // from: one after the last entry seen, or `from` when there was none.
  // Errors: FAILED_PRECONDITION (REVISION_GONE; metadata revision: the position
  // before `from`; earliest: the one after which all entries are kept) when an
  // entry asked for was trimmed.
  virtual absl::StatusOr<uint64_t> Tail(std::string_view stream, uint64_t from,
                                        size_t limit,
                                        const EntryVisitor& visit) const = 0;

  // A consistent view of everything acknowledged so far. Cheap.
  virtual std::shared_ptr<const JournalSnapshot> Snapshot() const = 0;

  // The audit rows of the stream's entries from position `from`, in order, at
  // most `limit` (0: all there are). Also of trimmed entries.
  virtual absl::StatusOr<std::vector<v1::AuditRow>> AuditRows(
      std::string_view stream, uint64_t from, size_t limit) const = 0;

  // Forgets the stream's entries up to `position`, or all when there are fewer:
  // what changed in them, their before-images and notes. Values, versions,
  // audit rows and request ids stay. Positions go on as if nothing had been.
  //
  // Done in steps, so that appends come in between; killed in the middle, some
  // of the entries are gone and TrimmedTo says which. Errors: those of Append
  // for a failing disk.
  virtual absl::Status Trim(std::string_view stream, uint64_t position) = 0;
};

}  // namespace handrail::storage
