#include "server/curation/error_reports.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/curation/edit.h"
#include "server/curation/fact_target.h"
#include "server/curation/fact_writes.h"
#include "server/curation/limits.h"
#include "server/limits.h"
#include "server/page_token.h"
#include "server/proto_time.h"
#include "storage/base/hash.h"

namespace handrail::server {
namespace {

// Name space of the ids of reports. A random UUID, drawn once; reaches the
// disk.
constexpr char kReportNamespace[] = "e1c7a3f4-2b58-4d0e-9f26-8a4b6c3d7e05";

std::string ReportIdOf(const std::string& request_id) {
  return UuidV5(kReportNamespace, request_id);
}

v1::ErrorReport Shown(v1::ErrorReport report,
                      const matcher::Snapshot& listings) {
  const matcher::Row* row = listings.Find(report.listing_id());
  if (row == nullptr || matcher::HeldOf(*row).confidential()) {
    report.clear_message();
    report.clear_resolution();
  }
  return report;
}

absl::Status CheckReport(const v1::ReportErrorRequest& request,
                         std::string& message) {
  std::vector<FieldViolation> wrong;
  CheckRequestId(request.request_id(), /*validate_only=*/false, wrong);
  if (request.listing_id().empty()) {
    wrong.push_back({"listing_id", "must be the id of a listing"});
  }
  if (!request.field().empty()) {
    const absl::StatusOr<FactName> name = FactName::Parse(request.field());
    if (!name.ok()) {
      wrong.push_back({"field", MessageOf(name.status()) + "; or empty"});
    }
  }
  message =
      CheckWords("message", request.message(), kReportCharactersMax, wrong);
  if (request.message().empty()) {
    wrong.push_back({"message", "must say what is wrong"});
  }
  return wrong.empty() ? absl::OkStatus() : InvalidFields(wrong);
}

}  // namespace

absl::StatusOr<v1::ReportErrorResponse> ReportError(
    const RequestContext& context, const v1::ReportErrorRequest& request,
    const matcher::Snapshot& listings, DirectoryWriter& writer) {
  std::string message;
  HANDRAIL_RETURN_IF_ERROR(CheckReport(request, message));
  Edit edit(writer, context);
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> first,
                            edit.FirstTime(request.request_id()));
  const std::string id = ReportIdOf(request.request_id());
  v1::ReportErrorResponse response;
  if (first.has_value()) {
    response.set_revision(*first);
    HANDRAIL_ASSIGN_OR_RETURN(std::optional<v1::ErrorReport> there,
                              edit.view().FindErrorReport(id));
    if (there.has_value()) {
      *response.mutable_report() = Shown(*std::move(there), listings);
    }
    return response;
  }
  HANDRAIL_ASSIGN_OR_RETURN(const v1::Listing listing,
                            FindListing(request.listing_id(), listings));
  v1::ErrorReport report;
  report.set_id(id);
  report.set_listing_id(listing.id());
  report.set_listing_name(listing.name());
  report.set_field(request.field());
  report.set_message(message);
  *report.mutable_reported_at() = ToProto(context.now());
  report.set_reported_by(context.actor());
  report.set_status(v1::ErrorReport::OPEN);
  edit.AddReport(report);
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision,
                            edit.Commit({.action = "report",
                                         .subject = id,
                                         .request_id = request.request_id()}));
  response.set_revision(revision);
  *response.mutable_report() = Shown(std::move(report), listings);
  return response;
}

absl::StatusOr<v1::ListErrorReportsResponse> ListErrorReports(
    const v1::ListErrorReportsRequest& request,
    const matcher::Snapshot& listings, const storage::DirectoryView& view) {
  HANDRAIL_ASSIGN_OR_RETURN(const int32_t size,
                            ReadPageSize(request.page_size()));
  if (!v1::ErrorReport::Status_IsValid(request.status())) {
    return InvalidField("status", "must be OPEN, MENDED or AS_RECORDED");
  }
  const v1::ErrorReport::Status status =
      request.status() == v1::ErrorReport::STATUS_UNSPECIFIED
          ? v1::ErrorReport::OPEN
          : request.status();
  const std::string query =
      absl::StrCat("ListErrorReports ", v1::ErrorReport::Status_Name(status),
                   " ", request.listing_id());
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view.Revision());
  HANDRAIL_ASSIGN_OR_RETURN(
      const PageStart start,
      ReadPageToken(query, revision, request.page_token()));
  v1::ListErrorReportsResponse response;
  std::string after = start.after;
  while (true) {
    HANDRAIL_ASSIGN_OR_RETURN(
        std::vector<v1::ErrorReport> some,
        view.ListErrorReports(status, after, kQueueReadAtOnce));
    for (v1::ErrorReport& report : some) {
      after = report.id();
      if (!request.listing_id().empty() &&
          report.listing_id() != request.listing_id()) {
        continue;
      }
      if (response.reports_size() == size) {
        const v1::ErrorReport& last = response.reports(size - 1);
        response.set_next_page_token(
            MakePageToken(query, {last.id(), start.revision}));
        return response;
      }
      *response.add_reports() = Shown(std::move(report), listings);
    }
    if (some.size() < kQueueReadAtOnce) return response;
  }
}

absl::StatusOr<v1::ResolveErrorReportResponse> ResolveErrorReport(
    const RequestContext& context, const v1::ResolveErrorReportRequest& request,
    const matcher::Snapshot& listings, DirectoryWriter& writer) {
  std::vector<FieldViolation> wrong;
  CheckRequestId(request.request_id(), /*validate_only=*/false, wrong);
  if (request.id().empty() || request.id().size() > kIdBytesMax) {
    wrong.push_back({"id", "must be the id of a report"});
  }
  if (request.status() != v1::ErrorReport::MENDED &&
      request.status() != v1::ErrorReport::AS_RECORDED) {
    wrong.push_back({"status", "must be MENDED or AS_RECORDED"});
  }
  const std::string resolution = CheckWords("resolution", request.resolution(),
                                            kReportCharactersMax, wrong);
  if (!wrong.empty()) return InvalidFields(wrong);

  Edit edit(writer, context);
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> first,
                            edit.FirstTime(request.request_id()));
  HANDRAIL_ASSIGN_OR_RETURN(std::optional<v1::ErrorReport> report,
                            edit.view().FindErrorReport(request.id()));
  if (!report.has_value()) {
    return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
                    "there is no report with this id",
                    {{"type", "report"}, {"id", request.id()}});
  }
  v1::ResolveErrorReportResponse response;
  if (first.has_value()) {
    response.set_revision(*first);
    *response.mutable_report() = Shown(*std::move(report), listings);
    return response;
  }
  report->set_status(request.status());
  report->set_resolution(resolution);
  *report->mutable_resolved_at() = ToProto(context.now());
  report->set_resolved_by(context.actor());
  edit.AddReport(*report);
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision,
                            edit.Commit({.action = "resolve",
                                         .subject = report->id(),
                                         .request_id = request.request_id()}));
  response.set_revision(revision);
  *response.mutable_report() = Shown(*std::move(report), listings);
  return response;
}

}  // namespace handrail::server
