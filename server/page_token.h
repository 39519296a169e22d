// Page tokens: where a list goes on, bound to the query that began it.
//
// A token holds a hash of the query and the last id seen, so that a page goes
// on after that id whatever was added or retired meanwhile, and a token of
// another query is refused. Nothing in it is secret, and nothing in it depends
// on what is confidential.
//
//   const std::string query = "ListRecords service bchd";
//   HANDRAIL_ASSIGN_OR_RETURN(const std::string after,
//                             ReadPageToken(query, request.page_token()));
//   …
//   response.set_next_page_token(MakePageToken(query, last_id));
//
// Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace handrail::server {

// The token that continues `query` after `last_id`.
std::string MakePageToken(std::string_view query, std::string_view last_id);

// The id to go on after; empty for an empty token, which means the first page.
// Errors: INVALID_ARGUMENT (PAGE_TOKEN_INVALID; metadata field).
absl::StatusOr<std::string> ReadPageToken(std::string_view query,
                                          std::string_view token);

// The page size that `asked` means: the default for 0, at most kPageSizeMax.
// Errors: INVALID_ARGUMENT (INVALID_FIELD) for a negative one.
absl::StatusOr<int32_t> ReadPageSize(int32_t asked);

}  // namespace handrail::server
