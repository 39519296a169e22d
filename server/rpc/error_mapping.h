// The one place where our errors become gRPC's: the code, the message, and the
// payloads as details of a google.rpc.Status.
#pragma once

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace handrail::server {

// The same error for the wire. Payloads of types other than google.rpc's stay
// behind: only what a caller may see has such a type.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace handrail::server
