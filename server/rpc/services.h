// The services as gRPC sees them: each method makes a context, calls its
// handler, writes the log line, and maps the error. No rule lives here.
#pragma once

#include <atomic>

#include "handrail/v1/directory_service.grpc.pb.h"
#include "handrail/v1/ingest_service.grpc.pb.h"
#include "handrail/v1/match_service.grpc.pb.h"
#include "server/directory.h"
#include "server/rpc/rpc_server.h"
#include "server/rpc/watchdog.h"

namespace handrail::server {

// What all calls share. Outlives the services.
struct CallSurroundings {
  RpcOptions options;
  Directory* directory = nullptr;
  Watchdog watchdog;
  std::atomic<bool> draining = false;
  // Calls that a handler is answering.
  std::atomic<int> running = 0;
};

class DirectoryServiceImpl final : public v1::DirectoryService::Service {
 public:
  explicit DirectoryServiceImpl(CallSurroundings& around) : around_(around) {}

  grpc::Status GetRecord(grpc::ServerContext* context,
                         const v1::GetRecordRequest* request,
                         v1::GetRecordResponse* response) override;
  grpc::Status BatchGetRecords(grpc::ServerContext* context,
                               const v1::BatchGetRecordsRequest* request,
                               v1::BatchGetRecordsResponse* response) override;
  grpc::Status ListRecords(grpc::ServerContext* context,
                           const v1::ListRecordsRequest* request,
                           v1::ListRecordsResponse* response) override;
  grpc::Status GetListing(grpc::ServerContext* context,
                          const v1::GetListingRequest* request,
                          v1::GetListingResponse* response) override;
  grpc::Status ListListings(grpc::ServerContext* context,
                            const v1::ListListingsRequest* request,
                            v1::ListListingsResponse* response) override;
  grpc::Status ExportRecords(
      grpc::ServerContext* context, const v1::ExportRecordsRequest* request,
      grpc::ServerWriter<v1::ExportRecordsResponse>* writer) override;
  grpc::Status GetDirectory(grpc::ServerContext* context,
                            const v1::GetDirectoryRequest* request,
                            v1::GetDirectoryResponse* response) override;
  grpc::Status ListNeedTerms(grpc::ServerContext* context,
                             const v1::ListNeedTermsRequest* request,
                             v1::ListNeedTermsResponse* response) override;
  grpc::Status Search(grpc::ServerContext* context,
                      const v1::SearchRequest* request,
                      v1::SearchResponse* response) override;
  grpc::Status StreamListings(
      grpc::ServerContext* context, const v1::StreamListingsRequest* request,
      grpc::ServerWriter<v1::StreamListingsResponse>* writer) override;
  grpc::Status WatchChanges(
      grpc::ServerContext* context, const v1::WatchChangesRequest* request,
      grpc::ServerWriter<v1::WatchChangesResponse>* writer) override;

 private:
  CallSurroundings& around_;
};

class MatchServiceImpl final : public v1::MatchService::Service {
 public:
  explicit MatchServiceImpl(CallSurroundings& around) : around_(around) {}

  grpc::Status Match(grpc::ServerContext* context,
                     const v1::MatchRequest* request,
                     v1::MatchResponse* response) override;
  grpc::Status Explain(grpc::ServerContext* context,
                       const v1::ExplainRequest* request,
                       v1::ExplainResponse* response) override;

 private:
  CallSurroundings& around_;
};

class IngestServiceImpl final : public v1::IngestService::Service {
 public:
  explicit IngestServiceImpl(CallSurroundings& around) : around_(around) {}

  grpc::Status BulkLoad(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::BulkLoadResponse, v1::BulkLoadRequest>*
          stream) override;
  grpc::Status ListLoads(grpc::ServerContext* context,
                         const v1::ListLoadsRequest* request,
                         v1::ListLoadsResponse* response) override;
  grpc::Status GetLoad(grpc::ServerContext* context,
                       const v1::GetLoadRequest* request,
                       v1::GetLoadResponse* response) override;
  grpc::Status UndoLoad(grpc::ServerContext* context,
                        const v1::UndoLoadRequest* request,
                        v1::UndoLoadResponse* response) override;

 private:
  CallSurroundings& around_;
};

}  // namespace handrail::server
