// What somebody says is wrong: reported, listed, resolved. Changes no fact.
//
// Words about a listing whose place is private can repeat where it is: they are
// kept and not shown. So are those about a listing that is no more, because
// nobody can say what it was. Each function is one RPC of
// curation_service.proto, which says what it does and its errors.
#pragma once

#include "absl/status/statusor.h"
#include "handrail/v1/curation_service.pb.h"
#include "matcher/snapshot.h"
#include "server/directory_writer.h"
#include "server/request_context.h"

namespace handrail::server {

absl::StatusOr<v1::ReportErrorResponse> ReportError(
    const RequestContext& context, const v1::ReportErrorRequest& request,
    const matcher::Snapshot& listings, DirectoryWriter& writer);

absl::StatusOr<v1::ListErrorReportsResponse> ListErrorReports(
    const v1::ListErrorReportsRequest& request,
    const matcher::Snapshot& listings, const storage::DirectoryView& view);

absl::StatusOr<v1::ResolveErrorReportResponse> ResolveErrorReport(
    const RequestContext& context, const v1::ResolveErrorReportRequest& request,
    const matcher::Snapshot& listings, DirectoryWriter& writer);

}  // namespace handrail::server
