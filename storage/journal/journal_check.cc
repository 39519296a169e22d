#include "storage/journal/journal_check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"
#include "storage/journal/append_plan.h"
#include "storage/journal/rocks_layout.h"

namespace handrail::storage {
namespace {

// What the kept entries say of one key.
struct Last {
  uint64_t version = 0;
  uint64_t value_hash = 0;
  bool removed = false;
  // The value was met in table k.
  bool met = false;
};

uint64_t ReadBigEndian(std::string_view bytes) {
  uint64_t number = 0;
  for (const char c : bytes) {
    number = (number << 8) | static_cast<unsigned char>(c);
  }
  return number;
}

// One stream's tables against each other.
class StreamCheck {
 public:
  // `last` is the stream's position, `trimmed` the last entry it gave up.
  StreamCheck(const RocksSnapshot& snapshot, std::string stream, uint64_t last,
              uint64_t trimmed, const ByteVisitor& visit)
      : snapshot_(snapshot),
        stream_(std::move(stream)),
        last_(last),
        first_(trimmed + 1),
        visit_(visit) {}

  absl::Status Run() {
    HANDRAIL_RETURN_IF_ERROR(ReadEntries());
    HANDRAIL_RETURN_IF_ERROR(ReadValues());
    HANDRAIL_RETURN_IF_ERROR(NameLostValues());
    HANDRAIL_RETURN_IF_ERROR(ReadChanges());
    HANDRAIL_RETURN_IF_ERROR(ReadAudit());
    return ReadRequests();
  }

  int64_t looked_at() const { return looked_at_; }
  bool stopped() const { return stopped_; }

 private:
  void Find(std::string message, std::string_view key = {}) {
    if (stopped_) return;
    stopped_ = !visit_({.stream = stream_,
                        .key = std::string(key),
                        .message = std::move(message)});
  }

  // Shows a table's keys, without what they all begin with. A table that cannot
  // be read to its end is a finding.
  template <typename Visit>
  void ForEach(char table, const Visit& visit) {
    const std::string prefix = layout::TablePrefix(table, stream_);
    const absl::Status status =
        snapshot_.ScanRaw(prefix, PrefixEnd(prefix),
                          [&](std::string_view key,
                              std::string_view value) -> absl::StatusOr<bool> {
                            ++looked_at_;
                            visit(key.substr(prefix.size()), value);
                            return !stopped_;
                          });
    if (!status.ok()) {
      whole_ = false;
      Find(absl::StrCat("table ", std::string(1, table),
                        " cannot be read to its end: ", MessageOf(status)));
    }
  }

  void Gap(uint64_t from, uint64_t to) {
    if (from > to) return;
    gap_from_ = std::min(gap_from_, from);
    gap_to_ = std::max(gap_to_, to);
    Find(from == to
             ? absl::StrCat("entry ", from, " is missing")
             : absl::StrCat("entries ", from, " to ", to, " are missing"));
  }

  // True where a missing entry may have come after `version`.
  bool MayHaveChangedSince(uint64_t version) const {
    return gap_to_ > version || !whole_;
  }

  absl::Status ReadEntries() {
    uint64_t next = first_;
    ForEach('e', [&](std::string_view key, std::string_view bytes) {
      if (key.size() != 8) {
        Find("the key of an entry is not one");
        return;
      }
      const uint64_t position = ReadBigEndian(key);
      if (position < next) {
        Find(absl::StrCat("entry ", position, " is there though trimmed"));
        return;
      }
      Gap(next, position - 1);
      next = position + 1;
      v1::JournalEntry entry;
      if (!entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        NoEntry(position, "does not parse");
      } else if (entry.position() != position || entry.stream() != stream_) {
        NoEntry(position, "is another one");
      } else {
        Replay(entry);
      }
    });
    if (next > last_ + 1) {
      Find(absl::StrCat("entries go on to ", next - 1,
                        " beyond the last position, ", last_));
    } else {
      Gap(next, last_);
    }
    return absl::OkStatus();
  }

  void NoEntry(uint64_t position, const char* why) {
    gap_from_ = std::min(gap_from_, position);
    gap_to_ = std::max(gap_to_, position);
    Find(absl::StrCat("entry ", position, " ", why));
  }

  void Replay(const v1::JournalEntry& entry) {
    const uint64_t position = entry.position();
    for (const v1::JournalMutation& mutation : entry.mutations()) {
      Last& last = values_[StableHash64(mutation.key())];
      if (last.version != 0 && !last.removed) {
        ExpectChange(mutation.key(), last.version);
      }
      if (!mutation.has_value()) ExpectChange(mutation.key(), position);
      last = {.version = position,
              .value_hash = StableHash64(mutation.value()),
              .removed = !mutation.has_value()};
    }
    uint64_t hash = 0;
    for (const v1::AuditRow& row : entry.audit()) {
      hash = StableHash64(DeterministicBytes(row), hash + 1);
    }
    if (entry.audit_size() > 0) audits_[position] = {entry.audit_size(), hash};
    if (!entry.request_id().empty()) {
      requests_[position] = StableHash64(entry.request_id());
    }
  }

