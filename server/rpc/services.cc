#include "server/rpc/services.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "server/logging/call_log.h"
#include "server/rpc/error_mapping.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

using Counts = std::map<std::string, int64_t>;

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

// gRPC itself takes twice as much, so that what is somewhat too large gets an
// answer of ours.
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

// Runs one call: the time it may take, the log line, the error's form.
grpc::Status Answer(
    CallSurroundings& around, grpc::ServerContext& context,
    std::string_view method, absl::Duration most,
    const std::function<absl::Status(const RequestContext&, Counts&)>& handle) {
  const absl::Time start = absl::Now();
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
  LogCall({.method = method,
           .code = status.code(),
           .reason = reason,
           .duration = absl::Now() - start,
           .counts = std::move(counts)});
  return ToGrpc(status);
}

// A unary call of a handler's member function.
template <typename Handler, typename Request, typename Response>
grpc::Status Unary(CallSurroundings& around, grpc::ServerContext& context,
                   std::string_view method, const Handler& handler,
                   absl::StatusOr<Response> (Handler::*call)(
                       const RequestContext&, const Request&) const,
                   const Request& request, Response& response) {
  return Answer(
      around, context, method, around.options.unary_deadline,
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

}  // namespace

#define HANDRAIL_UNARY(service, method, handler_class, handler)            \
  grpc::Status service::method(grpc::ServerContext* context,               \
                               const v1::method##Request* request,         \
                               v1::method##Response* response) {           \
    return Unary(around_, *context, #method, around_.directory->handler(), \
                 &handler_class::method, *request, *response);             \
  }

HANDRAIL_UNARY(DirectoryServiceImpl, GetRecord, DirectoryHandler, records)
HANDRAIL_UNARY(DirectoryServiceImpl, BatchGetRecords, DirectoryHandler, records)
HANDRAIL_UNARY(DirectoryServiceImpl, ListRecords, DirectoryHandler, records)
HANDRAIL_UNARY(DirectoryServiceImpl, GetListing, DirectoryHandler, records)
HANDRAIL_UNARY(DirectoryServiceImpl, ListListings, DirectoryHandler, records)
HANDRAIL_UNARY(DirectoryServiceImpl, GetDirectory, DirectoryHandler, records)
HANDRAIL_UNARY(DirectoryServiceImpl, ListNeedTerms, DirectoryHandler, records)
HANDRAIL_UNARY(MatchServiceImpl, Match, MatchHandler, match)
HANDRAIL_UNARY(MatchServiceImpl, Explain, MatchHandler, match)
HANDRAIL_UNARY(IngestServiceImpl, ListLoads, IngestHandler, ingest)
HANDRAIL_UNARY(IngestServiceImpl, GetLoad, IngestHandler, ingest)

#undef HANDRAIL_UNARY

grpc::Status DirectoryServiceImpl::ExportRecords(
    grpc::ServerContext* context, const v1::ExportRecordsRequest* request,
    grpc::ServerWriter<v1::ExportRecordsResponse>* writer) {
  return Answer(around_, *context, "ExportRecords",
                around_.options.bulk_deadline,
                [&](const RequestContext& request_context, Counts& counts) {
                  return around_.directory->records().ExportRecords(
                      request_context, *request,
                      [&](const v1::ExportRecordsResponse& run) {
                        counts["records"] += run.records_size();
                        return writer->Write(run);
                      });
                });
}

grpc::Status IngestServiceImpl::BulkLoad(
    grpc::ServerContext* context,
    grpc::ServerReaderWriter<v1::BulkLoadResponse, v1::BulkLoadRequest>*
        stream) {
  return Answer(around_, *context, "BulkLoad", around_.options.bulk_deadline,
                [&](const RequestContext& request_context, Counts& counts) {
                  absl::Status size;
                  absl::Status status = around_.directory->ingest().BulkLoad(
                      request_context,
                      {.read =
                           [&](v1::BulkLoadRequest& r) {
                             if (!stream->Read(&r)) return false;
                             size = CheckRequestSize(around_, r.ByteSizeLong());
                             return size.ok();
                           },
                       .write =
                           [&](const v1::BulkLoadResponse& r) {
                             return stream->Write(r);
                           }},
                      counts);
                  // To the handler the stream just ended.
                  return size.ok() ? status : size;
                });
}

}  // namespace handrail::server
