// Times of the day as feeds write them.
//
// Pure function.
//
//   ClockTime("6:30 PM");  // "18:30"
#pragma once

#include <string>
#include <string_view>

namespace handrail::formats {

// "18:30", "6:30 PM", "18:30:00" as "18:30"; "" for what is no time.
std::string ClockTime(std::string_view text);

}  // namespace handrail::formats
