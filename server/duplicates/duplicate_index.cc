#include "server/duplicates/duplicate_index.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "server/duplicates/clustering.h"
#include "server/duplicates/limits.h"

namespace handrail::server {
namespace {

std::string ShownKey(const PairKey& pair) {
  return pair.first + "\n" + pair.second;
}

bool SameDecision(const v1::DuplicatePair& a, const v1::DuplicatePair& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

}  // namespace

DuplicateIndex::DuplicateIndex()
    : table_(std::make_shared<const DuplicateTable>()) {}

// --- What changes -----------------------------------------------------------

DuplicateIndex::Handle DuplicateIndex::HandleOf(const std::string& id) {
  const auto [found, added] =
      handles_.try_emplace(id, static_cast<Handle>(nodes_.size()));
  if (added) nodes_.emplace_back().id = id;
  return found->second;
}

const DuplicateIndex::Node* DuplicateIndex::Present(
    const std::string& id) const {
  const auto found = handles_.find(id);
  if (found == handles_.end()) return nullptr;
  const Node& node = nodes_[found->second];
  return node.features == nullptr ? nullptr : &node;
}

void DuplicateIndex::Set(Features features) {
  const Handle handle = HandleOf(features.id);
  BlockKeys keys = BlockKeysOf(features);
  nodes_[handle].features =
      std::make_shared<const Features>(std::move(features));
  Stand(handle, std::move(keys));
}

void DuplicateIndex::Erase(const std::string& id) {
  const auto found = handles_.find(id);
  if (found == handles_.end()) return;
  nodes_[found->second].features = nullptr;
  Stand(found->second, {});
}

void DuplicateIndex::Decide(Decisions decisions) {
  const auto differs = [](const Decisions& from, const Decisions& in,
                          std::set<PairKey>& pairs) {
    for (const auto& [pair, decision] : from) {
      const auto found = in.find(pair);
      if (found == in.end() || !SameDecision(found->second, decision)) {
        pairs.insert(pair);
      }
    }
  };
  std::set<PairKey> changed;
  differs(decisions_, decisions, changed);
  differs(decisions, decisions_, changed);
  decisions_ = std::move(decisions);
  for (const PairKey& pair : changed) {
    const bool decided = decisions_.contains(pair);
    for (const auto& [one, other] : {pair, PairKey(pair.second, pair.first)}) {
      to_cluster_.insert(HandleOf(one));
      if (decided) {
        decided_with_[one].insert(other);
      } else {
        decided_with_[one].erase(other);
      }
    }
    to_show_.insert(pair);
  }
}

// --- Blocks -----------------------------------------------------------------

void DuplicateIndex::Stand(Handle handle, BlockKeys keys) {
  Node& node = nodes_[handle];
  std::vector<uint64_t> changed;
  std::set_difference(node.keys.stored.begin(), node.keys.stored.end(),
                      keys.stored.begin(), keys.stored.end(),
                      std::back_inserter(changed));
  for (const uint64_t key : changed) Leave(key, handle);
  changed.clear();
  std::set_difference(keys.stored.begin(), keys.stored.end(),
                      node.keys.stored.begin(), node.keys.stored.end(),
                      std::back_inserter(changed));
  for (const uint64_t key : changed) Enter(key, handle);
  node.keys = std::move(keys);
  to_link_.insert(handle);
  const auto decided = decided_with_.find(node.id);
  if (decided == decided_with_.end()) return;
  for (const std::string& other : decided->second) {
    to_show_.insert(PairKeyOf(node.id, other));
  }
}

void DuplicateIndex::Leave(uint64_t key, Handle handle) {
  const auto found = blocks_.find(key);
  if (found == blocks_.end()) return;
  std::vector<Handle>& block = found->second;
  std::erase(block, handle);
  // It is small enough again: who is in it now sees the others.
  if (block.size() == kBlockListingsMax) {
    to_link_.insert(block.begin(), block.end());
  }
  if (block.empty()) blocks_.erase(found);
}

void DuplicateIndex::Enter(uint64_t key, Handle handle) {
  std::vector<Handle>& block = blocks_[key];
  block.push_back(handle);
  if (block.size() == kBlockListingsMax + 1) {
    to_link_.insert(block.begin(), block.end());
  }
}

std::vector<DuplicateIndex::Handle> DuplicateIndex::Seen(
    const Node& node) const {
  std::vector<Handle> seen;
  for (const uint64_t key : node.keys.seen) {
    const auto block = blocks_.find(key);
    if (block == blocks_.end() || block->second.size() > kBlockListingsMax) {
      continue;
    }
    seen.insert(seen.end(), block->second.begin(), block->second.end());
  }
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  return seen;
}

// --- Links ------------------------------------------------------------------

void DuplicateIndex::Unlink(Handle handle) {
  to_cluster_.insert(handle);
  for (const auto& [other, score] : nodes_[handle].links) {
    to_cluster_.insert(other);
    nodes_[other].links.erase(handle);
  }
  nodes_[handle].links.clear();
}

void DuplicateIndex::FindLinks(Handle handle) {
  Node& node = nodes_[handle];
  if (node.features == nullptr) return;
  for (const Handle other : Seen(node)) {
    if (other == handle || node.links.contains(other)) continue;
    const PairScore score = ScorePair(*node.features, *nodes_[other].features);
    if (!score.Joins()) continue;
    node.links.emplace(other, score);
    nodes_[other].links.emplace(handle, score);
    to_cluster_.insert(other);
  }
}

// --- Clusters ---------------------------------------------------------------

std::vector<DuplicateIndex::Handle> DuplicateIndex::ComponentOf(
    Handle start, std::set<Handle>& done) const {
  std::vector<Handle> component;
  std::vector<Handle> to_visit = {start};
  done.insert(start);
  const auto visit = [&](Handle other) {
    if (done.insert(other).second) to_visit.push_back(other);
  };
  while (!to_visit.empty()) {
    const Handle handle = to_visit.back();
    to_visit.pop_back();
    const Node& node = nodes_[handle];
    component.push_back(handle);
    for (const auto& [other, score] : node.links) visit(other);
    const auto decided = decided_with_.find(node.id);
    if (decided == decided_with_.end()) continue;
    for (const std::string& other : decided->second) {
      if (const auto at = handles_.find(other); at != handles_.end()) {
        visit(at->second);
      }
    }
  }
  return component;
}

const v1::DuplicatePair* DuplicateIndex::DecisionOn(
    const std::string& a, const std::string& b) const {
  const auto found = decisions_.find(PairKeyOf(a, b));
  return found == decisions_.end() ? nullptr : &found->second;
}

void DuplicateIndex::ClusterAnew(const std::vector<Handle>& component,
                                 Edits& edits) {
  std::vector<Handle> members;
  for (const Handle handle : component) {
    Node& node = nodes_[handle];
    if (!node.cluster_id.empty()) {
      edits.cluster_of.try_emplace(node.id, std::nullopt);
      edits.clusters.try_emplace(node.cluster_id, std::nullopt);
      node.cluster_id.clear();
    }
    if (node.features != nullptr) members.push_back(handle);
  }
  std::sort(members.begin(), members.end(),
            [&](Handle a, Handle b) { return nodes_[a].id < nodes_[b].id; });
  std::unordered_map<Handle, size_t> places;
  for (size_t i = 0; i < members.size(); ++i) places[members[i]] = i;
  ClusterTask task{.size = members.size()};
  const auto node = [&](size_t i) -> const Node& { return nodes_[members[i]]; };
  for (size_t i = 0; i < members.size(); ++i) {
    for (const auto& [other, score] : node(i).links) {
      const size_t j = places.at(other);
      if (i < j) task.links.push_back({i, j, score, false});
    }
    const auto decided = decided_with_.find(node(i).id);
    if (decided == decided_with_.end()) continue;
    for (const std::string& other : decided->second) {
      const v1::DuplicatePair* decision = DecisionOn(node(i).id, other);
      if (decision->state() != v1::MERGED || Present(other) == nullptr)
        continue;
      const size_t j = places.at(handles_.at(other));
      if (i < j) {
        const PairScore score = ScorePair(*node(i).features, *node(j).features);
        task.links.push_back({i, j, score, true});
      }
    }
  }
  task.parted = [&](size_t i, size_t j) {
    const v1::DuplicatePair* decision = DecisionOn(node(i).id, node(j).id);
    return (decision != nullptr && decision->state() == v1::DISMISSED) ||
           node(i).features->confidential != node(j).features->confidential;
  };
  task.apart = [&](size_t i, size_t j) {
    // A curator's word stands above what the names say.
    const v1::DuplicatePair* decision = DecisionOn(node(i).id, node(j).id);
    if (decision != nullptr) return false;
    const Features& a = *node(i).features;
    const Features& b = *node(j).features;
    return MustStayApart(a, b, ScorePair(a, b));
  };
  for (const std::vector<size_t>& joined : Cluster(std::move(task))) {
    std::vector<Handle> handles;
    for (const size_t i : joined) handles.push_back(members[i]);
    ClusterPtr cluster = MakeCluster(handles);
    for (const Handle handle : handles) {
      nodes_[handle].cluster_id = cluster->id;
      edits.cluster_of[nodes_[handle].id] = cluster->id;
    }
    edits.clusters[cluster->id] = std::move(cluster);
  }
}

v1::DuplicatePair DuplicateIndex::MakePair(const Node& a, const Node& b) const {
  const v1::DuplicatePair* decision = DecisionOn(a.id, b.id);
  return PairOf(*a.features, *b.features,
                decision == nullptr ? v1::DuplicatePair() : *decision);
}

ClusterPtr DuplicateIndex::MakeCluster(
    const std::vector<Handle>& members) const {
  auto cluster = std::make_shared<DuplicateCluster>();
  for (const Handle handle : members) {
    cluster->listing_ids.push_back(nodes_[handle].id);
  }
  cluster->id = cluster->listing_ids.front();
  for (size_t i = 0; i < members.size(); ++i) {
    for (size_t j = i + 1; j < members.size(); ++j) {
      const Node& a = nodes_[members[i]];
      const Node& b = nodes_[members[j]];
      if (a.links.contains(members[j]) || DecisionOn(a.id, b.id) != nullptr) {
        cluster->pairs.push_back(MakePair(a, b));
      }
    }
  }
  return cluster;
}

matcher::ShardedMap<v1::DuplicatePair>::Edits DuplicateIndex::DismissedEdits()
    const {
  matcher::ShardedMap<v1::DuplicatePair>::Edits edits;
  for (const PairKey& pair : to_show_) {
    const auto decision = decisions_.find(pair);
    const Node* first = Present(pair.first);
    const Node* second = Present(pair.second);
    auto& edit = edits[ShownKey(pair)];
    if (decision != decisions_.end() &&
        decision->second.state() == v1::DISMISSED && first != nullptr &&
        second != nullptr) {
      edit = MakePair(*first, *second);
    }
  }
  return edits;
}

std::shared_ptr<const DuplicateTable> DuplicateIndex::Update() {
  if (to_link_.empty() && to_cluster_.empty()) return table_;
  for (const Handle handle : to_link_) Unlink(handle);
  for (const Handle handle : to_link_) FindLinks(handle);
  Edits edits;
  matcher::ShardedMap<std::shared_ptr<const Features>>::Edits features;
  for (const Handle handle : to_link_) {
    const Node& node = nodes_[handle];
    features[node.id] =
        node.features == nullptr ? std::nullopt : std::optional(node.features);
  }
  std::set<Handle> done;
  for (const Handle handle : to_cluster_) {
    if (done.contains(handle)) continue;
    ClusterAnew(ComponentOf(handle, done), edits);
  }
  auto next = std::make_shared<DuplicateTable>();
  next->cluster_of = table_->cluster_of.Edited(edits.cluster_of);
  next->clusters = table_->clusters.Edited(edits.clusters);
  next->dismissed = table_->dismissed.Edited(DismissedEdits());
  next->features = table_->features.Edited(features);
  table_ = std::move(next);
  to_link_.clear();
  to_cluster_.clear();
  to_show_.clear();
  return table_;
}

}  // namespace handrail::server
