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
#include "storage/base/mutant.h"
#include "storage/redaction/redaction.h"

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

// What of a record's earlier versions may be told: never more than of the
// record as it is now, because an address that was in the open once is a secret
// from the day its place is private. Of a record that is no more: than of the
// last that was seen of it.
struct Telling {
  storage::ProjectionContext context;
  // What was said about the record: not where its place is private, and of one
  // that is no more nobody can say.
  bool notes = false;
};

absl::StatusOr<std::optional<v1::Record>> LastSeen(
    const v1::RecordRef& ref, const storage::DirectoryView& view) {
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<RecordHistory> newest,
                            view.History(ref, 0, 1));
  if (newest.empty()) return std::optional<v1::Record>();
  return newest[0].after.has_value() ? newest[0].after : newest[0].before;
}

absl::StatusOr<Telling> TellingOf(const v1::RecordRef& ref,
                                  const storage::DirectoryView& view) {
  Telling telling;
  HANDRAIL_ASSIGN_OR_RETURN(const auto full, view.FindFull(ref));
  std::optional<v1::Record> record;
  if (full.has_value()) {
    record = full->record();
  } else {
    HANDRAIL_ASSIGN_OR_RETURN(record, LastSeen(ref, view));
  }
  if (!record.has_value()) return telling;
  const Staging staging(view);
  PrivacyReader privacy(staging);
  HANDRAIL_ASSIGN_OR_RETURN(Privacy of, privacy.Of(*record));
  const Privacy own = OwnPrivacy(*record);
  of.confidential |= own.confidential;
  of.widen_to_state |= own.widen_to_state;
  telling.context = {
      .place_is_confidential = of.confidential,
      .widen_to_state = of.widen_to_state,
      .contacts_are_restricted = storage::RestrictsContacts(*record)};
  telling.notes = full.has_value() && !of.confidential;
  return telling;
}

// The version as it may be told now.
void Redact(const Telling& telling, RecordHistory& item) {
  for (std::optional<v1::Record>* version : {&item.before, &item.after}) {
    if (!version->has_value()) continue;
    *version = storage::PublicProjection(**version, telling.context);
  }
}

v1::RecordChange::Kind KindOf(const RecordHistory& item) {
  if (!item.before.has_value()) return v1::RecordChange::ADDED;
  if (!item.after.has_value()) return v1::RecordChange::RETIRED;
  return v1::RecordChange::CHANGED;
}

v1::HistoryEntry ToEntry(const RecordHistory& item, const Telling& telling) {
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
  if (telling.notes && !WasFlagged(item)) entry.set_note(item.note);
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
  HANDRAIL_ASSIGN_OR_RETURN(const Telling telling,
                            TellingOf(request.ref(), view));
  v1::ListHistoryResponse response;
  bool any = before != 0;
  while (true) {
    HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
    HANDRAIL_ASSIGN_OR_RETURN(
        std::vector<RecordHistory> some,
        view.History(request.ref(), before, kQueueReadAtOnce));
    for (RecordHistory& item : some) {
      before = item.revision;
      any = true;
      if (!IsVisible(item)) continue;
      if (!HANDRAIL_MUTATE(history_as_it_was, false, true))
        Redact(telling, item);
      if (response.entries_size() == size) {
        response.set_next_page_token(MakePageToken(
            query, {absl::StrCat(response.entries(size - 1).revision()),
                    start.revision}));
        return response;
      }
      *response.add_entries() = ToEntry(item, telling);
    }
    if (some.size() < kQueueReadAtOnce) break;
  }
  if (any) return response;
  // Nothing is kept of it, or there never was one.
  HANDRAIL_RETURN_IF_ERROR(view.GetPublic(request.ref()).status());
  return response;
}

}  // namespace handrail::server
