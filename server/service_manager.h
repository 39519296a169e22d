// What systemd is told of this process (Type=notify): that it serves, that it
// stops, and, as often as it asks, that it is alive. Without systemd all of
// this does nothing.
//
// Thread-safe.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace handrail::server {

// Callers are served from now on. `words` are shown by systemctl status.
void TellReady(const std::string& words);

// No new calls are taken.
void TellStopping();

// How often to call TellAlive; infinite where nobody asks for it. Half of what
// systemd waits before it ends the process.
absl::Duration AliveInterval();

void TellAlive();

}  // namespace handrail::server
