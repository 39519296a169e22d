#include "server/curation/history_view.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/curation/edit.h"
#include "server/curation/limits.h"
#include "server/ingest/privacy.h"
#include "server/ingest/record_diff.h"
#include "server/page_token.h"
#include "server/proto_time.h"

namespace handrail::server {
namespace {

using storage::RecordHistory;

// Whether anybody sees that something changed.
bool IsVisible(const RecordHistory& item) {
  if (item.before.has_value() != item.after.has_value()) return true;
  return item.before.has_value() &&
         RecordBytes(*item.before) != RecordBytes(*item.after);
}

bool WasFlagged(const RecordHistory& item) {
  return (item.before.has_value() && OwnPrivacy(*item.before).confidential) ||
         (item.after.has_value() && OwnPrivacy(*item.after).confidential);
}

// Whether what was said about the record is told: not where its place is
// private, and of one that is no more nobody can say.
absl::StatusOr<bool> TellsNotes(const v1::RecordRef& ref,
                                const storage::DirectoryView& view) {
  HANDRAIL_ASSIGN_OR_RETURN(const auto full, view.FindFull(ref));
  if (!full.has_value()) return false;
  const Staging staging(view);
  PrivacyReader privacy(staging);
  HANDRAIL_ASSIGN_OR_RETURN(const Privacy of, privacy.Of(full->record()));
  return !of.confidential;
}

v1::RecordChange::Kind KindOf(const RecordHistory& item) {
  if (!item.before.has_value()) return v1::RecordChange::ADDED;
  if (!item.after.has_value()) return v1::RecordChange::RETIRED;
  return v1::RecordChange::CHANGED;
}

v1::HistoryEntry ToEntry(const RecordHistory& item, bool tells_notes) {
  v1::HistoryEntry entry;
  entry.set_revision(item.revision);
  *entry.mutable_at() = ToProto(item.at);
  if (!item.audit.empty()) {
    entry.set_actor(item.audit[0].actor());
    entry.set_action(item.audit[0].action());
    if (item.audit[0].action() == "load") {
      entry.set_subject(item.audit[0].subject());
    }
  }
  entry.set_kind(KindOf(item));
  if (entry.kind() == v1::RecordChange::CHANGED) {
    for (v1::FieldChange& field : DiffRecords(*item.before, *item.after)) {
      *entry.add_fields() = std::move(field);
    }
  }
  if (tells_notes && !WasFlagged(item)) entry.set_note(item.note);
  return entry;
}

absl::StatusOr<uint64_t> RevisionIn(const PageStart& start) {
  uint64_t revision = 0;
  if (start.after.empty() || absl::SimpleAtoi(start.after, &revision)) {
    return revision;
  }
  return InvalidArgument(v1::ERROR_REASON_PAGE_TOKEN_INVALID,
                         "page_token is not one of this query: begin again "
                         "with an empty page_token",
                         {{"field", "page_token"}});
}

}  // namespace

absl::StatusOr<v1::ListHistoryResponse> ListHistory(
    const RequestContext& context, const v1::ListHistoryRequest& request,
    const storage::DirectoryView& view) {
  HANDRAIL_ASSIGN_OR_RETURN(const int32_t size,
                            ReadPageSize(request.page_size()));
  std::vector<FieldViolation> wrong;
  CheckRef("ref", request.ref(), wrong);
  if (!wrong.empty()) return InvalidFields(wrong);
  const std::string query =
      absl::StrCat("ListHistory ", static_cast<int>(request.ref().type()), " ",
                   request.ref().id());
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view.Revision());
  HANDRAIL_ASSIGN_OR_RETURN(
      const PageStart start,
      ReadPageToken(query, revision, request.page_token()));
  HANDRAIL_ASSIGN_OR_RETURN(uint64_t before, RevisionIn(start));
  HANDRAIL_ASSIGN_OR_RETURN(const bool tells_notes,
                            TellsNotes(request.ref(), view));
  v1::ListHistoryResponse response;
  bool any = before != 0;
  while (true) {
    HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
    HANDRAIL_ASSIGN_OR_RETURN(
        const std::vector<RecordHistory> some,
        view.History(request.ref(), before, kQueueReadAtOnce));
    for (const RecordHistory& item : some) {
      before = item.revision;
      any = true;
      if (!IsVisible(item)) continue;
      if (response.entries_size() == size) {
        response.set_next_page_token(MakePageToken(
            query, {absl::StrCat(response.entries(size - 1).revision()),
                    start.revision}));
        return response;
      }
      *response.add_entries() = ToEntry(item, tells_notes);
    }
    if (some.size() < kQueueReadAtOnce) break;
  }
  if (any) return response;
  // Nothing is kept of it, or there never was one.
  HANDRAIL_RETURN_IF_ERROR(view.GetPublic(request.ref()).status());
  return response;
}

}  // namespace handrail::server
