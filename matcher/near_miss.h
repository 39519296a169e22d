// Near misses: what would fit if one thing were different that a person can
// change.
//
// A listing with exactly one NOT_MET, on something changeable (changeable.h),
// the rest met or unknown; and what fits one ring further out, where a distance
// was asked. The five nearest, by metres, then id.
//
// Pure.
#pragma once

#include <optional>
#include <vector>

#include "handrail/v1/match.pb.h"
#include "matcher/ranking.h"
#include "matcher/refusals.h"

namespace handrail::matcher {

inline constexpr int kNearMissesMax = 5;

// Adds them to the answer. `further` is what ReachFurther found.
void AddNearMisses(const Question& question, const AskedNeed& need,
                   const Reached& reached,
                   const std::optional<Reached>& further,
                   const std::vector<Refusal>& refusals,
                   v1::NeedAnswer& answer);

}  // namespace handrail::matcher
