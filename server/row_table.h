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
#include <utility>
#include <vector>

#include "matcher/snapshot.h"
#include "server/surroundings.h"

namespace handrail::server {

using matcher::RowEdits;
using matcher::RowPtr;

class RowTable {
 public:
  // Makes the rows of one service, in place of those it had.
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
  // What a service has in the maps below.
  struct Service {
    std::vector<std::string> listing_ids;
    std::vector<std::string> term_ids;
  };

  std::map<std::string, Service> services_;
  // By listing id, then service id.
  std::map<std::pair<std::string, std::string>, RowPtr> rows_;
  // Services by the terms they name.
  std::map<std::string, std::set<std::string>> by_term_;
  std::set<std::string> asking_centroids_;
  // Listings that were set or erased since TakeEdits.
  std::set<std::string> edited_;
};

}  // namespace handrail::server
