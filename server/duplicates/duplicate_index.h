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
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/duplicates/blocking.h"
#include "server/duplicates/decisions.h"
#include "server/duplicates/duplicate_table.h"
#include "server/duplicates/features.h"
#include "server/duplicates/pair_score.h"

namespace handrail::server {

class DuplicateIndex {
 public:
  DuplicateIndex();

  // Adds a listing, or changes it.
  void Set(Features features);
  // Takes a listing out. Nothing happens where it is not there.
  void Erase(const std::string& id);
  // What curators said, in place of what they said before.
  void Decide(Decisions decisions);

  // Works in everything since the last call. Never null; the table of the last
  // call where nothing changed.
  std::shared_ptr<const DuplicateTable> Update();

 private:
  using Handle = uint32_t;

  struct Node {
    std::string id;
    // Null: the listing is not there (any more).
    std::shared_ptr<const Features> features;
    BlockKeys keys;
    // Pairs that join by their score, both ways.
    std::map<Handle, PairScore> links;
    // Empty: it is alone.
    std::string cluster_id;
  };
  // What the next table changes.
  struct Edits {
    matcher::ClusterMap::Edits cluster_of;
    matcher::ShardedMap<ClusterPtr>::Edits clusters;
  };

  Handle HandleOf(const std::string& id);
  // The listing with this id, where it is there.
  const Node* Present(const std::string& id) const;

  // Moves a listing from its old blocks to its new ones. Listings of a block
  // that became too large, or is so no longer, are to be linked again.
  void Stand(Handle handle, BlockKeys keys);
  void Leave(uint64_t key, Handle handle);
  void Enter(uint64_t key, Handle handle);
  // Finds the listing's links anew.
  void Unlink(Handle handle);
  void FindLinks(Handle handle);
  std::vector<Handle> Seen(const Node& node) const;
  // Everything joined with it, one way or another.
  std::vector<Handle> ComponentOf(Handle start, std::set<Handle>& done) const;
  void ClusterAnew(const std::vector<Handle>& component, Edits& edits);
  ClusterPtr MakeCluster(const std::vector<Handle>& members) const;
  // The pair with score and reasons; the decision where there is one.
  v1::DuplicatePair MakePair(const Node& a, const Node& b) const;
  const v1::DuplicatePair* DecisionOn(const std::string& a,
                                      const std::string& b) const;
  matcher::ShardedMap<v1::DuplicatePair>::Edits DismissedEdits() const;

  std::vector<Node> nodes_;
  std::unordered_map<std::string, Handle> handles_;
  std::unordered_map<uint64_t, std::vector<Handle>> blocks_;
  Decisions decisions_;
  // The merged and dismissed partners of each listing.
  std::map<std::string, std::set<std::string>> decided_with_;

  // Since the last Update: to link again, and to cluster again.
  std::set<Handle> to_link_;
  std::set<Handle> to_cluster_;
  // Dismissed pairs that may look different now.
  std::set<PairKey> to_show_;
  std::shared_ptr<const DuplicateTable> table_;
};

}  // namespace handrail::server
