// Numbers and addresses for a crisis, put into a new directory once. From then
// on they are records like any other: whoever retires one keeps it retired.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/directory_writer.h"

namespace handrail::server {

// Source of the seeded records.
inline constexpr char kSeedSource[] = "handrail";

// Writes matcher/data/crisis.json into the directory unless that was ever done
// before. Errors: those of DirectoryStore.
absl::Status SeedCrisisResources(DirectoryWriter& writer, absl::Time at);

}  // namespace handrail::server
