// Taking a load back.
//
// The load's commits are gone through from the last to the first. In each,
// record by record, what is there now is held against what the commit left:
//   as it was before       nothing to do
//   as the commit left it  put back to what it was before: what was added goes,
//                          what was changed or retired is again what it was
//   otherwise              something else changed it since: it stays
// A record that was added and that a service still needs stays too, and so does
// a service whose older self refers to a record that is no more. Conflicts that
// the load made or settled are put back by the same rule, and so is what the
// source calls a record (rekey.h), unless that record stays.
//
// Each commit of the load is taken back in one commit. An undo that breaks off
// goes on when it is asked for again: what is back already is "as it was
// before".
//
//   HANDRAIL_ASSIGN_OR_RETURN(v1::UndoLoadResponse done,
//                             UndoLoad(context, request, writer));
//
// Any thread. REQUIRES: no load of the source runs meanwhile.
#pragma once

#include "absl/status/statusor.h"
#include "handrail/v1/ingest_service.pb.h"
#include "server/directory_writer.h"
#include "server/request_context.h"

namespace handrail::server {

// Errors: NOT_FOUND (RECORD_NOT_FOUND); FAILED_PRECONDITION (REVISION_GONE;
// metadata revision, earliest); those of DirectoryStore. REQUIRES: the request
// was checked.
absl::StatusOr<v1::UndoLoadResponse> UndoLoad(
    const RequestContext& context, const v1::UndoLoadRequest& request,
    DirectoryWriter& writer);

}  // namespace handrail::server
