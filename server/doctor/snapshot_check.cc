#include "server/doctor/snapshot_check.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "handrail/v1/record.pb.h"
#include "matcher/place.h"
#include "server/surroundings.h"
#include "storage/base/status.h"
#include "storage/journal/append_plan.h"

namespace handrail::server {
namespace {

using storage::DeterministicBytes;
using storage::v1::StoredRecord;

absl::StatusOr<matcher::CentroidTable> Centroids(
    const storage::DirectoryView& view) {
  std::vector<v1::Centroid> centroids;
  HANDRAIL_RETURN_IF_ERROR(
      view.ForEachPublic(v1::CENTROID, [&](const StoredRecord& record) {
        centroids.push_back(record.record().centroid());
        return true;
      }));
  return matcher::CentroidTable(centroids);
}

absl::StatusOr<bool> CrisisResourcesAgree(const storage::DirectoryView& view,
                                          const matcher::Snapshot& snapshot) {
  std::vector<std::string> kept;
  HANDRAIL_RETURN_IF_ERROR(
      view.ForEachPublic(v1::CRISIS_RESOURCE, [&](const StoredRecord& record) {
        kept.push_back(DeterministicBytes(record.record().crisis_resource()));
        return true;
      }));
  std::vector<std::string> served;
  for (const v1::CrisisResource& resource : snapshot.crisis_resources()) {
    served.push_back(DeterministicBytes(resource));
  }
  std::sort(kept.begin(), kept.end());
  std::sort(served.begin(), served.end());
  return kept == served;
}

}  // namespace

absl::StatusOr<int64_t> CheckSnapshot(
    const storage::DirectoryView& view, const matcher::Snapshot& snapshot,
    const std::function<bool(SnapshotWrong)>& visit) {
  HANDRAIL_ASSIGN_OR_RETURN(const matcher::CentroidTable centroids,
                            Centroids(view));
  AllSurroundings around;
  HANDRAIL_RETURN_IF_ERROR(around.Read(view));
  // Listings that the records come to. Of two services that use one id the
  // first has it.
  std::set<std::string> seen;
  bool more = true;
  HANDRAIL_RETURN_IF_ERROR(
      view.ForEachPublic(v1::SERVICE, [&](const StoredRecord& service) {
        const std::string& id = service.info().id();
        const ServiceListings made = ListingsAround(service, centroids, around);
        for (const v1::Listing* listing : made.listings) {
          if (!seen.insert(listing->id()).second) continue;
          const matcher::Row* row = snapshot.Find(listing->id());
          if (row == nullptr) {
            more = visit({id, "a listing of it is not served"});
          } else if (DeterministicBytes(matcher::ListingOf(*row)) !=
                     DeterministicBytes(*listing)) {
            more = visit({id, "a listing of it is served as it was before"});
          }
          if (!more) return false;
        }
        return true;
      }));
  for (const auto& row : snapshot.rows()) {
    if (!more) break;
    if (!seen.contains(std::string(matcher::IdOf(*row)))) {
      more = visit({std::string(matcher::HeldOf(*row).service_id()),
                    "a listing is served that no record comes to"});
    }
  }
  HANDRAIL_ASSIGN_OR_RETURN(const bool agree,
                            CrisisResourcesAgree(view, snapshot));
  if (more && !agree) {
    visit({"", "the crisis resources that are served are not those kept"});
  }
  return static_cast<int64_t>(std::max(seen.size(), snapshot.rows().size()));
}

}  // namespace handrail::server
