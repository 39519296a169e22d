// Exclusions: how many candidates each reason takes out, and of how many it is
// the only one. A candidate counts under each of its reasons.
//
// Pure.
#pragma once

#include <vector>

#include "handrail/v1/match.pb.h"
#include "matcher/ranking.h"
#include "matcher/refusals.h"

namespace handrail::matcher {

// Adds them to the answer: most first, then by rule and owner; last of all,
// where a distance was asked, what stands nowhere.
void AddExclusions(const Matching& matching, const AskedNeed& need,
                   const Reached& reached, const std::vector<Refusal>& refusals,
                   v1::NeedAnswer& answer);

}  // namespace handrail::matcher
