// The clusters of the whole directory, kept up to date edit by edit.
//
// An edited listing is compared with those of its own blocks only, and only the
// listings linked with it, before or after, are clustered anew; so the cost of
// an edit grows with its neighbours, not with the directory. The result is that
// of starting over: it depends on what the directory holds, never on the order
// in which it came to hold it.
//
//   DuplicateIndex index;
//   index.Set(FeaturesOf(listing, identity));
//   index.Decide(decisions);
//   std::shared_ptr<const DuplicateTable> table = index.Update();
//
// Belongs to one thread at a time; the tables it gives are everybody's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "server/duplicates/block_table.h"
#include "server/duplicates/blocking.h"
#include "server/duplicates/decisions.h"
#include "server/duplicates/duplicate_table.h"
#include "server/duplicates/feature_store.h"
#include "server/duplicates/features.h"
#include "server/duplicates/pair_score.h"

namespace handrail::server {

class DuplicateIndex {
 public:
  DuplicateIndex();

  // Adds a listing, or changes it. `mark` is the caller's.
  void Set(Features features, uint64_t mark = 0);
  // Takes a listing out. Nothing happens where it is not there.
  void Erase(const std::string& id);
  // The mark and the features it was set with last; absent: it is not there.
  std::optional<uint64_t> MarkOf(const std::string& id) const;
  std::optional<Features> Find(const std::string& id) const {
    return store_->Find(id);
  }

  // What curators said, in place of what they said before.
  void Decide(Decisions decisions);

  // Works in everything since the last call. Never null; the table of the last
  // call where nothing changed.
  std::shared_ptr<const DuplicateTable> Update();

 private:
  using Handle = FeatureStore::Handle;
  static constexpr Handle kNone = ~Handle{0};

  struct Node {
    uint64_t mark = 0;
    // Of the features it was set with last.
    Glance glance;
    // The listing that its cluster is called by; kNone: it is alone.
    Handle cluster = kNone;
  };
  // A listing as it was set, and the blocks it looks into.
  struct Fresh {
    std::shared_ptr<const Features> features;
    std::vector<uint64_t> seen;
  };
  // Pairs that join by their score, by the other one.
  using Links = std::map<Handle, PairScore>;
  // What the next table changes.
  struct Edits {
    matcher::ClusterMap::Edits cluster_of;
    matcher::ShardedMap<ClusterPtr>::Edits clusters;
  };

  // Makes room for what is known of a listing.
  Handle HandleOf(const std::string& id);
  std::string IdOf(Handle handle) const { return store_->IdOf(handle); }
  // Null: the listing is not there.
  std::shared_ptr<const Features> FeaturesAt(Handle handle) const;
  // The same, unpacked into `room` unless it is fresh. REQUIRES: it is there.
  const Features& FeaturesIn(Features& room, Handle handle) const;
  // The listing with this id, where it is there.
  std::optional<Handle> Present(const std::string& id) const;
  const Links& LinksOf(Handle handle) const;
  // Whom curators said something of it and them; null: nobody.
  const std::set<std::string>* DecidedWith(const std::string& id) const;

  // Moves a listing from its old blocks to its new ones. Listings of a block
  // that became too large, or is so no longer, are to be linked again.
  void Stand(Handle handle, const std::string& id,
             const std::vector<uint64_t>& old_keys,
             const std::vector<uint64_t>& keys);
  void Leave(uint64_t key, Handle handle);
  void Enter(uint64_t key, Handle handle);
  // Finds the listing's links anew.
  void Unlink(Handle handle);
  void FindLinks(Handle handle);
  // Who stands in these blocks and may join with the listing. Each once.
  std::vector<Handle> Seen(Handle handle,
                           const std::vector<uint64_t>& keys) const;
  // Everything joined with it, one way or another.
  std::vector<Handle> ComponentOf(Handle start,
                                  absl::flat_hash_set<Handle>& done) const;
  void ClusterAnew(const std::vector<Handle>& component, Edits& edits);
  ClusterPtr MakeCluster(const std::vector<Handle>& members) const;
  // The pair with score and reasons; the decision where there is one.
  v1::DuplicatePair MakePair(Handle a, Handle b) const;
  const v1::DuplicatePair* DecisionOn(const std::string& a,
                                      const std::string& b) const;
  matcher::ShardedMap<v1::DuplicatePair>::Edits DismissedEdits() const;

  std::shared_ptr<FeatureStore> store_;
  // By handle.
  std::vector<Node> nodes_;
  // Of those that have any, both ways.
  std::unordered_map<Handle, Links> links_;
  BlockTable blocks_;
  // Listings set since the last Update, as long as they are not many.
  absl::flat_hash_map<Handle, Fresh> fresh_;
  // For features that are looked at and forgotten.
  Features room_, other_room_;
  Decisions decisions_;
  // The merged and dismissed partners of each listing.
  std::map<std::string, std::set<std::string>> decided_with_;

  // Since the last Update: to link again, and to cluster again. In no order,
  // some more than once.
  std::vector<Handle> to_link_;
  std::vector<Handle> to_cluster_;
  // Dismissed pairs that may look different now.
  std::set<PairKey> to_show_;
  std::shared_ptr<const DuplicateTable> table_;
};

}  // namespace handrail::server
