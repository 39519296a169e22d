// When a meeting is: day, time, end_time and timezone as a weekly schedule.
//
// What the standard leaves open:
// - no day and no time: by appointment, a service without schedule;
// - no end: the schedule has none, and whoever reads it takes an hour;
// - an end before the start crosses midnight.
// A time in other words ("6:30 PM") is kept in them besides.
//
// Writes to its arguments alone; one thread for each.
//
//   if (!ReadMeetingSchedule(entry, service)) return false;
#pragma once

#include "clients/formats/meeting_guide_entry.h"
#include "clients/formats/state_zone.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// Adds the schedule, and the fact that a meeting is by appointment, to the
// service. False where day or time are impossible: the finding is made, and the
// meeting cannot be loaded. REQUIRES: the entry's slug is set.
bool ReadMeetingSchedule(const MeetingEntry& entry, v1::Service& service);

// Gives the schedule its zone: the meeting's own, else the load's, else that of
// the place (state_zone.h), with a finding. REQUIRES: ReadMeetingSchedule was
// true.
void SetMeetingZone(const MeetingEntry& entry, const ZonePlace& place,
                    v1::Service& service);

}  // namespace handrail::formats
