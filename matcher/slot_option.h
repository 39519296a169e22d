// Puts one slot on the table: the option that stands for it, and the other
// listings of the same place named under it. Pure.
#pragma once

#include "handrail/v1/match.pb.h"
#include "matcher/ranking.h"

namespace handrail::matcher {

v1::Option MakeOption(const Matching& matching, const AskedNeed& need,
                      const Range& range, const Slot& slot);

}  // namespace handrail::matcher
