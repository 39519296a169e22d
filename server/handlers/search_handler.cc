#include "server/handlers/search_handler.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "matcher/search.h"
#include "server/handlers/known_fields.h"
#include "server/page_token.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

// What a token is bound to: all that is asked, but not how much of it at once.
std::string QueryOf(v1::SearchRequest request) {
  request.clear_page_token();
  request.clear_page_size();
  request.clear_min_revision();
  std::string query = "Search ";
  google::protobuf::io::StringOutputStream bytes(&query);
  google::protobuf::io::CodedOutputStream out(&bytes);
  out.SetSerializationDeterministic(true);
  request.SerializeToCodedStream(&out);
  out.Trim();
  return query;
}

}  // namespace

SearchHandler::SearchHandler(const DirectoryState& state,
                             matcher::TtlTable ttls)
    : state_(state), ttls_(std::move(ttls)) {}

absl::StatusOr<v1::SearchResponse> SearchHandler::Search(
    const RequestContext& context, const v1::SearchRequest& request) const {
  HANDRAIL_RETURN_IF_ERROR(CheckKnown(request));
  HANDRAIL_RETURN_IF_ERROR(state_.WaitFor(request.min_revision(), context));
  const std::shared_ptr<const matcher::Snapshot> snapshot = state_.snapshot();
  const std::string query = QueryOf(request);
  HANDRAIL_ASSIGN_OR_RETURN(
      const PageStart start,
      ReadPageToken(query, snapshot->revision(), request.page_token()));
  std::optional<matcher::SearchPosition> after;
  if (!start.after.empty()) {
    after = matcher::DecodePosition(start.after);
    if (!after.has_value()) return PageTokenOfAnotherQuery();
  }
  HANDRAIL_ASSIGN_OR_RETURN(
      matcher::SearchPage page,
      matcher::Search(*snapshot, request, context.now(),
                      {.policy = {},
                       .ttls = &ttls_,
                       .expired = [&context] { return context.Expired(); }},
                      after));
  if (page.next.has_value()) {
    page.response.set_next_page_token(
        MakePageToken(query, {.after = matcher::EncodePosition(*page.next),
                              .revision = start.revision}));
  }
  return std::move(page.response);
}

}  // namespace handrail::server
