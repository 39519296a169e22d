// Reading the directory: all of it as it was at one moment.
//
//   const DirectoryView view = store.View();
//   HANDRAIL_ASSIGN_OR_RETURN(auto stored, view.FindFull(ref));
//
// Every record has two forms (directory_store.h); which of the two a function
// returns is in its name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/curation_service.pb.h"
#include "handrail/v1/duplicates.pb.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "storage/db/directory_change.h"
#include "storage/journal/journal.h"

namespace handrail::storage {

// The journal's stream for the directory.
inline constexpr char kDirectoryStream[] = "directory";

// How many records of one type a source has. A count of 0 says that the source
// once had some.
struct SourceCount {
  std::string source;
  handrail::v1::RecordType type;
  uint64_t count = 0;

  friend bool operator==(const SourceCount&, const SourceCount&) = default;
};

// Sees one record of a scan. Returns false to stop.
using RecordVisitor = std::function<bool(const v1::StoredRecord& record)>;

// Sees what was decided of one pair. Returns false to stop.
using DecisionVisitor =
    std::function<bool(const handrail::v1::DuplicatePair& pair)>;

// The directory at one moment. Cheap to copy; keeps that moment's bytes on disk
// while it is held.
//
// In every record returned `revision` is the directory's revision at which
// these bytes were written. info.etag of a full record is that revision; of a
// projection it is a hash of what is public, so that it tells nothing about a
// change that only the full record shows.
//
// A limit of 0 asks for nothing. Errors of every function: those of
// JournalSnapshot. Where a function says NOT_FOUND the reason is
// RECORD_NOT_FOUND, metadata type and id.
class DirectoryView {
 public:
  explicit DirectoryView(std::shared_ptr<const JournalSnapshot> snapshot)
      : snapshot_(std::move(snapshot)) {}

  absl::StatusOr<uint64_t> Revision() const;

  // The revision of the commit with this request id, if there was one.
  absl::StatusOr<std::optional<uint64_t>> RequestRevision(
      std::string_view request_id) const;

  // One record, or nothing / NOT_FOUND when there is none.
  absl::StatusOr<std::optional<v1::StoredRecord>> FindFull(
      const handrail::v1::RecordRef& ref) const;
  absl::StatusOr<std::optional<v1::StoredRecord>> FindPublic(
      const handrail::v1::RecordRef& ref) const;
  absl::StatusOr<v1::StoredRecord> GetFull(
      const handrail::v1::RecordRef& ref) const;
  absl::StatusOr<v1::StoredRecord> GetPublic(
      const handrail::v1::RecordRef& ref) const;

  // Many records in the order asked, nothing where there is none.
  absl::StatusOr<std::vector<std::optional<v1::StoredRecord>>> FindManyFull(
      const std::vector<handrail::v1::RecordRef>& refs) const;
  absl::StatusOr<std::vector<std::optional<v1::StoredRecord>>> FindManyPublic(
      const std::vector<handrail::v1::RecordRef>& refs) const;

  // Up to `limit` records of a type, ordered by id, with ids after `after_id`
  // (empty: from the first).
  absl::StatusOr<std::vector<v1::StoredRecord>> ScanPublic(
      handrail::v1::RecordType type, std::string_view after_id,
      size_t limit) const;
  absl::StatusOr<std::vector<v1::StoredRecord>> ScanFull(
      handrail::v1::RecordType type, std::string_view after_id,
      size_t limit) const;

  // All records of a type, ordered by id, few in memory at a time.
  absl::Status ForEachPublic(handrail::v1::RecordType type,
                             const RecordVisitor& visit) const;
  absl::Status ForEachFull(handrail::v1::RecordType type,
                           const RecordVisitor& visit) const;

  // The records a source owns, by type and id.
  absl::StatusOr<std::vector<handrail::v1::RecordRef>> SourceRecords(
      std::string_view source) const;
  // Counts by source and type, sorted.
  absl::StatusOr<std::vector<SourceCount>> SourceCounts() const;

