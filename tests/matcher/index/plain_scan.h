// The candidates of a need found the plain way: every row is looked at. What
// the index must find too.
#pragma once

#include "matcher/candidates.h"

namespace handrail::matcher {

// As FindCandidates, in the order of listing ids.
inline Candidates ScanForCandidates(const Snapshot& snapshot,
                                    const Question& question,
                                    const AskedNeed& need, const Range& range) {
  Candidates result;
  Candidate candidate;
  for (const RowPtr& row : snapshot.rows()) {
    const WhyNot why = ConsiderRow(question, need, range, *row, candidate);
    if (why == WhyNot::kNone) result.found.push_back(candidate);
    if (why == WhyNot::kNoPlace) ++result.place_unknown;
  }
  return result;
}

}  // namespace handrail::matcher
