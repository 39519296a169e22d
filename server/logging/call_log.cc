#include "server/logging/call_log.h"

#include <memory>
#include <string>

#include "nlohmann/json.hpp"
#include "spdlog/logger.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

spdlog::logger& Logger() {
  // Never destroyed: threads may log while the process ends.
  static spdlog::logger* const logger = [] {
    auto* made = new spdlog::logger(
        "handraild", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    // The line is the JSON object and nothing else.
    made->set_pattern("%v");
    made->set_level(spdlog::level::info);
    return made;
  }();
  return *logger;
}

std::string Word(std::string_view text) { return std::string(text); }

void Write(spdlog::level::level_enum level, nlohmann::json line) {
  if (!Logger().should_log(level)) return;
  const spdlog::string_view_t name = spdlog::level::to_string_view(level);
  line["level"] = std::string(name.data(), name.size());
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(),
                                  absl::UTCTimeZone());
  Logger().log(level, "{}", line.dump());
}

bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal ||
         code == absl::StatusCode::kDataLoss ||
         code == absl::StatusCode::kUnknown;
}

}  // namespace

bool SetLogLevel(std::string_view level) {
  if (level == "debug") {
    Logger().set_level(spdlog::level::debug);
  } else if (level == "info") {
    Logger().set_level(spdlog::level::info);
  } else if (level == "warning") {
    Logger().set_level(spdlog::level::warn);
  } else if (level == "error") {
    Logger().set_level(spdlog::level::err);
  } else if (level == "off") {
    Logger().set_level(spdlog::level::off);
  } else {
    return false;
  }
  return true;
}

void LogCall(const CallLine& call) {
  nlohmann::json line = {
      {"event", "call"},
      {"method", Word(call.method)},
      {"code", absl::StatusCodeToString(call.code)},
      {"duration_us", absl::ToInt64Microseconds(call.duration)}};
  if (!call.reason.empty()) line["reason"] = Word(call.reason);
  for (const auto& [name, count] : call.counts) line[name] = count;
  Write(IsOurFault(call.code) ? spdlog::level::err : spdlog::level::info,
        std::move(line));
}

void LogEvent(std::string_view event, const LogCounts& counts) {
  nlohmann::json line = {{"event", Word(event)}};
  for (const auto& [name, count] : counts) line[name] = count;
  Write(spdlog::level::info, std::move(line));
}

void LogProblem(std::string_view event, const absl::Status& status) {
  Write(spdlog::level::err,
        {{"event", Word(event)},
         {"code", absl::StatusCodeToString(status.code())},
         {"reason", v1::ErrorReason_Name(ReasonOf(status))}});
}

}  // namespace handrail::server
