// How people take part in a BMLT meeting: in person, online, both, or, while
// its place is shut, not at all.
//
// venue_type counts most. Where it is absent or none: VM is online, HY both, TC
// online where there is a way to join and shut otherwise; else in person where
// there is an address, online where there is a link or number.
//
// Writes to its arguments alone; one thread for each.
#pragma once

#include "clients/formats/bmlt_formats.h"
#include "clients/formats/bmlt_meeting.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// All false: the source does not say.
struct BmltAttendance {
  bool in_person = false;
  bool online = false;
  // The place is shut and there is no way to join online.
  bool shut = false;

  // Nobody goes anywhere, whatever address the source gives.
  bool online_alone() const { return online && !in_person && !shut; }
};

// Weighs what the source says and writes the facts of it, links and numbers to
// the service. `somewhere`: there is a street or a pin of more than a town.
BmltAttendance ReadBmltAttendance(const BmltMeeting& meeting, bool somewhere,
                                  const BmltFormats& formats,
                                  v1::Service& service);

}  // namespace handrail::formats
