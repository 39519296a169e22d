#include "server/ingest/staging.h"

#include <algorithm>

#include "server/service_references.h"
#include "storage/base/status.h"
#include "storage/normalise/uuid.h"
#include "storage/redaction/redaction.h"

namespace handrail::server {
namespace {

using storage::v1::StoredRecord;

v1::Visibility OwnVisibility(const v1::Record& record) {
  switch (record.kind_case()) {
    case v1::Record::kOrganization:
      return record.organization().x_handrail().visibility();
    case v1::Record::kProgram:
      return record.program().x_handrail().visibility();
    case v1::Record::kService:
      return record.service().x_handrail().visibility();
    case v1::Record::kLocation:
      return record.location().x_handrail().visibility();
    default:
      return {};
  }
}

std::string OrganizationIdOf(const v1::Record& record) {
  return record.has_service() ? record.service().organization_id()
                              : record.location().organization_id();
}

}  // namespace

// --- Projections ----------------------------------------------------------

class Staging::Projector {
 public:
  explicit Projector(Staging& staging) : staging_(staging) {}

  // Everything whose projection can differ after the staged changes.
  absl::Status Spread();
  // Makes the projections; `changes` gets those that differ.
  absl::Status Make(std::vector<PublicChange>& changes);

 private:
  using Record = std::optional<StoredRecord>;

  absl::StatusOr<Record> Find(v1::RecordType type, const std::string& id) {
    if (id.empty()) return Record();
    return staging_.FindFull({type, id});
  }

  static void Add(const v1::Visibility& visibility, Privacy& privacy) {
    if (!visibility.confidential_location()) return;
    privacy.confidential = true;
    privacy.widen_to_state |= visibility.widen_to_state();
  }
  static void Add(const Privacy& more, Privacy& privacy) {
    privacy.confidential |= more.confidential;
    privacy.widen_to_state |= more.widen_to_state;
  }

  absl::Status AddOrganization(const std::string& id, Privacy& privacy);
  absl::StatusOr<Privacy> OfPlace(const std::string& location_id);
  absl::StatusOr<Privacy> OfService(const v1::Record& service);
  absl::StatusOr<Privacy> OfProgram(const std::string& id);
  absl::StatusOr<Privacy> OfOrganization(const std::string& id);

  absl::Status SpreadFromPlace(const std::string& location_id);
  absl::Status SpreadFromService(const std::string& service_id);
  absl::Status SpreadFromOrganization(const std::string& id);
  absl::Status AddOwnersOf(const v1::Service& service);

  absl::StatusOr<v1::Record> ProjectionOf(const v1::Record& full);

  Staging& staging_;
  std::map<std::string, Privacy> places_;
  std::set<RecordKey> affected_;
};

absl::Status Staging::Projector::AddOrganization(const std::string& id,
                                                 Privacy& privacy) {
  HANDRAIL_ASSIGN_OR_RETURN(const Record found, Find(v1::ORGANIZATION, id));
  if (found.has_value()) Add(OwnVisibility(found->record()), privacy);
  return absl::OkStatus();
}

absl::StatusOr<Staging::Privacy> Staging::Projector::OfPlace(
    const std::string& location_id) {
  const auto known = places_.find(location_id);
  if (known != places_.end()) return known->second;
  Privacy privacy;
  HANDRAIL_ASSIGN_OR_RETURN(const Record location,
                            Find(v1::LOCATION, location_id));
  if (location.has_value()) {
    Add(OwnVisibility(location->record()), privacy);
    HANDRAIL_RETURN_IF_ERROR(
        AddOrganization(OrganizationIdOf(location->record()), privacy));
  }
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                            staging_.ServicesAt({v1::LOCATION, location_id}));
  for (const std::string& id : services) {
    HANDRAIL_ASSIGN_OR_RETURN(const Record service, Find(v1::SERVICE, id));
    if (!service.has_value()) continue;
    Add(OwnVisibility(service->record()), privacy);
    HANDRAIL_RETURN_IF_ERROR(
        AddOrganization(OrganizationIdOf(service->record()), privacy));
    for (const v1::ServiceAtLocation& at :
         service->record().service().service_at_locations()) {
      if (LocationIdOf(at) == location_id) {
        Add(at.x_handrail().visibility(), privacy);
      }
    }
  }
  places_[location_id] = privacy;
  return privacy;
}

