// A place as flat sources give it, in columns or members of one level, as a
// location with its address.
//
// Values stay the source's; storage/normalise judges them. Only coordinates are
// turned into numbers here, because the record has no other form for them.
//
//   SourcePlace place{.street = "12 Elm St", .city = "Reno", .state = "NV"};
//   const SourceDegrees at = place.SetDegrees("39.52", "-119.81");
//   FillPlace("nevada", place, *row.add_records()->mutable_location());
//
// Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// What was made of two texts that should be coordinates.
enum class SourceDegrees {
  kNone,
  kGood,
  // Only one of the two is given.
  kHalf,
  // No numbers, not on Earth, or 0,0: what software writes that knows none.
  kImpossible,
};

struct SourcePlace {
  std::string name;
  std::string street;
  std::string street_2;
  std::string city;
  std::string region;
  std::string state;
  std::string postal_code;
  std::string country;
  // With or without the word County.
  std::string county;
  std::string transportation;
  std::optional<int32_t> latitude_e7;
  std::optional<int32_t> longitude_e7;
  // The coordinates are those of a town.
  bool approximate = false;

  // Sets the coordinates where both are good, and neither otherwise.
  SourceDegrees SetDegrees(std::string_view latitude,
                           std::string_view longitude);
  // Nothing that leads anywhere: neither address nor coordinates.
  bool empty() const;
};

// Four or three digits of a five-digit ZIP code that lost its zeros on the way
// through a spreadsheet ("603" in PR, "1301" in MA); other texts as they are.
// Only where the state has such codes: no zero is invented elsewhere.
std::string RestoreZip(std::string_view zip, std::string_view state);

// Fills `location`, which is empty. Its id is made of what it holds, so that
// what is at one place shares it.
void FillPlace(std::string_view source, const SourcePlace& place,
               v1::Location& location);

}  // namespace handrail::formats
