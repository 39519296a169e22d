// Searching: takes the newest snapshot once and asks the matcher; page tokens
// are made and read here. What somebody looks for is neither kept nor logged.
// Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "handrail/v1/search.pb.h"
#include "matcher/ttl.h"
#include "server/directory_state.h"
#include "server/request_context.h"

namespace handrail::server {

class SearchHandler {
 public:
  // The state must outlive the handler.
  SearchHandler(const DirectoryState& state, matcher::TtlTable ttls);

  // Errors: see directory_service.proto.
  absl::StatusOr<v1::SearchResponse> Search(
      const RequestContext& context, const v1::SearchRequest& request) const;

 private:
  const DirectoryState& state_;
  const matcher::TtlTable ttls_;
};

}  // namespace handrail::server
