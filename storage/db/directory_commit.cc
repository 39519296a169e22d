// Reading what one commit did, in full.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/base/status.h"
#include "storage/db/directory_view.h"
#include "storage/db/key_scan.h"
#include "storage/db/keys.h"
#include "storage/db/stored_record.h"

namespace handrail::storage {
namespace {

bool Says(const v1::JournalEntry& entry, std::string_view action,
          std::string_view subject) {
  return std::any_of(entry.audit().begin(), entry.audit().end(),
                     [&](const v1::AuditRow& audit) {
                       return audit.action() == action &&
                              audit.subject() == subject;
                     });
}

absl::StatusOr<v1::StoredRecord> RecordIn(const std::string& bytes) {
  HANDRAIL_ASSIGN_OR_RETURN(v1::StoredRecord record,
                            DecodeRecord(Form::kFull, bytes, 0));
  record.mutable_info()->clear_etag();
  return record;
}

absl::StatusOr<handrail::v1::Conflict> ConflictIn(const std::string& bytes) {
  handrail::v1::Conflict conflict;
  if (!conflict.ParseFromString(bytes)) return CorruptKey("entry");
  return conflict;
}

absl::StatusOr<std::string> IdIn(const std::string& bytes) {
  if (bytes.empty()) return CorruptKey("entry");
  return bytes;
}

// Sets what was and what is from the two images of a mutation.
template <typename Change, typename Decode>
absl::Status Read(const v1::JournalMutation& mutation, Decode decode,
                  Change& change) {
  if (mutation.has_before()) {
    HANDRAIL_ASSIGN_OR_RETURN(change.before, decode(mutation.before()));
  }
  if (mutation.has_value()) {
    HANDRAIL_ASSIGN_OR_RETURN(change.after, decode(mutation.value()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<CommitInFull>> DirectoryView::FindCommit(
    uint64_t revision, std::string_view action,
    std::string_view subject) const {
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<v1::JournalEntry> entry,
                            snapshot_->Entry(kDirectoryStream, revision));
  if (!entry.has_value() || !Says(*entry, action, subject)) {
    return std::optional<CommitInFull>();
  }
  CommitInFull commit{.revision = revision};
  for (const v1::JournalMutation& mutation : entry->mutations()) {
    const std::optional<keys::Key> key = keys::ParseKey(mutation.key());
    if (!key.has_value()) return CorruptKey("entry");
    if (key->kind == keys::Kind::kFull) {
      FullChange& change = commit.records.emplace_back();
      change.ref.set_type(key->type);
      change.ref.set_id(key->id);
      HANDRAIL_RETURN_IF_ERROR(Read(mutation, RecordIn, change));
    } else if (key->kind == keys::Kind::kConflict) {
      ConflictChange& change = commit.conflicts.emplace_back();
      change.id = key->id;
      HANDRAIL_RETURN_IF_ERROR(Read(mutation, ConflictIn, change));
    } else if (key->kind == keys::Kind::kAlias) {
      AliasChange& change = commit.aliases.emplace_back();
      change.source = key->source;
      change.type = key->type;
      change.name = key->id;
      HANDRAIL_RETURN_IF_ERROR(Read(mutation, IdIn, change));
    }
  }
  return std::optional<CommitInFull>(std::move(commit));
}

absl::StatusOr<std::vector<FullChange>> DirectoryView::FullHistory(
    const handrail::v1::RecordRef& ref, size_t limit) const {
  std::vector<FullChange> history;
  if (!CanExist(ref)) return history;
  const std::string wanted = keys::FullKey(ref);
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<uint64_t> revisions,
                            snapshot_->Changes(kDirectoryStream, wanted));
  for (size_t i = revisions.size(); i > 0 && history.size() < limit; --i) {
    HANDRAIL_ASSIGN_OR_RETURN(
        const std::optional<v1::JournalEntry> entry,
        snapshot_->Entry(kDirectoryStream, revisions[i - 1]));
    if (!entry.has_value()) return CorruptKey("entry");
    for (const v1::JournalMutation& mutation : entry->mutations()) {
      if (mutation.key() != wanted) continue;
      FullChange& change = history.emplace_back();
      change.ref = ref;
      HANDRAIL_RETURN_IF_ERROR(Read(mutation, RecordIn, change));
    }
  }
  return history;
}

}  // namespace handrail::storage
