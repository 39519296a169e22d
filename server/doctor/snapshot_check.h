// Whether the listings that are served are what the records come to.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "matcher/snapshot.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

// Something in a snapshot that is not what the records come to.
struct SnapshotWrong {
  // The service concerned; empty where it is none.
  std::string service_id;
  std::string message;
};

// Projects every service again and compares. Returns how many listings it
// looked at. REQUIRES: both are of one revision. Errors: those of
// DirectoryView.
absl::StatusOr<int64_t> CheckSnapshot(
    const storage::DirectoryView& view, const matcher::Snapshot& snapshot,
    const std::function<bool(SnapshotWrong)>& visit);

}  // namespace handrail::server
