// What a BMLT meeting is: its format codes, as facts of the profile, kinds of
// need, and attributes that keep each code.
//
// A code is looked up in the server's list of formats by the meeting's
// format_shared_id_list (formatIds), else by the code and the meeting's
// language. A load without that list takes the codes as new servers mean them,
// with a finding. A code that is nowhere is kept and searchable.
//
// Writes to its arguments alone; one thread for each.
#pragma once

#include "clients/formats/bmlt_directory.h"
#include "clients/formats/bmlt_meeting.h"
#include "clients/formats/meeting_guide_entry.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// What the reserved codes say of how one takes part. They set no fact by
// themselves: bmlt_attendance.h weighs them against all else that is said.
struct BmltFormats {
  // VM, or a format that means online.
  bool online = false;
  // HY.
  bool hybrid = false;
  // TC: the place is temporarily closed.
  bool place_shut = false;
};

// Reads the formats into the service. REQUIRES: the service's id is set.
BmltFormats ReadBmltFormats(const MeetingOptions& options,
                            const BmltDirectory& directory,
                            const BmltMeeting& meeting, v1::Service& service);

}  // namespace handrail::formats
