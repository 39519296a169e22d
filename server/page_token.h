// Page tokens: where a list goes on, bound to the query that began it and to
// the directory's revision at its first page.
//
// A token holds a hash of the query, that revision and the last id seen. A page
// goes on after that id whatever was added or retired meanwhile; refused are a
// token of another query, and one whose revision this server has not reached:
// it comes from another directory, or from before a backup was restored.
// Nothing in it is secret, and nothing in it depends on what is confidential.
//
//   const std::string query = "ListRecords service bchd";
//   HANDRAIL_ASSIGN_OR_RETURN(
//       const PageStart start,
//       ReadPageToken(query, revision, request.page_token()));
//   …   what comes after start.after
//   response.set_next_page_token(
//       MakePageToken(query, {last_id, start.revision}));
//
// Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace handrail::server {

struct PageStart {
  // The last id seen; empty for the first page.
  std::string after;
  // The directory's at the first page.
  uint64_t revision = 0;
};

// The token that continues `query`.
std::string MakePageToken(std::string_view query, const PageStart& start);

// Where to go on; `revision` is the directory's now. An empty token means the
// first page. Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID; metadata field).
absl::StatusOr<PageStart> ReadPageToken(std::string_view query,
                                        uint64_t revision,
                                        std::string_view token);

// What ReadPageToken says of a token of another query.
absl::Status PageTokenOfAnotherQuery();

// The page size that `asked` means: the default for 0, at most kPageSizeMax.
// Errors: INVALID_ARGUMENT (INVALID_FIELD) for a negative one.
absl::StatusOr<int32_t> ReadPageSize(int32_t asked);

}  // namespace handrail::server
