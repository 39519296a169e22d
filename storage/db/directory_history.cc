// Reading what changed: the history of a record, and the changes a follower is
// told of. Both come from the journal's entries and tell projections alone.
#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"
#include "storage/db/directory_store.h"
#include "storage/db/key_scan.h"
#include "storage/db/keys.h"
#include "storage/db/stored_record.h"
#include "storage/journal/append_plan.h"
#include "storage/journal/timestamps.h"

namespace handrail::storage {
namespace {

using handrail::v1::RecordRef;
using Projection = std::optional<v1::StoredRecord>;

std::optional<handrail::v1::Record> RecordOf(const Projection& projection) {
  if (!projection.has_value()) return std::nullopt;
  return projection->record();
}

// What an entry did to one projection.
struct ProjectionChange {
  const v1::JournalMutation& shown;
  // Of its full record; null: nothing.
  const v1::JournalMutation* full = nullptr;

  // What the full record was, or is: it changes with a projection that shows
  // all of it.
  std::optional<VersionedValue> FullBefore() const {
    if (full == nullptr || !full->has_before()) return std::nullopt;
    return VersionedValue{.value = full->before()};
  }
  std::optional<VersionedValue> FullAfter(uint64_t revision) const {
    if (full == nullptr || !full->has_value()) return std::nullopt;
    return VersionedValue{.value = full->value(), .version = revision};
  }
};

Projection Before(const ProjectionChange& change) {
  if (!change.shown.has_before()) return std::nullopt;
  auto before = DecodeRecord(Form::kPublic, change.shown.before(), 0);
  if (before.ok()) before = WithRecord(*before, change.FullBefore());
  // One that was damaged, and made again by this entry: what it was is lost.
  if (!before.ok()) return std::nullopt;
  return *std::move(before);
}

absl::StatusOr<Projection> After(const ProjectionChange& change,
                                 uint64_t revision) {
  if (!change.shown.has_value()) return std::nullopt;
  HANDRAIL_ASSIGN_OR_RETURN(
      v1::StoredRecord after,
      DecodeRecord(Form::kPublic, change.shown.value(), revision));
  return WithRecord(after, change.FullAfter(revision));
}

// What the entry did to `key`; null: nothing.
const v1::JournalMutation* FindMutation(const v1::JournalEntry& entry,
                                        const std::string& key) {
  for (const v1::JournalMutation& mutation : entry.mutations()) {
    if (mutation.key() == key) return &mutation;
  }
  return nullptr;
}

// Goes back through the changes of one record.
class HistoryReader {
 public:
  HistoryReader(const JournalSnapshot& snapshot, const DirectoryView& view,
                const RecordRef& ref)
      : snapshot_(snapshot),
        view_(view),
        ref_(ref),
        full_key_(keys::FullKey(ref)),
        public_key_(keys::PublicKey(ref)) {}

  absl::StatusOr<std::vector<RecordHistory>> Read(uint64_t before_revision,
                                                  size_t limit) {
    HANDRAIL_ASSIGN_OR_RETURN(const std::vector<uint64_t> full,
                              snapshot_.Changes(kDirectoryStream, full_key_));
    HANDRAIL_ASSIGN_OR_RETURN(const std::vector<uint64_t> shown,
                              snapshot_.Changes(kDirectoryStream, public_key_));
    std::vector<uint64_t> all;
    std::set_union(full.begin(), full.end(), shown.begin(), shown.end(),
                   std::back_inserter(all));
    auto next = all.end();
    if (before_revision != 0) {
      next = std::lower_bound(all.begin(), all.end(), before_revision);
    }
    std::vector<RecordHistory> history;
    if (next == all.begin()) return history;
    HANDRAIL_RETURN_IF_ERROR(Begin(shown, before_revision));
    while (next != all.begin() && history.size() < limit) {
      HANDRAIL_ASSIGN_OR_RETURN(RecordHistory change, Step(*--next));
      history.push_back(std::move(change));
    }
    return history;
  }

 private:
  absl::StatusOr<v1::JournalEntry> Entry(uint64_t revision) const {
    HANDRAIL_ASSIGN_OR_RETURN(std::optional<v1::JournalEntry> entry,
                              snapshot_.Entry(kDirectoryStream, revision));
    if (!entry.has_value()) return CorruptKey("entry");
    return *std::move(entry);
  }

  // Sets projection_ to what it was before `revision` (0: to what it is): what
  // the first change from there on found.
  absl::Status Begin(const std::vector<uint64_t>& shown, uint64_t revision) {
    const auto later =
        revision == 0 ? shown.end()
                      : std::lower_bound(shown.begin(), shown.end(), revision);
    if (later == shown.end()) {
      HANDRAIL_ASSIGN_OR_RETURN(projection_, view_.FindPublic(ref_));
      return absl::OkStatus();
    }
    HANDRAIL_ASSIGN_OR_RETURN(const v1::JournalEntry entry, Entry(*later));
    const v1::JournalMutation* found = FindMutation(entry, public_key_);
    if (found == nullptr) return CorruptKey("entry");
    projection_ =
        Before({.shown = *found, .full = FindMutation(entry, full_key_)});
    return absl::OkStatus();
  }

