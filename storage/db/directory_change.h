// What a commit of the directory does, and what is told of it afterwards.
//
//   DirectoryChange change{.request_id = id, .at = now};
//   RecordUpsert& upsert = change.upserts.emplace_back();
//   upsert.full = view.GetFull(ref);              // its revision is expected
//   …edit upsert.full.record…
//   *upsert.projection.mutable_record() = PublicProjection(…);
//   HANDRAIL_ASSIGN_OR_RETURN(uint64_t revision, store.Commit(change));
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/curation_service.pb.h"
#include "handrail/v1/duplicates.pb.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"

namespace handrail::storage {

// Adds or changes one record.
struct RecordUpsert {
  // REQUIRES: info.type, info.id, info.source and record are set, and the
  // record is of that type. `revision` is the one the record was read with: 0
  // says that it must not exist yet. etag and changed_at are ignored.
  v1::StoredRecord full;
  // The same for the public; only `record` and `info.redacted` are read, the
  // rest comes from `full`. When nothing in it changes, its etag and changed_at
  // stay, and nobody is told: a change of confidential fields alone leaves no
  // trace there.
  v1::StoredRecord projection;
  // All of the full record is public: `projection` is empty and not read.
  bool shows_all = false;
  // The bytes of full.record, deterministic, where they are at hand. DEFAULT:
  // made of it.
  std::string bytes = {};

  const handrail::v1::Record& shown() const {
    return shows_all ? full.record() : projection.record();
  }
  bool redacted() const { return !shows_all && projection.info().redacted(); }
  // What is shown, taken out of the change: with shows_all out of `full`, whose
  // info stays.
  v1::StoredRecord TakeShown() {
    if (!shows_all) return std::move(projection);
    v1::StoredRecord taken;
    *taken.mutable_record() = std::move(*full.mutable_record());
    return taken;
  }
};

// Removes one record and its projection. They stay in the journal.
struct RecordRetire {
  handrail::v1::RecordRef ref;
  // As read; never 0.
  uint64_t revision = 0;
};

// What a source calls a record by now, where its id does not follow from that
// (storage/normalise/ids.h).
struct SourceAlias {
  std::string source;
  // Unspecified: a service_at_location.
  handrail::v1::RecordType type = handrail::v1::RECORD_TYPE_UNSPECIFIED;
  // The source's own id, byte for byte; a UUID in lower case.
  std::string name;
  // The directory's. Empty: there is no such alias.
  std::string id;

  friend bool operator==(const SourceAlias&, const SourceAlias&) = default;
};

// What one commit does, all of it or nothing. A record, report, conflict, pair
// or alias is named at most once.
struct DirectoryChange {
  std::vector<RecordUpsert> upserts;
  std::vector<RecordRetire> retires;
  // Added to the history, or replaced there.
  std::optional<handrail::v1::Load> load;
  // Added, or replaced there by id.
  std::vector<handrail::v1::ErrorReport> reports;
  std::vector<handrail::v1::Conflict> conflicts;
  // Ids of conflicts that are no more. One that is not there is no error.
  std::vector<std::string> conflicts_gone;
  // What was decided of two listings, the lesser id first; replaces what was
  // said of the two. A state left unspecified takes it back.
  std::vector<handrail::v1::DuplicatePair> decisions;
  // Added, or replaced there; without an id it is no more.
  std::vector<SourceAlias> aliases;
  std::vector<v1::AuditRow> audit;
  // What whoever makes the change says about it: kept in the journal and shown
  // by DirectoryView::History alone. At most kNoteBytesMax bytes.
  std::string note;
  // DEFAULT: empty, see AppendRequest.
  std::string request_id;
  absl::Time at;
};

// A record whose public projection a commit changed.
struct TouchedRecord {
  handrail::v1::RecordRef ref;
  // The projection before the commit, without its revision; nothing where there
  // was no such record.
  std::optional<v1::StoredRecord> before;
  // The projection after it; nothing where the record was retired.
  std::optional<v1::StoredRecord> after;
};

// What one commit changed for the public. May be nothing: a change of
// confidential fields alone, or of what is no record.
struct ChangeSeen {
  uint64_t revision = 0;
  absl::Time at;
  std::vector<TouchedRecord> records;
};

// Sees one commit. Returns false to stop.
using ChangeVisitor = std::function<bool(const ChangeSeen& change)>;

// One change of one record, as its history tells it.
struct RecordHistory {
  uint64_t revision = 0;
  absl::Time at;
  // Of the whole commit.
  std::vector<v1::AuditRow> audit;
  // As the commit's. LOCATION_CONFIDENTIAL: withhold it from the public.
  std::string note;
  // The public projection before and after; nothing where there was none. Equal
  // where only what is withheld was changed.
  std::optional<handrail::v1::Record> before;
  std::optional<handrail::v1::Record> after;
  // The record was taken out of the directory.
  bool retired = false;
};

// What one commit did to a full record. Without revisions and etags.
struct FullChange {
  handrail::v1::RecordRef ref;
  // Nothing where there was, or is, no such record.
  std::optional<v1::StoredRecord> before;
  std::optional<v1::StoredRecord> after;
};

// What one commit did to a conflict.
struct ConflictChange {
  std::string id;
  std::optional<handrail::v1::Conflict> before;
  std::optional<handrail::v1::Conflict> after;
};

// What one commit did to an alias.
struct AliasChange {
  std::string source;
  handrail::v1::RecordType type = handrail::v1::RECORD_TYPE_UNSPECIFIED;
  std::string name;
  // The ids; nothing where there was, or is, no such alias.
  std::optional<std::string> before;
  std::optional<std::string> after;
};

// What one commit did, in full: for taking it back, never for showing.
struct CommitInFull {
  uint64_t revision = 0;
  std::vector<FullChange> records;
  std::vector<ConflictChange> conflicts;
  std::vector<AliasChange> aliases;
};

}  // namespace handrail::storage
