// The matcher's rows of every service, and which of them came, went or changed
// since they were last taken.
//
// What it costs to change a service grows with that service, not with the
// directory: what is taken are edits, and only they are compared. What the
// services depend on besides their own records is indexed the same way.
//
//   RowTable table;
//   table.Set("service-1", ListingsAround(…));
//   set = set.Edited(table.TakeEdits());
//
// Two sources can use one listing id; then the first service by id has it, and
// the next one gets it when that service goes.
//
// Belongs to one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "matcher/snapshot.h"
#include "server/surroundings.h"

namespace handrail::server {

using matcher::RowEdits;
using matcher::RowPtr;

class RowTable {
 public:
  // Makes the rows of one service, in place of those it had. The listings are
  // left in pieces.
  void Set(const std::string& service_id, ServiceListings made);

  // Takes a service out. Nothing happens where it is not there.
  void Erase(const std::string& service_id);

  // Every listing that was set or erased since the last call.
  RowEdits TakeEdits();

  // Services whose listings have the name of one of these taxonomy terms.
  std::set<std::string> ServicesNaming(
      const std::set<std::string>& term_ids) const;

  // Services whose listings can change when a centroid does.
  const std::set<std::string>& services_asking_centroids() const {
    return asking_centroids_;
  }

 private:
  // What a service has in the maps below. It stays where it is.
  struct Service {
    const std::string* id = nullptr;
    std::vector<RowPtr> rows;
    std::vector<std::string> term_ids;
  };
  // A listing as a service has it.
  struct Use {
    const Service* service = nullptr;
    RowPtr row;
  };

  void Add(const Service& service, RowPtr row);
  void Remove(const Service& service, const matcher::Row& row);
  void Place(Use use);

  std::unordered_map<std::string, Service> services_;
  // By listing id, which stands in the row: the first service that uses it.
  absl::flat_hash_map<std::string_view, Use> first_;
  // The others, by listing id and service id.
  std::map<std::pair<std::string, std::string>, Use> others_;
  // Services by the terms they name.
  std::map<std::string, absl::flat_hash_set<const Service*>> by_term_;
  std::set<std::string> asking_centroids_;
  // Listings that were set or erased since TakeEdits; some more than once.
  std::vector<std::string> edited_;
};

}  // namespace handrail::server