absl::StatusOr<Staging::Privacy> Staging::Projector::OfService(
    const v1::Record& service) {
  Privacy privacy;
  Add(storage::VisibilityOf(service), privacy);
  HANDRAIL_RETURN_IF_ERROR(AddOrganization(OrganizationIdOf(service), privacy));
  for (const std::string& location : LocationIdsOf(service.service())) {
    HANDRAIL_ASSIGN_OR_RETURN(const Privacy place, OfPlace(location));
    Add(place, privacy);
  }
  return privacy;
}

absl::StatusOr<Staging::Privacy> Staging::Projector::OfProgram(
    const std::string& id) {
  Privacy privacy;
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                            staging_.ServicesAt({v1::PROGRAM, id}));
  for (const std::string& service_id : services) {
    HANDRAIL_ASSIGN_OR_RETURN(const Record service,
                              Find(v1::SERVICE, service_id));
    if (!service.has_value()) continue;
    HANDRAIL_ASSIGN_OR_RETURN(const Privacy of_service,
                              OfService(service->record()));
    Add(of_service, privacy);
  }
  return privacy;
}

absl::StatusOr<Staging::Privacy> Staging::Projector::OfOrganization(
    const std::string& id) {
  Privacy privacy;
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                            staging_.ServicesAt({v1::ORGANIZATION, id}));
  for (const std::string& service_id : services) {
    HANDRAIL_ASSIGN_OR_RETURN(const Record service,
                              Find(v1::SERVICE, service_id));
    if (!service.has_value()) continue;
    HANDRAIL_ASSIGN_OR_RETURN(const Privacy of_service,
                              OfService(service->record()));
    // One service in the open, and the organization's own words are about that
    // one as well.
    if (!of_service.confidential) return Privacy();
    Add(of_service, privacy);
  }
  return privacy;
}

absl::Status Staging::Projector::Spread() {
  std::set<std::string> places;
  std::set<std::string> services;
  for (const auto& [key, before] : staging_.unprojected_) {
    affected_.insert(key);
    if (key.first == v1::LOCATION) places.insert(key.second);
    if (key.first == v1::ORGANIZATION) {
      HANDRAIL_RETURN_IF_ERROR(SpreadFromOrganization(key.second));
    }
    if (key.first != v1::SERVICE) continue;
    services.insert(key.second);
    if (!before.has_value()) continue;
    // What it no longer refers to.
    for (std::string& id : LocationIdsOf(before->service())) {
      places.insert(std::move(id));
    }
    HANDRAIL_RETURN_IF_ERROR(AddOwnersOf(before->service()));
  }
  for (const std::string& id : services) {
    HANDRAIL_RETURN_IF_ERROR(SpreadFromService(id));
  }
  for (const std::string& id : places) {
    HANDRAIL_RETURN_IF_ERROR(SpreadFromPlace(id));
  }
  return absl::OkStatus();
}

absl::Status Staging::Projector::SpreadFromService(
    const std::string& service_id) {
  HANDRAIL_ASSIGN_OR_RETURN(const Record service,
                            Find(v1::SERVICE, service_id));
  if (!service.has_value()) return absl::OkStatus();
  for (const std::string& id : LocationIdsOf(service->record().service())) {
    HANDRAIL_RETURN_IF_ERROR(SpreadFromPlace(id));
  }
  return AddOwnersOf(service->record().service());
}

absl::Status Staging::Projector::SpreadFromPlace(
    const std::string& location_id) {
  HANDRAIL_ASSIGN_OR_RETURN(const Privacy now, OfPlace(location_id));
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<v1::Record> shown,
                            staging_.FindPublic({v1::LOCATION, location_id}));
  Privacy was;
  if (shown.has_value()) Add(OwnVisibility(*shown), was);
  if (now == was && shown.has_value()) return absl::OkStatus();
  affected_.insert({v1::LOCATION, location_id});
  if (now == was) return absl::OkStatus();
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                            staging_.ServicesAt({v1::LOCATION, location_id}));
  for (const std::string& id : services) {
    affected_.insert({v1::SERVICE, id});
    HANDRAIL_ASSIGN_OR_RETURN(const Record service, Find(v1::SERVICE, id));
    if (!service.has_value()) continue;
    HANDRAIL_RETURN_IF_ERROR(AddOwnersOf(service->record().service()));
  }
  return absl::OkStatus();
}

