// How people take part in a meeting: in person, online, both, or, while its
// place is shut, not at all.
//
// Feeds say it in several ways that need not agree: attendance_option, a
// conference link or number, type codes, and whether there is an address.
// attendance_option counts most. Where it is absent: in person where there is a
// street address and no TC, online where there is a link or number or the code
// ONL, both where both.
//
// Writes to its arguments alone; one thread for each.
//
//   const MeetingAttendance attendance =
//       ReadMeetingAttendance(entry, place, types, service);
//   if (attendance.online_alone()) …
#pragma once

#include "clients/formats/meeting_guide_entry.h"
#include "clients/formats/meeting_guide_place.h"
#include "clients/formats/meeting_guide_types.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// All false: the feed does not say.
struct MeetingAttendance {
  bool in_person = false;
  bool online = false;
  // The place is shut and no way to join online is given, or the feed calls the
  // meeting inactive.
  bool shut = false;

  // Nobody goes anywhere, whatever address the feed gives.
  bool online_alone() const { return online && !in_person && !shut; }
};

// Weighs what the feed says and writes the facts of it, links and numbers to
// the service. An option in other words than the four of the format is kept as
// text, with a finding. A meeting that says nothing of how to take part has a
// finding, too.
MeetingAttendance ReadMeetingAttendance(const MeetingEntry& entry,
                                        const MeetingPlace& place,
                                        const MeetingTypes& types,
                                        v1::Service& service);

}  // namespace handrail::formats
