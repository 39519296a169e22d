#include "server/ingest/privacy.h"

#include <vector>

#include "server/service_references.h"
#include "storage/base/status.h"
#include "storage/normalise/uuid.h"
#include "storage/redaction/all_public.h"
#include "storage/redaction/redaction.h"

namespace handrail::server {
namespace {

using Found = const storage::v1::StoredRecord*;

const std::string& OrganizationIdOf(const v1::Record& record) {
  return record.has_service() ? record.service().organization_id()
                              : record.location().organization_id();
}

void Add(const v1::Visibility& visibility, Privacy& privacy) {
  if (!visibility.confidential_location()) return;
  privacy.confidential = true;
  privacy.widen_to_state |= visibility.widen_to_state();
}

void Add(const Privacy& more, Privacy& privacy) {
  privacy.confidential |= more.confidential;
  privacy.widen_to_state |= more.widen_to_state;
}

storage::ProjectionContext ContextOf(const Privacy& around) {
  return {.place_is_confidential = around.confidential,
          .widen_to_state = around.widen_to_state};
}

v1::Record Project(const v1::Record& full, const Privacy& around) {
  if (!full.has_location() || !around.confidential) {
    return storage::PublicProjection(full, ContextOf(around));
  }
  // Shown as the location's own flag: see the header.
  v1::Record flagged = full;
  v1::Visibility& visibility =
      *flagged.mutable_location()->mutable_x_handrail()->mutable_visibility();
  visibility.set_confidential_location(true);
  visibility.set_widen_to_state(around.widen_to_state);
  return storage::PublicProjection(flagged);
}

}  // namespace

Privacy OwnPrivacy(const v1::Record& record) {
  Privacy privacy;
  Add(storage::ExtensionOf(record).visibility(), privacy);
  return privacy;
}

absl::Status PrivacyReader::AddOrganization(const std::string& id,
                                            Privacy& privacy) const {
  if (id.empty()) return absl::OkStatus();
  HANDRAIL_ASSIGN_OR_RETURN(const Found found,
                            staging_.FindFull({v1::ORGANIZATION, id}));
  if (found != nullptr)
    Add(storage::ExtensionOf(found->record()).visibility(), privacy);
  return absl::OkStatus();
}

absl::Status PrivacyReader::AddServiceAt(const std::string& location_id,
                                         const v1::Record& service,
                                         Privacy& privacy) const {
  Add(storage::ExtensionOf(service).visibility(), privacy);
  HANDRAIL_RETURN_IF_ERROR(AddOrganization(OrganizationIdOf(service), privacy));
  for (const v1::ServiceAtLocation& at :
       service.service().service_at_locations()) {
    if (LocationIdOf(at) == location_id) {
      Add(at.x_handrail().visibility(), privacy);
    }
  }
  return absl::OkStatus();
}

absl::Status PrivacyReader::ForEachServiceAt(const RecordKey& target,
                                             ServiceVisitor visit) const {
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                            staging_.ServicesAt(target));
  for (const std::string& id : services) {
    HANDRAIL_ASSIGN_OR_RETURN(const Found service,
                              staging_.FindFull({v1::SERVICE, id}));
    if (service == nullptr) continue;
    HANDRAIL_ASSIGN_OR_RETURN(const bool more, visit(service->record()));
    if (!more) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<Privacy> PrivacyReader::OfPlace(const std::string& location_id) {
  const auto known = places_.find(location_id);
  if (known != places_.end()) return known->second;
  Privacy privacy;
  HANDRAIL_ASSIGN_OR_RETURN(const Found location,
                            staging_.FindFull({v1::LOCATION, location_id}));
  if (location != nullptr) {
    Add(storage::ExtensionOf(location->record()).visibility(), privacy);
    HANDRAIL_RETURN_IF_ERROR(
        AddOrganization(OrganizationIdOf(location->record()), privacy));
  }
  HANDRAIL_RETURN_IF_ERROR(ForEachServiceAt(
      {v1::LOCATION, location_id},
      [&](const v1::Record& service) -> absl::StatusOr<bool> {
        HANDRAIL_RETURN_IF_ERROR(AddServiceAt(location_id, service, privacy));
        return true;
      }));
  places_[location_id] = privacy;
  return privacy;
}

absl::StatusOr<Privacy> PrivacyReader::OfService(const v1::Record& service) {
  Privacy privacy;
  Add(storage::VisibilityOf(service), privacy);
  HANDRAIL_RETURN_IF_ERROR(AddOrganization(OrganizationIdOf(service), privacy));
  for (const std::string& location : LocationIdsOf(service.service())) {
    HANDRAIL_ASSIGN_OR_RETURN(const Privacy place, OfPlace(location));
    Add(place, privacy);
  }
  return privacy;
}

absl::StatusOr<Privacy> PrivacyReader::OfProgram(const std::string& id) {
  Privacy privacy;
  HANDRAIL_RETURN_IF_ERROR(ForEachServiceAt(
      {v1::PROGRAM, id},
      [&](const v1::Record& service) -> absl::StatusOr<bool> {
        HANDRAIL_ASSIGN_OR_RETURN(const Privacy of_service, OfService(service));
        Add(of_service, privacy);
        return true;
      }));
  return privacy;
}

absl::StatusOr<Privacy> PrivacyReader::OfOrganization(const std::string& id) {
  Privacy privacy;
  HANDRAIL_RETURN_IF_ERROR(ForEachServiceAt(
      {v1::ORGANIZATION, id},
      [&](const v1::Record& service) -> absl::StatusOr<bool> {
        HANDRAIL_ASSIGN_OR_RETURN(const Privacy of_service, OfService(service));
        // One service in the open, and the organization's own words are about
        // that one as well.
        if (!of_service.confidential) {
          privacy = Privacy();
          return false;
        }
        Add(of_service, privacy);
        return true;
      }));
  return privacy;
}

absl::StatusOr<Privacy> PrivacyReader::Of(const v1::Record& record) {
  const std::string id = storage::RecordIdOf(record);
  if (record.has_location()) return OfPlace(id);
  if (record.has_service()) return OfService(record);
  Privacy privacy = OwnPrivacy(record);
  if (record.has_program()) {
    HANDRAIL_ASSIGN_OR_RETURN(const Privacy around, OfProgram(id));
    Add(around, privacy);
  } else if (record.has_organization()) {
    HANDRAIL_ASSIGN_OR_RETURN(const Privacy around, OfOrganization(id));
    Add(around, privacy);
  }
  return privacy;
}

absl::StatusOr<Privacy> PrivacyReader::Around(const v1::Record& full) {
  if (full.has_service()) return OfService(full);
  const std::string id = storage::RecordIdOf(full);
  if (full.has_location()) return OfPlace(id);
  if (full.has_program()) return OfProgram(id);
  if (full.has_organization()) return OfOrganization(id);
  return Privacy();
}

absl::StatusOr<v1::Record> PrivacyReader::ProjectionOf(const v1::Record& full) {
  HANDRAIL_ASSIGN_OR_RETURN(const Privacy around, Around(full));
  return Project(full, around);
}

absl::StatusOr<std::shared_ptr<const v1::Record>>
PrivacyReader::SharedProjectionOf(const std::shared_ptr<const v1::Record>& full,
                                  std::string_view bytes) {
  HANDRAIL_ASSIGN_OR_RETURN(const Privacy around, Around(*full));
  if (storage::IsAllPublic(*full, ContextOf(around), bytes)) return full;
  return std::make_shared<const v1::Record>(Project(*full, around));
}

}  // namespace handrail::server
