#include "server/curation/edit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/curation/field_path.h"
#include "server/curation/limits.h"
#include "server/ingest/keep_confirmed.h"
#include "server/ingest/record_diff.h"
#include "server/limits.h"
#include "server/proto_time.h"
#include "storage/base/hash.h"
#include "storage/db/stored_record.h"
#include "storage/normalise/text.h"
#include "storage/normalise/uuid.h"
#include "storage/redaction/redaction.h"

namespace handrail::server {
namespace {

using storage::v1::ConfirmedField;
using storage::v1::StoredRecord;

v1::DirectoryRecord ToDirectoryRecord(StoredRecord stored) {
  v1::DirectoryRecord record;
  *record.mutable_info() = std::move(*stored.mutable_info());
  *record.mutable_record() = std::move(*stored.mutable_record());
  return record;
}

size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

// --- Checks ----------------------------------------------------------------

void CheckRequestId(const std::string& request_id, bool validate_only,
                    std::vector<FieldViolation>& wrong) {
  if (request_id.empty() && validate_only) return;
  if (!IsUuid(request_id)) {
    wrong.push_back({"request_id",
                     "must be a UUID, a new one for each write and the same "
                     "one when a write is tried again"});
  }
}

void CheckRef(const std::string& field, const v1::RecordRef& ref,
              std::vector<FieldViolation>& wrong) {
  if (KindDescriptor(ref.type()) == nullptr) {
    wrong.push_back({field + ".type", "must be a kind of record: SERVICE, …"});
  }
  if (ref.id().empty()) {
    wrong.push_back({field + ".id", "must not be empty"});
  } else if (ref.id().size() > kIdBytesMax) {
    wrong.push_back({field + ".id",
                     absl::StrCat("must be at most ", kIdBytesMax, " bytes")});
  }
}

std::string CheckWords(const std::string& field, const std::string& words,
                       size_t characters_max,
                       std::vector<FieldViolation>& wrong) {
  std::string text = words;
  const storage::TextState state = storage::NormaliseText(text);
  if (state == storage::TextState::kNotUtf8 ||
      state == storage::TextState::kNul) {
    wrong.push_back({field, "must be text in UTF-8"});
    return "";
  }
  if (Characters(text) > characters_max) {
    wrong.push_back(
        {field, absl::StrCat("must be at most ", characters_max,
                             " characters; it has ", Characters(text))});
  }
  return text;
}

absl::Time CheckPast(const std::string& field, bool given,
                     const google::protobuf::Timestamp& time, absl::Time now,
                     std::vector<FieldViolation>& wrong) {
  if (!given) return now;
  if (!IsTimestamp(time)) {
    wrong.push_back({field, "must be a time from year 1 to year 9999"});
    return now;
  }
  if (FromProto(time) > now) {
    wrong.push_back({field, "must not be in the future"});
  }
  return FromProto(time);
}

bool HasExtension(v1::RecordType type) {
  const auto* kind = KindDescriptor(type);
  return kind != nullptr && kind->FindFieldByName("x_handrail") != nullptr;
}

// --- The write -------------------------------------------------------------

Edit::Edit(DirectoryWriter& writer, const RequestContext& context)
    : writer_(writer),
      context_(context),
      turn_(writer),
      view_(writer.store().View()),
      staging_(view_) {}

absl::StatusOr<std::optional<uint64_t>> Edit::FirstTime(
    const std::string& request_id) const {
  if (request_id.empty()) return std::optional<uint64_t>();
  return view_.RequestRevision(storage::CanonicalUuid(request_id));
}

absl::StatusOr<StoredRecord> Edit::Read(const v1::RecordRef& ref,
                                        const std::string& etag) const {
  HANDRAIL_ASSIGN_OR_RETURN(StoredRecord full, view_.GetFull(ref));
  if (etag.empty()) return full;
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord shown, view_.GetPublic(ref));
  if (shown.info().etag() == etag) return full;
  return Aborted(
      v1::ERROR_REASON_VERSION_CONFLICT,
      "the record was changed since it was read: read it again, then decide",
      {{"type", v1::RecordType_Name(ref.type())}, {"id", ref.id()}});
}

absl::Status Edit::Put(const StoredRecord& before, v1::Record after,
                       std::vector<ConfirmedField> confirmed) {
  const RecordKey key = KeyOf(after);
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::Conflict> conflicts,
                            staging_.ConflictsOf(key));
  for (const v1::Conflict& conflict : conflicts) {
    if (conflict.settled()) continue;
    const auto path = FieldPath::Parse(key.first, conflict.field());
    // The record says by now what the feed does.
    if (!path.ok() || ConflictId(conflict.ref(), conflict.field(),
                                 path->Word(after)) == conflict.id()) {
      staging_.RemoveConflict(conflict.id());
    }
  }
  for (const ConfirmedField& old : before.confirmed()) {
    const auto path = FieldPath::Parse(key.first, old.field());
    if (!path.ok()) continue;
    const bool replaced = std::any_of(
        confirmed.begin(), confirmed.end(), [&](const ConfirmedField& one) {
          const auto wider = FieldPath::Parse(key.first, one.field());
          return wider.ok() && wider->Covers(*path);
        });
    if (!replaced) confirmed.push_back(old);
  }
  return staging_.Put(before.info().source(), std::move(after),
                      std::move(confirmed));
}

