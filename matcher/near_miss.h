// Near misses: what would fit if one thing were different that a person can
// change.
//
// A listing with exactly one NOT_MET, on something changeable (changeable.h),
// the rest met or unknown; and what fits one ring further out, where a distance
// was asked. The five nearest, by metres, then id.
//
// Pure.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "handrail/v1/match.pb.h"
#include "matcher/ranking.h"
#include "matcher/refusals.h"

namespace handrail::matcher {

inline constexpr int kNearMissesMax = 5;

// Adds them to the answer. Errors: DEADLINE_EXCEEDED (EXPIRED).
absl::Status AddNearMisses(const Matching& matching, const AskedNeed& need,
                           AskedTimes& times, const Reached& reached,
                           const std::vector<Refusal>& refusals,
                           v1::NeedAnswer& answer);

}  // namespace handrail::matcher
