// Errors as values: absl::Status with the details a caller can act on.
//
// Every error that may reach a caller carries a google.rpc.ErrorInfo (a reason
// of error_reason.proto and its metadata keys), and a refused request lists
// each wrong field in a google.rpc.BadRequest. Both travel as Status payloads
// under their type URLs; server/error_mapping copies them to the wire.
//
//   absl::StatusOr<v1::Service> Get(const ServiceId& id) {
//     HANDRAIL_RETURN_IF_ERROR(CheckOpen());
//     HANDRAIL_ASSIGN_OR_RETURN(std::string bytes, Read(id));
//     if (bytes.empty()) {
//       return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
//                       "there is no service with this id",
//                       {{"type", "service"}, {"id", id.value()}});
//     }
//     …
//   }
//   …
//   if (request.page_size() < 0) {
//     return InvalidField("page_size", "must be 0 (the default) or more");
//   }
//
// Messages and metadata carry ids, counts and field paths; never a person's
// name, words, address or need. Everything here is a pure function.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/v1/error_reason.pb.h"
#include "storage/base/check.h"

namespace handrail {

// The `domain` of every ErrorInfo of ours.
inline constexpr char kErrorDomain[] = "handrail";

// Payload type URLs.
inline constexpr char kErrorInfoUrl[] =
    "type.googleapis.com/google.rpc.ErrorInfo";
inline constexpr char kBadRequestUrl[] =
    "type.googleapis.com/google.rpc.BadRequest";

// Metadata of an ErrorInfo; its keys are documented beside each reason.
using ErrorMetadata = std::map<std::string, std::string>;

// An error with its ErrorInfo. The info's reason is the enum's name without
// ERROR_REASON_ ("RECORD_NOT_FOUND"). REQUIRES: code is not kOk.
absl::Status Error(absl::StatusCode code, v1::ErrorReason reason,
                   std::string_view message,
                   const ErrorMetadata& metadata = {});

// The same by name. Pick by what the caller should do next:
// fix the request;
absl::Status InvalidArgument(v1::ErrorReason reason, std::string_view message,
                             const ErrorMetadata& metadata = {});
// name something that exists;
absl::Status NotFound(v1::ErrorReason reason, std::string_view message,
                      const ErrorMetadata& metadata = {});
// fix the state first;
absl::Status FailedPrecondition(v1::ErrorReason reason,
                                std::string_view message,
                                const ErrorMetadata& metadata = {});
// read again and retry;
absl::Status Aborted(v1::ErrorReason reason, std::string_view message,
                     const ErrorMetadata& metadata = {});
// wait;
absl::Status Unavailable(v1::ErrorReason reason, std::string_view message,
                         const ErrorMetadata& metadata = {});
// wait, or ask for less;
absl::Status ResourceExhausted(v1::ErrorReason reason, std::string_view message,
                               const ErrorMetadata& metadata = {});
// ask a newer version;
absl::Status Unimplemented(v1::ErrorReason reason, std::string_view message,
                           const ErrorMetadata& metadata = {});
// restore from a backup;
absl::Status DataLoss(v1::ErrorReason reason, std::string_view message,
                      const ErrorMetadata& metadata = {});
// report a bug.
absl::Status Internal(v1::ErrorReason reason, std::string_view message,
                      const ErrorMetadata& metadata = {});

// One wrong field of a request: its path ("needs[0].near.lat_e7") and what
// would be right.
struct FieldViolation {
  std::string field;
  std::string description;

  friend bool operator==(const FieldViolation&,
                         const FieldViolation&) = default;
};

// INVALID_ARGUMENT, reason INVALID_FIELD, with every violation in a BadRequest
// and the first in the message. REQUIRES: violations is not empty.
absl::Status InvalidFields(const std::vector<FieldViolation>& violations);
absl::Status InvalidField(std::string field, std::string description);

// Readers. Absence means: UNSPECIFIED, an empty map, an empty list.
v1::ErrorReason ReasonOf(const absl::Status& status);
ErrorMetadata MetadataOf(const absl::Status& status);
std::vector<FieldViolation> ViolationsOf(const absl::Status& status);

// The message as a std::string.
inline std::string MessageOf(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

}  // namespace handrail

// Returns from the function when the Status expression is an error.
#define HANDRAIL_RETURN_IF_ERROR(...)                  \
  do {                                                 \
    if (absl::Status handrail_status_ = (__VA_ARGS__); \
        !handrail_status_.ok()) {                      \
      return handrail_status_;                         \
    }                                                  \
  } while (false)

// Assigns (or declares) `lhs` from a StatusOr expression, or returns its error.
//   HANDRAIL_ASSIGN_OR_RETURN(const Record record, Parse(bytes));
#define HANDRAIL_ASSIGN_OR_RETURN(lhs, ...)                                 \
  HANDRAIL_ASSIGN_OR_RETURN_(HANDRAIL_CONCAT_(handrail_or_, __LINE__), lhs, \
                             __VA_ARGS__)
#define HANDRAIL_ASSIGN_OR_RETURN_(or_value, lhs, ...)     \
  auto or_value = (__VA_ARGS__);                           \
  if (!or_value.ok()) return std::move(or_value).status(); \
  lhs = *std::move(or_value)
#define HANDRAIL_CONCAT_(a, b) HANDRAIL_CONCAT_INNER_(a, b)
#define HANDRAIL_CONCAT_INNER_(a, b) a##b
