// The time zone of a place in the United States, for sources that give none.
//
// Most states lie in one zone. In a state that a zone line cuts (49 CFR part
// 71), coordinates tell, where they are well clear of the line; near it, or
// without them, there is no answer: a meeting told an hour off is worse than
// one whose zone is not known.
//
// Pure functions.
//
//   ZoneOfPlace({.state = "NY"});       // "America/New_York"
//   ZoneOfPlace({.state = "Vermont"});  // "America/New_York"
//   ZoneOfPlace({.state = "TN"});       // ""
//   ZoneOfPlace({.state = "TN", .latitude_e7 = 361'600'000,
//                .longitude_e7 = -867'800'000});  // "America/Chicago"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace handrail::formats {

// What a source says of where a place is.
struct ZonePlace {
  // Letters or English name.
  std::string_view state;
  // Degrees times 10^7; both or none.
  std::optional<int32_t> latitude_e7;
  std::optional<int32_t> longitude_e7;
};

// The IANA zone; "" where it cannot be told.
std::string ZoneOfPlace(const ZonePlace& place);

}  // namespace handrail::formats
