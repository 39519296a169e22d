#include "server/follow/change_reach.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "server/listing_id.h"
#include "server/service_references.h"
#include "server/services_around.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

using storage::DirectoryView;
using storage::TouchedRecord;
using storage::v1::StoredRecord;

std::string NameOf(const std::optional<StoredRecord>& term) {
  return term.has_value() ? term->record().taxonomy_term().name() : "";
}

// Ids of the snapshot's listings that stand somewhere: a middle can have given
// any of them its point, its county or its state, and does not show in it.
void AddPlaced(const matcher::Snapshot& snapshot, std::set<std::string>& ids) {
  for (const auto& row : snapshot.rows()) {
    const matcher::HeldListing& listing = matcher::HeldOf(*row);
    if (listing.has_place()) ids.emplace(listing.id());
  }
}

}  // namespace

void ChangeReach::Add(const TouchedRecord& record) {
  AddRecord(record);
  if (record.ref.type() == v1::TAXONOMY_TERM &&
      NameOf(record.before) != NameOf(record.after)) {
    terms_.insert(record.ref.id());
  }
  centroids_ |= record.ref.type() == v1::CENTROID;
}

void ChangeReach::AddLater(const TouchedRecord& record) { AddRecord(record); }

void ChangeReach::AddRecord(const TouchedRecord& record) {
  switch (record.ref.type()) {
    case v1::SERVICE:
      services_.insert(record.ref.id());
      for (const auto& image : {record.before, record.after}) {
        if (!image.has_value()) continue;
        for (std::string& id : ListingIdsOf(*image)) {
          listing_ids_.insert(std::move(id));
        }
      }
      break;
    case v1::ORGANIZATION:
    case v1::PROGRAM:
    case v1::LOCATION:
      around_.insert(KeyOf(record.ref));
      break;
    default:
      break;
  }
}

absl::StatusOr<std::set<std::string>> ChangeReach::ListingIds(
    const matcher::Snapshot& snapshot, const DirectoryView& view) const {
  std::set<std::string> ids = listing_ids_;
  std::set<std::string> services;
  HANDRAIL_RETURN_IF_ERROR(AddServicesAround(view, services));
  HANDRAIL_RETURN_IF_ERROR(AddServicesNaming(view, services));
  for (const std::string& id : services) {
    HANDRAIL_ASSIGN_OR_RETURN(const std::optional<StoredRecord> service,
                              view.FindPublic(RefOf({v1::SERVICE, id})));
    if (!service.has_value()) continue;
    for (std::string& listing : ListingIdsOf(*service)) {
      ids.insert(std::move(listing));
    }
  }
  if (centroids_) AddPlaced(snapshot, ids);
  return ids;
}

absl::Status ChangeReach::AddServicesAround(
    const DirectoryView& view, std::set<std::string>& services) const {
  HANDRAIL_ASSIGN_OR_RETURN(const std::set<std::string> around,
                            ServicesAround(view, around_));
  for (const std::string& id : around) {
    if (!services_.contains(id)) services.insert(id);
  }
  return absl::OkStatus();
}

// No index knows who names a term, and terms are seldom renamed: all services
// are read.
absl::Status ChangeReach::AddServicesNaming(
    const DirectoryView& view, std::set<std::string>& services) const {
  if (terms_.empty()) return absl::OkStatus();
  std::map<std::string, StoredRecord> programs;
  HANDRAIL_RETURN_IF_ERROR(
      view.ForEachPublic(v1::PROGRAM, [&](const StoredRecord& program) {
        programs.emplace(program.info().id(), program);
        return true;
      }));
  return view.ForEachPublic(v1::SERVICE, [&](const StoredRecord& record) {
    const v1::Service& service = record.record().service();
    const auto program = programs.find(service.program_id());
    for (const std::string& term :
         TermIdsOf(service, program == programs.end()
                                ? nullptr
                                : &program->second.record().program())) {
      if (terms_.contains(term)) services.insert(record.info().id());
    }
    return true;
  });
}

}  // namespace handrail::server
