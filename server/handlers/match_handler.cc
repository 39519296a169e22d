#include "server/handlers/match_handler.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/message.h"
#include "matcher/matcher.h"
#include "server/limits.h"
#include "server/source_ttls.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

namespace pb = google::protobuf;

// The path of the first object with a field that this version does not know,
// and the field's number: "needs[0].field 77". Empty: there is none.
std::string FindUnknown(const pb::Message& message, const std::string& path) {
  const pb::Reflection& reflection = *message.GetReflection();
  const pb::UnknownFieldSet& unknown = reflection.GetUnknownFields(message);
  if (!unknown.empty()) {
    return path + "field " + std::to_string(unknown.field(0).number());
  }
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      const std::string found = FindUnknown(
          reflection.GetMessage(message, field), path + field->name() + ".");
      if (!found.empty()) return found;
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      const std::string found =
          FindUnknown(reflection.GetRepeatedMessage(message, field, i),
                      path + field->name() + "[" + std::to_string(i) + "].");
      if (!found.empty()) return found;
    }
  }
  return "";
}

absl::Status CheckKnown(const pb::Message& request) {
  const std::string unknown = FindUnknown(request, "");
  if (unknown.empty()) return absl::OkStatus();
  return Unimplemented(v1::ERROR_REASON_NOT_IMPLEMENTED,
                       "this server does not know " + unknown +
                           " of the request, so it cannot answer it: ask one "
                           "that is as new as the program that sent it",
                       {{"field", unknown}});
}

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