  void ExpectChange(const std::string& key, uint64_t position) {
    ++changes_;
    changes_sum_ += HashOfChange(key, position);
  }

  static uint64_t HashOfChange(const std::string& key, uint64_t position) {
    return StableHash64(key, position);
  }

  absl::Status ReadValues() {
    ForEach('k', [&](std::string_view key, std::string_view bytes) {
      const auto parts = layout::ParseStateValue(bytes);
      const auto found = values_.find(StableHash64(key));
      if (found != values_.end()) found->second.met = true;
      if (!parts.has_value()) {
        Find("a value has no version", key);
        return;
      }
      if (parts->version == 0 || parts->version > last_) {
        Find("a value has the version of no entry", key);
        return;
      }
      if (found == values_.end()) {
        if (parts->version >= first_ && whole_ &&
            !(parts->version >= gap_from_ && parts->version <= gap_to_)) {
          Find("a value is there that no entry wrote", key);
        }
        return;
      }
      const Last& last = found->second;
      if (MayHaveChangedSince(last.version)) return;
      if (last.removed) {
        Find("a value is there that an entry removed", key);
      } else if (last.version != parts->version ||
                 last.value_hash != StableHash64(parts->value)) {
        Find("a value is not what its last entry wrote", key);
      }
    });
    return absl::OkStatus();
  }

  // Values that should be there and are not: their keys are in the entries.
  absl::Status NameLostValues() {
    std::set<uint64_t> lost;
    for (const auto& [hash, last] : values_) {
      if (!last.removed && !last.met && !MayHaveChangedSince(last.version)) {
        lost.insert(hash);
      }
    }
    if (lost.empty()) return absl::OkStatus();
    const int64_t before = looked_at_;
    ForEach('e', [&](std::string_view key, std::string_view bytes) {
      v1::JournalEntry entry;
      if (key.size() != 8 ||
          !entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return;
      }
      for (const v1::JournalMutation& mutation : entry.mutations()) {
        if (lost.erase(StableHash64(mutation.key())) > 0) {
          Find("a value that an entry wrote is missing", mutation.key());
        }
      }
    });
    looked_at_ = before;
    return absl::OkStatus();
  }

  // True where the value itself says that this entry changed it: older versions
  // wrote it down all the same.
  bool IsLast(const layout::ChangeParts& change) const {
    const auto found = values_.find(StableHash64(change.key));
    return found != values_.end() && !found->second.removed &&
           found->second.version == change.position;
  }

  // Which entries changed a key: as many as the entries say, and the same.
  absl::Status ReadChanges() {
    uint64_t count = 0;
    uint64_t sum = 0;
    ForEach('h', [&](std::string_view key, std::string_view) {
      const auto change = layout::ParseChange(key);
      if (change.has_value() && IsLast(*change)) return;
      ++count;
      if (!change.has_value()) return;
      sum += HashOfChange(change->key, change->position);
    });
    if (gap_to_ != 0 || !whole_) return absl::OkStatus();
    if (count != changes_ || sum != changes_sum_) {
      if (stopped_) return absl::OkStatus();
      stopped_ = !visit_(
          {.stream = stream_,
           .message = "the history of keys is not what the entries changed",
           .history = true});
    }
    return absl::OkStatus();
  }

  absl::Status ReadAudit() {
    // Position → rows met so far, and their hash.
    std::pair<int, uint64_t> met = {0, 0};
    uint64_t at = 0;
    const auto close = [&] {
      const auto found = audits_.find(at);
      if (at == 0) return;
      if (found == audits_.end()) {
        if (at >= first_ && !(at >= gap_from_ && at <= gap_to_)) {
          Find(absl::StrCat("audit rows of entry ", at, " are not in it"));
        }
      } else {
        if (found->second != met) {
          Find(absl::StrCat("audit rows of entry ", at, " are not its own"));
        }
        audits_.erase(found);
      }
    };
    ForEach('a', [&](std::string_view key, std::string_view bytes) {
      if (key.size() != 12) {
        Find("the key of an audit row is not one");
        return;
      }
      const uint64_t position = ReadBigEndian(key.substr(0, 8));
      if (position != at) {
        close();
        at = position;
        met = {0, 0};
      }
      ++met.first;
      met.second = StableHash64(bytes, met.second + 1);
    });
    close();
    for (const auto& [position, rows] : audits_) {
      Find(absl::StrCat("audit rows of entry ", position, " are missing"));
    }
    return absl::OkStatus();
  }

