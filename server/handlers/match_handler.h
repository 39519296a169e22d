// Matching: takes the newest snapshot once and asks the matcher. Thread-safe.
#pragma once

#include "absl/status/statusor.h"
#include "handrail/v1/match_service.pb.h"
#include "server/directory_state.h"
#include "server/request_context.h"

namespace handrail::server {

class MatchHandler {
 public:
  // The state must outlive the handler.
  explicit MatchHandler(const DirectoryState& state) : state_(state) {}

  // Errors: see match_service.proto.
  absl::StatusOr<v1::MatchResponse> Match(
      const RequestContext& context, const v1::MatchRequest& request) const;
  absl::StatusOr<v1::ExplainResponse> Explain(
      const RequestContext& context, const v1::ExplainRequest& request) const;

 private:
  const DirectoryState& state_;
};

}  // namespace handrail::server
