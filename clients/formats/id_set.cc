#include "clients/formats/id_set.h"

#include <algorithm>
#include <utility>

namespace handrail::formats {
namespace {

// Ids in a bucket on average.
constexpr int64_t kPerBucket = 8;
constexpr int kBucketBitsMin = 8;
constexpr int kBucketBitsMax = 28;

}  // namespace

absl::Status IdSet::Finish() {
  HANDRAIL_RETURN_IF_ERROR(hashes_.Finish());
  int bits = kBucketBitsMin;
  while (bits < kBucketBitsMax && (kPerBucket << bits) < hashes_.size()) ++bits;
  shift_ = 64 - bits;
  begins_.reserve((size_t{1} << bits) + 1);
  rest_.reserve(static_cast<size_t>(hashes_.size()));
  SpilledSort<uint64_t>::Cursor all(hashes_);
  while (const uint64_t* hash = all.Next()) {
    const size_t bucket = BucketOf(*hash);
    const auto rest = static_cast<uint32_t>(*hash >> (shift_ - 32));
    if (begins_.size() == bucket + 1 && rest_.size() > begins_.back() &&
        rest_.back() == rest) {
      continue;
    }
    begins_.resize(std::max(begins_.size(), bucket + 1),
                   static_cast<uint32_t>(rest_.size()));
    rest_.push_back(rest);
  }
  begins_.resize((size_t{1} << bits) + 1, static_cast<uint32_t>(rest_.size()));
  hashes_ = SpilledSort<uint64_t>();
  return all.status();
}

bool IdSet::Has(uint64_t hash) const {
  if (rest_.empty()) return false;
  const size_t bucket = BucketOf(hash);
  return std::binary_search(rest_.begin() + begins_[bucket],
                            rest_.begin() + begins_[bucket + 1],
                            static_cast<uint32_t>(hash >> (shift_ - 32)));
}

}  // namespace handrail::formats
