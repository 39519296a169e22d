// Searching the directory: words, kinds of help, places and times in, listings
// with counts out. The rules are those of a match (search.proto): a search is
// asked as the need of nobody, so that what is judged, what is found and how
// it is said are the matcher's own parts.
//
//   HANDRAIL_ASSIGN_OR_RETURN(
//       const SearchPage page,
//       matcher::Search(*snapshot, request, context.now(), options, after));
//
// Every listing stands for itself: those of one place are not joined, so that
// each is found by its own words.
//
// Pure: the same snapshot, request, instant and position give the same bytes.
// Thread-safe.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "handrail/v1/search.pb.h"
#include "matcher/matcher.h"
#include "matcher/search_order.h"
#include "matcher/snapshot.h"

namespace handrail::matcher {

struct SearchPage {
  // Without next_page_token: tokens are the caller's business.
  v1::SearchResponse response;
  // The last place of this page; absent where it is the last page.
  std::optional<SearchPosition> next;
};

// One page of what answers: the first, or the one after a position. A position
// brings the instant of the first page, which holds unless the request states
// one; `now` stands for neither. page_token and min_revision are the caller's
// business and are not read here.
//
// Errors: INVALID_ARGUMENT (INVALID_FIELD) names every wrong field by its path;
// DEADLINE_EXCEEDED (EXPIRED).
//
// Cost grows with the listings of the kind and the place, and with those that
// have the words; all that answer are judged, because all are counted.
absl::StatusOr<SearchPage> Search(
    const Snapshot& snapshot, const v1::SearchRequest& request, absl::Time now,
    const MatchOptions& options = {},
    const std::optional<SearchPosition>& after = std::nullopt);

}  // namespace handrail::matcher
