// A search as text that a person can read aloud.
#pragma once

#include <string>
#include <string_view>

#include "handrail/v1/search.pb.h"

namespace handrail::cli {

// What was found, the counts, and how to go on; headings in `language`.
std::string ViewSearch(const v1::SearchResponse& response,
                       std::string_view language, int columns);

}  // namespace handrail::cli
