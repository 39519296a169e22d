#include "server/handlers/match_handler.h"

#include <memory>

#include "matcher/matcher.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

matcher::MatchOptions OptionsOf(const RequestContext& context) {
  return {.expired = [&context] { return context.Expired(); }};
}

}  // namespace

absl::StatusOr<v1::MatchResponse> MatchHandler::Match(
    const RequestContext& context, const v1::MatchRequest& request) const {
  HANDRAIL_RETURN_IF_ERROR(state_.WaitFor(request.min_revision(), context));
  const std::shared_ptr<const matcher::Snapshot> snapshot = state_.snapshot();
  return matcher::Match(*snapshot, request, context.now(), OptionsOf(context));
}

absl::StatusOr<v1::ExplainResponse> MatchHandler::Explain(
    const RequestContext& context, const v1::ExplainRequest& request) const {
  HANDRAIL_RETURN_IF_ERROR(
      state_.WaitFor(request.request().min_revision(), context));
  const std::shared_ptr<const matcher::Snapshot> snapshot = state_.snapshot();
  return matcher::Explain(*snapshot, request, context.now(),
                          OptionsOf(context));
}

}  // namespace handrail::server
