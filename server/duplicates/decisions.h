// What curators said about pairs of listings.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "handrail/v1/duplicates.pb.h"

namespace handrail::server {

// Two listing ids, the lesser first.
using PairKey = std::pair<std::string, std::string>;

inline PairKey PairKeyOf(std::string a, std::string b) {
  if (b < a) std::swap(a, b);
  return {std::move(a), std::move(b)};
}

// By pair; each MERGED or DISMISSED.
using Decisions = std::map<PairKey, v1::DuplicatePair>;

}  // namespace handrail::server