absl::StatusOr<uint64_t> Edit::Commit(const Words& words) {
  HANDRAIL_ASSIGN_OR_RETURN(changes_, staging_.Project());
  if (words.validate_only) {
    staging_.DropChange();
    return view_.Revision();
  }
  HANDRAIL_RETURN_IF_ERROR(context_.CheckTime());
  storage::DirectoryChange change = staging_.TakeChange();
  change.reports = std::move(reports_);
  change.at = context_.clock_now();
  change.request_id = storage::CanonicalUuid(words.request_id);
  change.note = words.note;
  storage::v1::AuditRow& audit = change.audit.emplace_back();
  *audit.mutable_at() = ToProto(change.at);
  audit.set_actor(context_.actor());
  audit.set_action(words.action);
  audit.set_subject(words.subject);
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision,
                            writer_.Commit(turn_, std::move(change)));
  committed_ = true;
  return revision;
}

std::vector<v1::FieldChange> Edit::ChangesOf(const v1::RecordRef& ref) const {
  for (const PublicChange& change : changes_) {
    if (change.key != KeyOf(ref)) continue;
    const v1::Record none;
    return DiffRecords(change.before == nullptr ? none : *change.before,
                       change.after == nullptr ? none : *change.after);
  }
  return {};
}

absl::StatusOr<v1::DirectoryRecord> Edit::Shown(
    const v1::RecordRef& ref) const {
  if (!committed_ && !changes_.empty()) return ShownAsStaged(ref);
  HANDRAIL_ASSIGN_OR_RETURN(std::optional<StoredRecord> stored,
                            writer_.store().View().FindPublic(ref));
  if (!stored.has_value()) return v1::DirectoryRecord();
  return ToDirectoryRecord(*std::move(stored));
}

absl::StatusOr<v1::DirectoryRecord> Edit::ShownAsStaged(
    const v1::RecordRef& ref) const {
  const RecordKey key = KeyOf(ref);
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const full,
                            staging_.FindFull(key));
  HANDRAIL_ASSIGN_OR_RETURN(const v1::Record* const shown,
                            staging_.FindPublic(key));
  if (full == nullptr || shown == nullptr) return v1::DirectoryRecord();
  StoredRecord stored;
  v1::RecordInfo& info = *stored.mutable_info();
  info.set_type(ref.type());
  info.set_id(ref.id());
  info.set_source(full->info().source());
  info.set_redacted(storage::IsRedacted(full->record(), *shown));
  *stored.mutable_record() = *shown;
  info.set_etag(storage::PublicEtag(stored));
  *info.mutable_changed_at() = ToProto(context_.now());
  return ToDirectoryRecord(std::move(stored));
}

}  // namespace handrail::server
