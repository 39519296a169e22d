#include "server/duplicates/identity.h"

#include <algorithm>

#include "storage/base/hash.h"

namespace handrail::server {
namespace {

// The id as the source has it: x_handrail keeps it where ours is another one.
template <typename T>
std::string SourceUuid(const T& object) {
  const std::string& external = object.x_handrail().external_id();
  const std::string& id = external.empty() ? object.id() : external;
  if (!IsUuid(id)) return "";
  std::string lower = id;
  for (char& c : lower) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

ListingIdentity IdentityOf(const storage::v1::StoredRecord& service,
                           const v1::ServiceAtLocation* at,
                           const storage::v1::StoredRecord* location,
                           const storage::v1::StoredRecord* organization) {
  ListingIdentity identity;
  identity.own =
      at == nullptr ? SourceUuid(service.record().service()) : SourceUuid(*at);
  if (location != nullptr) {
    const v1::Location& place = location->record().location();
    if (!place.external_identifier().empty() &&
        !place.external_identifier_type().empty()) {
      identity.place =
          place.external_identifier_type() + ":" + place.external_identifier();
    }
  }
  if (organization != nullptr) {
    for (const v1::OrganizationIdentifier& given :
         organization->record().organization().organization_identifiers()) {
      const std::string& scheme = given.identifier_scheme().empty()
                                      ? given.identifier_type()
                                      : given.identifier_scheme();
      if (scheme.empty() || given.identifier().empty()) continue;
      identity.organization.push_back(scheme + ":" + given.identifier());
    }
    std::sort(identity.organization.begin(), identity.organization.end());
  }
  return identity;
}

}  // namespace handrail::server