  // REQUIRES: projection_ is what it was after `revision`; sets it to what it
  // was before.
  absl::StatusOr<RecordHistory> Step(uint64_t revision) {
    HANDRAIL_ASSIGN_OR_RETURN(v1::JournalEntry entry, Entry(revision));
    RecordHistory change{.revision = revision,
                         .at = ToTime(entry.at()),
                         .note = std::move(*entry.mutable_note()),
                         .after = RecordOf(projection_)};
    change.audit.assign(entry.audit().begin(), entry.audit().end());
    const v1::JournalMutation* shown = FindMutation(entry, public_key_);
    const v1::JournalMutation* full = FindMutation(entry, full_key_);
    if (shown != nullptr) {
      projection_ = Before({.shown = *shown, .full = full});
    }
    change.before = RecordOf(projection_);
    change.retired = full != nullptr && !full->has_value();
    return change;
  }

  const JournalSnapshot& snapshot_;
  const DirectoryView& view_;
  const RecordRef ref_;
  const std::string full_key_;
  const std::string public_key_;
  Projection projection_;
};

// The entry's changes of full records, by type and id as they stand in a key.
using FullMutations =
    absl::flat_hash_map<std::string_view, const v1::JournalMutation*>;

std::string_view WithoutKind(const v1::JournalMutation& mutation) {
  return std::string_view(mutation.key()).substr(1);
}

FullMutations FullMutationsOf(const v1::JournalEntry& entry) {
  FullMutations full;
  for (const v1::JournalMutation& mutation : entry.mutations()) {
    if (!mutation.key().starts_with(static_cast<char>(keys::Kind::kFull))) {
      continue;
    }
    full[WithoutKind(mutation)] = &mutation;
  }
  return full;
}

bool SeeNoDifference(const TouchedRecord& touched) {
  return touched.before.has_value() && touched.after.has_value() &&
         touched.before->info().etag() == touched.after->info().etag();
}

// The entry as the public sees it.
absl::StatusOr<ChangeSeen> SeenOf(const v1::JournalEntry& entry) {
  ChangeSeen change{.revision = entry.position(), .at = ToTime(entry.at())};
  const FullMutations full = FullMutationsOf(entry);
  for (const v1::JournalMutation& mutation : entry.mutations()) {
    const std::optional<keys::Key> key = keys::ParseKey(mutation.key());
    if (!key.has_value()) return CorruptKey("entry");
    if (key->kind != keys::Kind::kPublic) continue;
    if (!mutation.has_before() && !mutation.has_value()) continue;
    ProjectionChange shown{.shown = mutation};
    const auto found = full.find(WithoutKind(mutation));
    if (found != full.end()) shown.full = found->second;
    TouchedRecord touched;
    touched.ref.set_type(key->type);
    touched.ref.set_id(key->id);
    touched.before = Before(shown);
    HANDRAIL_ASSIGN_OR_RETURN(touched.after, After(shown, entry.position()));
    if (HANDRAIL_MUTATE(seen_difference, SeeNoDifference(touched), false)) {
      continue;
    }
    change.records.push_back(std::move(touched));
  }
  return change;
}

absl::Status NotReached(uint64_t asked, uint64_t newest) {
  return Error(absl::StatusCode::kOutOfRange,
               handrail::v1::ERROR_REASON_REVISION_NOT_REACHED,
               absl::StrCat("the directory has not reached revision ", asked,
                            "; it is at ", newest),
               {{"min_revision", std::to_string(asked)},
                {"revision", std::to_string(newest)}});
}

}  // namespace

absl::StatusOr<uint64_t> DirectoryView::EarliestRevision() const {
  return snapshot_->TrimmedTo(kDirectoryStream);
}

absl::StatusOr<std::vector<RecordHistory>> DirectoryView::History(
    const RecordRef& ref, uint64_t before_revision, size_t limit) const {
  if (!CanExist(ref) || limit == 0) return std::vector<RecordHistory>();
  return HistoryReader(*snapshot_, *this, ref).Read(before_revision, limit);
}

absl::StatusOr<uint64_t> DirectoryStore::ForEachChange(
    uint64_t after_revision, size_t limit, const ChangeVisitor& visit) const {
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t newest, View().Revision());
  if (after_revision > newest) return NotReached(after_revision, newest);
  uint64_t seen = after_revision;
  bool stopped = false;
  const auto next = journal_.Tail(
      kDirectoryStream, after_revision + 1, limit,
      [&](const v1::JournalEntry& entry) -> absl::Status {
        HANDRAIL_ASSIGN_OR_RETURN(const ChangeSeen change, SeenOf(entry));
        seen = change.revision;
        stopped = !visit(change);
        // Ends the tail; not an error.
        return stopped ? absl::CancelledError() : absl::OkStatus();
      });
  if (!next.ok() && !stopped) return next.status();
  return seen;
}

absl::Status DirectoryStore::TrimChanges(uint64_t revision) {
  return journal_.Trim(kDirectoryStream, revision);
}

}  // namespace handrail::storage
