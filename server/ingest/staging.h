// Changes on their way into the directory: what would be there if they were
// made. The same computation serves a load and its dry run; the one commits
// what it staged, the other keeps staging.
//
//   Staging staging(store.View());
//   HANDRAIL_ASSIGN_OR_RETURN(auto found, staging.FindFull(key));
//   if (!found.has_value()) staging.Put("bchd", record);
//   HANDRAIL_ASSIGN_OR_RETURN(const std::vector<PublicChange> changes,
//                             staging.Project());
//   storage::DirectoryChange change = staging.TakeChange();
//
// A change of one record can change what may be seen of others: who is
// confidential because of whom is in privacy.h, what a change reaches is in
// reach.h, and Project makes those projections as well.
//
// Belongs to one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/curation_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/ingest/record_diff.h"
#include "server/ingest/record_key.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

// See privacy.h.
class PrivacyReader;

class Staging {
 public:
  explicit Staging(storage::DirectoryView base) : base_(std::move(base)) {}

  // The record as it is, staged changes included; null where there is none.
  // Valid until this record is staged, or the change is taken or dropped.
  // Errors: those of DirectoryView.
  absl::StatusOr<const storage::v1::StoredRecord*> FindFull(
      const RecordKey& key) const;
  absl::StatusOr<const v1::Record*> FindPublic(const RecordKey& key) const;

  // Reads records that FindFull is going to be asked for, at once: cheaper than
  // one by one. Those that are not there are remembered as well.
  absl::Status ReadAhead(const std::vector<RecordKey>& keys) const;

  // Services that refer to a location, organization or program, sorted.
  absl::StatusOr<std::vector<std::string>> ServicesAt(
      const RecordKey& target) const;

  // Locations that name an organization as theirs, here or before what was
  // staged. There is no index of it, so this looks at every location.
  absl::StatusOr<std::set<std::string>> LocationsOf(
      const std::string& organization_id) const;

  // Who owns a service_at_location's id in what is staged, if anybody.
  std::optional<std::string> ListingOwner(const std::string& id) const;

  // Stages one record or its removal. `confirmed` is what of it a person has
  // edited or confirmed (StoredRecord.confirmed); `bytes` its RecordBytes,
  // where they are at hand. With a record its conflicts go. REQUIRES: the
  // record has kind and id.
  absl::Status Put(const std::string& source, v1::Record record,
                   std::vector<storage::v1::ConfirmedField> confirmed = {},
                   std::string bytes = {});
  absl::Status Retire(const RecordKey& key);

  // The conflicts of a record, settled ones too, staged changes included.
  absl::StatusOr<std::vector<v1::Conflict>> ConflictsOf(
      const RecordKey& key) const;

  // Stages a conflict, or its removal.
  void PutConflict(v1::Conflict conflict);
  void RemoveConflict(const std::string& id);

  // What the source calls a record by now (storage/db/directory_change.h),
  // staged changes included: its id, or nothing.
  absl::StatusOr<std::optional<std::string>> FindAlias(
      const std::string& source, v1::RecordType type,
      const std::string& name) const;
  // Stages an alias; one without an id goes.
  void PutAlias(storage::SourceAlias alias);

  // Makes the projections of what was staged since the last call, and of every
  // other record they change. Sorted by key.
  absl::StatusOr<std::vector<PublicChange>> Project();

  // True when there is something to commit.
  bool HasChanges() const {
    return !changed_.empty() || !changed_conflicts_.empty() ||
           !changed_aliases_.empty();
  }

  // What was staged, for one commit. Nothing is staged afterwards that a later
  // TakeChange would bring again; a Staging whose change was committed is of no
  // further use, because its view is of before. A record that none of Project's
  // changes still holds is moved into it, any other copied.
  // REQUIRES: Project was called after the last Put or Retire.
  storage::DirectoryChange TakeChange();

  // Forgets what is to be committed and keeps it staged: a dry run.
  void DropChange();

 private:
  struct Entry {
    // Null: retired. Not changed while anything else holds it.
    std::shared_ptr<storage::v1::StoredRecord> full;
    // RecordBytes of what was put there, where they were given.
    std::string bytes = {};
    // The record in `full` itself, where all of it is public.
    std::shared_ptr<const v1::Record> projection;
    bool redacted = false;
    // Revision in the base; 0 where it is not there.
    uint64_t revision = 0;
  };

  // The entry of a record, copied from the base at first.
  absl::StatusOr<Entry*> Touch(const RecordKey& key);
  // The same for one that is about to change.
  absl::StatusOr<Entry*> Stage(const RecordKey& key);
  // Projects one record that a staged change reaches. Nothing where nobody sees
  // a difference.
  absl::StatusOr<std::optional<PublicChange>> ProjectOne(
      const RecordKey& key, PrivacyReader& privacy);
  // Adds or removes what a service refers to.
  void Refer(const v1::Record& record, bool refers);

  using SharedStored = std::shared_ptr<storage::v1::StoredRecord>;

  // What is read of the base, each record once; null where it has none.
  struct Read {
    SharedStored full;
    SharedStored shown;
    bool has_full = false;
    bool has_shown = false;
  };
  absl::StatusOr<SharedStored> ReadFull(const RecordKey& key) const;
  absl::StatusOr<SharedStored> ReadShown(const RecordKey& key) const;
  // FindFull, for whoever keeps it.
  absl::StatusOr<SharedStored> ShareFull(const RecordKey& key) const;

  const storage::DirectoryView base_;
  mutable absl::flat_hash_map<RecordKey, Read> read_;
  absl::flat_hash_map<RecordKey, Entry> entries_;
  // Which services of entries_ refer to a record.
  absl::flat_hash_map<RecordKey, absl::flat_hash_set<std::string>> referrers_;
  // service_at_location id → source, of staged services.
  absl::flat_hash_map<std::string, std::string> listing_owners_;
  // Staged since the last Project, with the record of before.
  absl::flat_hash_map<RecordKey,
                      std::shared_ptr<const storage::v1::StoredRecord>>
      unprojected_;
  // Staged conflicts by id; absent: removed.
  std::map<std::string, std::optional<v1::Conflict>> conflicts_;
  // To be committed.
  absl::flat_hash_set<RecordKey> changed_;
  std::set<std::string> changed_conflicts_;
  // Staged aliases: source, kind, name → id; empty: removed.
  using AliasKey = std::tuple<std::string, v1::RecordType, std::string>;
  std::map<AliasKey, std::string> aliases_;
  std::set<AliasKey> changed_aliases_;
};

}  // namespace handrail::server
