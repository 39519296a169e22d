// How long changes are kept for followers: a thread that trims what is older,
// when the server starts and every hour.
//
//   const ChangeRetention retention(store, absl::Hours(30 * 24));
//
// What is trimmed are the entries of the journal, with what records were
// before; the records themselves and their newest values stay.
#pragma once

#include <cstdint>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/base/mutex.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

// Trims the changes made before `oldest`, but never the newest one. Returns how
// many went. Errors: those of DirectoryStore.
absl::StatusOr<uint64_t> TrimChangesBefore(storage::DirectoryStore& store,
                                           absl::Time oldest);

class ChangeRetention {
 public:
  // The store must outlive this. REQUIRES: `keep` is more than 0.
  ChangeRetention(storage::DirectoryStore& store, absl::Duration keep);
  ~ChangeRetention();
  ChangeRetention(const ChangeRetention&) = delete;
  ChangeRetention& operator=(const ChangeRetention&) = delete;

 private:
  void Run();

  storage::DirectoryStore& store_;
  const absl::Duration keep_;
  Mutex mu_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace handrail::server