// The organization's flag reaches its services and their places.
absl::Status Staging::Projector::SpreadFromOrganization(const std::string& id) {
  HANDRAIL_ASSIGN_OR_RETURN(const Record now, Find(v1::ORGANIZATION, id));
  const std::optional<v1::Record>& before =
      staging_.unprojected_.at({v1::ORGANIZATION, id});
  Privacy was;
  Privacy is;
  if (before.has_value()) Add(OwnVisibility(*before), was);
  if (now.has_value()) Add(OwnVisibility(now->record()), is);
  if (was == is) return absl::OkStatus();
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                            staging_.ServicesAt({v1::ORGANIZATION, id}));
  for (const std::string& service : services) {
    affected_.insert({v1::SERVICE, service});
    HANDRAIL_RETURN_IF_ERROR(SpreadFromService(service));
  }
  // Locations without a service have no index by organization. This is rare
  // enough to look at all of them.
  std::vector<std::string> places;
  const auto visit = [&](const StoredRecord& location) {
    if (location.record().location().organization_id() == id) {
      places.push_back(location.info().id());
    }
    return true;
  };
  HANDRAIL_RETURN_IF_ERROR(staging_.base_.ForEachFull(v1::LOCATION, visit));
  for (const auto& [key, entry] : staging_.entries_) {
    if (key.first == v1::LOCATION && entry.full.has_value()) {
      visit(*entry.full);
    }
  }
  for (const std::string& place : places) {
    HANDRAIL_RETURN_IF_ERROR(SpreadFromPlace(place));
  }
  return absl::OkStatus();
}

