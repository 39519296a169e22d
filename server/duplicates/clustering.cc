#include "server/duplicates/clustering.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "storage/base/mutant.h"

namespace handrail::server {
namespace {

class Joining {
 public:
  explicit Joining(const ClusterTask& task)
      : task_(task), cluster_of_(task.size), clusters_(task.size) {
    for (size_t i = 0; i < task.size; ++i) {
      cluster_of_[i] = i;
      clusters_[i] = {i};
    }
  }

  // From here on there are only scores. What curators merged counts as one: a
  // listing that is like one of them is like all.
  void EndMerged() {
    merged_into_ = cluster_of_;
    for (const Link& link : task_.links) {
      alike_.insert(Groups(link.first, link.second));
    }
  }

  void Join(const Link& link) {
    const size_t into = cluster_of_[link.first];
    const size_t from = cluster_of_[link.second];
    if (into == from || !MayJoin(link, clusters_[into], clusters_[from])) {
      return;
    }
    for (const size_t listing : clusters_[from]) {
      cluster_of_[listing] = into;
      clusters_[into].push_back(listing);
    }
    clusters_[from].clear();
  }

  std::vector<std::vector<size_t>> Take() {
    std::erase_if(clusters_, [](const auto& one) { return one.size() < 2; });
    for (auto& cluster : clusters_) std::sort(cluster.begin(), cluster.end());
    std::sort(clusters_.begin(), clusters_.end());
    return std::move(clusters_);
  }

 private:
  bool MayJoin(const Link& link, const std::vector<size_t>& a,
               const std::vector<size_t>& b) {
    if (!link.merged && a.size() + b.size() > kScoredClusterMax) return false;
    for (const size_t one : a) {
      for (const size_t other : b) {
        if (task_.parted(one, other)) return false;
        if (link.merged || alike_.contains(Groups(one, other))) continue;
        if (HANDRAIL_MUTATE(duplicates_chain_veto, IsApart(one, other),
                            false)) {
          return false;
        }
      }
    }
    return true;
  }

  std::pair<size_t, size_t> Groups(size_t one, size_t other) const {
    return std::minmax(merged_into_[one], merged_into_[other]);
  }

  // Asked often for the same pair, and dear.
  bool IsApart(size_t one, size_t other) {
    const auto [found, added] =
        known_.try_emplace(std::minmax(one, other), false);
    if (added) found->second = task_.apart(one, other);
    return found->second;
  }

  const ClusterTask& task_;
  // By listing; the place of its cluster below.
  std::vector<size_t> cluster_of_;
  std::vector<std::vector<size_t>> clusters_;
  // By listing: its cluster when only curators had joined any.
  std::vector<size_t> merged_into_;
  // Pairs of these with a link between them.
  std::set<std::pair<size_t, size_t>> alike_;
  std::map<std::pair<size_t, size_t>, bool> known_;
};

// The surest first; total, so that the order of the links does not matter.
bool IsSurer(const Link& a, const Link& b) {
  const auto key = [](const Link& link) {
    return std::tuple(!link.merged, !link.score.same_id, -link.score.points,
                      link.first, link.second);
  };
  return key(a) < key(b);
}

}  // namespace

std::vector<std::vector<size_t>> Cluster(ClusterTask task) {
  for (Link& link : task.links) {
    if (link.second < link.first) std::swap(link.first, link.second);
  }
  std::sort(task.links.begin(), task.links.end(), IsSurer);
  Joining joining(task);
  const auto scored =
      std::find_if(task.links.begin(), task.links.end(),
                   [](const Link& link) { return !link.merged; });
  std::for_each(task.links.begin(), scored,
                [&](const Link& link) { joining.Join(link); });
  joining.EndMerged();
  std::for_each(scored, task.links.end(),
                [&](const Link& link) { joining.Join(link); });
  return joining.Take();
}

}  // namespace handrail::server
