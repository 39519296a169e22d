// Matching: takes the newest snapshot once and asks the matcher. A request with
// a field that this version does not know is refused: it may be the one that
// excludes a listing. Thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "handrail/v1/match_service.pb.h"
#include "matcher/ttl.h"
#include "server/directory_state.h"
#include "server/request_context.h"

namespace handrail::server {

class MatchHandler {
 public:
  // The state must outlive the handler.
  MatchHandler(const DirectoryState& state, matcher::TtlTable ttls);

  // Errors: see match_service.proto.
  absl::StatusOr<v1::MatchResponse> Match(
      const RequestContext& context, const v1::MatchRequest& request) const;
  absl::StatusOr<v1::ExplainResponse> Explain(
      const RequestContext& context, const v1::ExplainRequest& request) const;

 private:
  const DirectoryState& state_;
  const matcher::TtlTable ttls_;
  const std::string scorer_version_;
};

}  // namespace handrail::server
