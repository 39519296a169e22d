// Where a listing stands: its address and its Place.
//
//   not confidential  own coordinates, else the ZIP code's centroid, else the
//                     county's
//   confidential      the county's centroid, else that of the first three
//                     digits of the ZIP code; none where widened to the state
// Everything but own, exact coordinates is approximate. A confidential listing
// has no address, and of its location nothing finer than what
// storage/redaction gives away.
//
// Pure; any thread.
//
//   SetPlace(parts, centroids, listing);
#pragma once

#include "handrail/v1/listing.pb.h"
#include "matcher/place.h"
#include "server/listing_parts.h"

namespace handrail::server {

// Sets `confidential`, `address`, `place` and the date of the address. A
// service without a location gets neither address nor place; one that is only
// online has an address at most. REQUIRES: SetLevels(parts) was called.
void SetPlace(const ListingParts& parts,
              const matcher::CentroidTable& centroids, v1::Listing& listing);

}  // namespace handrail::server
