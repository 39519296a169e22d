// Takes the address of a meeting apart, in whichever of the feed's ways it is
// given: separate fields, or one line with commas.
//
// Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace handrail::formats {

struct MeetingAddress {
  std::string street;
  std::string city;
  // Letters or name, as written.
  std::string state;
  std::string postal_code;
  // As written: "USA".
  std::string country;

  bool empty() const {
    return street.empty() && city.empty() && state.empty() &&
           postal_code.empty();
  }
};

// "18 Olive Ave, Rehoboth Beach, DE 19971, USA" and the Canadian
// "8318 104 St, Edmonton, Alberta, T6E 4E8, Canada". What is not understood
// stays in `street`.
MeetingAddress ParseAddressLine(std::string_view line);

}  // namespace handrail::formats
