// Keeping records true: edits, confirmations, errors, availability, the queues
// of what to look at next, and the history of each record.
//
// Writes take the directory's turn one after another (curation/edit.h); reads
// see one moment. Thread-safe.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "handrail/v1/curation_service.pb.h"
#include "matcher/ttl.h"
#include "server/directory_writer.h"
#include "server/request_context.h"

namespace handrail::server {

class CurationHandler {
 public:
  // The writer must outlive the handler. `ttls` says how long which source's
  // facts are believed.
  CurationHandler(DirectoryWriter& writer, matcher::TtlTable ttls)
      : writer_(writer), ttls_(std::move(ttls)) {}

  // Errors: see curation_service.proto.
  absl::StatusOr<v1::CreateRecordResponse> CreateRecord(
      const RequestContext& context,
      const v1::CreateRecordRequest& request) const;
  absl::StatusOr<v1::UpdateRecordResponse> UpdateRecord(
      const RequestContext& context,
      const v1::UpdateRecordRequest& request) const;
  absl::StatusOr<v1::RetireRecordResponse> RetireRecord(
      const RequestContext& context,
      const v1::RetireRecordRequest& request) const;
  absl::StatusOr<v1::ConfirmFactResponse> ConfirmFact(
      const RequestContext& context,
      const v1::ConfirmFactRequest& request) const;
  absl::StatusOr<v1::UpdateAvailabilityResponse> UpdateAvailability(
      const RequestContext& context,
      const v1::UpdateAvailabilityRequest& request) const;
  absl::StatusOr<v1::SetHoldResponse> SetHold(
      const RequestContext& context, const v1::SetHoldRequest& request) const;
  absl::StatusOr<v1::ReportErrorResponse> ReportError(
      const RequestContext& context,
      const v1::ReportErrorRequest& request) const;
  absl::StatusOr<v1::ListErrorReportsResponse> ListErrorReports(
      const RequestContext& context,
      const v1::ListErrorReportsRequest& request) const;
  absl::StatusOr<v1::ResolveErrorReportResponse> ResolveErrorReport(
      const RequestContext& context,
      const v1::ResolveErrorReportRequest& request) const;
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const RequestContext& context,
      const v1::ListConflictsRequest& request) const;
  absl::StatusOr<v1::ResolveConflictResponse> ResolveConflict(
      const RequestContext& context,
      const v1::ResolveConflictRequest& request) const;
  absl::StatusOr<v1::ListDueResponse> ListDue(
      const RequestContext& context, const v1::ListDueRequest& request) const;
  absl::StatusOr<v1::ListHistoryResponse> ListHistory(
      const RequestContext& context,
      const v1::ListHistoryRequest& request) const;

 private:
  DirectoryWriter& writer_;
  const matcher::TtlTable ttls_;
};

}  // namespace handrail::server
