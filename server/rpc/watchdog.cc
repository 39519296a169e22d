#include "server/rpc/watchdog.h"

#include <chrono>

namespace handrail::server {
namespace {

// How often the thread looks. A call may go on for so long after its time.
constexpr std::chrono::milliseconds kStep(100);

}  // namespace

Watchdog::Watchdog() : thread_([this] { Run(); }) {}

Watchdog::~Watchdog() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void Watchdog::Run() {
  MutexLock lock(mu_);
  while (!stopping_) {
    const absl::Time now = absl::Now();
    for (const auto& [deadline, context] : calls_) {
      if (deadline > now) break;
      // Only marks the call as cancelled; safe under the lock, which keeps the
      // context alive. Doing it twice does nothing more.
      context->TryCancel();
    }
    changed_.WaitFor(mu_, kStep);
  }
}

void Watchdog::EndFollowing() {
  MutexLock lock(mu_);
  for (grpc::ServerContext* context : following_) context->TryCancel();
}

Watchdog::Follow::Follow(Watchdog& watchdog, grpc::ServerContext& context)
    : watchdog_(watchdog), context_(context) {
  MutexLock lock(watchdog_.mu_);
  watchdog_.following_.insert(&context_);
}

Watchdog::Follow::~Follow() {
  MutexLock lock(watchdog_.mu_);
  watchdog_.following_.erase(&context_);
}

Watchdog::Watch::Watch(Watchdog& watchdog, absl::Time deadline,
                       grpc::ServerContext& context)
    : watchdog_(watchdog) {
  MutexLock lock(watchdog_.mu_);
  place_ = watchdog_.calls_.emplace(deadline, &context);
}

Watchdog::Watch::~Watch() {
  MutexLock lock(watchdog_.mu_);
  watchdog_.calls_.erase(place_);
}

}  // namespace handrail::server
