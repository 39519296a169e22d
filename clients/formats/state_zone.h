// The time zone of states that lie in one zone, for sources that give none.
//
// States cut by a zone line have no answer here: half their listings would be
// an hour off.
//
// Pure function.
//
//   ZoneOfState("NY");       // "America/New_York"
//   ZoneOfState("Vermont");  // "America/New_York"
//   ZoneOfState("TN");       // ""
#pragma once

#include <string>
#include <string_view>

namespace handrail::formats {

// IANA zone by the state's letters or English name; "" where it has several or
// is no state.
std::string ZoneOfState(std::string_view state);

}  // namespace handrail::formats
