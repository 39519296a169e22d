#include "server/duplicates/duplicate_builder.h"

#include <limits>
#include <string_view>
#include <utility>

#include "server/duplicates/features.h"
#include "storage/base/check.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

uint64_t MarkOf(std::string_view service_id) {
  return StableHash64(service_id);
}

}  // namespace

void DuplicateBuilder::Remember(const std::string& service_id,
                                const ServiceListings& made) {
  HANDRAIL_CHECK(made.identities.size() == made.listings.size());
  const uint64_t mark = MarkOf(service_id);
  for (size_t i = 0; i < made.listings.size(); ++i) {
    // A listing that is kept from referrals or is not offered at present is
    // compared all the same: what it is does not change with that.
    Features features = FeaturesOf(*made.listings[i], made.identities[i]);
    if (index_.MarkOf(features.id).value_or(mark) == mark) {
      index_.Set(std::move(features), mark);
    } else {
      others_[{features.id, mark}] = PackFeatures(features);
    }
  }
}

void DuplicateBuilder::Take(const RowEdits& edits) {
  for (const auto& [id, row] : edits) {
    if (row == nullptr) {
      index_.Erase(id);
      others_.erase(
          others_.lower_bound({id, 0}),
          others_.upper_bound({id, std::numeric_limits<uint64_t>::max()}));
      continue;
    }
    const uint64_t mark = MarkOf(matcher::HeldOf(*row).service_id());
    if (index_.MarkOf(id) == mark) continue;
    const auto other = others_.find({id, mark});
    if (other == others_.end()) {
      Give(FeaturesOf(matcher::TextsOf(*row), {}), mark);
    } else {
      Give(UnpackFeatures(id, other->second), mark);
      others_.erase({id, mark});
    }
  }
}

void DuplicateBuilder::Give(Features features, uint64_t mark) {
  if (const auto before = index_.Find(features.id)) {
    others_[{features.id, *index_.MarkOf(features.id)}] = PackFeatures(*before);
  }
  index_.Set(std::move(features), mark);
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
