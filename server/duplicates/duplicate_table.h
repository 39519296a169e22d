// The clusters of one moment: what a snapshot of the directory comes with.
//
// Immutable but for the features, of which all tables have the newest; an
// edited table shares what the edit does not touch. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "handrail/v1/duplicates.pb.h"
#include "matcher/clusters.h"
#include "matcher/sharded_map.h"
#include "server/duplicates/feature_store.h"
#include "server/duplicates/features.h"

namespace handrail::server {

// Listings that are one place, and the pairs that say so.
struct DuplicateCluster {
  // The least of the listing ids.
  std::string id;
  // Sorted.
  std::vector<std::string> listing_ids;
  // Pairs inside it that join by their score or that a curator judged, by their
  // ids. Notes are not here: they are for whoever may see confidential data.
  std::vector<v1::DuplicatePair> pairs;
};

using ClusterPtr = std::shared_ptr<const DuplicateCluster>;

struct DuplicateTable {
  // Listing id → cluster id.
  matcher::ClusterMap cluster_of;
  // By cluster id.
  matcher::ShardedMap<ClusterPtr> clusters;
  // Pairs that a curator parted, whose listings are both there, by their two
  // ids with a line end between.
  matcher::ShardedMap<v1::DuplicatePair> dismissed;
  // Every listing that was compared, as it is now. Never null in a table that
  // an index made.
  std::shared_ptr<const FeatureStore> features;
};

// The two with what was said of them, their score and the reasons. The
// decision's note is left out.
v1::DuplicatePair PairOf(const Features& a, const Features& b,
                         const v1::DuplicatePair& decision);

}  // namespace handrail::server
