#include "clients/formats/bmlt_schedule.h"

#include <array>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/formats/bmlt_reader.h"
#include "clients/formats/clock_time.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/code_tables.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/json_tree.h"

namespace handrail::formats {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"SU", "MO", "TU", "WE",
                                                   "TH", "FR", "SA"};
constexpr int kMinutesOfHour = 60;
constexpr int kMinutesOfDay = 24 * kMinutesOfHour;

// Hours and minutes of "1:30", "01:30:00"; -1 for anything else.
int Minutes(std::string_view text) {
  const std::vector<std::string> parts = SplitText(text, ":");
  if (parts.size() < 2 || parts.size() > 3) return -1;
  for (const std::string& part : parts) {
    if (part.empty() || part.size() > 2 ||
        part.find_first_not_of("0123456789") != std::string::npos) {
      return -1;
    }
  }
  const int minute = std::stoi(parts[1]);
  return minute >= kMinutesOfHour
             ? -1
             : std::stoi(parts[0]) * kMinutesOfHour + minute;
}

void SetZone(const MeetingOptions& options, const BmltMeeting& meeting,
             const ZonePlace& place, v1::Schedule& schedule,
             v1::Service& service) {
  std::string zone = meeting.Text("time_zone");
  if (zone.empty()) zone = options.zone;
  if (zone.empty()) {
    zone = ZoneOfPlace(place);
    if (!zone.empty()) {
      meeting.Note(v1::NOTICE, "time_zone", "derived",
                   "meetings have no time zone; that of their place is taken",
                   "say another with --zone, such as America/New_York");
    }
  }
  if (zone.empty()) {
    meeting.Note(v1::NOTICE, "time_zone", "missing-field",
                 "meetings have no time zone; their hours cannot be judged",
                 "say which with --zone, such as America/New_York");
    return;
  }
  schedule.set_zone(zone);
  service.mutable_x_handrail()->set_zone(zone);
}

void SetEnd(const BmltMeeting& meeting, const std::string& opens,
            v1::Schedule& schedule, v1::Service& service) {
  const std::string duration = meeting.Text("duration_time");
  if (duration.empty()) return;
  const std::string closes = BmltEnd(opens, duration);
  if (!closes.empty()) {
    schedule.set_closes_at(closes);
    return;
  }
  meeting.log().Add(
      meeting.origin(),
      {.severity = v1::VALUE_KEPT_AS_TEXT,
       .field = "duration_time",
       .reason = "impossible-value",
       .value_class = "text",
       .message = absl::StrCat("the meeting lasts no time, or more than ",
                               kBmltHoursMax, " hours; its end is not known"),
       .hint = "hours and minutes, such as 01:30:00"});
  KeepUnknown(service, "duration_time", JsonString(duration));
}

}  // namespace

std::string BmltEnd(std::string_view start, std::string_view duration) {
  const int from = Minutes(start);
  const int length = Minutes(duration);
  if (from < 0 || length <= 0 || length > kBmltHoursMax * kMinutesOfHour) {
    return "";
  }
  const int to = (from + length) % kMinutesOfDay;
  const int hour = to / kMinutesOfHour;
  const int minute = to % kMinutesOfHour;
  return absl::StrCat(hour < 10 ? "0" : "", hour, ":", minute < 10 ? "0" : "",
                      minute);
}

bool ReadBmltSchedule(const MeetingOptions& options, const BmltMeeting& meeting,
                      const ZonePlace& place, v1::Service& service) {
  const int day = meeting.Weekday();
  const std::string start = meeting.Text("start_time");
  const std::string opens = ClockTime(start);
  if (day < -1) {
    return meeting.Skip("weekday_tinyint", "impossible-value", "text",
                        "the weekday is none of the week",
                        "1 for Sunday to 7 for Saturday; day in /api/v1: 0 "
                        "for Sunday to 6");
  }
  if (!start.empty() && opens.empty()) {
    return meeting.Skip("start_time", "impossible-value", "text",
                        "the time is none of the day",
                        "hours and minutes, such as 18:30:00");
  }
  if (day == -1 && opens.empty()) {
    ApplyFact({.path = "any.admission_routes", .value = "appointment"},
              *service.mutable_x_handrail()->mutable_profile());
    return true;
  }
  if (day == -1 || opens.empty()) {
    meeting.log().Add(
        meeting.origin(),
        {.severity = v1::VALUE_KEPT_AS_TEXT,
         .field = day == -1 ? "weekday_tinyint" : "start_time",
         .reason = "missing-field",
         .value_class = "empty",
         .message = "the meeting has a day without a time or a time without "
                    "a day; its hours are not known",
         .hint = "give both"});
    if (day == -1) {
      KeepUnknown(service, "start_time", JsonString(start));
    } else {
      KeepUnknown(service, "weekday", JsonString(absl::StrCat(day + 1)));
    }
    return true;
  }
  v1::Schedule& schedule = *service.add_schedules();
  schedule.set_id(MeetingPartUuid(
      absl::StrCat(options.source, "/", service.id(), "/schedule")));
  schedule.set_freq(v1::WEEKLY);
  schedule.set_byday(std::string(kDays[static_cast<size_t>(day)]));
  schedule.set_opens_at(opens);
  SetEnd(meeting, opens, schedule, service);
  SetZone(options, meeting, place, schedule, service);
  return true;
}

}  // namespace handrail::formats
