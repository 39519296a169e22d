// What speaks against each candidate that does not fit: all of it, where
// judging for the order stops at the first no.
//
// Pure; findings point into the question and the rows.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "matcher/judge.h"
#include "matcher/ranking.h"

namespace handrail::matcher {

struct Refusal {
  Candidate candidate;
  // Every NOT_MET, in the order judged. Never empty.
  std::vector<Finding> reasons;
  // Something else is UNKNOWN.
  bool has_doubt = false;
};

// In the order of listing ids. Errors: DEADLINE_EXCEEDED (EXPIRED).
absl::StatusOr<std::vector<Refusal>> FindRefusals(const Matching& matching,
                                                  const AskedNeed& need,
                                                  AskedTimes& times,
                                                  const Judgments& judgments);

}  // namespace handrail::matcher
