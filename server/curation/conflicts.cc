#include "server/curation/conflicts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/curation/dates.h"
#include "server/curation/edit.h"
#include "server/curation/field_path.h"
#include "server/curation/limits.h"
#include "server/curation/record_check.h"
#include "server/ingest/privacy.h"
#include "server/limits.h"
#include "server/page_token.h"

namespace handrail::server {
namespace {

using storage::v1::ConfirmedField;
using storage::v1::StoredRecord;

// The record with what the feed says. Nothing where it cannot be so any more.
std::optional<v1::Record> WithFeed(const v1::Conflict& conflict,
                                   const FieldPath& path,
                                   const v1::Record& record) {
  v1::Record changed = record;
  if (!path.SetJson(conflict.feed_json(), changed).ok()) return std::nullopt;
  return changed;
}

// The conflict as anybody may see it; nothing where nobody may.
absl::StatusOr<std::optional<v1::Conflict>> Shown(
    v1::Conflict conflict, const storage::DirectoryView& view) {
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<StoredRecord> full,
                            view.FindFull(conflict.ref()));
  const auto path = FieldPath::Parse(conflict.ref().type(), conflict.field());
  if (!full.has_value() || !path.ok()) return std::optional<v1::Conflict>();
  const std::optional<v1::Record> changed =
      WithFeed(conflict, *path, full->record());
  if (!changed.has_value()) return std::optional<v1::Conflict>();
  const Staging staging(view);
  PrivacyReader privacy(staging);
  HANDRAIL_ASSIGN_OR_RETURN(const v1::Record ours,
                            privacy.ProjectionOf(full->record()));
  HANDRAIL_ASSIGN_OR_RETURN(const v1::Record theirs,
                            privacy.ProjectionOf(*changed));
  if (path->Word(ours) == path->Word(theirs)) {
    return std::optional<v1::Conflict>();
  }
  conflict.set_confirmed_json(path->Json(ours));
  conflict.set_feed_json(path->Json(theirs));
  return std::optional<v1::Conflict>(std::move(conflict));
}

bool IsAsked(const v1::ListConflictsRequest& request,
             const v1::Conflict& conflict) {
  if (!request.source().empty() &&
      conflict.feed().source() != request.source()) {
    return false;
  }
  return !request.has_ref() || KeyOf(request.ref()) == KeyOf(conflict.ref());
}

absl::Status NoConflict(const std::string& id) {
  return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
                  "there is no such conflict waiting",
                  {{"type", "conflict"}, {"id", id}});
}

// What the feed says becomes the record's, with the feed's date, and the source
// may change the field again.
absl::Status Accept(const v1::Conflict& conflict, const FieldPath& path,
                    const StoredRecord& before, Edit& edit) {
  std::optional<v1::Record> after = WithFeed(conflict, path, before.record());
  if (!after.has_value()) return NoConflict(conflict.id());
  const std::string_view name = DatedNameOf(path);
  if (!name.empty()) {
    // One name dates several fields, and is no younger than this one.
    SetNameDate(path, name, conflict.feed(), *after);
  }
  Checked checked = CheckRecord(
      *std::move(after), {.source = before.info().source(), .edited = {path}});
  if (!checked.wrong.empty()) return InvalidFields(checked.wrong);
  StoredRecord without = before;
  auto& confirmed = *without.mutable_confirmed();
  confirmed.erase(std::remove_if(confirmed.begin(), confirmed.end(),
                                 [&](const ConfirmedField& one) {
                                   return one.field() == conflict.field();
                                 }),
                  confirmed.end());
  edit.staging().RemoveConflict(conflict.id());
  return edit.Put(without, std::move(checked.record), {});
}

}  // namespace

absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
    const RequestContext& context, const v1::ListConflictsRequest& request,
    const storage::DirectoryView& view) {
  HANDRAIL_ASSIGN_OR_RETURN(const int32_t size,
                            ReadPageSize(request.page_size()));
  std::vector<FieldViolation> wrong;
  if (request.has_ref()) CheckRef("ref", request.ref(), wrong);
  if (request.source().size() > kSourceNameBytesMax) {
    wrong.push_back({"source", "must be the name of a source"});
  }
  if (!wrong.empty()) return InvalidFields(wrong);
  const std::string query = absl::StrCat(
      "ListConflicts ", request.source(), " ",
      static_cast<int>(request.ref().type()), " ", request.ref().id());
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view.Revision());
  HANDRAIL_ASSIGN_OR_RETURN(
      const PageStart start,
      ReadPageToken(query, revision, request.page_token()));
  v1::ListConflictsResponse response;
  std::string after = start.after;
  while (true) {
    HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
    HANDRAIL_ASSIGN_OR_RETURN(std::vector<v1::Conflict> some,
                              view.ListConflicts(after, kQueueReadAtOnce));
    for (v1::Conflict& conflict : some) {
      after = conflict.id();
      if (!IsAsked(request, conflict)) continue;
      HANDRAIL_ASSIGN_OR_RETURN(std::optional<v1::Conflict> shown,
                                Shown(std::move(conflict), view));
      if (!shown.has_value()) continue;
      if (response.conflicts_size() == size) {
        const v1::Conflict& last = response.conflicts(size - 1);
        response.set_next_page_token(
            MakePageToken(query, {last.id(), start.revision}));
        return response;
      }
      *response.add_conflicts() = *std::move(shown);
    }
    if (some.size() < kQueueReadAtOnce) return response;
  }
}

absl::StatusOr<v1::ResolveConflictResponse> ResolveConflict(
    const RequestContext& context, const v1::ResolveConflictRequest& request,
    DirectoryWriter& writer) {
  std::vector<FieldViolation> wrong;
  CheckRequestId(request.request_id(), /*validate_only=*/false, wrong);
  if (request.id().empty() || request.id().size() > kIdBytesMax) {
    wrong.push_back({"id", "must be the id of a conflict"});
  }
  if (!wrong.empty()) return InvalidFields(wrong);

  Edit edit(writer, context);
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> first,
                            edit.FirstTime(request.request_id()));
  if (first.has_value()) return AnswerAt<v1::ResolveConflictResponse>(*first);
  HANDRAIL_ASSIGN_OR_RETURN(std::optional<v1::Conflict> conflict,
                            edit.view().FindConflict(request.id()));
  if (!conflict.has_value() || conflict->settled()) {
    return NoConflict(request.id());
  }
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<v1::Conflict> shown,
                            Shown(*conflict, edit.view()));
  if (!shown.has_value()) return NoConflict(request.id());
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord before,
                            edit.Read(conflict->ref(), ""));
  HANDRAIL_ASSIGN_OR_RETURN(
      const FieldPath path,
      FieldPath::Parse(conflict->ref().type(), conflict->field()));
  if (request.accept_feed()) {
    HANDRAIL_RETURN_IF_ERROR(Accept(*conflict, path, before, edit));
  } else {
    conflict->set_settled(true);
    edit.staging().PutConflict(*conflict);
  }
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision,
                            edit.Commit({.action = "resolve",
                                         .subject = conflict->id(),
                                         .request_id = request.request_id()}));
  return AnswerAt<v1::ResolveConflictResponse>(revision);
}

}  // namespace handrail::server
