// Crisis first: what to do, and whom to reach, before any option.
//
// Decided by the kinds a request states and by crisis phrases in the words of
// any need. Never filtered by category, distance, hours or age: an old number
// is shown with its date. Pure.
#pragma once

#include "handrail/v1/match.pb.h"
#include "matcher/question.h"
#include "matcher/snapshot.h"

namespace handrail::matcher {

// One block per kind, in the order of the enum (overdose first).
void AddCrisisBlocks(const Snapshot& snapshot, const Question& question,
                     v1::MatchResponse& answer);

}  // namespace handrail::matcher
