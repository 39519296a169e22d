#include "clients/formats/meeting_guide_attendance.h"

#include <string>

#include "clients/formats/code_tables.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/plain_text.h"

namespace handrail::formats {
namespace {

// Ways to join without going there.
struct Conference {
  std::string url;
  std::string phone;
  bool any() const { return !url.empty() || !phone.empty(); }
};

void SetMode(const char* code, v1::Answer answer, v1::Service& service) {
  ApplyFact({.path = "any.attendance_mode", .value = code, .answer = answer},
            *service.mutable_x_handrail()->mutable_profile());
}

MeetingAttendance Weigh(const MeetingEntry& entry, const MeetingPlace& place,
                        const MeetingTypes& types, const Conference& conference,
                        v1::Service& service) {
  const std::string option = Lower(Trim(entry.Text("attendance_option")));
  const bool somewhere = !place.approximate && (!place.address.street.empty() ||
                                                place.latitude_e7.has_value());
  const bool online = conference.any() || types.online;
  MeetingAttendance attendance{.in_person = somewhere && !types.place_shut,
                               .online = online,
                               .shut = !online && types.place_shut};
  if (option == "in_person" || option == "in-person") {
    attendance.in_person = true;
    attendance.online = false;
  } else if (option == "online") {
    attendance.in_person = false;
    attendance.online = true;
  } else if (option == "hybrid") {
    attendance.in_person = true;
    attendance.online = true;
  } else if (option == "inactive") {
    attendance = {.shut = true};
  } else if (!option.empty()) {
    entry.Note(v1::VALUE_KEPT_AS_TEXT, "attendance_option", "unknown-code",
               "attendance_option is none of the four words; it is kept as "
               "text",
               "in_person, hybrid, online or inactive");
    KeepUnknown(service, "attendance_option", JsonString(option));
  }
  return attendance;
}

void WriteConference(const Conference& conference, v1::Service& service) {
  auto& group =
      *service.mutable_x_handrail()->mutable_profile()->mutable_support_group();
  if (!conference.url.empty()) {
    group.mutable_conference_link()->set_text(conference.url);
  }
  if (!conference.phone.empty()) {
    group.mutable_phone_dial_in()->set_text(conference.phone);
  }
}

void WriteShut(v1::Service& service) {
  auto& state = *service.mutable_x_handrail()->mutable_operating_state();
  state.set_kind(v1::OperatingState::TEMPORARILY_SHUT);
  state.set_words(
      "the meeting place is shut and no way to join online is "
      "given");
}

}  // namespace

MeetingAttendance ReadMeetingAttendance(const MeetingEntry& entry,
                                        const MeetingPlace& place,
                                        const MeetingTypes& types,
                                        v1::Service& service) {
  const Conference conference{.url = Trim(entry.Text("conference_url")),
                              .phone = Trim(entry.Text("conference_phone"))};
  const MeetingAttendance attendance =
      Weigh(entry, place, types, conference, service);
  WriteConference(conference, service);
  if (attendance.shut) {
    WriteShut(service);
    return attendance;
  }
  if (!attendance.in_person && !attendance.online) {
    entry.Note(
        v1::NOTICE, "attendance_option", "missing-field",
        "meetings have neither a street address nor a way to join online",
        "give an address, a conference link or a conference phone");
    return attendance;
  }
  // The two are all there is: what a meeting is not, it says as well.
  SetMode("in_person", attendance.in_person ? v1::YES : v1::NO, service);
  SetMode("online", attendance.online ? v1::YES : v1::NO, service);
  if (!conference.phone.empty()) SetMode("phone", v1::YES, service);
  return attendance;
}

}  // namespace handrail::formats
