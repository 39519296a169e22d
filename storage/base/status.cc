#include "storage/base/status.h"

#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace handrail {
namespace {

constexpr std::string_view kReasonPrefix = "ERROR_REASON_";

std::string ReasonName(v1::ErrorReason reason) {
  return v1::ErrorReason_Name(reason).substr(kReasonPrefix.size());
}

template <typename Message>
void SetPayload(const char* url, const Message& message, absl::Status& status) {
  status.SetPayload(url, absl::Cord(message.SerializeAsString()));
}

template <typename Message>
std::optional<Message> GetPayload(const char* url, const absl::Status& status) {
  const auto payload = status.GetPayload(url);
  if (!payload.has_value()) return std::nullopt;
  Message message;
  if (!message.ParseFromString(std::string(*payload))) return std::nullopt;
  return message;
}

}  // namespace

absl::Status Error(absl::StatusCode code, v1::ErrorReason reason,
                   std::string_view message, const ErrorMetadata& metadata) {
  HANDRAIL_CHECK(code != absl::StatusCode::kOk);
  absl::Status status(code, absl::string_view(message.data(), message.size()));
  google::rpc::ErrorInfo info;
  info.set_domain(kErrorDomain);
  info.set_reason(ReasonName(reason));
  info.mutable_metadata()->insert(metadata.begin(), metadata.end());
  SetPayload(kErrorInfoUrl, info, status);
  return status;
}

absl::Status InvalidArgument(v1::ErrorReason reason, std::string_view message,
                             const ErrorMetadata& metadata) {
  return Error(absl::StatusCode::kInvalidArgument, reason, message, metadata);
}

absl::Status NotFound(v1::ErrorReason reason, std::string_view message,
                      const ErrorMetadata& metadata) {
  return Error(absl::StatusCode::kNotFound, reason, message, metadata);
}

absl::Status FailedPrecondition(v1::ErrorReason reason,
                                std::string_view message,
                                const ErrorMetadata& metadata) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message,
               metadata);
}

absl::Status Aborted(v1::ErrorReason reason, std::string_view message,
                     const ErrorMetadata& metadata) {
  return Error(absl::StatusCode::kAborted, reason, message, metadata);
}

absl::Status Unavailable(v1::ErrorReason reason, std::string_view message,
                         const ErrorMetadata& metadata) {
  return Error(absl::StatusCode::kUnavailable, reason, message, metadata);
}

absl::Status ResourceExhausted(v1::ErrorReason reason, std::string_view message,
                               const ErrorMetadata& metadata) {
  return Error(absl::StatusCode::kResourceExhausted, reason, message, metadata);
}

absl::Status Unimplemented(v1::ErrorReason reason, std::string_view message,
                           const ErrorMetadata& metadata) {
  return Error(absl::StatusCode::kUnimplemented, reason, message, metadata);
}

absl::Status DataLoss(v1::ErrorReason reason, std::string_view message,
                      const ErrorMetadata& metadata) {
  return Error(absl::StatusCode::kDataLoss, reason, message, metadata);
}

absl::Status Internal(v1::ErrorReason reason, std::string_view message,
                      const ErrorMetadata& metadata) {
  return Error(absl::StatusCode::kInternal, reason, message, metadata);
}

absl::Status InvalidFields(const std::vector<FieldViolation>& violations) {
  HANDRAIL_CHECK(!violations.empty());
  const FieldViolation& first = violations.front();
  absl::Status status =
      InvalidArgument(v1::ERROR_REASON_INVALID_FIELD,
                      absl::StrCat(first.field, ": ", first.description));
  google::rpc::BadRequest details;
  for (const FieldViolation& violation : violations) {
    auto& added = *details.add_field_violations();
    added.set_field(violation.field);
    added.set_description(violation.description);
  }
  SetPayload(kBadRequestUrl, details, status);
  return status;
}

absl::Status InvalidField(std::string field, std::string description) {
  return InvalidFields({{std::move(field), std::move(description)}});
}

v1::ErrorReason ReasonOf(const absl::Status& status) {
  const auto info = GetPayload<google::rpc::ErrorInfo>(kErrorInfoUrl, status);
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  if (info.has_value()) {
    // An unknown name (of a newer server) leaves UNSPECIFIED.
    v1::ErrorReason_Parse(
        absl::StrCat(std::string(kReasonPrefix), info->reason()), &reason);
  }
  return reason;
}

ErrorMetadata MetadataOf(const absl::Status& status) {
  const auto info = GetPayload<google::rpc::ErrorInfo>(kErrorInfoUrl, status);
  if (!info.has_value()) return {};
  return {info->metadata().begin(), info->metadata().end()};
}

std::vector<FieldViolation> ViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> out;
  const auto details =
      GetPayload<google::rpc::BadRequest>(kBadRequestUrl, status);
  if (!details.has_value()) return out;
  for (const auto& violation : details->field_violations()) {
    out.push_back({violation.field(), violation.description()});
  }
  return out;
}

}  // namespace handrail
