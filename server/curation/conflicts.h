// What a feed says against what a person confirmed: listed and resolved.
//
// A conflict is shown as far as its record is: both sides are projected as the
// record would be, and where nobody could tell them apart there is no conflict
// to see, or to resolve. Each function is one RPC of curation_service.proto,
// which says what it does and its errors. How conflicts come to be:
// ingest/keep_confirmed.h.
#pragma once

#include "absl/status/statusor.h"
#include "handrail/v1/curation_service.pb.h"
#include "server/directory_writer.h"
#include "server/request_context.h"

namespace handrail::server {

absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
    const RequestContext& context, const v1::ListConflictsRequest& request,
    const storage::DirectoryView& view);

absl::StatusOr<v1::ResolveConflictResponse> ResolveConflict(
    const RequestContext& context, const v1::ResolveConflictRequest& request,
    DirectoryWriter& writer);

}  // namespace handrail::server
