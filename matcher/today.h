// What has to wait, and what can start today meanwhile.
//
// An option is later where it has a waitlist or takes no new people, is closed
// now, or opens on another day. For those, up to three listings of a kind that
// bridges (continuum.h) and that can be used today: open by the recorded hours
// before the local day ends, without a waitlist, and judged by what the person
// said, by their wishes on any kind of help (fields "any.…") and by the
// agency's rules. What is wished of the kind of help itself (a level of a
// house) is not asked of a bridge.
//
// Pure.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "handrail/v1/match.pb.h"
#include "matcher/ranking.h"

namespace handrail::matcher {

inline constexpr int kTodayMax = 3;

// Why a candidate cannot start today; absent: it can, or nobody knows.
std::optional<v1::Later> LaterOf(const Question& question,
                                 const AskedNeed& need,
                                 const Candidate& candidate);

// Sets `later` of the shown options and adds what bridges to them.
// Errors: DEADLINE_EXCEEDED (EXPIRED).
absl::Status AddToday(const Matching& matching, const AskedNeed& need,
                      const Reached& reached, v1::NeedAnswer& answer);

}  // namespace handrail::matcher
