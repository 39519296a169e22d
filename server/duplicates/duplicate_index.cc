#include "server/duplicates/duplicate_index.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "server/duplicates/clustering.h"
#include "server/duplicates/limits.h"
#include "storage/base/check.h"

namespace handrail::server {
namespace {

std::string ShownKey(const PairKey& pair) {
  return pair.first + "\n" + pair.second;
}

// Listings that are kept as they were set: as many as a load brings at once.
constexpr size_t kFreshMax = 8192;

template <typename T>
void SortUnique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

bool SameDecision(const v1::DuplicatePair& a, const v1::DuplicatePair& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

}  // namespace

DuplicateIndex::DuplicateIndex() : store_(std::make_shared<FeatureStore>()) {
  auto table = std::make_shared<DuplicateTable>();
  table->features = store_;
  table_ = std::move(table);
}

// --- What changes -----------------------------------------------------------

DuplicateIndex::Handle DuplicateIndex::HandleOf(const std::string& id) {
  const Handle handle = store_->HandleOf(id);
  if (handle >= nodes_.size()) nodes_.resize(size_t{handle} + 1);
  return handle;
}

std::shared_ptr<const Features> DuplicateIndex::FeaturesAt(
    Handle handle) const {
  const auto found = fresh_.find(handle);
  if (found != fresh_.end()) return found->second.features;
  std::optional<Features> features = store_->Get(handle);
  if (!features.has_value()) return nullptr;
  return std::make_shared<const Features>(*std::move(features));
}

const Features& DuplicateIndex::FeaturesIn(Features& room,
                                           Handle handle) const {
  const auto found = fresh_.find(handle);
  if (found != fresh_.end()) return *found->second.features;
  HANDRAIL_CHECK(store_->Get(handle, room));
  return room;
}

std::optional<DuplicateIndex::Handle> DuplicateIndex::Present(
    const std::string& id) const {
  const std::optional<Handle> handle = store_->FindHandle(id);
  return handle.has_value() && store_->Has(*handle) ? handle : std::nullopt;
}

std::optional<uint64_t> DuplicateIndex::MarkOf(const std::string& id) const {
  const std::optional<Handle> handle = Present(id);
  if (!handle.has_value()) return std::nullopt;
  return nodes_[*handle].mark;
}

const DuplicateIndex::Links& DuplicateIndex::LinksOf(Handle handle) const {
  static const auto* const none = new Links;
  const auto found = links_.find(handle);
  return found == links_.end() ? *none : found->second;
}

const std::set<std::string>* DuplicateIndex::DecidedWith(
    const std::string& id) const {
  const auto found = decided_with_.find(id);
  return found == decided_with_.end() ? nullptr : &found->second;
}

void DuplicateIndex::Set(Features features, uint64_t mark) {
  const Handle handle = HandleOf(features.id);
  nodes_[handle].mark = mark;
  std::vector<uint64_t> old_keys;
  if (const auto old = FeaturesAt(handle)) {
    old_keys = BlockKeysOf(*old).stored;
  }
  nodes_[handle].glance = GlanceOf(features);
  auto kept = std::make_shared<const Features>(std::move(features));
  BlockKeys keys = BlockKeysOf(*kept);
  store_->Set(handle, *kept);
  Stand(handle, kept->id, old_keys, keys.stored);
  fresh_.erase(handle);
  if (fresh_.size() < kFreshMax) {
    fresh_.emplace(handle, Fresh{std::move(kept), std::move(keys.seen)});
  }
}

void DuplicateIndex::Erase(const std::string& id) {
  const std::optional<Handle> handle = store_->FindHandle(id);
  if (!handle.has_value()) return;
  std::vector<uint64_t> old_keys;
  if (const auto old = FeaturesAt(*handle)) {
    old_keys = BlockKeysOf(*old).stored;
  }
  store_->Clear(*handle);
  fresh_.erase(*handle);
  Stand(*handle, id, old_keys, {});
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
      to_cluster_.push_back(HandleOf(one));
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

void DuplicateIndex::Stand(Handle handle, const std::string& id,
                           const std::vector<uint64_t>& old_keys,
                           const std::vector<uint64_t>& keys) {
  std::vector<uint64_t> changed;
  std::set_difference(old_keys.begin(), old_keys.end(), keys.begin(),
                      keys.end(), std::back_inserter(changed));
  for (const uint64_t key : changed) Leave(key, handle);
  changed.clear();
  std::set_difference(keys.begin(), keys.end(), old_keys.begin(),
                      old_keys.end(), std::back_inserter(changed));
  for (const uint64_t key : changed) blocks_.Prepare(key);
  for (const uint64_t key : changed) Enter(key, handle);
  to_link_.push_back(handle);
  if (const auto* decided = DecidedWith(id)) {
    for (const std::string& other : *decided) {
      to_show_.insert(PairKeyOf(id, other));
    }
  }
}

void DuplicateIndex::Leave(uint64_t key, Handle handle) {
  // It is small enough again: who is in it now sees the others.
  if (blocks_.Remove(key, handle) == kBlockListingsMax) {
    const auto block = blocks_.In(key);
    to_link_.insert(to_link_.end(), block.begin(), block.end());
  }
}

void DuplicateIndex::Enter(uint64_t key, Handle handle) {
  if (blocks_.Add(key, handle) == kBlockListingsMax + 1) {
    const auto block = blocks_.In(key);
    to_link_.insert(to_link_.end(), block.begin(), block.end());
  }
}

std::vector<DuplicateIndex::Handle> DuplicateIndex::Seen(
    Handle handle, const std::vector<uint64_t>& keys) const {
  for (const uint64_t key : keys) blocks_.Prepare(key);
  const Glance& glance = nodes_[handle].glance;
  std::vector<Handle> seen;
  for (const uint64_t key : keys) {
    const auto block = blocks_.In(key);
    if (block.size() > kBlockListingsMax) continue;
    for (const Handle other : block) {
      if (MayJoin(glance, nodes_[other].glance)) seen.push_back(other);
    }
  }
  SortUnique(seen);
  return seen;
}

// --- Links ------------------------------------------------------------------

void DuplicateIndex::Unlink(Handle handle) {
  to_cluster_.push_back(handle);
  const auto found = links_.find(handle);
  if (found == links_.end()) return;
  for (const auto& [other, score] : found->second) {
    to_cluster_.push_back(other);
    const auto back = links_.find(other);
    back->second.erase(handle);
    if (back->second.empty()) links_.erase(back);
  }
  links_.erase(handle);
}

void DuplicateIndex::FindLinks(Handle handle) {
  if (!store_->Has(handle)) return;
  const Features& features = FeaturesIn(room_, handle);
  const auto fresh = fresh_.find(handle);
  for (const Handle other :
       Seen(handle, fresh == fresh_.end() ? BlockKeysOf(features).seen
                                          : fresh->second.seen)) {
    if (other == handle || LinksOf(handle).contains(other)) continue;
    const PairScore score = ScorePair(features, FeaturesIn(other_room_, other));
    if (!score.Joins()) continue;
    links_[handle].emplace(other, score);
    links_[other].emplace(handle, score);
    to_cluster_.push_back(other);
  }
}

// --- Clusters ---------------------------------------------------------------

std::vector<DuplicateIndex::Handle> DuplicateIndex::ComponentOf(
    Handle start, absl::flat_hash_set<Handle>& done) const {
  std::vector<Handle> component;
  std::vector<Handle> to_visit = {start};
  done.insert(start);
  const auto visit = [&](Handle other) {
    if (done.insert(other).second) to_visit.push_back(other);
  };
  while (!to_visit.empty()) {
    const Handle handle = to_visit.back();
    to_visit.pop_back();
    component.push_back(handle);
    for (const auto& [other, score] : LinksOf(handle)) visit(other);
    if (decided_with_.empty()) continue;
    const auto* decided = DecidedWith(IdOf(handle));
    if (decided == nullptr) continue;
    for (const std::string& other : *decided) {
      if (const auto at = store_->FindHandle(other)) visit(*at);
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
  // Most listings are alone and were so before.
  if (component.size() == 1 && nodes_[component.front()].cluster == kNone) {
    return;
  }
  struct Member {
    std::string id;
    Handle handle;
    std::shared_ptr<const Features> features;
  };
  std::vector<Member> members;
  for (const Handle handle : component) {
    Member member = {IdOf(handle), handle, FeaturesAt(handle)};
    Handle& cluster = nodes_[handle].cluster;
    if (cluster != kNone) {
      edits.cluster_of.try_emplace(member.id, std::nullopt);
      edits.clusters.try_emplace(IdOf(cluster), std::nullopt);
      cluster = kNone;
    }
    if (member.features != nullptr) members.push_back(std::move(member));
  }
  std::sort(members.begin(), members.end(),
            [](const Member& a, const Member& b) { return a.id < b.id; });
  std::unordered_map<Handle, size_t> places;
  for (size_t i = 0; i < members.size(); ++i) places[members[i].handle] = i;
  ClusterTask task{.size = members.size()};
  const auto node = [&](size_t i) -> const Member& { return members[i]; };
  for (size_t i = 0; i < members.size(); ++i) {
    for (const auto& [other, score] : LinksOf(node(i).handle)) {
      const size_t j = places.at(other);
      if (i < j) task.links.push_back({i, j, score, false});
    }
    const auto* decided = DecidedWith(node(i).id);
    if (decided == nullptr) continue;
    for (const std::string& other : *decided) {
      const v1::DuplicatePair* decision = DecisionOn(node(i).id, other);
      const std::optional<Handle> present = Present(other);
      if (decision->state() != v1::MERGED || !present.has_value()) continue;
      const size_t j = places.at(*present);
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
    for (const size_t i : joined) handles.push_back(members[i].handle);
    ClusterPtr cluster = MakeCluster(handles);
    for (const size_t i : joined) {
      nodes_[members[i].handle].cluster = handles.front();
      edits.cluster_of[members[i].id] = cluster->id;
    }
    edits.clusters[cluster->id] = std::move(cluster);
  }
}

v1::DuplicatePair DuplicateIndex::MakePair(Handle a, Handle b) const {
  const v1::DuplicatePair* decision = DecisionOn(IdOf(a), IdOf(b));
  return PairOf(*FeaturesAt(a), *FeaturesAt(b),
                decision == nullptr ? v1::DuplicatePair() : *decision);
}

ClusterPtr DuplicateIndex::MakeCluster(
    const std::vector<Handle>& members) const {
  auto cluster = std::make_shared<DuplicateCluster>();
  for (const Handle handle : members) {
    cluster->listing_ids.push_back(IdOf(handle));
  }
  const std::vector<std::string>& ids = cluster->listing_ids;
  cluster->id = ids.front();
  for (size_t i = 0; i < members.size(); ++i) {
    for (size_t j = i + 1; j < members.size(); ++j) {
      if (LinksOf(members[i]).contains(members[j]) ||
          DecisionOn(ids[i], ids[j]) != nullptr) {
        cluster->pairs.push_back(MakePair(members[i], members[j]));
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
    const std::optional<Handle> first = Present(pair.first);
    const std::optional<Handle> second = Present(pair.second);
    auto& edit = edits[ShownKey(pair)];
    if (decision != decisions_.end() &&
        decision->second.state() == v1::DISMISSED && first.has_value() &&
        second.has_value()) {
      edit = MakePair(*first, *second);
    }
  }
  return edits;
}

std::shared_ptr<const DuplicateTable> DuplicateIndex::Update() {
  if (to_link_.empty() && to_cluster_.empty()) return table_;
  SortUnique(to_link_);
  for (const Handle handle : to_link_) Unlink(handle);
  for (const Handle handle : to_link_) FindLinks(handle);
  SortUnique(to_cluster_);
  Edits edits;
  absl::flat_hash_set<Handle> done;
  for (const Handle handle : to_cluster_) {
    if (done.contains(handle)) continue;
    ClusterAnew(ComponentOf(handle, done), edits);
  }
  auto next = std::make_shared<DuplicateTable>();
  next->cluster_of = table_->cluster_of.Edited(edits.cluster_of);
  next->clusters = table_->clusters.Edited(edits.clusters);
  next->dismissed = table_->dismissed.Edited(DismissedEdits());
  next->features = store_;
  table_ = std::move(next);
  to_link_.clear();
  to_cluster_.clear();
  to_show_.clear();
  fresh_.clear();
  return table_;
}

}  // namespace handrail::server
