#include "storage/journal/memory_journal.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/base/status.h"
#include "storage/journal/append_plan.h"

namespace handrail::storage {
namespace {

struct Kept {
  // Shared between copies of the state: values never change.
  std::shared_ptr<const std::string> value;
  uint64_t version = 0;
};

struct Stream {
  std::map<std::string, Kept, std::less<>> keys;
  // entries[i] has position i + 1; null: trimmed.
  std::vector<std::shared_ptr<const v1::JournalEntry>> entries;
  uint64_t trimmed_to = 0;
  // The positions of the entries kept that changed a key.
  std::map<std::string, std::vector<uint64_t>, std::less<>> changes;
  std::vector<std::pair<uint64_t, v1::AuditRow>> audit;
  std::map<std::string, uint64_t, std::less<>> requests;
};

}  // namespace

struct MemoryJournal::State {
  std::map<std::string, Stream, std::less<>> streams;

  const Stream& Find(std::string_view name) const {
    static const Stream* const empty = new Stream;
    const auto found = streams.find(name);
    return found == streams.end() ? *empty : found->second;
  }
};

class MemoryJournal::View : public JournalSnapshot {
 public:
  explicit View(std::shared_ptr<const State> state)
      : state_(std::move(state)) {}

  absl::StatusOr<uint64_t> Position(std::string_view stream) const override {
    return state_->Find(stream).entries.size();
  }

  absl::StatusOr<uint64_t> TrimmedTo(std::string_view stream) const override {
    return state_->Find(stream).trimmed_to;
  }

  absl::StatusOr<std::optional<v1::JournalEntry>> Entry(
      std::string_view stream, uint64_t position) const override {
    const auto& entries = state_->Find(stream).entries;
    if (position == 0 || position > entries.size() ||
        entries[position - 1] == nullptr) {
      return std::nullopt;
    }
    return *entries[position - 1];
  }

  absl::StatusOr<std::vector<uint64_t>> Changes(
      std::string_view stream, std::string_view key) const override {
    const auto& changes = state_->Find(stream).changes;
    const auto found = changes.find(key);
    if (found == changes.end()) return std::vector<uint64_t>();
    return found->second;
  }

  absl::StatusOr<std::optional<uint64_t>> RequestPosition(
      std::string_view stream, std::string_view request_id) const override {
    const Stream& kept = state_->Find(stream);
    const auto found = kept.requests.find(request_id);
    if (found == kept.requests.end()) return std::nullopt;
    return found->second;
  }

  absl::StatusOr<std::optional<VersionedValue>> Get(
      std::string_view stream, std::string_view key) const override {
    const Stream& kept = state_->Find(stream);
    const auto found = kept.keys.find(key);
    if (found == kept.keys.end()) return std::nullopt;
    return VersionedValue{*found->second.value, found->second.version};
  }

  absl::StatusOr<std::vector<std::optional<VersionedValue>>> GetMany(
      std::string_view stream,
      const std::vector<std::string>& keys) const override {
    std::vector<std::optional<VersionedValue>> values;
    values.reserve(keys.size());
    for (const std::string& key : keys) {
      HANDRAIL_ASSIGN_OR_RETURN(std::optional<VersionedValue> value,
                                Get(stream, key));
      values.push_back(std::move(value));
    }
    return values;
  }

  absl::Status Scan(std::string_view stream, const ScanRange& range,
                    const ScanVisitor& visit) const override {
    const auto& keys = state_->Find(stream).keys;
    size_t seen = 0;
    auto it = range.after < range.prefix ? keys.lower_bound(range.prefix)
                                         : keys.upper_bound(range.after);
    for (; it != keys.end() && it->first.starts_with(range.prefix); ++it) {
      if (range.limit != 0 && seen == range.limit) break;
      ++seen;
      if (!visit(it->first, *it->second.value, it->second.version)) break;
    }
    return absl::OkStatus();
  }

