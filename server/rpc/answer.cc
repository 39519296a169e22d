#include "server/rpc/answer.h"

#include <algorithm>
#include <chrono>

#include "server/logging/call_log.h"
#include "server/metrics/metrics.h"
#include "server/rpc/error_mapping.h"

namespace handrail::server {
namespace {

RequestContext MakeContext(const CallSurroundings& around,
                           grpc::ServerContext& context, absl::Duration most) {
  // Deadlines run on the machine's clock; `now` may be a test's.
  absl::Time deadline = absl::Now() + most;
  const auto asked = context.deadline();
  if (asked != std::chrono::system_clock::time_point::max()) {
    deadline = std::min(deadline, absl::FromChrono(asked));
  }
  return RequestContext(
      {.now = around.options.clock(),
       .deadline = deadline,
       .cancelled = [&context] { return context.IsCancelled(); }});
}

}  // namespace

absl::Status CheckServing(const CallSurroundings& around) {
  if (!around.draining) return absl::OkStatus();
  return Unavailable(v1::ERROR_REASON_DRAINING,
                     "the server is stopping: try again in a moment");
}

absl::Status CheckSize(const google::protobuf::Message& response) {
  if (response.ByteSizeLong() <= static_cast<size_t>(kMessageBytesMax)) {
    return absl::OkStatus();
  }
  return ResourceExhausted(v1::ERROR_REASON_LIMIT_EXCEEDED,
                           "the answer is too large: ask for less at a time",
                           {{"limit", "kMessageBytesMax"},
                            {"maximum", std::to_string(kMessageBytesMax)}});
}

absl::Status CheckRequestSize(const CallSurroundings& around, size_t bytes) {
  const auto most = static_cast<size_t>(around.options.message_bytes_max);
  if (bytes <= most) return absl::OkStatus();
  return InvalidArgument(
      v1::ERROR_REASON_LIMIT_EXCEEDED,
      "the message is larger than the most this server "
      "takes, " +
          std::to_string(most) +
          " bytes: send less at a "
          "time",
      {{"limit", "kMessageBytesMax"}, {"maximum", std::to_string(most)}});
}

grpc::Status Answer(
    CallSurroundings& around, grpc::ServerContext& context,
    std::string_view method, absl::Duration most,
    const std::function<absl::Status(const RequestContext&, Counts&)>& handle) {
  const absl::Time start = absl::Now();
  Metrics* const metrics = around.options.metrics;
  if (metrics != nullptr) metrics->CallBegan();
  Counts counts;
  // Counted before it looks: a drain that has begun either refuses this call or
  // waits for it.
  ++around.running;
  absl::Status status = CheckServing(around);
  if (status.ok()) {
    const RequestContext request_context = MakeContext(around, context, most);
    const Watchdog::Watch watch(around.watchdog, request_context.deadline(),
                                context);
    status = handle(request_context, counts);
    // Handlers ask only whether anybody still waits; why nobody does is known
    // here.
    if (absl::IsDeadlineExceeded(status)) {
      const absl::Status why = request_context.CheckTime();
      if (!why.ok()) status = why;
    }
  }
  --around.running;
  std::string reason;
  if (!status.ok()) {
    reason = v1::ErrorReason_Name(ReasonOf(status));
  }
  const CallLine line = {.method = method,
                         .code = status.code(),
                         .reason = reason,
                         .duration = absl::Now() - start,
                         .counts = std::move(counts)};
  LogCall(line);
  if (metrics != nullptr) metrics->CallEnded(line);
  return ToGrpc(status);
}

}  // namespace handrail::server
