// Listings that are probably the same, and what curators say about them.
//
// Lists what the newest snapshot was made with (server/duplicates); a decision
// goes through the directory's writer like any change. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "handrail/v1/duplicates.pb.h"
#include "server/directory_writer.h"
#include "server/request_context.h"

namespace handrail::server {

class DuplicatesHandler {
 public:
  // The writer must outlive the handler.
  explicit DuplicatesHandler(DirectoryWriter& writer) : writer_(writer) {}

  // Clusters by id, or dismissed pairs by their ids. Errors: INVALID_ARGUMENT
  // (INVALID_FIELD, PAGE_TOKEN_INVALID); NOT_FOUND (RECORD_NOT_FOUND; metadata
  // type, id) for a listing that is not there; UNAVAILABLE
  // (REVISION_NOT_REACHED).
  absl::StatusOr<v1::ListDuplicatesResponse> ListDuplicates(
      const RequestContext& context,
      const v1::ListDuplicatesRequest& request) const;

  // Errors: INVALID_ARGUMENT (INVALID_FIELD), also for a merge of a private
  // place with an open one; NOT_FOUND (RECORD_NOT_FOUND; metadata type, id).
  absl::StatusOr<v1::DecideDuplicatesResponse> DecideDuplicates(
      const RequestContext& context,
      const v1::DecideDuplicatesRequest& request) const;

 private:
  DirectoryWriter& writer_;
};

}  // namespace handrail::server
