// What is read off the server when somebody asks for metrics, rather than
// counted as it happens.
#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "server/directory.h"
#include "storage/journal/journal.h"

namespace handrail::server {

struct Readings {
  uint64_t directory_revision = 0;
  uint64_t snapshot_revision = 0;
  int64_t listings = 0;
  absl::Duration snapshot_age;
  absl::Duration last_build;
  uint64_t builds = 0;
  int followers = 0;
  uint64_t journal_appends = 0;
  uint64_t journal_bytes = 0;
  bool read_only = false;
};

// Cheap; waits for no writer.
Readings ReadDirectory(Directory& directory, storage::Journal& journal,
                       absl::Time now);

struct ProcessReadings {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double open_files = 0;
  double start_seconds = 0;
};

// From /proc; zeros where there is none.
ProcessReadings ReadProcess();

}  // namespace handrail::server
