// Small helpers for text as feeds write it: ASCII white space and letters.
//
// Pure functions.
//
//   const std::string option = Lower(Trim(" Online "));  // "online"
#pragma once

#include <string>
#include <string_view>

namespace handrail::formats {

// The text without blanks, tabs and line ends at its ends.
std::string Trim(std::string_view text);

// The text with A to Z as a to z; other bytes stay.
std::string Lower(std::string text);

}  // namespace handrail::formats
