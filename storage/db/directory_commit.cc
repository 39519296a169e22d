// Reading what one commit did, in full.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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
    }
  }
  return std::optional<CommitInFull>(std::move(commit));
}

}  // namespace handrail::storage
