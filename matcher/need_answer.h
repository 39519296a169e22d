// Answers one need: options first, then each part of the answer that was asked
// for. Pure.
#pragma once

#include "absl/status/status.h"
#include "handrail/v1/match.pb.h"
#include "matcher/ranking.h"

namespace handrail::matcher {

// Errors: DEADLINE_EXCEEDED (EXPIRED).
absl::Status AnswerNeed(const Matching& matching, const AskedNeed& need,
                        v1::NeedAnswer& answer);

}  // namespace handrail::matcher
