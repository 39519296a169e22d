// A match as text that a Peer Recovery Specialist can read aloud.
#pragma once

#include <string>
#include <string_view>

#include "handrail/v1/match.pb.h"
#include "handrail/v1/match_service.pb.h"

namespace handrail::cli {

// The whole answer: crisis first, then each need with its options. `request`
// is what was asked: its needs head the sections, and the headings are in its
// language.
std::string ViewMatch(const v1::MatchRequest& request,
                      const v1::MatchResponse& response, int columns);

// Why one listing is or is not an option; the headings in `language`.
std::string ViewExplanation(const v1::ExplainResponse& response,
                            std::string_view language, int columns);

}  // namespace handrail::cli
