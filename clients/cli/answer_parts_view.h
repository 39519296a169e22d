// The parts of an answer after its options: something for today, the range,
// near misses, what would be without a wish, what speaks against the others.
#pragma once

#include "clients/cli/page.h"
#include "handrail/v1/match.pb.h"

namespace handrail::cli {

// Nothing for a part that is empty.
void ViewParts(const v1::NeedAnswer& answer, Page& page);

}  // namespace handrail::cli
