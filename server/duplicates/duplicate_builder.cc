#include "server/duplicates/duplicate_builder.h"

#include <utility>

#include "server/duplicates/features.h"
#include "storage/base/check.h"
#include "storage/base/status.h"

namespace handrail::server {

void DuplicateBuilder::Remember(const std::string& service_id,
                                const ServiceListings& made) {
  HANDRAIL_CHECK(made.identities.size() == made.listings.size());
  auto& identities = identities_[service_id];
  identities.clear();
  for (size_t i = 0; i < made.listings.size(); ++i) {
    identities[made.listings[i].id()] = made.identities[i];
  }
}

void DuplicateBuilder::Forget(const std::string& service_id) {
  identities_.erase(service_id);
}

void DuplicateBuilder::Take(const RowEdits& edits) {
  for (const auto& [id, row] : edits) {
    if (row == nullptr) {
      index_.Erase(id);
      continue;
    }
    const v1::Listing& listing = matcher::ListingOf(*row);
    // A listing that is kept from referrals or is not offered at present is
    // compared all the same: what it is does not change with that.
    ListingIdentity identity;
    const auto service = identities_.find(listing.service_id());
    if (service != identities_.end()) {
      const auto found = service->second.find(id);
      if (found != service->second.end()) identity = found->second;
    }
    index_.Set(FeaturesOf(listing, std::move(identity)));
  }
}

absl::Status DuplicateBuilder::ReadDecisions(
    const storage::DirectoryView& view) {
  Decisions decisions;
  HANDRAIL_RETURN_IF_ERROR(
      view.ForEachDecision([&](const v1::DuplicatePair& pair) {
        decisions[PairKeyOf(pair.first_id(), pair.second_id())] = pair;
        return true;
      }));
  index_.Decide(std::move(decisions));
  return absl::OkStatus();
}

}  // namespace handrail::server
