// A street address made comparable: the house number, the street in the post's
// short words, and no suite, floor or room.
//
// The words follow USPS Publication 28, appendices C1 (street suffixes) and C2
// (unit designators), as far as addresses of services have them.
//
// Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::server {

struct StreetAddress {
  // The house number, or a range of them ("100-110"); 0: there is none.
  int64_t house_first = 0;
  int64_t house_last = 0;
  // "n", "s", "e", "w", "ne", …; empty where not given. Before or after the
  // street's name.
  std::string direction;
  // "main", "martin luther king jr", "29th". Empty: no street is given.
  std::string name;
  // "st", "ave", …; empty where not given.
  std::string suffix;
  // Every number in it, as digits, sorted: what a name may repeat.
  std::vector<std::string> numbers;

  bool HasHouseNumber() const { return house_first > 0; }
};

// Reads the lines of an address ("Grace Church, 12 N. Main Street, Suite 4"). A
// post office box is no place: nothing is read of it.
StreetAddress ReadStreetAddress(std::string_view lines);

// Both have house numbers, and no house is of both.
bool HouseNumbersDiffer(const StreetAddress& a, const StreetAddress& b);

// Both name a street, and it can be the same: what one leaves out (direction,
// suffix) does not count against it, a slip of the pen neither.
bool IsSameStreet(const StreetAddress& a, const StreetAddress& b);

}  // namespace handrail::server
