// Clusters and decisions in words that can be read aloud. Pure functions.
#pragma once

#include <string>

#include "handrail/v1/duplicates.pb.h"

namespace handrail::cli {

// Each cluster with its listings, and each pair with what was said of it and
// why it is one.
std::string ViewDuplicates(const v1::ListDuplicatesResponse& response,
                           int columns);

// The pairs of a decision, as they stand after it.
std::string ViewDecision(const v1::DecideDuplicatesResponse& response,
                         int columns);

}  // namespace handrail::cli
