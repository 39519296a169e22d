#include "clients/formats/bmlt_attendance.h"

#include <string>

#include "clients/formats/code_tables.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/json_tree.h"

namespace handrail::formats {
namespace {

void SetMode(const char* code, v1::Answer answer, v1::Service& service) {
  ApplyFact({.path = "any.attendance_mode", .value = code, .answer = answer},
            *service.mutable_x_handrail()->mutable_profile());
}

BmltAttendance Weigh(const BmltMeeting& meeting, bool somewhere, bool joinable,
                     const BmltFormats& formats, v1::Service& service) {
  const std::string venue = meeting.Text("venue_type");
  const bool closed = formats.place_shut;
  if (venue == "1") {
    return {.in_person = !closed,
            .online = closed && joinable,
            .shut = closed && !joinable};
  }
  if (venue == "2") return {.online = true};
  if (venue == "3") return {.in_person = !closed, .online = true};
  if (!venue.empty() && venue != "0") {
    meeting.Note(v1::VALUE_KEPT_AS_TEXT, "venue_type", "unknown-code",
                 "venue_type is none of the three; it is kept as text",
                 "1 in person, 2 virtual or 3 hybrid");
    KeepUnknown(service, "venue_type", JsonString(venue));
  }
  if (formats.hybrid) return {.in_person = !closed, .online = true};
  if (formats.online) return {.online = true};
  if (closed) return {.online = joinable, .shut = !joinable};
  return {.in_person = somewhere, .online = joinable};
}

void WriteShut(v1::Service& service) {
  auto& state = *service.mutable_x_handrail()->mutable_operating_state();
  state.set_kind(v1::OperatingState::TEMPORARILY_SHUT);
  state.set_words(
      "the meeting place is shut and no way to join online is given");
}

}  // namespace

BmltAttendance ReadBmltAttendance(const BmltMeeting& meeting, bool somewhere,
                                  const BmltFormats& formats,
                                  v1::Service& service) {
  const std::string link = meeting.Text("virtual_meeting_link");
  const std::string phone = meeting.Text("phone_meeting_number");
  const BmltAttendance attendance = Weigh(
      meeting, somewhere, !link.empty() || !phone.empty(), formats, service);
  auto& group =
      *service.mutable_x_handrail()->mutable_profile()->mutable_support_group();
  if (!link.empty()) group.mutable_conference_link()->set_text(link);
  if (!phone.empty()) group.mutable_phone_dial_in()->set_text(phone);
  if (attendance.shut) {
    WriteShut(service);
    return attendance;
  }
  if (!attendance.in_person && !attendance.online) {
    meeting.Note(v1::NOTICE, "venue_type", "missing-field",
                 "meetings have neither a street address nor a way to join "
                 "online",
                 "give an address, a link or a number");
    return attendance;
  }
  // The two are all there is: what a meeting is not, it says as well.
  SetMode("in_person", attendance.in_person ? v1::YES : v1::NO, service);
  SetMode("online", attendance.online ? v1::YES : v1::NO, service);
  if (!phone.empty() && attendance.online) SetMode("phone", v1::YES, service);
  return attendance;
}

}  // namespace handrail::formats
