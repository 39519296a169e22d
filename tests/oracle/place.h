// Where things are, and whom a service serves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/oracle/oracle.h"

namespace handrail::oracle {

struct Spot {
  std::int32_t latitude_e7 = 0;
  std::int32_t longitude_e7 = 0;
};

// Great-circle metres, rounded to the nearest.
int MetresBetween(const Spot& a, const Spot& b);

// The row of a ZIP code (or ZIP+4); null: there is none.
const v1::Centroid* FindZip(const std::vector<v1::Centroid>& centroids,
                            const std::string& postal_code);

// State letters of the centroid nearest to a spot, at most 200 km away.
std::string StateAround(const std::vector<v1::Centroid>& centroids,
                        const Spot& spot);

// Home with state and county from its ZIP code, where it has no state.
v1::HomeArea Completed(const std::vector<v1::Centroid>& centroids,
                       v1::HomeArea home);

// YES, NO, or not known, whatever the reason.
v1::Answer Serves(const v1::Listing& listing, const v1::HomeArea& home);

}  // namespace handrail::oracle
