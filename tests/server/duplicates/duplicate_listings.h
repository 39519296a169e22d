// Listings for the tests of duplicates, in protobuf text.
//
//   Features one = FeaturesFrom("north", "");                 // Harbor House
//   Features other = FeaturesFrom("south", "name: 'Harbour House'");
#pragma once

#include <string>

#include "handrail/v1/listing.pb.h"
#include "server/duplicates/features.h"
#include "tests/testing/testing.h"

namespace handrail::server {

// A recovery residence at 12 Main St with a telephone, a web page and exact
// coordinates. What `more` sets replaces that; "-" clears a text, and a field
// named in it twice or more stands as given there.
inline v1::Listing HarborHouse(const std::string& source,
                               const std::string& more) {
  v1::Listing listing = testing::ParseText<v1::Listing>(R"pb(
    name: 'Harbor House'
    organization_name: 'Tamarack Recovery, Inc.'
    url: 'https://tamarack.example.org/harbor'
    phones { number: '+12405550104' type: 'voice' }
    address {
      address_1: '12 Main St'
      city: 'Millbrook'
      state_province: 'MD'
      postal_code: '21000'
    }
    place {
      basis: COORDINATES
      latitude_e7: 390000000
      longitude_e7: -760000000
      city: 'Millbrook'
      state: 'MD'
      postal_code: '21000'
    }
    terms { term: 'recovery-residence' })pb");
  const auto given = testing::ParseText<v1::Listing>(more);
  if (given.phones_size() > 0) listing.clear_phones();
  if (given.terms_size() > 0) listing.clear_terms();
  if (given.has_address()) listing.clear_address();
  if (given.has_place()) listing.clear_place();
  listing.MergeFrom(given);
  if (listing.url() == "-") listing.clear_url();
  if (listing.organization_name() == "-") listing.clear_organization_name();
  if (listing.phones_size() == 1 && listing.phones(0).number() == "-") {
    listing.clear_phones();
  }
  if (listing.terms_size() == 1 && listing.terms(0).term() == "-") {
    listing.clear_terms();
  }
  if (listing.id().empty()) listing.set_id("listing-" + source);
  if (listing.source().empty()) listing.set_source(source);
  return listing;
}

inline Features FeaturesFrom(const std::string& source, const std::string& more,
                             ListingIdentity identity = {}) {
  return FeaturesOf(HarborHouse(source, more), std::move(identity));
}

// No place at all: for what is only reached from afar.
inline constexpr char kNoPlace[] = " address {} place {} ";

}  // namespace handrail::server
