// Which of very many ids there are, by their hashes, in four and a half bytes
// each: so much of a hash that of a billion ids that are not there about two
// are taken for one that is.
//
//   IdSet ids;
//   for (…) ids.Add(hash);
//   HANDRAIL_RETURN_IF_ERROR(ids.Finish());
//   if (ids.Has(hash)) …
//
// One thread until it is finished; const members are safe to share then.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "clients/formats/spilled_sort.h"

namespace handrail::formats {

class IdSet {
 public:
  void Add(uint64_t hash) { hashes_.Add(hash); }
  absl::Status Finish();

  // REQUIRES: it is finished.
  bool Has(uint64_t hash) const;

 private:
  size_t BucketOf(uint64_t hash) const { return hash >> shift_; }

  SpilledSort<uint64_t> hashes_;
  // The upper bits of a hash choose a bucket, the 32 below stand in it, sorted.
  int shift_ = 56;
  // Where each bucket begins, and the end of the last.
  std::vector<uint32_t> begins_;
  std::vector<uint32_t> rest_;
};

}  // namespace handrail::formats
