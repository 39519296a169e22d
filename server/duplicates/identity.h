// What others call a listing: ids that mean the same in every source.
//
// A source's own ids mean something only there, unless they are UUIDs: who
// passes a UUID on means the same record. Pure functions; any thread.
#pragma once

#include <string>
#include <vector>

#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/record.pb.h"

namespace handrail::server {

struct ListingIdentity {
  // The UUID the source gave it. Empty: the source's id is no UUID.
  std::string own;
  // "UPRN:10033544614", of its location. Empty: none.
  std::string place;
  // "US-EIN:52-0000000", of its organization. Sorted.
  std::vector<std::string> organization;
};

// The records one listing was folded from; `at` is null for a service without a
// place, `location` and `organization` where there is none. All public.
ListingIdentity IdentityOf(const storage::v1::StoredRecord& service,
                           const v1::ServiceAtLocation* at,
                           const storage::v1::StoredRecord* location,
                           const storage::v1::StoredRecord* organization);

}  // namespace handrail::server
