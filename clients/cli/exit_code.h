// Exit codes of the command line: a contract for scripts.
#pragma once

#include "grpcpp/support/status.h"

namespace handrail::cli {

enum class ExitCode {
  kOk = 0,
  // Something failed that none of the others names.
  kFailure = 1,
  // The command line or the request is wrong; the message names the field.
  kUsage = 2,
  kNotFound = 3,
  kNotPermitted = 4,
  // The state changed meanwhile, or another call holds it.
  kConflict = 5,
  // The server cannot be reached or is too busy: try again.
  kUnavailable = 6,
  // Loaded, but with findings, and --strict was given.
  kLoadedWithFindings = 7,
  // Nothing was loaded.
  kNothingLoaded = 8,
};

// What a failed call means for a script. REQUIRES: !status.ok().
ExitCode ExitCodeOf(const grpc::Status& status);

}  // namespace handrail::cli
