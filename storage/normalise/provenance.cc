#include "storage/normalise/provenance.h"

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "storage/normalise/value_rules.h"

namespace handrail::storage {
namespace {

void DateFromAssurance(const std::string& date, v1::Provenance& provenance) {
  if (provenance.has_verified_at()) return;
  absl::CivilDay day;
  if (!absl::ParseCivilTime(date, &day)) return;
  provenance.mutable_verified_at()->set_seconds(
      absl::ToUnixSeconds(absl::FromCivil(day, absl::UTCTimeZone())));
}

void FillFrom(v1::RecordExtension& extension, const std::string& assured_date,
              const RuleContext& context) {
  const bool said = extension.has_provenance();
  v1::Provenance& provenance = *extension.mutable_provenance();
  if (!said) {
    provenance.set_source(context.source);
    provenance.set_method(v1::FEED);
  }
  if (!assured_date.empty()) DateFromAssurance(assured_date, provenance);
  if (said || provenance.has_verified_at() || !context.as_of.has_value()) {
    return;
  }
  const absl::Time at = *context.as_of;
  const int64_t seconds = absl::ToUnixSeconds(at);
  auto& stamp = *provenance.mutable_verified_at();
  stamp.set_seconds(seconds);
  stamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(at - absl::FromUnixSeconds(seconds))));
}

void FillService(v1::Service& service, const RuleContext& context) {
  FillFrom(*service.mutable_x_handrail(), service.assured_date(), context);
  const v1::Provenance provenance = service.x_handrail().provenance();
  for (v1::ServiceAtLocation& link : *service.mutable_service_at_locations()) {
    if (!link.x_handrail().has_provenance()) {
      *link.mutable_x_handrail()->mutable_provenance() = provenance;
    }
  }
}

}  // namespace

void CheckProvenance(const v1::Provenance& provenance, const Path& path,
                     RowReport& report) {
  if (!provenance.has_verified_at()) return;
  // Years 1 to 9999, as google.protobuf.Timestamp says.
  constexpr int64_t kFirst = -62135596800, kLast = 253402300799;
  const auto& at = provenance.verified_at();
  if (at.seconds() >= kFirst && at.seconds() <= kLast && at.nanos() >= 0 &&
      at.nanos() < 1'000'000'000) {
    return;
  }
  SkipImpossible(path, "verified_at", "0",
                 {.what = "a time", .hint = "an RFC 3339 time"}, report);
}

void FillProvenance(v1::Provenance& provenance, const Path& path,
                    const RuleContext& context) {
  const Path here{.parent = &path, .name = "provenance"};
  CheckProvenance(provenance, here, context.report);
  if (provenance.source().empty()) provenance.set_source(context.source);
}

void FillRecordProvenance(v1::Record& record, const RuleContext& context) {
  switch (record.kind_case()) {
    case v1::Record::kOrganization:
      return FillFrom(*record.mutable_organization()->mutable_x_handrail(), "",
                      context);
    case v1::Record::kProgram:
      return FillFrom(*record.mutable_program()->mutable_x_handrail(), "",
                      context);
    case v1::Record::kLocation:
      return FillFrom(*record.mutable_location()->mutable_x_handrail(), "",
                      context);
    case v1::Record::kService:
      return FillService(*record.mutable_service(), context);
    default:
      return;
  }
}

}  // namespace handrail::storage
