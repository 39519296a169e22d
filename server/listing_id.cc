#include "server/listing_id.h"

#include "server/service_references.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {

std::string ListingIdAt(const std::string& service_id,
                        const v1::ServiceAtLocation* at) {
  if (at == nullptr) return storage::ListingIdOfService(service_id);
  if (!at->id().empty()) return at->id();
  return storage::ListingIdOfService(service_id + "/" + LocationIdOf(*at));
}

std::vector<std::string> ListingIdsOf(
    const storage::v1::StoredRecord& service) {
  const std::string& service_id = service.info().id();
  std::vector<std::string> ids;
  for (const v1::ServiceAtLocation& at :
       service.record().service().service_at_locations()) {
    ids.push_back(ListingIdAt(service_id, &at));
  }
  if (ids.empty()) ids.push_back(ListingIdAt(service_id, nullptr));
  return ids;
}

}  // namespace handrail::server
