// The ids of the listings that a service makes: what a listing is called from
// one projection to the next.
//
// Pure functions; any thread.
//
//   listing.set_id(ListingIdAt(service_id, &at));
//   for (const std::string& id : ListingIdsOf(service)) …
#pragma once

#include <string>
#include <vector>

#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/record.pb.h"

namespace handrail::server {

// The id of the listing of a service at one of its places; null: the listing of
// a service without a place.
std::string ListingIdAt(const std::string& service_id,
                        const v1::ServiceAtLocation* at);

// The ids of all listings that the service makes while it is offered.
// REQUIRES: the record is a service.
std::vector<std::string> ListingIdsOf(const storage::v1::StoredRecord& service);

}  // namespace handrail::server
