#include "server/metrics/allow_list.h"

#include <algorithm>

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"
#include "handrail/v1/admin_service.pb.h"
#include "handrail/v1/curation_service.pb.h"
#include "handrail/v1/directory_service.pb.h"
#include "handrail/v1/error_reason.pb.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/match_service.pb.h"
#include "server/version.h"

namespace handrail::server {
namespace {

// The names of all calls, as the contract has them.
std::vector<std::string> Methods() {
  std::vector<std::string> names;
  for (const google::protobuf::FileDescriptor* file :
       {v1::MatchRequest::descriptor()->file(),
        v1::ExplainRequest::descriptor()->file(),
        v1::GetRecordRequest::descriptor()->file(),
        v1::BulkLoadRequest::descriptor()->file(),
        v1::ConfirmFactRequest::descriptor()->file(),
        v1::DoctorRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        names.push_back(file->service(s)->method(m)->name());
      }
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> Codes() {
  std::vector<std::string> names;
  for (int code = 0;
       code <= static_cast<int>(absl::StatusCode::kUnauthenticated); ++code) {
    names.push_back(
        absl::StatusCodeToString(static_cast<absl::StatusCode>(code)));
  }
  return names;
}

// Empty where a call went well.
std::vector<std::string> Reasons() {
  std::vector<std::string> names = {""};
  const google::protobuf::EnumDescriptor* reasons =
      v1::ErrorReason_descriptor();
  for (int i = 0; i < reasons->value_count(); ++i) {
    names.push_back(reasons->value(i)->name());
  }
  return names;
}

std::vector<AllowedMetric> MakeTable() {
  using Kind = MetricKind;
  return {
      {"handrail_build_info",
       Kind::kGauge,
       "1; the label says which version runs.",
       {{"version", {kVersion}}}},
      {"handrail_calls_total",
       Kind::kCounter,
       "Calls that were answered.",
       {{"method", Methods()}, {"code", Codes()}, {"reason", Reasons()}}},
      {"handrail_call_seconds",
       Kind::kHistogram,
       "How long calls took; those that follow count when they end.",
       {{"method", Methods()}}},
      {"handrail_calls_running", Kind::kGauge, "Calls being answered now."},
      {"handrail_followers", Kind::kGauge,
       "Callers that follow the directory."},
      {"handrail_match_candidates", Kind::kHistogram,
       "Candidates that one match judged, over all its needs."},
      {"handrail_match_judged_total",
       Kind::kCounter,
       "Candidates that matches judged, by verdict.",
       {{"verdict", {"FITS", "CHECK", "DOES_NOT_FIT"}}}},
      {"handrail_load_rows_total",
       Kind::kCounter,
       "Rows of loads and dry runs.",
       {{"outcome", {"loaded", "skipped"}}}},
      {"handrail_directory_revision", Kind::kGauge,
       "Revision of what is stored."},
      {"handrail_snapshot_revision", Kind::kGauge,
       "Revision that matches are answered from."},
      {"handrail_snapshot_age_seconds", Kind::kGauge,
       "Since the snapshot was built; grows while nothing changes."},
      {"handrail_snapshot_listings", Kind::kGauge, "Listings in the snapshot."},
      {"handrail_snapshot_build_seconds", Kind::kGauge,
       "How long the last snapshot took to build."},
      {"handrail_snapshot_builds_total", Kind::kCounter, "Snapshots built."},
      {"handrail_journal_appends_total", Kind::kCounter,
       "Changes written to the journal."},
      {"handrail_journal_bytes_total", Kind::kCounter,
       "Bytes of those changes, before compression."},
      {"handrail_read_only", Kind::kGauge,
       "1 while the disk takes no writes, else 0."},
      {"process_cpu_seconds_total", Kind::kCounter,
       "Processor time, user and system."},
      {"process_resident_memory_bytes", Kind::kGauge, "Memory in use."},
      {"process_open_fds", Kind::kGauge, "Open files and sockets."},
      {"process_start_time_seconds", Kind::kGauge,
       "When the process began, since 1970."},
      // Of the library that serves them, about itself.
      {"exposer_transferred_bytes_total", Kind::kCounter, ""},
      {"exposer_scrapes_total", Kind::kCounter, ""},
      {"exposer_request_latencies", Kind::kSummary, ""},
  };
}

}  // namespace

const std::vector<AllowedMetric>& AllowedMetrics() {
  static const std::vector<AllowedMetric>* const table =
      new std::vector<AllowedMetric>(MakeTable());
  return *table;
}

const AllowedMetric* FindAllowedMetric(std::string_view name) {
  for (const AllowedMetric& metric : AllowedMetrics()) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

std::string_view AllowedValue(const AllowedMetric& metric,
                              std::string_view label, std::string_view value) {
  for (const AllowedLabel& allowed : metric.labels) {
    if (allowed.name != label) continue;
    const auto& values = allowed.values;
    if (std::find(values.begin(), values.end(), value) != values.end()) {
      return value;
    }
  }
  return kOther;
}

}  // namespace handrail::server
