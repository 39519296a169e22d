// Reads a MatchRequest: every field is used, or refused with its path and what
// would be right. Nothing is passed over in silence.
//
//   HANDRAIL_ASSIGN_OR_RETURN(
//       const Question question,
//       CheckRequest(request, snapshot, now, options.policy, ttls));
//
// Errors:
//   INVALID_ARGUMENT (INVALID_FIELD)    all wrong fields at once, by path:
//                                       "needs[1].criteria[0].values[2]"
//   UNIMPLEMENTED (NOT_IMPLEMENTED)     metadata `field`: the first part asked
//                                       for that is not answered yet
// Messages never repeat a value: it may be somebody's words.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "handrail/v1/match.pb.h"
#include "matcher/question.h"
#include "matcher/snapshot.h"
#include "matcher/ttl.h"

namespace handrail::matcher {

// Whether a need may say neither kinds of help nor words: a search may.
enum class BareNeed : std::uint8_t { kRefused, kAllowed };

// The result points into `request`, `policy` and `ttls`: they must outlive it.
// A wrong policy is the server's own mistake and is reported under "policy".
absl::StatusOr<Question> CheckRequest(const v1::MatchRequest& request,
                                      const Snapshot& snapshot, absl::Time now,
                                      const std::vector<v1::Criterion>& policy,
                                      const TtlTable& ttls,
                                      BareNeed bare = BareNeed::kRefused);

}  // namespace handrail::matcher
