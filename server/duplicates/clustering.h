// Joins listings into clusters, given what is known of their pairs.
//
// The surest pair is joined first, then the next. A pair is not joined where
// that would bring together two that a curator parted, or two that must stay
// apart; so one listing that looks like both "… for Men" and "… for Women" goes
// with the surer one, and the two stay two. What is merged by a curator comes
// first, is joined whatever its score, and then counts as one listing.
//
// A pure function: the order of its arguments changes nothing.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "server/duplicates/pair_score.h"

namespace handrail::server {

// A pair that can be joined, by the places of its two in the list of listings.
struct Link {
  size_t first = 0;
  size_t second = 0;
  PairScore score;
  // By a curator.
  bool merged = false;
};

struct ClusterTask {
  // Number of listings; they are known by their place in the order of ids.
  size_t size = 0;
  std::vector<Link> links;
  // A curator parted the two, or one of them keeps its place private: nothing
  // joins them.
  std::function<bool(size_t, size_t)> parted;
  // Scores must not bring the two together (MustStayApart).
  std::function<bool(size_t, size_t)> apart;
};

// The clusters of two listings or more, each sorted, by their first listing.
std::vector<std::vector<size_t>> Cluster(ClusterTask task);

}  // namespace handrail::server
