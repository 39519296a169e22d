// The range: a second, short list that varies what the person left open, so
// that they choose between different things and not between ten of the same.
//
// Axes, most important first: pathway, setting, provider, mode (in person or
// not). An axis that the person fixed by a MUST (the mode also by the need's
// modes) is closed. The pool is the 64 best options and the best of each value
// of each open axis. Slots are filled in order; each axis is to show up to
// three values, and once the slots that are left are as many as the values
// still missing, a slot goes to the best option with a missing value. A value
// counts only where a FITS carries it, as long as there are FITS left. One
// provider takes at most half the slots (rounded up) unless it is the only one.
//
// Pure.
#pragma once

#include <vector>

#include "handrail/v1/match.pb.h"
#include "matcher/ranking.h"

namespace handrail::matcher {

inline constexpr int kRangePoolBest = 64;
inline constexpr int kRangeValuesPerAxis = 3;

// Adds range and range_note to the answer. `ordered`: every option, in order.
void AddRange(const Matching& matching, const AskedNeed& need,
              const Range& reached, const std::vector<Slot>& ordered,
              v1::NeedAnswer& answer);

}  // namespace handrail::matcher
