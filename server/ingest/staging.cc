#include "server/ingest/staging.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "server/ingest/privacy.h"
#include "server/ingest/reach.h"
#include "server/service_references.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"
#include "storage/redaction/redaction.h"

namespace handrail::server {
namespace {

using storage::v1::StoredRecord;

bool AreSame(const v1::Record* a, const v1::Record* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a == b || RecordBytes(*a) == RecordBytes(*b);
}

std::shared_ptr<StoredRecord> Share(std::optional<StoredRecord> found) {
  if (!found.has_value()) return nullptr;
  return std::make_shared<StoredRecord>(*std::move(found));
}

// The record in a stored one, which it keeps.
std::shared_ptr<const v1::Record> RecordIn(
    const std::shared_ptr<StoredRecord>& stored) {
  return {stored, &stored->record()};
}

// Whether what is shown is the full record itself.
bool ShowsAll(const StoredRecord& full, const v1::Record* shown) {
  return shown == &full.record();
}

}  // namespace

absl::StatusOr<Staging::SharedStored> Staging::ReadFull(
    const RecordKey& key) const {
  Read& read = read_[key];
  if (!read.has_full) {
    HANDRAIL_ASSIGN_OR_RETURN(std::optional<StoredRecord> found,
                              base_.FindFull(RefOf(key)));
    read.full = Share(std::move(found));
    read.has_full = true;
  }
  return read.full;
}

absl::Status Staging::ReadAhead(const std::vector<RecordKey>& keys) const {
  std::vector<v1::RecordRef> refs;
  for (const RecordKey& key : keys) {
    if (entries_.contains(key)) continue;
    // The rows of a batch often name the same organization.
    if (read_.try_emplace(key).second) refs.push_back(RefOf(key));
  }
  HANDRAIL_ASSIGN_OR_RETURN(auto found, base_.FindManyFull(refs));
  for (size_t i = 0; i < refs.size(); ++i) {
    Read& read = read_[KeyOf(refs[i])];
    read.full =
        HANDRAIL_MUTATE(read_ahead, Share(std::move(found[i])), SharedStored());
    read.has_full = true;
  }
  return absl::OkStatus();
}

absl::StatusOr<Staging::SharedStored> Staging::ReadShown(
    const RecordKey& key) const {
  Read& read = read_[key];
  if (!read.has_shown) {
    HANDRAIL_ASSIGN_OR_RETURN(std::optional<StoredRecord> found,
                              base_.FindPublic(RefOf(key)));
    read.shown = Share(std::move(found));
    read.has_shown = true;
  }
  return read.shown;
}

absl::StatusOr<Staging::SharedStored> Staging::ShareFull(
    const RecordKey& key) const {
  const auto staged = entries_.find(key);
  if (staged != entries_.end()) return staged->second.full;
  return ReadFull(key);
}

absl::StatusOr<const StoredRecord*> Staging::FindFull(
    const RecordKey& key) const {
  // Whoever it is shared with here keeps it.
  HANDRAIL_ASSIGN_OR_RETURN(const SharedStored full, ShareFull(key));
  return full.get();
}

absl::StatusOr<const v1::Record*> Staging::FindPublic(
    const RecordKey& key) const {
  const auto staged = entries_.find(key);
  if (staged != entries_.end()) return staged->second.projection.get();
  HANDRAIL_ASSIGN_OR_RETURN(const SharedStored shown, ReadShown(key));
  return shown != nullptr ? &shown->record() : nullptr;
}

absl::StatusOr<std::vector<std::string>> Staging::ServicesAt(
    const RecordKey& target) const {
  HANDRAIL_ASSIGN_OR_RETURN(std::vector<std::string> ids,
                            base_.ServicesAt(RefOf(target)));
  // What a staged service refers to is in referrers_.
  std::erase_if(ids, [&](const std::string& id) {
    return entries_.contains({v1::SERVICE, id});
  });
  const auto staged = referrers_.find(target);
  if (staged != referrers_.end()) {
    ids.insert(ids.end(), staged->second.begin(), staged->second.end());
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

absl::StatusOr<std::set<std::string>> Staging::LocationsOf(
    const std::string& organization_id) const {
  std::set<std::string> ids;
  const auto visit = [&](const StoredRecord& location) {
    if (location.record().location().organization_id() == organization_id) {
      ids.insert(location.info().id());
    }
    return true;
  };
  HANDRAIL_RETURN_IF_ERROR(base_.ForEachFull(v1::LOCATION, visit));
  for (const auto& [key, entry] : entries_) {
    if (key.first == v1::LOCATION && entry.full != nullptr) {
      visit(*entry.full);
    }
  }
  return ids;
}

std::optional<std::string> Staging::ListingOwner(const std::string& id) const {
  const auto found = listing_owners_.find(id);
  if (found == listing_owners_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<Staging::Entry*> Staging::Touch(const RecordKey& key) {
  const auto [found, added] = entries_.try_emplace(key);
  Entry& entry = found->second;
  if (!added) return &entry;
  HANDRAIL_ASSIGN_OR_RETURN(entry.full, ReadFull(key));
  // A record that is not there has no projection either.
  if (entry.full != nullptr) {
    HANDRAIL_ASSIGN_OR_RETURN(const SharedStored shown, ReadShown(key));
    entry.revision = entry.full->revision();
    Refer(entry.full->record(), /*refers=*/true);
    if (shown != nullptr) {
      entry.redacted = shown->info().redacted();
      entry.projection = RecordIn(shown);
    }
  }
  read_.erase(key);
  return &entry;
}

void Staging::Refer(const v1::Record& record, bool refers) {
  if (!record.has_service()) return;
  const v1::Service& service = record.service();
  std::vector<RecordKey> targets;
  for (std::string& id : LocationIdsOf(service)) {
    targets.emplace_back(v1::LOCATION, std::move(id));
  }
  targets.emplace_back(v1::PROGRAM, service.program_id());
  targets.emplace_back(v1::ORGANIZATION, service.organization_id());
  for (const RecordKey& target : targets) {
    if (target.second.empty()) continue;
    if (refers) {
      referrers_[target].insert(service.id());
    } else {
      referrers_[target].erase(service.id());
    }
  }
}

absl::StatusOr<Staging::Entry*> Staging::Stage(const RecordKey& key) {
  HANDRAIL_ASSIGN_OR_RETURN(Entry * entry, Touch(key));
  if (entry->full != nullptr) Refer(entry->full->record(), /*refers=*/false);
  unprojected_.try_emplace(key, entry->full);
  return entry;
}

absl::Status Staging::Put(const std::string& source, v1::Record record,
                          std::vector<storage::v1::ConfirmedField> confirmed,
                          std::string bytes) {
  const RecordKey key = KeyOf(record);
  HANDRAIL_CHECK(key.first != v1::RECORD_TYPE_UNSPECIFIED);
  HANDRAIL_CHECK(!key.second.empty());
  HANDRAIL_ASSIGN_OR_RETURN(Entry * entry, Stage(key));
  Refer(record, /*refers=*/true);
  for (const auto& at : record.service().service_at_locations()) {
    if (!at.id().empty()) listing_owners_[at.id()] = source;
  }
  entry->full = std::make_shared<StoredRecord>();
  StoredRecord& full = *entry->full;
  *full.mutable_info()->mutable_id() = key.second;
  full.mutable_info()->set_type(key.first);
  full.mutable_info()->set_source(source);
  *full.mutable_record() = std::move(record);
  entry->bytes = std::move(bytes);
  full.set_revision(entry->revision);
  std::sort(confirmed.begin(), confirmed.end(),
            [](const auto& a, const auto& b) { return a.field() < b.field(); });
  for (storage::v1::ConfirmedField& field : confirmed) {
    *full.add_confirmed() = std::move(field);
  }
  return absl::OkStatus();
}

absl::Status Staging::Retire(const RecordKey& key) {
  HANDRAIL_ASSIGN_OR_RETURN(Entry * entry, Stage(key));
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::Conflict> conflicts,
                            ConflictsOf(key));
  for (const v1::Conflict& conflict : conflicts) RemoveConflict(conflict.id());
  entry->full.reset();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::Conflict>> Staging::ConflictsOf(
    const RecordKey& key) const {
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::Conflict> kept,
                            base_.ConflictsOf(RefOf(key)));
  std::vector<v1::Conflict> conflicts;
  for (const v1::Conflict& conflict : kept) {
    if (!conflicts_.contains(conflict.id())) conflicts.push_back(conflict);
  }
  for (const auto& [id, conflict] : conflicts_) {
    if (conflict.has_value() && KeyOf(conflict->ref()) == key) {
      conflicts.push_back(*conflict);
    }
  }
  return conflicts;
}

void Staging::PutConflict(v1::Conflict conflict) {
  const std::string id = conflict.id();
  conflicts_[id] = std::move(conflict);
  changed_conflicts_.insert(id);
}

void Staging::RemoveConflict(const std::string& id) {
  conflicts_[id] = std::nullopt;
  changed_conflicts_.insert(id);
}

absl::StatusOr<std::optional<std::string>> Staging::FindAlias(
    const std::string& source, v1::RecordType type,
    const std::string& name) const {
  const auto staged = aliases_.find({source, type, name});
  if (staged == aliases_.end()) return base_.FindAlias(source, type, name);
  if (staged->second.empty()) return std::optional<std::string>();
  return std::optional<std::string>(staged->second);
}

void Staging::PutAlias(storage::SourceAlias alias) {
  AliasKey key{std::move(alias.source), alias.type, std::move(alias.name)};
  aliases_[key] = std::move(alias.id);
  changed_aliases_.insert(std::move(key));
}

absl::StatusOr<std::vector<PublicChange>> Staging::Project() {
  PrivacyReader privacy(*this);
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<RecordKey> reached,
                            ReachOf(unprojected_, *this, privacy));
  std::vector<PublicChange> changes;
  for (const RecordKey& key : reached) {
    HANDRAIL_ASSIGN_OR_RETURN(std::optional<PublicChange> change,
                              ProjectOne(key, privacy));
    if (change.has_value()) changes.push_back(*std::move(change));
  }
  unprojected_.clear();
  return changes;
}

absl::StatusOr<std::optional<PublicChange>> Staging::ProjectOne(
    const RecordKey& key, PrivacyReader& privacy) {
  HANDRAIL_ASSIGN_OR_RETURN(const SharedStored full, ShareFull(key));
  HANDRAIL_ASSIGN_OR_RETURN(const v1::Record* const before, FindPublic(key));
  PublicChange change{.key = key};
  bool redacted = false;
  if (full != nullptr) {
    std::string_view bytes;
    const auto staged = entries_.find(key);
    if (staged != entries_.end()) bytes = staged->second.bytes;
    HANDRAIL_ASSIGN_OR_RETURN(
        change.after, privacy.SharedProjectionOf(RecordIn(full), bytes));
    redacted = !ShowsAll(*full, change.after.get()) &&
               storage::IsRedacted(full->record(), *change.after);
  }
  // A record that was staged is written even where nobody sees a difference.
  const bool same = AreSame(before, change.after.get());
  if (same && !unprojected_.contains(key)) {
    return std::optional<PublicChange>();
  }
  HANDRAIL_ASSIGN_OR_RETURN(Entry * entry, Touch(key));
  change.before = std::exchange(entry->projection, change.after);
  entry->redacted = redacted;
  changed_.insert(key);
  if (same) return std::optional<PublicChange>();
  return std::optional<PublicChange>(std::move(change));
}

storage::DirectoryChange Staging::TakeChange() {
  HANDRAIL_CHECK(unprojected_.empty());
  storage::DirectoryChange change;
  std::vector<RecordKey> changed(changed_.begin(), changed_.end());
  std::sort(changed.begin(), changed.end());
  for (const RecordKey& key : changed) {
    Entry& entry = entries_.at(key);
    if (entry.full == nullptr) {
      // What was staged and retired again was never there.
      if (entry.revision == 0) continue;
      change.retires.push_back({.ref = RefOf(key), .revision = entry.revision});
      continue;
    }
    storage::RecordUpsert& upsert = change.upserts.emplace_back();
    upsert.bytes = std::move(entry.bytes);
    upsert.shows_all = ShowsAll(*entry.full, entry.projection.get());
    if (!upsert.shows_all) {
      *upsert.projection.mutable_record() = *entry.projection;
      upsert.projection.mutable_info()->set_redacted(entry.redacted);
    }
    entry.projection.reset();
    if (entry.full.use_count() == 1) {
      upsert.full = std::move(*entry.full);
    } else {
      upsert.full = *entry.full;
    }
  }
  changed_.clear();
  for (const std::string& id : changed_conflicts_) {
    const std::optional<v1::Conflict>& conflict = conflicts_.at(id);
    if (conflict.has_value()) {
      change.conflicts.push_back(*conflict);
    } else {
      change.conflicts_gone.push_back(id);
    }
  }
  changed_conflicts_.clear();
  for (const AliasKey& key : changed_aliases_) {
    const auto& [source, type, name] = key;
    change.aliases.push_back({source, type, name, aliases_.at(key)});
  }
  changed_aliases_.clear();
  return change;
}

void Staging::DropChange() {
  for (const RecordKey& key : changed_) entries_.at(key).bytes = {};
  changed_.clear();
  changed_conflicts_.clear();
  changed_aliases_.clear();
  read_.clear();
}

}  // namespace handrail::server
