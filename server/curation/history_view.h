// What happened to a record, as anybody may see it.
//
// Told are changes of what is public. A change of what is withheld alone leaves
// no entry, and the words of whoever changed a record whose place is private
// stay private. One RPC of curation_service.proto.
#pragma once

#include "absl/status/statusor.h"
#include "handrail/v1/curation_service.pb.h"
#include "server/request_context.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

// Errors: INVALID_ARGUMENT (INVALID_FIELD, PAGE_TOKEN_INVALID); NOT_FOUND
// (RECORD_NOT_FOUND) where there is and was no such record.
absl::StatusOr<v1::ListHistoryResponse> ListHistory(
    const RequestContext& context, const v1::ListHistoryRequest& request,
    const storage::DirectoryView& view);

}  // namespace handrail::server
