// What an option usually leads to: "After detox, people often go on to
// residential treatment." General knowledge of the field (continuum.h), never
// advice to a person.
//
// Pure.
#pragma once

#include "handrail/v1/match.pb.h"
#include "matcher/ranking.h"

namespace handrail::matcher {

// Adds them to every shown option, range included.
void AddNextSteps(const Matching& matching, v1::NeedAnswer& answer);

}  // namespace handrail::matcher
