#include "server/row_table.h"

#include <algorithm>
#include <utility>

namespace handrail::server {

using matcher::IdOf;

void RowTable::Set(const std::string& service_id, ServiceListings made) {
  Erase(service_id);
  const auto at = services_.try_emplace(service_id).first;
  Service& service = at->second;
  service.id = &at->first;
  if (made.asks_centroids) asking_centroids_.insert(service_id);
  service.rows.reserve(made.listings.size());
  for (v1::Listing* listing : made.listings) {
    service.rows.push_back(matcher::MakeRowOf(*listing));
  }
  for (const RowPtr& row : service.rows) Add(service, row);
  service.term_ids = std::move(made.term_ids);
  for (const std::string& term : service.term_ids) {
    by_term_[term].insert(&service);
  }
}

void RowTable::Erase(const std::string& service_id) {
  const auto found = services_.find(service_id);
  if (found == services_.end()) return;
  const Service& service = found->second;
  for (const RowPtr& row : service.rows) Remove(service, *row);
  for (const std::string& term : service.term_ids) {
    const auto named = by_term_.find(term);
    named->second.erase(&service);
    if (named->second.empty()) by_term_.erase(named);
  }
  asking_centroids_.erase(service_id);
  services_.erase(found);
}

void RowTable::Add(const Service& service, RowPtr row) {
  edited_.emplace_back(IdOf(*row));
  const auto found = first_.find(IdOf(*row));
  if (found == first_.end()) {
    Place({&service, std::move(row)});
    return;
  }
  Use later = {&service, std::move(row)};
  // Of rows of one service with the same id the last counts.
  if (*service.id <= *found->second.service->id) {
    const bool same = found->second.service == &service;
    std::swap(later, found->second);
    Place(found->second);
    if (same) return;
  }
  std::pair key(std::string(IdOf(*later.row)), *later.service->id);
  others_.insert_or_assign(std::move(key), std::move(later));
}

void RowTable::Place(Use use) {
  // The key has to stand in the row that is there.
  const std::string_view id = IdOf(*use.row);
  first_.erase(id);
  first_.emplace(id, std::move(use));
}

void RowTable::Remove(const Service& service, const matcher::Row& row) {
  const std::string id(IdOf(row));
  edited_.push_back(id);
  const auto found = first_.find(id);
  if (found == first_.end() || found->second.service != &service) {
    others_.erase({id, *service.id});
    return;
  }
  first_.erase(found);
  const auto next = others_.lower_bound({id, ""});
  if (next == others_.end() || next->first.first != id) return;
  Place(std::move(next->second));
  others_.erase(next);
}

RowEdits RowTable::TakeEdits() {
  std::sort(edited_.begin(), edited_.end());
  edited_.erase(std::unique(edited_.begin(), edited_.end()), edited_.end());
  RowEdits edits;
  edits.reserve(edited_.size());
  for (std::string& id : edited_) {
    const auto found = first_.find(id);
    RowPtr row = found == first_.end() ? nullptr : found->second.row;
    edits.emplace_back(std::move(id), std::move(row));
  }
  edited_ = {};
  return edits;
}

std::set<std::string> RowTable::ServicesNaming(
    const std::set<std::string>& term_ids) const {
  std::set<std::string> services;
  for (const std::string& term : term_ids) {
    const auto named = by_term_.find(term);
    if (named == by_term_.end()) continue;
    for (const Service* service : named->second) services.insert(*service->id);
  }
  return services;
}

}  // namespace handrail::server
