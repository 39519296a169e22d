// Brings the journal back when its disk takes writes again.
//
// While the disk is full or fails, reads go on and writes are refused
// (READ_ONLY). Every second this tries whether that has passed; when it has,
// `recovered` is called, which makes good what the writers of that time could
// not: commits that nobody was told of, loads that could not say that they
// ended.
//
//   StorageKeeper keeper(*journal.upkeep(), [&] { … });
//
// Thread-safe.
#pragma once

#include <functional>
#include <thread>

#include "absl/status/status.h"
#include "storage/base/mutex.h"
#include "storage/journal/upkeep.h"

namespace handrail::server {

class StorageKeeper {
 public:
  // `recovered` runs on the keeper's thread, again until it succeeds. What it
  // uses, and `upkeep`, must outlive the keeper.
  StorageKeeper(storage::Upkeep& upkeep,
                std::function<absl::Status()> recovered);
  ~StorageKeeper();
  StorageKeeper(const StorageKeeper&) = delete;
  StorageKeeper& operator=(const StorageKeeper&) = delete;

 private:
  void Run();

  storage::Upkeep& upkeep_;
  const std::function<absl::Status()> recovered_;
  Mutex mu_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace handrail::server
