// How a load introduces itself: whether it may start so, and who it is.
//
//   HANDRAIL_RETURN_IF_ERROR(CheckLoadStart(start, context.now()));
//   const std::string id = LoadIdOf(start);
//
// Pure; any thread.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::server {

// Whether a load may start so at `now`. INVALID_ARGUMENT (INVALID_FIELD) names
// each wrong field: the source's name, the request id, as_of, the files.
// UNIMPLEMENTED (NOT_IMPLEMENTED; metadata field) for `rekey`.
absl::Status CheckLoadStart(const v1::LoadStart& start, absl::Time now);

// The id of the load that a source and request id mean: the same for ever, so
// that a load that is started again is found in the history.
std::string LoadIdOf(const v1::LoadStart& start);

}  // namespace handrail::server