  // Ids of the services that refer to an organization, program or location
  // (also through a service_at_location), sorted: those whose projections and
  // listings may change with it.
  absl::StatusOr<std::vector<std::string>> ServicesAt(
      const handrail::v1::RecordRef& target) const;

  // What a source calls a record by now, where that is not what its id follows
  // from: the id here, or nothing. Unspecified type: a service_at_location.
  absl::StatusOr<std::optional<std::string>> FindAlias(
      std::string_view source, handrail::v1::RecordType type,
      std::string_view name) const;
  // Whether the source has any.
  absl::StatusOr<bool> HasAliases(std::string_view source) const;

  // The history of loads. report.revision of a load is the revision at which it
  // was last written.
  absl::StatusOr<handrail::v1::Load> GetLoad(std::string_view id) const;
  // Newest start first, then by id; those that come after the load `after_id`
  // (empty: from the newest), up to `limit`. NOT_FOUND when there is no such
  // load.
  absl::StatusOr<std::vector<handrail::v1::Load>> ListLoads(
      std::string_view after_id, size_t limit) const;

  // What people say is wrong: one report, or those of a status (unspecified:
  // all) that come after the report `after_id` (empty: from the first), oldest
  // first, then by id. NOT_FOUND when there never was such a report.
  absl::StatusOr<std::optional<handrail::v1::ErrorReport>> FindErrorReport(
      std::string_view id) const;
  absl::StatusOr<std::vector<handrail::v1::ErrorReport>> ListErrorReports(
      handrail::v1::ErrorReport::Status status, std::string_view after_id,
      size_t limit) const;

  // What a feed says against what a person confirmed: one conflict; those not
  // settled, oldest first, then by id, after the conflict `after_id` (empty:
  // from the first), which may be settled or gone by now; and all about one
  // record by id, settled ones too. NOT_FOUND when there never was such a
  // conflict, or nothing is known of it any more (EarliestRevision).
  absl::StatusOr<std::optional<handrail::v1::Conflict>> FindConflict(
      std::string_view id) const;
  absl::StatusOr<std::vector<handrail::v1::Conflict>> ListConflicts(
      std::string_view after_id, size_t limit) const;
  absl::StatusOr<std::vector<handrail::v1::Conflict>> ConflictsOf(
      const handrail::v1::RecordRef& ref) const;

  // What was decided of two listings: one pair, or all by their ids.
  absl::StatusOr<std::optional<handrail::v1::DuplicatePair>> FindDecision(
      std::string_view first_id, std::string_view second_id) const;
  absl::Status ForEachDecision(const DecisionVisitor& visit) const;

  // What happened to a record, newest first: changes before `before_revision`
  // (0: from the newest), up to `limit`. Never a confidential value. Goes back
  // to EarliestRevision; a record that has not changed since has no history.
  absl::StatusOr<std::vector<RecordHistory>> History(
      const handrail::v1::RecordRef& ref, uint64_t before_revision,
      size_t limit) const;

  // What the commit at a revision did, if its audit says so: that it was this
  // action on this subject. Nothing for any other commit, one that was trimmed,
  // or none.
  absl::StatusOr<std::optional<CommitInFull>> FindCommit(
      uint64_t revision, std::string_view action,
      std::string_view subject) const;

  // The full states a record went through, newest change first, up to `limit`:
  // what a source once said, never for showing. Goes back as History does.
  absl::StatusOr<std::vector<FullChange>> FullHistory(
      const handrail::v1::RecordRef& ref, size_t limit) const;

  // All changes after this revision are kept: the earliest that
  // DirectoryStore::ForEachChange can go on from, and how far history goes
  // back. 0 until changes are trimmed.
  absl::StatusOr<uint64_t> EarliestRevision() const;

 private:
  std::shared_ptr<const JournalSnapshot> snapshot_;
};

}  // namespace handrail::storage