absl::Status Staging::Projector::AddOwnersOf(const v1::Service& service) {
  for (const RecordKey& key :
       {RecordKey(v1::PROGRAM, service.program_id()),
        RecordKey(v1::ORGANIZATION, service.organization_id())}) {
    if (!key.second.empty()) affected_.insert(key);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Record> Staging::Projector::ProjectionOf(
    const v1::Record& full) {
  const std::string id = storage::RecordIdOf(full);
  Privacy privacy;
  if (full.has_location()) {
    HANDRAIL_ASSIGN_OR_RETURN(privacy, OfPlace(id));
    if (privacy.confidential) {
      // Shown as the location's own flag: see the header.
      v1::Record flagged = full;
      v1::Visibility& visibility = *flagged.mutable_location()
                                        ->mutable_x_handrail()
                                        ->mutable_visibility();
      visibility.set_confidential_location(true);
      visibility.set_widen_to_state(privacy.widen_to_state);
      return storage::PublicProjection(flagged);
    }
  } else if (full.has_service()) {
    HANDRAIL_ASSIGN_OR_RETURN(privacy, OfService(full));
  } else if (full.has_program()) {
    HANDRAIL_ASSIGN_OR_RETURN(privacy, OfProgram(id));
  } else if (full.has_organization()) {
    HANDRAIL_ASSIGN_OR_RETURN(privacy, OfOrganization(id));
  }
  return storage::PublicProjection(
      full, {.place_is_confidential = privacy.confidential,
             .widen_to_state = privacy.widen_to_state});
}

absl::Status Staging::Projector::Make(std::vector<PublicChange>& changes) {
  for (const RecordKey& key : affected_) {
    HANDRAIL_ASSIGN_OR_RETURN(const Record full, staging_.FindFull(key));
    HANDRAIL_ASSIGN_OR_RETURN(std::optional<v1::Record> before,
                              staging_.FindPublic(key));
    std::optional<v1::Record> after;
    bool redacted = false;
    if (full.has_value()) {
      HANDRAIL_ASSIGN_OR_RETURN(after, ProjectionOf(full->record()));
      redacted = storage::IsRedacted(full->record(), *after);
    }
    const bool same =
        before.has_value() == after.has_value() &&
        (!before.has_value() || RecordBytes(*before) == RecordBytes(*after));
    if (same && !staging_.unprojected_.contains(key)) continue;
    HANDRAIL_ASSIGN_OR_RETURN(Entry * entry, staging_.Touch(key));
    entry->projection = after;
    entry->redacted = redacted;
    staging_.changed_.insert(key);
    if (!same) {
      changes.push_back({key, std::move(before), std::move(after)});
    }
  }
  return absl::OkStatus();
}

// --- Staging --------------------------------------------------------------

absl::StatusOr<std::optional<StoredRecord>> Staging::FindFull(
    const RecordKey& key) const {
  const auto staged = entries_.find(key);
  if (staged != entries_.end()) return staged->second.full;
  return base_.FindFull(RefOf(key));
}

absl::StatusOr<std::optional<v1::Record>> Staging::FindPublic(
    const RecordKey& key) const {
  const auto staged = entries_.find(key);
  if (staged != entries_.end()) return staged->second.projection;
  HANDRAIL_ASSIGN_OR_RETURN(std::optional<StoredRecord> stored,
                            base_.FindPublic(RefOf(key)));
  if (!stored.has_value()) return std::optional<v1::Record>();
  return std::optional<v1::Record>(std::move(*stored->mutable_record()));
}

absl::StatusOr<std::vector<std::string>> Staging::ServicesAt(
    const RecordKey& target) const {
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<std::string> kept,
                            base_.ServicesAt(RefOf(target)));
  std::set<std::string> ids;
  for (const std::string& id : kept) {
    // What a staged service refers to is in referrers_.
    if (!entries_.contains({v1::SERVICE, id})) ids.insert(id);
  }
  const auto staged = referrers_.find(target);
  if (staged != referrers_.end()) {
    ids.insert(staged->second.begin(), staged->second.end());
  }
  return std::vector<std::string>(ids.begin(), ids.end());
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
  HANDRAIL_ASSIGN_OR_RETURN(entry.full, base_.FindFull(RefOf(key)));
  HANDRAIL_ASSIGN_OR_RETURN(std::optional<StoredRecord> shown,
                            base_.FindPublic(RefOf(key)));
  if (entry.full.has_value()) {
    entry.revision = entry.full->revision();
    Refer(entry.full->record(), /*refers=*/true);
  }
  if (shown.has_value()) {
    entry.projection = std::move(*shown->mutable_record());
    entry.redacted = shown->info().redacted();
  }
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
  std::optional<v1::Record> before;
  if (entry->full.has_value()) {
    before = entry->full->record();
    Refer(*before, /*refers=*/false);
  }
  unprojected_.try_emplace(key, std::move(before));
  return entry;
}

absl::Status Staging::Put(const std::string& source, v1::Record record) {
  const RecordKey key = KeyOf(record);
  HANDRAIL_CHECK(key.first != v1::RECORD_TYPE_UNSPECIFIED);
  HANDRAIL_CHECK(!key.second.empty());
  HANDRAIL_ASSIGN_OR_RETURN(Entry * entry, Stage(key));
  Refer(record, /*refers=*/true);
  for (const auto& at : record.service().service_at_locations()) {
    if (!at.id().empty()) listing_owners_[at.id()] = source;
  }
  StoredRecord full;
  *full.mutable_info()->mutable_id() = key.second;
  full.mutable_info()->set_type(key.first);
  full.mutable_info()->set_source(source);
  *full.mutable_record() = std::move(record);
  full.set_revision(entry->revision);
  entry->full = std::move(full);
  return absl::OkStatus();
}

absl::Status Staging::Retire(const RecordKey& key) {
  HANDRAIL_ASSIGN_OR_RETURN(Entry * entry, Stage(key));
  entry->full.reset();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<PublicChange>> Staging::Project() {
  std::vector<PublicChange> changes;
  Projector projector(*this);
  HANDRAIL_RETURN_IF_ERROR(projector.Spread());
  HANDRAIL_RETURN_IF_ERROR(projector.Make(changes));
  unprojected_.clear();
  return changes;
}

storage::DirectoryChange Staging::TakeChange() {
  HANDRAIL_CHECK(unprojected_.empty());
  storage::DirectoryChange change;
  for (const RecordKey& key : changed_) {
    const Entry& entry = entries_.at(key);
    if (!entry.full.has_value()) {
      // What was staged and retired again was never there.
      if (entry.revision == 0) continue;
      change.retires.push_back({.ref = RefOf(key), .revision = entry.revision});
      continue;
    }
    storage::RecordUpsert& upsert = change.upserts.emplace_back();
    upsert.full = *entry.full;
    *upsert.projection.mutable_record() = *entry.projection;
    upsert.projection.mutable_info()->set_redacted(entry.redacted);
  }
  changed_.clear();
  return change;
}

void Staging::DropChange() { changed_.clear(); }

}  // namespace handrail::server
