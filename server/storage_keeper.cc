#include "server/storage_keeper.h"

#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "server/logging/call_log.h"

namespace handrail::server {
namespace {

constexpr std::chrono::seconds kTryEvery(1);

}  // namespace

StorageKeeper::StorageKeeper(storage::Upkeep& upkeep,
                             std::function<absl::Status()> recovered)
    : upkeep_(upkeep),
      recovered_(std::move(recovered)),
      thread_([this] { Run(); }) {}

StorageKeeper::~StorageKeeper() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void StorageKeeper::Run() {
  // Says so once, not every second.
  bool told = false;
  bool to_make_good = false;
  while (true) {
    {
      MutexLock lock(mu_);
      if (!stopping_) changed_.WaitFor(mu_, kTryEvery);
      if (stopping_) return;
    }
    if (upkeep_.needs_resume()) {
      const absl::Status resumed = upkeep_.Resume();
      if (!resumed.ok()) {
        if (!told) LogProblem("storage_read_only", resumed);
        told = true;
        continue;
      }
      LogEvent("storage_resumed");
      told = false;
      to_make_good = true;
    }
    if (to_make_good) to_make_good = !recovered_().ok();
  }
}

}  // namespace handrail::server
