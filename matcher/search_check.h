// Reads a SearchRequest: every field is used, or refused with its path and what
// would be right.
//
// A search becomes the need of nobody, checked as needs of people are
// (request_check.h); what only a search can ask stands beside it.
//
// Errors: INVALID_ARGUMENT (INVALID_FIELD), all wrong fields at once, by their
// paths in the SearchRequest. Messages never repeat a value.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "handrail/v1/search.pb.h"
#include "matcher/matcher.h"
#include "matcher/question.h"
#include "matcher/search_area.h"
#include "matcher/search_facets.h"
#include "matcher/snapshot.h"

namespace handrail::matcher {

inline constexpr int kSearchPageDefault = 20;
inline constexpr int kSearchPageMax = 100;
inline constexpr int kSearchFacetsMax = 16;
inline constexpr int kFacetSizeDefault = 20;
inline constexpr int kFacetSizeMax = 100;

struct SearchQuestion {
  // What `question` points into.
  std::unique_ptr<const v1::MatchRequest> request;
  // Has exactly one need; its words decide nothing by themselves, because a
  // search wants all of them.
  Question question;

  // Never UNSPECIFIED.
  v1::SearchSort sort = v1::NAME;
  SearchArea area;
  // Empty: any.
  std::string source;
  std::vector<AskedFacet> facets;
  int facet_size = kFacetSizeDefault;
  int page_size = kSearchPageDefault;

  const AskedNeed& need() const { return question.needs.front(); }
};

// `as_of` stands for the instant that the request does not state.
absl::StatusOr<SearchQuestion> CheckSearch(const v1::SearchRequest& request,
                                           const Snapshot& snapshot,
                                           absl::Time as_of,
                                           const MatchOptions& options);

}  // namespace handrail::matcher
