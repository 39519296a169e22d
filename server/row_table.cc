#include "server/row_table.h"

#include <algorithm>
#include <string_view>

namespace handrail::server {
void RowTable::Set(const std::string& service_id, ServiceListings made) {
  Erase(service_id);
  Service& service = services_[service_id];
  if (made.asks_centroids) asking_centroids_.insert(service_id);
  for (v1::Listing& listing : made.listings) {
    const std::string id = listing.id();
    edited_.insert(id);
    service.listing_ids.push_back(id);
    rows_[{id, service_id}] = matcher::MakeRow(std::move(listing));
  }
  service.term_ids = std::move(made.term_ids);
  for (const std::string& term : service.term_ids) {
    by_term_[term].insert(service_id);
  }
}

void RowTable::Erase(const std::string& service_id) {
  const auto found = services_.find(service_id);
  if (found == services_.end()) return;
  for (const std::string& id : found->second.listing_ids) {
    edited_.insert(id);
    rows_.erase({id, service_id});
  }
  for (const std::string& term : found->second.term_ids) {
    const auto named = by_term_.find(term);
    named->second.erase(service_id);
    if (named->second.empty()) by_term_.erase(named);
  }
  asking_centroids_.erase(service_id);
  services_.erase(found);
}

RowEdits RowTable::TakeEdits() {
  RowEdits edits;
  edits.reserve(edited_.size());
  for (const std::string& id : edited_) {
    const auto first = rows_.lower_bound({id, ""});
    const bool there = first != rows_.end() && first->first.first == id;
    edits.emplace_back(id, there ? first->second : nullptr);
  }
  edited_.clear();
  return edits;
}

std::set<std::string> RowTable::ServicesNaming(
    const std::set<std::string>& term_ids) const {
  std::set<std::string> services;
  for (const std::string& term : term_ids) {
    const auto named = by_term_.find(term);
    if (named == by_term_.end()) continue;
    services.insert(named->second.begin(), named->second.end());
  }
  return services;
}

}  // namespace handrail::server
