#include "server/rpc/services.h"

#include "server/metrics/metrics.h"
#include "server/rpc/answer.h"

namespace handrail::server {

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
HANDRAIL_UNARY(DirectoryServiceImpl, Search, SearchHandler, search)
HANDRAIL_UNARY(MatchServiceImpl, Explain, MatchHandler, match)
HANDRAIL_UNARY(IngestServiceImpl, ListLoads, IngestHandler, ingest)
HANDRAIL_UNARY(IngestServiceImpl, GetLoad, IngestHandler, ingest)

#undef HANDRAIL_UNARY

grpc::Status MatchServiceImpl::Match(grpc::ServerContext* context,
                                     const v1::MatchRequest* request,
                                     v1::MatchResponse* response) {
  grpc::Status status =
      Unary(around_, *context, "Match", around_.directory->match(),
            &MatchHandler::Match, *request, *response);
  Metrics* const metrics = around_.options.metrics;
  if (status.ok() && metrics != nullptr) metrics->Matched(*response);
  return status;
}

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

grpc::Status DirectoryServiceImpl::StreamListings(
    grpc::ServerContext* context, const v1::StreamListingsRequest* request,
    grpc::ServerWriter<v1::StreamListingsResponse>* writer) {
  return Answer(around_, *context, "StreamListings",
                around_.options.bulk_deadline,
                [&](const RequestContext& request_context, Counts& counts) {
                  return around_.directory->follow().StreamListings(
                      request_context, *request,
                      [&](const v1::StreamListingsResponse& run) {
                        counts["listings"] += run.listings_size();
                        return writer->Write(run);
                      });
                });
}

// Goes on until the caller leaves or the server stops: the only call that a
// drain does not wait for.
grpc::Status DirectoryServiceImpl::WatchChanges(
    grpc::ServerContext* context, const v1::WatchChangesRequest* request,
    grpc::ServerWriter<v1::WatchChangesResponse>* writer) {
  const Watchdog::Follow follow(around_.watchdog, *context);
  return Answer(
      around_, *context, "WatchChanges", absl::InfiniteDuration(),
      [&](const RequestContext& request_context, Counts& counts) {
        const RequestContext until_drain(
            {.now = request_context.now(),
             .deadline = request_context.deadline(),
             .cancelled = [this, context] {
               return around_.draining || context->IsCancelled();
             }});
        const absl::Status status = around_.directory->follow().WatchChanges(
            until_drain, *request, [&](const v1::WatchChangesResponse& told) {
              counts["messages"] += 1;
              counts["listings"] += told.listings_size();
              counts["records"] += told.records_size();
              return writer->Write(told);
            });
        if (!absl::IsCancelled(status)) return status;
        HANDRAIL_RETURN_IF_ERROR(CheckServing(around_));
        return status;
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

// Takes as long as the load did.
grpc::Status IngestServiceImpl::UndoLoad(grpc::ServerContext* context,
                                         const v1::UndoLoadRequest* request,
                                         v1::UndoLoadResponse* response) {
  return Answer(
      around_, *context, "UndoLoad", around_.options.bulk_deadline,
      [&](const RequestContext& request_context, Counts&) -> absl::Status {
        HANDRAIL_ASSIGN_OR_RETURN(
            *response,
            around_.directory->ingest().UndoLoad(request_context, *request));
        return absl::OkStatus();
      });
}

}  // namespace handrail::server
