#include "server/handlers/curation_handler.h"

#include "server/curation/conflicts.h"
#include "server/curation/due_queue.h"
#include "server/curation/error_reports.h"
#include "server/curation/fact_writes.h"
#include "server/curation/history_view.h"
#include "server/curation/record_writes.h"

namespace handrail::server {

absl::StatusOr<v1::CreateRecordResponse> CurationHandler::CreateRecord(
    const RequestContext& context,
    const v1::CreateRecordRequest& request) const {
  return server::CreateRecord(context, request, writer_);
}

absl::StatusOr<v1::UpdateRecordResponse> CurationHandler::UpdateRecord(
    const RequestContext& context,
    const v1::UpdateRecordRequest& request) const {
  return server::UpdateRecord(context, request, writer_);
}

absl::StatusOr<v1::RetireRecordResponse> CurationHandler::RetireRecord(
    const RequestContext& context,
    const v1::RetireRecordRequest& request) const {
  return server::RetireRecord(context, request, writer_);
}

absl::StatusOr<v1::ConfirmFactResponse> CurationHandler::ConfirmFact(
    const RequestContext& context,
    const v1::ConfirmFactRequest& request) const {
  return server::ConfirmFact(context, request, *writer_.state().snapshot(),
                             writer_);
}

absl::StatusOr<v1::UpdateAvailabilityResponse>
CurationHandler::UpdateAvailability(
    const RequestContext& context,
    const v1::UpdateAvailabilityRequest& request) const {
  return server::UpdateAvailability(context, request,
                                    *writer_.state().snapshot(), writer_);
}

absl::StatusOr<v1::SetHoldResponse> CurationHandler::SetHold(
    const RequestContext& context, const v1::SetHoldRequest& request) const {
  return server::SetHold(context, request, writer_);
}

absl::StatusOr<v1::ReportErrorResponse> CurationHandler::ReportError(
    const RequestContext& context,
    const v1::ReportErrorRequest& request) const {
  return server::ReportError(context, request, *writer_.state().snapshot(),
                             writer_);
}

absl::StatusOr<v1::ListErrorReportsResponse> CurationHandler::ListErrorReports(
    const RequestContext&, const v1::ListErrorReportsRequest& request) const {
  return server::ListErrorReports(request, *writer_.state().snapshot(),
                                  writer_.store().View());
}

absl::StatusOr<v1::ResolveErrorReportResponse>
CurationHandler::ResolveErrorReport(
    const RequestContext& context,
    const v1::ResolveErrorReportRequest& request) const {
  return server::ResolveErrorReport(context, request,
                                    *writer_.state().snapshot(), writer_);
}

absl::StatusOr<v1::ListConflictsResponse> CurationHandler::ListConflicts(
    const RequestContext& context,
    const v1::ListConflictsRequest& request) const {
  return server::ListConflicts(context, request, writer_.store().View());
}

absl::StatusOr<v1::ResolveConflictResponse> CurationHandler::ResolveConflict(
    const RequestContext& context,
    const v1::ResolveConflictRequest& request) const {
  return server::ResolveConflict(context, request, writer_);
}

absl::StatusOr<v1::ListDueResponse> CurationHandler::ListDue(
    const RequestContext& context, const v1::ListDueRequest& request) const {
  return server::ListDue(context, request, *writer_.state().snapshot(), ttls_,
                         writer_.store().View());
}

absl::StatusOr<v1::ListHistoryResponse> CurationHandler::ListHistory(
    const RequestContext& context,
    const v1::ListHistoryRequest& request) const {
  return server::ListHistory(context, request, writer_.store().View());
}

}  // namespace handrail::server
