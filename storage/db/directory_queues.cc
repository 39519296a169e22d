// Reading: error reports, conflicts, and what was decided of duplicates.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "google/protobuf/message_lite.h"
#include "storage/base/status.h"
#include "storage/db/directory_view.h"
#include "storage/db/key_scan.h"
#include "storage/db/keys.h"
#include "storage/db/stored_record.h"

namespace handrail::storage {
namespace {

using handrail::v1::Conflict;
using handrail::v1::DuplicatePair;
using handrail::v1::ErrorReport;

template <typename Message>
absl::StatusOr<Message> Parse(std::string_view bytes, const char* kind) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return CorruptKey(kind);
  }
  return message;
}

template <typename Message>
absl::StatusOr<std::optional<Message>> Find(const JournalSnapshot& snapshot,
                                            const std::string& key,
                                            const char* kind) {
  HANDRAIL_ASSIGN_OR_RETURN(const auto found,
                            snapshot.Get(kDirectoryStream, key));
  if (!found.has_value()) return std::nullopt;
  HANDRAIL_ASSIGN_OR_RETURN(Message message,
                            Parse<Message>(found->value, kind));
  return message;
}

// The messages that the index rows of `range` name, in the order of the rows.
template <typename Message>
absl::StatusOr<std::vector<Message>> FindAll(
    const JournalSnapshot& snapshot, const ScanRange& range, const char* kind,
    const std::function<std::string(const keys::Key&)>& named) {
  std::vector<std::string> wanted;
  HANDRAIL_RETURN_IF_ERROR(
      ForEachKey(snapshot, range, [&](keys::Key key, std::string_view) {
        wanted.push_back(named(key));
        return absl::OkStatus();
      }));
  HANDRAIL_ASSIGN_OR_RETURN(const auto values,
                            snapshot.GetMany(kDirectoryStream, wanted));
  std::vector<Message> messages;
  for (const std::optional<VersionedValue>& value : values) {
    if (!value.has_value()) return CorruptKey(kind);
    HANDRAIL_ASSIGN_OR_RETURN(Message message,
                              Parse<Message>(value->value, kind));
    messages.push_back(std::move(message));
  }
  return messages;
}

absl::Status NoSuch(const char* type, std::string_view id) {
  return NotFound(handrail::v1::ERROR_REASON_RECORD_NOT_FOUND,
                  std::string("there is no ") + type + " with this id",
                  {{"type", type}, {"id", std::string(id)}});
}

// A conflict that was removed, as it was last.
absl::StatusOr<std::optional<Conflict>> FindGoneConflict(
    const JournalSnapshot& snapshot, const std::string& key) {
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<uint64_t> changes,
                            snapshot.Changes(kDirectoryStream, key));
  if (changes.empty()) return std::nullopt;
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<v1::JournalEntry> entry,
                            snapshot.Entry(kDirectoryStream, changes.back()));
  if (!entry.has_value()) return CorruptKey("entry");
  for (const v1::JournalMutation& mutation : entry->mutations()) {
    if (mutation.key() != key || !mutation.has_before()) continue;
    HANDRAIL_ASSIGN_OR_RETURN(Conflict conflict,
                              Parse<Conflict>(mutation.before(), "conflict"));
    return conflict;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::optional<ErrorReport>> DirectoryView::FindErrorReport(
    std::string_view id) const {
  return Find<ErrorReport>(*snapshot_, keys::ReportKey(id), "report");
}

absl::StatusOr<std::vector<ErrorReport>> DirectoryView::ListErrorReports(
    ErrorReport::Status status, std::string_view after_id, size_t limit) const {
  if (limit == 0 || !handrail::v1::ErrorReport_Status_IsValid(status)) {
    return std::vector<ErrorReport>();
  }
  ScanRange range{.prefix = keys::ReportStatePrefix(status), .limit = limit};
  if (!after_id.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(const std::optional<ErrorReport> last,
                              FindErrorReport(after_id));
    if (!last.has_value()) return NoSuch("error report", after_id);
    range.after =
        keys::ReportStateKey(status, ToMicros(last->reported_at()), after_id);
  }
  return FindAll<ErrorReport>(
      *snapshot_, range, "report",
      [](const keys::Key& key) { return keys::ReportKey(key.id); });
}

absl::StatusOr<std::optional<Conflict>> DirectoryView::FindConflict(
    std::string_view id) const {
  return Find<Conflict>(*snapshot_, keys::ConflictKey(id), "conflict");
}

absl::StatusOr<std::vector<Conflict>> DirectoryView::ListConflicts(
    std::string_view after_id, size_t limit) const {
  if (limit == 0) return std::vector<Conflict>();
  ScanRange range{.prefix = keys::OpenConflictPrefix(), .limit = limit};
  if (!after_id.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(std::optional<Conflict> last,
                              FindConflict(after_id));
    if (!last.has_value()) {
      HANDRAIL_ASSIGN_OR_RETURN(
          last, FindGoneConflict(*snapshot_, keys::ConflictKey(after_id)));
    }
    if (!last.has_value()) return NoSuch("conflict", after_id);
    range.after = keys::OpenConflictKey(ToMicros(last->found_at()), after_id);
  }
  return FindAll<Conflict>(
      *snapshot_, range, "conflict",
      [](const keys::Key& key) { return keys::ConflictKey(key.id); });
}

absl::StatusOr<std::vector<Conflict>> DirectoryView::ConflictsOf(
    const handrail::v1::RecordRef& ref) const {
  if (!CanExist(ref)) return std::vector<Conflict>();
  return FindAll<Conflict>(
      *snapshot_, {.prefix = keys::RecordConflictPrefix(ref)}, "conflict",
      [](const keys::Key& key) { return keys::ConflictKey(key.second_id); });
}

absl::StatusOr<std::optional<DuplicatePair>> DirectoryView::FindDecision(
    std::string_view first_id, std::string_view second_id) const {
  if (first_id.empty() || second_id.empty()) return std::nullopt;
  return Find<DuplicatePair>(*snapshot_, keys::DecisionKey(first_id, second_id),
                             "decision");
}

absl::Status DirectoryView::ForEachDecision(
    const DecisionVisitor& visit) const {
  absl::Status status;
  HANDRAIL_RETURN_IF_ERROR(
      snapshot_->Scan(kDirectoryStream, {.prefix = keys::DecisionPrefix()},
                      [&](std::string_view, std::string_view bytes, uint64_t) {
                        const absl::StatusOr<DuplicatePair> pair =
                            Parse<DuplicatePair>(bytes, "decision");
                        status = pair.status();
                        return status.ok() && visit(*pair);
                      }));
  return status;
}

}  // namespace handrail::storage
