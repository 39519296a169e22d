// The one place where our errors become gRPC's: the code, the message, and the
// payloads as details of a google.rpc.Status.
#pragma once

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace handrail::server {

// The same error for the wire. Payloads of types other than google.rpc's stay
// behind: only what a caller may see has such a type.
//
// Errors travel in HTTP/2 trailers, and a client drops trailers over its limit,
// error and all. So an error is kept small: long texts are cut,
// and of many violations the first are told, with a last one that says how many
// were left out.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace handrail::server
