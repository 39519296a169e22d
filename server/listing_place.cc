#include "server/listing_place.h"

#include <string>

#include "storage/redaction/redaction.h"

namespace handrail::server {
namespace {

using storage::v1::StoredRecord;

// The address people go to: the first that is not only for mail.
const v1::Address* VisitedAddress(const v1::Location& location) {
  for (const v1::Address& address : location.addresses()) {
    if (address.address_type() != v1::POSTAL &&
        address.address_type() != v1::VIRTUAL) {
      return &address;
    }
  }
  return nullptr;
}

void Stand(const matcher::GeoPoint& point, v1::Place::Basis basis,
           v1::Place& place) {
  place.set_basis(basis);
  place.set_latitude_e7(point.latitude_e7());
  place.set_longitude_e7(point.longitude_e7());
  place.set_approximate(basis != v1::Place::COORDINATES);
}

void SetPrivatePlace(const StoredRecord& location,
                     const matcher::CentroidTable& centroids,
                     v1::Place& place) {
  const storage::CoarseArea area = storage::CoarseAreaOf(location.record());
  place.set_state(area.state);
  place.set_county(area.county);
  place.set_approximate(true);
  if (const auto county = centroids.FindCounty(area.state, area.county);
      !area.county.empty() && county.has_value()) {
    Stand(*county, v1::Place::COUNTY_CENTROID, place);
  } else if (const auto zip3 = centroids.FindZip3(area.zip3);
             !area.zip3.empty() && zip3.has_value()) {
    Stand(*zip3, v1::Place::ZIP3_CENTROID, place);
  }
}

// Fills in what the ZIP code says where the record does not.
void SetArea(const v1::Address& address, const std::string& county,
             const matcher::CentroidTable& centroids, v1::Place& place) {
  place.set_city(address.city());
  place.set_state(address.state_province());
  place.set_county(county);
  place.set_postal_code(address.postal_code());
  const matcher::CentroidTable::Zip* zip =
      centroids.FindZip(address.postal_code());
  if (zip == nullptr) return;
  if (place.state().empty()) place.set_state(zip->state);
  if (place.county().empty() && place.state() == zip->state) {
    place.set_county(zip->county);
  }
}

void SetPublicPlace(const ListingParts& parts,
                    const matcher::CentroidTable& centroids,
                    v1::Listing& listing) {
  const v1::Location& location = *parts.location;
  const v1::Address* address = VisitedAddress(location);
  if (address != nullptr) *listing.mutable_address() = *address;
  if (location.location_type() == v1::VIRTUAL) return;
  // A mail address still says which town it is.
  if (address == nullptr && location.addresses_size() > 0) {
    address = &location.addresses(0);
  }
  v1::Place& place = *listing.mutable_place();
  SetArea(address == nullptr ? v1::Address::default_instance() : *address,
          location.x_handrail().county(), centroids, place);
  if (location.has_latitude_e7() && location.has_longitude_e7() &&
      matcher::GeoPoint::IsOnTheMap(location.latitude_e7(),
                                    location.longitude_e7())) {
    Stand(matcher::GeoPoint(location.latitude_e7(), location.longitude_e7()),
          v1::Place::COORDINATES, place);
    place.set_approximate(location.x_handrail().approximate());
  } else if (const auto found = centroids.Locate(place.postal_code(),
                                                 place.state(), place.county());
             found.has_value()) {
    Stand(found->point, found->basis, place);
  }
  if (listing.has_address() || place.basis() != 0) {
    SetDate(parts.location_level, "address", listing);
  }
}

}  // namespace

void SetPlace(const ListingParts& parts,
              const matcher::CentroidTable& centroids, v1::Listing& listing) {
  listing.set_confidential(parts.confidential);
  if (parts.location == nullptr) return;
  if (parts.confidential) {
    SetPrivatePlace(*parts.location_record, centroids,
                    *listing.mutable_place());
  } else {
    SetPublicPlace(parts, centroids, listing);
  }
}

}  // namespace handrail::server
