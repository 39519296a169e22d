// What of a listing is compared with others, worked out once.
//
// Taken from public listings only. The place of a confidential listing is a
// centroid of many: it is no evidence and is not here.
//
//   const auto features = std::make_shared<const Features>(
//       FeaturesOf(listing, {.own = "uuid:…"}));
//
// Immutable after it was made; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "handrail/v1/listing.pb.h"
#include "matcher/place.h"
#include "matcher/taxonomy.h"
#include "server/duplicates/identity.h"
#include "server/duplicates/name_words.h"
#include "server/duplicates/street_address.h"

namespace handrail::server {

struct Features {
  std::string id;
  std::string source;
  bool confidential = false;

  // As written, for the reasons.
  std::string name;
  std::string organization;
  std::string address;

  NameWords name_words;
  // Of each other name it has.
  std::vector<NameWords> other_names;
  // Words of the organization's name, and of the town's, sorted.
  NameWords organization_words;
  std::vector<std::string> organization_texts;
  std::vector<std::string> city;
  std::string postal_code;
  // "md/baltimore"; also of a private place, which tells no more. Empty where
  // it is not known.
  std::string county;

  StreetAddress street;
  // Its own coordinates, where they are exact.
  std::optional<matcher::GeoPoint> point;
  // It has a place of its own to go to.
  bool has_place = false;

  // Digits, sorted; "+14105550100/12" with an extension. No fax numbers.
  std::vector<std::string> phones;
  // "example.org/pantry" and "example.org"; empty where there is none.
  std::string page;
  std::string web_site;
  std::string email;
  // Links and numbers to take part from afar, sorted.
  std::vector<std::string> links;

  // Terms it has, and those with everything above them.
  matcher::TermSet terms;
  matcher::TermSet terms_and_above;

  // Attended as a whole and nothing else: two of them at one place are two
  // meetings.
  bool is_meeting = false;
  // Day and time of each, sorted: "weekly 1 MO 19:00". Empty: not recorded.
  std::vector<std::string> times;
  std::string zone;

  ListingIdentity identity;
};

// REQUIRES: the listing is the public projection.
Features FeaturesOf(const v1::Listing& listing, ListingIdentity identity);

}  // namespace handrail::server
