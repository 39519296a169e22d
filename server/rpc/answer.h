// What every call of every service has in common: the time it may take, the
// sizes of messages, the log line, the error's form.
//
//   return Unary(around_, *context, "Match", around_.directory->match(),
//                &MatchHandler::Match, *request, *response);
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "server/request_context.h"
#include "server/rpc/services.h"
#include "storage/base/status.h"

namespace handrail::server {

// Numbers for the log, by name.
using Counts = std::map<std::string, int64_t>;

// UNAVAILABLE (DRAINING) once the server stops.
absl::Status CheckServing(const CallSurroundings& around);

// INVALID_ARGUMENT (LIMIT_EXCEEDED) for a message that is too large; gRPC
// itself takes twice as much, so that what is somewhat too large gets an answer
// of ours.
absl::Status CheckRequestSize(const CallSurroundings& around, size_t bytes);

// RESOURCE_EXHAUSTED (LIMIT_EXCEEDED) for an answer that is too large.
absl::Status CheckSize(const google::protobuf::Message& response);

// Runs one call, of at most `most`.
grpc::Status Answer(
    CallSurroundings& around, grpc::ServerContext& context,
    std::string_view method, absl::Duration most,
    const std::function<absl::Status(const RequestContext&, Counts&)>& handle);

// A unary call of a handler's member function, of at most `most`.
template <typename Handler, typename Request, typename Response>
grpc::Status UnaryWithin(CallSurroundings& around, grpc::ServerContext& context,
                         std::string_view method, absl::Duration most,
                         const Handler& handler,
                         absl::StatusOr<Response> (Handler::*call)(
                             const RequestContext&, const Request&) const,
                         const Request& request, Response& response) {
  return Answer(
      around, context, method, most,
      [&](const RequestContext& request_context, Counts& counts) {
        counts["request_bytes"] = static_cast<int64_t>(request.ByteSizeLong());
        HANDRAIL_RETURN_IF_ERROR(
            CheckRequestSize(around, request.ByteSizeLong()));
        absl::StatusOr<Response> answer =
            (handler.*call)(request_context, request);
        HANDRAIL_RETURN_IF_ERROR(answer.status());
        HANDRAIL_RETURN_IF_ERROR(CheckSize(*answer));
        counts["response_bytes"] = static_cast<int64_t>(answer->ByteSizeLong());
        response = *std::move(answer);
        return absl::OkStatus();
      });
}

// The same, of at most the usual time.
template <typename Handler, typename Request, typename Response>
grpc::Status Unary(CallSurroundings& around, grpc::ServerContext& context,
                   std::string_view method, const Handler& handler,
                   absl::StatusOr<Response> (Handler::*call)(
                       const RequestContext&, const Request&) const,
                   const Request& request, Response& response) {
  return UnaryWithin(around, context, method, around.options.unary_deadline,
                     handler, call, request, response);
}

}  // namespace handrail::server
