// Relaxations: how many would fit, and how many would be to check, without each
// wish that the person could go without, and one ring further out. Counted by
// judging again, not estimated.
//
// What counts as such a wish: each MUST and MUST_NOT of the person on a
// changeable field, the time asked for ("hours"), the ways of taking part asked
// for ("any.attendance_mode"). Obligations and the agency's rules are never
// relaxed.
//
// Pure.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "handrail/v1/match.pb.h"
#include "matcher/ranking.h"

namespace handrail::matcher {

// Adds them to the answer: wishes in the order of the request, then time, ways
// of taking part, distance (`further`, which ReachFurther found). Errors:
// DEADLINE_EXCEEDED (EXPIRED).
absl::Status AddRelaxations(const Matching& matching, const AskedNeed& need,
                            const Reached& reached,
                            const std::optional<Reached>& further,
                            v1::NeedAnswer& answer);

}  // namespace handrail::matcher
