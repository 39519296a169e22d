// CurationService as gRPC sees it.
#pragma once

#include "handrail/v1/curation_service.grpc.pb.h"
#include "server/rpc/services.h"

namespace handrail::server {

class CurationServiceImpl final : public v1::CurationService::Service {
 public:
  explicit CurationServiceImpl(CallSurroundings& around) : around_(around) {}

  grpc::Status CreateRecord(grpc::ServerContext* context,
                            const v1::CreateRecordRequest* request,
                            v1::CreateRecordResponse* response) override;
  grpc::Status UpdateRecord(grpc::ServerContext* context,
                            const v1::UpdateRecordRequest* request,
                            v1::UpdateRecordResponse* response) override;
  grpc::Status RetireRecord(grpc::ServerContext* context,
                            const v1::RetireRecordRequest* request,
                            v1::RetireRecordResponse* response) override;
  grpc::Status ConfirmFact(grpc::ServerContext* context,
                           const v1::ConfirmFactRequest* request,
                           v1::ConfirmFactResponse* response) override;
  grpc::Status UpdateAvailability(
      grpc::ServerContext* context,
      const v1::UpdateAvailabilityRequest* request,
      v1::UpdateAvailabilityResponse* response) override;
  grpc::Status SetHold(grpc::ServerContext* context,
                       const v1::SetHoldRequest* request,
                       v1::SetHoldResponse* response) override;
  grpc::Status ReportError(grpc::ServerContext* context,
                           const v1::ReportErrorRequest* request,
                           v1::ReportErrorResponse* response) override;
  grpc::Status ListErrorReports(
      grpc::ServerContext* context, const v1::ListErrorReportsRequest* request,
      v1::ListErrorReportsResponse* response) override;
  grpc::Status ResolveErrorReport(
      grpc::ServerContext* context,
      const v1::ResolveErrorReportRequest* request,
      v1::ResolveErrorReportResponse* response) override;
  grpc::Status ListConflicts(grpc::ServerContext* context,
                             const v1::ListConflictsRequest* request,
                             v1::ListConflictsResponse* response) override;
  grpc::Status ResolveConflict(grpc::ServerContext* context,
                               const v1::ResolveConflictRequest* request,
                               v1::ResolveConflictResponse* response) override;
  grpc::Status ListDue(grpc::ServerContext* context,
                       const v1::ListDueRequest* request,
                       v1::ListDueResponse* response) override;
  grpc::Status ListHistory(grpc::ServerContext* context,
                           const v1::ListHistoryRequest* request,
                           v1::ListHistoryResponse* response) override;
  grpc::Status ListDuplicates(grpc::ServerContext* context,
                              const v1::ListDuplicatesRequest* request,
                              v1::ListDuplicatesResponse* response) override;
  grpc::Status DecideDuplicates(
      grpc::ServerContext* context, const v1::DecideDuplicatesRequest* request,
      v1::DecideDuplicatesResponse* response) override;

 private:
  CallSurroundings& around_;
};

}  // namespace handrail::server
