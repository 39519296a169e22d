// Folds public records into listings: one for each place a service is offered
// at, or a single one for a service without a place.
//
// The most specific level wins, field by field: service_at_location, service,
// location, program, organization. What each listing field takes from where is
// said beside it in listing.proto; what a fact's date is:
//   the fact's own provenance, else the record's date for that field
//   (x_handrail.fields), else the record's own (x_handrail.provenance).
// A service_at_location without dates has those of its service.
//
// Where a listing stands is decided in listing_place.h.
//
// Only public projections may be passed: whatever is in them can be matched,
// shown and exported. Pure; any thread.
//
//   ServiceRecords records{.service = &service, .organization = organization};
//   google::protobuf::Arena arena;
//   for (v1::Listing* listing : ProjectService(records, centroids, arena)) …
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "google/protobuf/arena.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/profile.pb.h"
#include "matcher/place.h"

namespace handrail::server {

// The records of one service. Null: there is no such record.
struct ServiceRecords {
  // REQUIRES: not null, of type SERVICE.
  const storage::v1::StoredRecord* service = nullptr;
  const storage::v1::StoredRecord* organization = nullptr;
  const storage::v1::StoredRecord* program = nullptr;
  // The location with an id, or null.
  std::function<const storage::v1::StoredRecord*(const std::string& id)>
      location;
  // The name of a taxonomy term record by its id, or empty.
  std::function<std::string(const std::string& id)> term_name;
};

// The service's listings, in the order of its service_at_locations. None for a
// service that is inactive or defunct. They stand on the arena, and their facts
// share messages of dates (shared_dates.h): they can be read and copied, and
// fields of theirs cleared.
std::vector<v1::Listing*> ProjectService(
    const ServiceRecords& records, const matcher::CentroidTable& centroids,
    google::protobuf::Arena& arena);

}  // namespace handrail::server
