#include "server/service_manager.h"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace handrail::server {
namespace {

// The answer is about the message alone; there is nobody to tell.
void Tell(const std::string& state) {
  sd_notify(/*unset_environment=*/0, state.c_str());
}

}  // namespace

void TellReady(const std::string& words) {
  Tell("READY=1\nSTATUS=" + words + "\n");
}

void TellStopping() { Tell("STOPPING=1\nSTATUS=Finishing running calls\n"); }

absl::Duration AliveInterval() {
  uint64_t microseconds = 0;
  if (sd_watchdog_enabled(/*unset_environment=*/0, &microseconds) <= 0) {
    return absl::InfiniteDuration();
  }
  return absl::Microseconds(static_cast<int64_t>(microseconds)) / 2;
}

void TellAlive() { Tell("WATCHDOG=1\n"); }

}  // namespace handrail::server
