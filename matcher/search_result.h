// Puts one found listing on the table: who it is, why it is here, what to ask
// first, when it is open, how old what is recorded is. Pure.
#pragma once

#include "handrail/v1/search.pb.h"
#include "matcher/search_check.h"
#include "matcher/search_order.h"

namespace handrail::matcher {

// Points of words and kinds of help, as SCORING.md has them.
int SearchPoints(const AskedNeed& need, const Row& row);

v1::SearchResult MakeSearchResult(const SearchQuestion& asked,
                                  const Range& range, const Found& found);

}  // namespace handrail::matcher
