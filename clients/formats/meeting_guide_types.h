// What a meeting is: the fellowship it belongs to and the codes in `types`, as
// facts of the profile, kinds of need, and attributes that keep each code.
//
// Codes collide between fellowships, so each is looked up in its own one's
// table (code_tables.h); a code in no table is kept and searchable. Two codes
// that answer one question differently leave it unanswered, with a finding.
//
// Writes to its arguments alone; one thread for each.
//
//   const MeetingTypes types = ReadMeetingTypes(entry, service);
//   …where people meet is decided with types.online, types.place_shut
#pragma once

#include <map>
#include <string>

#include "clients/formats/json_tree.h"
#include "clients/formats/meeting_guide_entry.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// What the codes say of how one takes part. It sets no fact by itself:
// meeting_guide_attendance.h weighs it against all else that is said.
struct MeetingTypes {
  // ONL.
  bool online = false;
  // TC: the place is temporarily closed.
  bool place_shut = false;
};

// Reads the codes into the service. REQUIRES: the entry's slug and fellowship
// are set.
MeetingTypes ReadMeetingTypes(const MeetingEntry& entry, v1::Service& service);

// The feed's `formats` member: code → name, from {"O": "Open"},
// {"O": {"en": "Open"}} or [{"key": "O", "name": "Open"}].
std::map<std::string, std::string> ReadTypeNames(const JsonValue& formats);

}  // namespace handrail::formats
