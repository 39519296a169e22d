// The directory's records, typed, over a journal.
//
// Every record is kept twice: in full, and as the public projection that alone
// ever reaches index, list, export or watch. Which of the two a function
// returns is in its name. Beside them are kept the records of each source, the
// services that refer to a place or organization, the history of loads and
// counts; all of it changes in the same append as the records.
//
//   DirectoryStore store(journal);
//   DirectoryView view = store.View();            // one moment, for all reads
//   HANDRAIL_ASSIGN_OR_RETURN(auto stored, view.FindFull(ref));
//   DirectoryChange change{.request_id = id, .at = now};
//   RecordUpsert& upsert = change.upserts.emplace_back();
//   upsert.full = stored.value_or(NewRecord());   // its revision is expected
//   …edit upsert.full.record…
//   *upsert.projection.mutable_record() = PublicProjection(…);
//   HANDRAIL_ASSIGN_OR_RETURN(uint64_t revision, store.Commit(change));
//
// Thread-safe. The revision of the directory is the position of its stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "storage/journal/journal.h"

namespace handrail::storage {

// The journal's stream for the directory.
inline constexpr char kDirectoryStream[] = "directory";

// Adds or changes one record.
struct RecordUpsert {
  // REQUIRES: info.type, info.id, info.source and record are set, and the
  // record is of that type. `revision` is the one the record was read with: 0
  // says that it must not exist yet. etag and changed_at are ignored.
  v1::StoredRecord full;
  // The same for the public; only `record` and `info.redacted` are read, the
  // rest comes from `full`. When nothing in it changes, the stored projection
  // stays untouched, its etag and changed_at too: a change of confidential
  // fields alone leaves no trace there.
  v1::StoredRecord projection;
};

// Removes one record and its projection. They stay in the journal.
struct RecordRetire {
  handrail::v1::RecordRef ref;
  // As read; never 0.
  uint64_t revision = 0;
};

// What one commit does, all of it or nothing. A record is named at most once.
struct DirectoryChange {
  std::vector<RecordUpsert> upserts;
  std::vector<RecordRetire> retires;
  // Added to the history, or replaced there.
  std::optional<handrail::v1::Load> load;
  std::vector<v1::AuditRow> audit;
  // DEFAULT: empty, see AppendRequest.
  std::string request_id;
  absl::Time at;
};

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

// The directory at one moment. Cheap to copy; keeps that moment's bytes on disk
// while it is held.
//
// In every record returned `revision` is the directory's revision at which
// these bytes were written. info.etag of a full record is that revision; of a
// projection it is a hash of what is public, so that it tells nothing about a
// change that only the full record shows.
//
// Errors of every function: those of JournalSnapshot. Where a function says
// NOT_FOUND the reason is RECORD_NOT_FOUND, metadata type and id.
class DirectoryView {
 public:
  explicit DirectoryView(std::shared_ptr<const JournalSnapshot> snapshot)
      : snapshot_(std::move(snapshot)) {}

  absl::StatusOr<uint64_t> Revision() const;

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

  // All records of a type, ordered by id, one in memory at a time.
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

  // The history of loads. report.revision of a load is the revision at which it
  // was last written.
  absl::StatusOr<handrail::v1::Load> GetLoad(std::string_view id) const;
  // Newest start first, then by id; those that come after the load `after_id`
  // (empty: from the newest), up to `limit`. NOT_FOUND when there is no such
  // load.
  absl::StatusOr<std::vector<handrail::v1::Load>> ListLoads(
      std::string_view after_id, size_t limit) const;

 private:
  std::shared_ptr<const JournalSnapshot> snapshot_;
};

class DirectoryStore {
 public:
  // The journal must outlive the store.
  explicit DirectoryStore(Journal& journal) : journal_(journal) {}

  // The directory as it is now.
  DirectoryView View() const { return DirectoryView(journal_.Snapshot()); }

  // Makes the change and returns the revision at which it is durable; for a
  // request id seen before, the revision of the first time.
  //
  // Errors: ABORTED (VERSION_CONFLICT; metadata type, id, expected, actual)
  // when a record was changed since it was read; INVALID_ARGUMENT
  // (INVALID_FIELD) for a record without type, id or source, or named twice;
  // those of Journal::Append.
  absl::StatusOr<uint64_t> Commit(const DirectoryChange& change);

 private:
  Journal& journal_;
};

}  // namespace handrail::storage
