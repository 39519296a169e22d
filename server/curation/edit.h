// One write by hand, from its turn to its commit.
//
//   Edit edit(writer, context);
//   HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> first,
//                             edit.FirstTime(request.request_id()));
//   if (first.has_value()) return … the answer of the first time …
//   HANDRAIL_ASSIGN_OR_RETURN(StoredRecord found, edit.Read(ref, etag));
//   …
//   HANDRAIL_RETURN_IF_ERROR(edit.Put(found, changed, confirmed));
//   HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision,
//                             edit.Commit({.action = "update", …}));
//   return AnswerWith<v1::UpdateRecordResponse>(ref, edit, revision);
//
// Holds the directory's only turn while it lives: nothing that it read changes
// before it commits. Belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/curation_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/directory_writer.h"
#include "server/ingest/staging.h"
#include "server/request_context.h"
#include "storage/base/status.h"

namespace handrail::server {

// --- What every write is checked for ----------------------------------------

// A request id is a UUID; none is needed where nothing is written.
void CheckRequestId(const std::string& request_id, bool validate_only,
                    std::vector<FieldViolation>& wrong);

// The kinds a curator can name, and an id of a length that ids have.
void CheckRef(const std::string& field, const v1::RecordRef& ref,
              std::vector<FieldViolation>& wrong);

// Words of a person: at most so many characters. Gives them without control
// characters and in NFC.
std::string CheckWords(const std::string& field, const std::string& words,
                       size_t characters_max,
                       std::vector<FieldViolation>& wrong);

// A time that a person names: there, possible and not in the future.
// DEFAULT: now.
absl::Time CheckPast(const std::string& field, bool given,
                     const google::protobuf::Timestamp& time, absl::Time now,
                     std::vector<FieldViolation>& wrong);

// Whether records of this type have an x_handrail.
bool HasExtension(v1::RecordType type);

// --- The write -------------------------------------------------------------

class Edit {
 public:
  struct Words {
    // As in HistoryEntry.action.
    std::string action;
    // Id of the record, report or conflict.
    std::string subject;
    std::string request_id;
    std::string note;
    bool validate_only = false;
  };

  // Waits for the turn. The writer must outlive the edit.
  Edit(DirectoryWriter& writer, const RequestContext& context);

  // The revision of the write with this request id, where it was made before.
  absl::StatusOr<std::optional<uint64_t>> FirstTime(
      const std::string& request_id) const;

  const storage::DirectoryView& view() const { return view_; }
  Staging& staging() { return staging_; }

  // The record in full. Errors: NOT_FOUND (RECORD_NOT_FOUND); ABORTED
  // (VERSION_CONFLICT; metadata type, id) where `etag` is not empty and not
  // that of what anybody sees of the record.
  absl::StatusOr<storage::v1::StoredRecord> Read(const v1::RecordRef& ref,
                                                 const std::string& etag) const;

  // Stages the record. Conflicts that it ends go.
  // `confirmed` replaces what was confirmed of the same fields before.
  absl::Status Put(const storage::v1::StoredRecord& before, v1::Record after,
                   std::vector<storage::v1::ConfirmedField> confirmed);

  // Added to what is committed.
  void AddReport(v1::ErrorReport report) {
    reports_.push_back(std::move(report));
  }

  // Commits what was staged, or only works out what it would come to. Returns
  // the revision. Errors: those of DirectoryStore.
  absl::StatusOr<uint64_t> Commit(const Words& words);

  // What Commit changed for everybody to see, by record.
  const std::vector<PublicChange>& changes() const { return changes_; }
  // The fields of it of one record.
  std::vector<v1::FieldChange> ChangesOf(const v1::RecordRef& ref) const;

  // The record after Commit, as the caller may see it. Empty where it is not
  // there. Errors: those of DirectoryView.
  absl::StatusOr<v1::DirectoryRecord> Shown(const v1::RecordRef& ref) const;

 private:
  absl::StatusOr<v1::DirectoryRecord> ShownAsStaged(
      const v1::RecordRef& ref) const;

  DirectoryWriter& writer_;
  const RequestContext& context_;
  const DirectoryWriter::Turn turn_;
  const storage::DirectoryView view_;
  Staging staging_;
  std::vector<v1::ErrorReport> reports_;
  std::vector<PublicChange> changes_;
  bool committed_ = false;
};

// --- Answers ----------------------------------------------------------------

// What the caller hears of a write at this revision.
template <typename Response>
Response AnswerAt(uint64_t revision) {
  Response response;
  response.set_revision(revision);
  return response;
}

// The same with the record as it is by then. Errors: those of Edit::Shown.
template <typename Response>
absl::StatusOr<Response> AnswerWith(const v1::RecordRef& ref, const Edit& edit,
                                    uint64_t revision) {
  auto response = AnswerAt<Response>(revision);
  HANDRAIL_ASSIGN_OR_RETURN(*response.mutable_record(), edit.Shown(ref));
  return response;
}

}  // namespace handrail::server
