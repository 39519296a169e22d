// The directory as the matcher sees it: one immutable value per revision.
//
// A Row is one listing with everything worked out that does not depend on the
// question: opening rule, words, terms, point on the sphere. Rows cost
// something to make and are shared between snapshots, so that a commit that
// touches three services makes three new rows and a small segment for them
// (index/row_set.h).
//
// Thread-safe: neither a Row nor a Snapshot changes after it was made.
//
//   std::vector<std::shared_ptr<const Row>> rows;
//   for (v1::Listing& listing : listings) {
//     rows.push_back(MakeRow(std::move(listing)));
//   }
//   std::shared_ptr<const Snapshot> snapshot = Snapshot::Create(
//       {.revision = 7, .rows = std::move(rows), .centroids = centroids});
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "handrail/v1/listing.pb.h"
#include "handrail/v1/record.pb.h"
#include "matcher/clusters.h"
#include "matcher/held_listing.h"
#include "matcher/index/row_set.h"

namespace handrail::matcher {

// See place.h.
class CentroidTable;

// See row.h. Callers outside the matcher use the functions below.
struct Row;

// Works out one row. The listing is taken as it is: it must be the public
// projection, because everything in it can reach an answer. Never fails: what
// cannot be read (an unknown zone, an impossible time) counts as unknown.
std::shared_ptr<const Row> MakeRow(v1::Listing listing);
// The same of a listing that stands anywhere, an arena for one. It is left in
// pieces.
std::shared_ptr<const Row> MakeRowOf(v1::Listing& listing);

// The listing a row was made from. It is put together again, which takes as
// long as copying it: ask for less where that will do.
v1::Listing ListingOf(const Row& row);
// The same without the facts of its profile that a criterion can name.
v1::Listing TextsOf(const Row& row);
// What is at hand without any work.
const HeldListing& HeldOf(const Row& row);
std::string_view IdOf(const Row& row);
// The part an option shows; of a listing where one is at hand.
v1::ListingSummary SummaryOf(const Row& row);
v1::ListingSummary SummaryOf(const v1::Listing& listing);

class Snapshot {
 public:
  struct Parts {
    // Position of the journal stream the rows were projected from.
    uint64_t revision = 0;
    // In any order; at most one row per listing id.
    std::vector<std::shared_ptr<const Row>> rows;
    // The rows as a set, in place of `rows`: for who keeps one and edits it.
    RowSet row_set;
    // For starting points given as a ZIP code. Null: there is no table, and
    // such a point is refused as unknown.
    std::shared_ptr<const CentroidTable> centroids;
    // In any order.
    std::vector<v1::CrisisResource> crisis_resources;
    // Listings that are one place. DEFAULT: none are.
    ClusterMap clusters;
  };

  // Sorts the crisis resources by rank and id.
  // REQUIRES: no two rows have the same id; no row is null; not both of `rows`
  // and `row_set` are given.
  static std::shared_ptr<const Snapshot> Create(Parts parts);

  uint64_t revision() const { return revision_; }

  // Goes through them in the order of listing ids.
  const RowSet& rows() const { return rows_; }

  // Calls visit(row) for each, in the order of listing ids.
  template <typename Visit>
  void ForEachRow(const Visit& visit) const {
    for (const std::shared_ptr<const Row>& row : rows_) visit(*row);
  }

  // Null where the id is not in the directory.
  const Row* Find(std::string_view listing_id) const {
    return rows_.Find(listing_id);
  }

  // The cluster that a listing is in: listings with the same one take one
  // option slot. A listing that is alone is its own cluster.
  std::string_view ClusterOf(const Row& row) const;
  const ClusterMap& clusters() const { return clusters_; }

  // Null where no table is loaded.
  const CentroidTable* centroids() const { return centroids_.get(); }

  // Sorted by rank, then id.
  const std::vector<v1::CrisisResource>& crisis_resources() const {
    return crisis_resources_;
  }

 private:
  explicit Snapshot(Parts parts);

  // All constant after construction.
  uint64_t revision_;
  RowSet rows_;
  std::shared_ptr<const CentroidTable> centroids_;
  std::vector<v1::CrisisResource> crisis_resources_;
  ClusterMap clusters_;
};

}  // namespace handrail::matcher
