// Where a meeting is: its address and coordinates, and the location they make.
// Whether anybody meets there is for the reader to say.
//
// Writes to its arguments alone; one thread for each.
//
//   const MeetingPlace place = ReadMeetingPlace(entry, service);
//   if (!place.address.empty()) {
//     FillLocation(entry, place, *row.add_records()->mutable_location());
//   }
#pragma once

#include <cstdint>
#include <optional>

#include "clients/formats/meeting_guide_address.h"
#include "clients/formats/meeting_guide_entry.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

struct MeetingPlace {
  MeetingAddress address;
  // Both or none.
  std::optional<int32_t> latitude_e7;
  std::optional<int32_t> longitude_e7;
  // The feed says so, or says nothing and gives no street: that of a town.
  bool approximate = false;
};

// What the feed says of the place. Addresses of one line, and coordinates that
// are none, are kept in the service's unknown_fields; the latter with a
// finding.
MeetingPlace ReadMeetingPlace(const MeetingEntry& entry, v1::Service& service);

// Fills `location`, which is empty. Its id is made of what it holds: meetings
// at one place share it.
void FillLocation(const MeetingEntry& entry, const MeetingPlace& place,
                  v1::Location& location);

}  // namespace handrail::formats
