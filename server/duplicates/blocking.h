// Which listings are compared at all: those that share a block.
//
// A pair that can be joined has a near name and one phone number, page, link or
// place (pair_score.h), or the same id. So every key is one of these together
// with the beginning of one word of the name; a listing has a few dozen keys
// whatever the size of the directory.
//
// Pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "server/duplicates/features.h"

namespace handrail::server {

// Both sorted, each key once.
struct BlockKeys {
  // The blocks the listing stands in.
  std::vector<uint64_t> stored;
  // The blocks it looks into: these, and those of the map cells around it. Two
  // listings that are near see each other both ways.
  std::vector<uint64_t> seen;
};

BlockKeys BlockKeysOf(const Features& features);

}  // namespace handrail::server
