// When a BMLT meeting is: weekday, start, duration and zone as a weekly
// schedule.
//
// - no weekday and no start: by appointment, a service without schedule;
// - no duration, or none that can be: the schedule has no end;
// - a zone that the source does not give is the load's --zone, else that of the
//   place (state_zone.h), with a finding.
//
// Writes to its arguments alone; one thread for each.
#pragma once

#include <string_view>

#include "clients/formats/bmlt_meeting.h"
#include "clients/formats/meeting_guide_entry.h"
#include "clients/formats/state_zone.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// "19:00" and "01:30:00" as "20:30", past midnight where it is; "" for a
// duration that is none, zero, or longer than kBmltHoursMax.
std::string BmltEnd(std::string_view start, std::string_view duration);

// Adds the schedule to the service. False where weekday or start are
// impossible: the finding is made, and the meeting cannot be loaded. REQUIRES:
// the service's id is set.
bool ReadBmltSchedule(const MeetingOptions& options, const BmltMeeting& meeting,
                      const ZonePlace& place, v1::Service& service);

}  // namespace handrail::formats