 private:
  const std::shared_ptr<const State> state_;
};

MemoryJournal::MemoryJournal() : state_(std::make_shared<State>()) {}
MemoryJournal::~MemoryJournal() = default;

std::shared_ptr<const MemoryJournal::State> MemoryJournal::Current() const {
  MutexLock lock(mu_);
  shared_ = true;
  return state_;
}

MemoryJournal::State& MemoryJournal::Own() {
  if (shared_) state_ = std::make_shared<State>(*state_);
  shared_ = false;
  return *state_;
}

absl::StatusOr<AppendResult> MemoryJournal::Append(AppendRequest request) {
  HANDRAIL_RETURN_IF_ERROR(CheckAppend(request));
  MutexLock lock(mu_);
  {
    const Stream& kept = state_->Find(request.stream);
    const auto seen = kept.requests.find(request.request_id);
    if (!request.request_id.empty() && seen != kept.requests.end()) {
      return AppendResult{.position = seen->second, .repeated = true};
    }
  }
  HANDRAIL_ASSIGN_OR_RETURN(PlannedAppend planned,
                            PlanAppend(std::move(request), View(state_)));

  v1::JournalEntry& entry = planned.entry;
  Stream& stream = Own().streams[entry.stream()];
  for (const v1::JournalMutation& mutation : entry.mutations()) {
    stream.changes[mutation.key()].push_back(entry.position());
    if (mutation.has_value()) {
      stream.keys[mutation.key()] = {
          std::make_shared<const std::string>(mutation.value()),
          entry.position()};
    } else {
      stream.keys.erase(mutation.key());
    }
  }
  const uint64_t position = entry.position();
  for (const v1::AuditRow& row : entry.audit()) {
    stream.audit.emplace_back(position, row);
  }
  if (!entry.request_id().empty()) {
    stream.requests[entry.request_id()] = position;
  }
  stream.entries.push_back(
      std::make_shared<const v1::JournalEntry>(std::move(entry)));
  return AppendResult{.position = position};
}

absl::StatusOr<uint64_t> MemoryJournal::Tail(std::string_view stream,
                                             uint64_t from, size_t limit,
                                             const EntryVisitor& visit) const {
  const std::shared_ptr<const State> state = Current();
  const auto& entries = state->Find(stream).entries;
  uint64_t next = std::max<uint64_t>(from, 1);
  if (const uint64_t earliest = state->Find(stream).trimmed_to;
      next <= earliest) {
    return RevisionGone(next - 1, earliest);
  }
  for (size_t seen = 0; next <= entries.size(); ++seen, ++next) {
    if (limit != 0 && seen == limit) break;
    HANDRAIL_RETURN_IF_ERROR(visit(*entries[next - 1]));
  }
  return next;
}

std::shared_ptr<const JournalSnapshot> MemoryJournal::Snapshot() const {
  return std::make_shared<View>(Current());
}

absl::StatusOr<std::vector<v1::AuditRow>> MemoryJournal::AuditRows(
    std::string_view stream, uint64_t from, size_t limit) const {
  const std::shared_ptr<const State> state = Current();
  std::vector<v1::AuditRow> rows;
  for (const auto& [position, row] : state->Find(stream).audit) {
    if (position < from) continue;
    if (limit != 0 && rows.size() == limit) break;
    rows.push_back(row);
  }
  return rows;
}

absl::Status MemoryJournal::Trim(std::string_view name, uint64_t position) {
  MutexLock lock(mu_);
  if (!state_->streams.contains(name)) return absl::OkStatus();
  Stream& stream = Own().streams.find(name)->second;
  const uint64_t end = std::min<uint64_t>(position, stream.entries.size());
  for (uint64_t gone = stream.trimmed_to + 1; gone <= end; ++gone) {
    stream.entries[gone - 1] = nullptr;
  }
  stream.trimmed_to = std::max(stream.trimmed_to, end);
  for (auto it = stream.changes.begin(); it != stream.changes.end();) {
    std::erase_if(it->second,
                  [&](uint64_t at) { return at <= stream.trimmed_to; });
    it = it->second.empty() ? stream.changes.erase(it) : std::next(it);
  }
  return absl::OkStatus();
}

}  // namespace handrail::storage
