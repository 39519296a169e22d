// The log: one JSON object per line on standard error.
//
// A line holds names of methods, codes, reasons, durations, sizes and counts.
// It never holds what a caller sent or was sent: no words, no ids of persons or
// records, no values of fields, no error messages (which may name ids). The
// interface takes counts only, so that a handler cannot slip.
//
//   LogCall({.method = "Match", .code = "OK", .duration = d});
//   LogEvent("serving", {{"revision", 7}});
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace handrail::server {

// Numbers beside an event, by name.
using LogCounts = std::map<std::string, int64_t>;

// One call that was answered.
struct CallLine {
  std::string_view method;
  absl::StatusCode code = absl::StatusCode::kOk;
  // Name of the reason in the error's ErrorInfo; empty for none.
  std::string_view reason;
  absl::Duration duration;
  LogCounts counts;
};

// Sets where lines go and from which level on: "debug", "info", "warning",
// "error" or "off". Returns false for another word. DEFAULT: "info".
bool SetLogLevel(std::string_view level);

// INTERNAL, DATA_LOSS and UNKNOWN are errors, the rest is information.
void LogCall(const CallLine& line);

// `event` is a word of ours: "serving", "draining", "stopped".
void LogEvent(std::string_view event, const LogCounts& counts = {});
void LogProblem(std::string_view event, const absl::Status& status);

}  // namespace handrail::server
