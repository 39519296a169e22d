#include "server/ingest/reach.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "server/service_references.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

using Found = const storage::v1::StoredRecord*;

// One walk over the records that refer to each other, collecting.
class Walk {
 public:
  Walk(const Staging& staging, PrivacyReader& privacy)
      : staging_(staging), privacy_(privacy) {}

  absl::Status From(const RecordsBefore& changed);
  std::vector<RecordKey> reached() &&;

 private:
  absl::Status FromPlace(const std::string& location_id);
  absl::Status FromService(const std::string& service_id);
  absl::Status FromOrganization(const std::string& id,
                                const storage::v1::StoredRecord* before);
  void AddOwnersOf(const v1::Service& service);

  const Staging& staging_;
  PrivacyReader& privacy_;
  // May name one more than once.
  std::vector<RecordKey> reached_;
};

std::vector<RecordKey> Walk::reached() && {
  std::sort(reached_.begin(), reached_.end());
  reached_.erase(std::unique(reached_.begin(), reached_.end()), reached_.end());
  return std::move(reached_);
}

absl::Status Walk::From(const RecordsBefore& changed) {
  std::set<std::string> places;
  std::set<std::string> services;
  for (const auto& [key, before] : changed) {
    reached_.push_back(key);
    if (key.first == v1::LOCATION) places.insert(key.second);
    if (key.first == v1::ORGANIZATION) {
      HANDRAIL_RETURN_IF_ERROR(FromOrganization(key.second, before.get()));
    }
    if (key.first != v1::SERVICE) continue;
    services.insert(key.second);
    if (before == nullptr) continue;
    // What it no longer refers to.
    const v1::Service& was = before->record().service();
    for (std::string& id : LocationIdsOf(was)) places.insert(std::move(id));
    AddOwnersOf(was);
  }
  for (const std::string& id : services) {
    HANDRAIL_RETURN_IF_ERROR(FromService(id));
  }
  for (const std::string& id : places) {
    HANDRAIL_RETURN_IF_ERROR(FromPlace(id));
  }
  return absl::OkStatus();
}

absl::Status Walk::FromService(const std::string& service_id) {
  HANDRAIL_ASSIGN_OR_RETURN(const Found service,
                            staging_.FindFull({v1::SERVICE, service_id}));
  if (service == nullptr) return absl::OkStatus();
  for (const std::string& id : LocationIdsOf(service->record().service())) {
    HANDRAIL_RETURN_IF_ERROR(FromPlace(id));
  }
  AddOwnersOf(service->record().service());
  return absl::OkStatus();
}

// Goes on from a place only where what is shown of it is no longer so.
absl::Status Walk::FromPlace(const std::string& location_id) {
  HANDRAIL_ASSIGN_OR_RETURN(const Privacy now, privacy_.OfPlace(location_id));
  HANDRAIL_ASSIGN_OR_RETURN(const v1::Record* const shown,
                            staging_.FindPublic({v1::LOCATION, location_id}));
  const Privacy was = shown != nullptr ? OwnPrivacy(*shown) : Privacy();
  if (now == was && shown != nullptr) return absl::OkStatus();
  reached_.push_back({v1::LOCATION, location_id});
  if (now == was) return absl::OkStatus();
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                            staging_.ServicesAt({v1::LOCATION, location_id}));
  for (const std::string& id : services) {
    reached_.push_back({v1::SERVICE, id});
    HANDRAIL_ASSIGN_OR_RETURN(const Found service,
                              staging_.FindFull({v1::SERVICE, id}));
    if (service == nullptr) continue;
    AddOwnersOf(service->record().service());
  }
  return absl::OkStatus();
}

// The organization's flag reaches its services and their places.
absl::Status Walk::FromOrganization(const std::string& id,
                                    const storage::v1::StoredRecord* before) {
  HANDRAIL_ASSIGN_OR_RETURN(const Found now,
                            staging_.FindFull({v1::ORGANIZATION, id}));
  const Privacy was =
      before != nullptr ? OwnPrivacy(before->record()) : Privacy();
  const Privacy is = now != nullptr ? OwnPrivacy(now->record()) : Privacy();
  if (was == is) return absl::OkStatus();
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                            staging_.ServicesAt({v1::ORGANIZATION, id}));
  for (const std::string& service : services) {
    reached_.push_back({v1::SERVICE, service});
    HANDRAIL_RETURN_IF_ERROR(FromService(service));
  }
  HANDRAIL_ASSIGN_OR_RETURN(const std::set<std::string> places,
                            staging_.LocationsOf(id));
  for (const std::string& place : places) {
    HANDRAIL_RETURN_IF_ERROR(FromPlace(place));
  }
  return absl::OkStatus();
}

void Walk::AddOwnersOf(const v1::Service& service) {
  if (!service.program_id().empty()) {
    reached_.push_back({v1::PROGRAM, service.program_id()});
  }
  if (!service.organization_id().empty()) {
    reached_.push_back({v1::ORGANIZATION, service.organization_id()});
  }
}

}  // namespace

absl::StatusOr<std::vector<RecordKey>> ReachOf(const RecordsBefore& before,
                                               const Staging& staging,
                                               PrivacyReader& privacy) {
  Walk walk(staging, privacy);
  HANDRAIL_RETURN_IF_ERROR(walk.From(before));
  return std::move(walk).reached();
}

}  // namespace handrail::server
