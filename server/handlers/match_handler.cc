#include "server/handlers/match_handler.h"

#include <memory>
#include <string>
#include <utility>

#include "matcher/matcher.h"
#include "server/handlers/known_fields.h"
#include "server/limits.h"
#include "server/source_ttls.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

matcher::MatchOptions OptionsOf(const RequestContext& context,
                                const matcher::TtlTable& ttls) {
  return {.ttls = &ttls, .expired = [&context] { return context.Expired(); }};
}

}  // namespace

MatchHandler::MatchHandler(const DirectoryState& state, matcher::TtlTable ttls)
    : state_(state),
      ttls_(std::move(ttls)),
      scorer_version_(ScorerVersionWith(ttls_)) {}

absl::StatusOr<v1::MatchResponse> MatchHandler::Match(
    const RequestContext& context, const v1::MatchRequest& request) const {
  HANDRAIL_RETURN_IF_ERROR(CheckKnown(request));
  HANDRAIL_RETURN_IF_ERROR(state_.WaitFor(request.min_revision(), context));
  const std::shared_ptr<const matcher::Snapshot> snapshot = state_.snapshot();
  HANDRAIL_ASSIGN_OR_RETURN(v1::MatchResponse response,
                            matcher::Match(*snapshot, request, context.now(),
                                           OptionsOf(context, ttls_)));
  response.set_scorer_version(scorer_version_);
  return response;
}

absl::StatusOr<v1::ExplainResponse> MatchHandler::Explain(
    const RequestContext& context, const v1::ExplainRequest& request) const {
  HANDRAIL_RETURN_IF_ERROR(CheckKnown(request));
  if (request.listing_id().size() > kIdBytesMax) {
    return InvalidField(
        "listing_id",
        "must be at most " + std::to_string(kIdBytesMax) + " bytes");
  }
  HANDRAIL_RETURN_IF_ERROR(
      state_.WaitFor(request.request().min_revision(), context));
  const std::shared_ptr<const matcher::Snapshot> snapshot = state_.snapshot();
  HANDRAIL_ASSIGN_OR_RETURN(v1::ExplainResponse response,
                            matcher::Explain(*snapshot, request, context.now(),
                                             OptionsOf(context, ttls_)));
  response.set_scorer_version(scorer_version_);
  return response;
}

}  // namespace handrail::server
