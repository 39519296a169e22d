// A question with a field that this version does not know is refused: the field
// may be the one that leaves a listing out. Pure.
#pragma once

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace handrail::server {

// Errors: UNIMPLEMENTED (NOT_IMPLEMENTED; metadata field) names the first
// object with such a field, and the field's number: "needs[0].field 77".
absl::Status CheckKnown(const google::protobuf::Message& request);

}  // namespace handrail::server
