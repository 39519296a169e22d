// Which listings are one place: listing id → id of its cluster, the least
// listing id in it. Listings that are alone are not in it.
//
// Who decides it is the server's business (server/duplicates); the matcher only
// gives such listings one option slot.
#pragma once

#include <string>

#include "matcher/sharded_map.h"

namespace handrail::matcher {

using ClusterMap = ShardedMap<std::string>;

}  // namespace handrail::matcher