  absl::Status ReadRequests() {
    ForEach('r', [&](std::string_view id, std::string_view bytes) {
      const std::optional<uint64_t> position = layout::ParseNumber(bytes);
      if (!position.has_value() || *position == 0 || *position > last_) {
        Find("a request id points to no entry");
        return;
      }
      const auto found = requests_.find(*position);
      if (found != requests_.end() && found->second == StableHash64(id)) {
        requests_.erase(found);
      } else if (*position >= first_ &&
                 !(*position >= gap_from_ && *position <= gap_to_)) {
        Find(absl::StrCat("a request id points to entry ", *position,
                          ", which has another"));
      }
    });
    for (const auto& [position, id] : requests_) {
      Find(absl::StrCat("the request id of entry ", position, " is missing"));
    }
    return absl::OkStatus();
  }

  const RocksSnapshot& snapshot_;
  const std::string stream_;
  const uint64_t last_;
  // The first entry kept; one after the last position where none is.
  const uint64_t first_;
  const ByteVisitor& visit_;
  int64_t looked_at_ = 0;
  bool stopped_ = false;
  // False where a table could not be read to its end.
  bool whole_ = true;

  // What must be in the history of keys, and a sum over it.
  uint64_t changes_ = 0;
  uint64_t changes_sum_ = 0;
  // From the first to the last entry that is missing or damaged.
  uint64_t gap_from_ = ~uint64_t{0};
  uint64_t gap_to_ = 0;
  // By the hash of the key.
  std::unordered_map<uint64_t, Last> values_;
  // Position → number and hash of its rows; → hash of its request id.
  std::map<uint64_t, std::pair<int, uint64_t>> audits_;
  std::map<uint64_t, uint64_t> requests_;
};

// The streams and their last positions; unreadable ones are findings.
absl::StatusOr<std::map<std::string, uint64_t>> Streams(
    const RocksSnapshot& snapshot, const ByteVisitor& visit) {
  std::map<std::string, uint64_t> streams;
  HANDRAIL_RETURN_IF_ERROR(snapshot.ScanRaw(
      "p", "q",
      [&](std::string_view key,
          std::string_view value) -> absl::StatusOr<bool> {
        const std::optional<uint64_t> last = layout::ParseNumber(value);
        if (key.size() < 3 || key.back() != '\0' || !last.has_value()) {
          return visit({.message = "the position of a stream is not one"});
        }
        streams[std::string(key.substr(1, key.size() - 2))] = *last;
        return true;
      }));
  return streams;
}

// Facts about the whole, and keys of no table or of no stream.
absl::Status CheckWhole(const RocksSnapshot& snapshot,
                        const std::map<std::string, uint64_t>& streams,
                        const ByteVisitor& visit) {
  uint64_t positions = 0;
  for (const auto& [name, last] : streams) positions += last;
  std::optional<uint64_t> appends;
  std::set<std::string> strangers;
  HANDRAIL_RETURN_IF_ERROR(snapshot.ScanRaw(
      layout::kAppendsKey, std::string(layout::kAppendsKey) + '\0',
      [&](std::string_view, std::string_view value) -> absl::StatusOr<bool> {
        appends = layout::ParseNumber(value);
        return true;
      }));
  if (!appends.has_value() || *appends != positions) {
    visit({.message = absl::StrCat(
               "the number of appends is not the sum of all positions, ",
               positions)});
  }
  for (const char table : {'e', 'k', 'a', 'r', 'h', 't'}) {
    const std::string letter(1, table);
    std::string from = letter;
    // Jumps from stream to stream.
    while (true) {
      std::string stream;
      HANDRAIL_RETURN_IF_ERROR(snapshot.ScanRaw(
          from, PrefixEnd(letter),
          [&](std::string_view key, std::string_view) -> absl::StatusOr<bool> {
            const size_t zero = key.find('\0');
            stream = std::string(
                key.substr(1, zero == key.npos ? key.npos : zero - 1));
            from = std::string(key);
            return false;
          }));
      if (stream.empty()) break;
      if (!streams.contains(stream) && strangers.insert(stream).second) {
        visit({.stream = stream, .message = "a stream has no position"});
      }
      from = PrefixEnd(layout::TablePrefix(table, stream));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> CheckJournalBytes(const RocksSnapshot& snapshot,
                                          const ByteVisitor& visit) {
  HANDRAIL_ASSIGN_OR_RETURN(const auto streams, Streams(snapshot, visit));
  HANDRAIL_RETURN_IF_ERROR(CheckWhole(snapshot, streams, visit));
  int64_t looked_at = static_cast<int64_t>(streams.size());
  for (const auto& [stream, last] : streams) {
    HANDRAIL_ASSIGN_OR_RETURN(const uint64_t trimmed,
                              snapshot.TrimmedTo(stream));
    StreamCheck check(snapshot, stream, last, trimmed, visit);
    HANDRAIL_RETURN_IF_ERROR(check.Run());
    looked_at += check.looked_at();
    if (check.stopped()) break;
  }
  return looked_at;
}

}  // namespace handrail::storage
