// Seeded random directories and requests that hold every awkward row: facts
// unknown, stale, undated, conditional or dated tomorrow; hours across
// midnight and clock changes, monthly, without a zone, unreadable; seasons,
// closures, weather; remote, unlocated, approximate; several kinds and broader
// codes; words with typos, accents and Spanish. The same seed gives the same
// world everywhere: only std::mt19937 itself is used.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/oracle/oracle.h"

namespace handrail::oracle {

struct World {
  absl::Time now;
  std::vector<v1::Listing> listings;
  std::vector<v1::Centroid> centroids;
  // Listing id → the place it is; who is not in it stands alone.
  std::map<std::string, std::string> places;
};

struct Asked {
  v1::MatchRequest request;
  Settings settings;
};

World RandomWorld(unsigned seed);
// Another listing with this id, as of the same time; the same seed gives the
// same one.
v1::Listing RandomListing(unsigned seed, const World& world,
                          const std::string& id);
// A valid request to ask of a world. Any world has centroids of the same ZIP
// codes.
Asked RandomRequest(unsigned seed, const World& world);

}  // namespace handrail::oracle
