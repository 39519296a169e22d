#include "clients/formats/meeting_guide_schedule.h"

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "clients/formats/clock_time.h"
#include "clients/formats/code_tables.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/plain_text.h"

namespace handrail::formats {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"SU", "MO", "TU", "WE",
                                                   "TH", "FR", "SA"};

// 0 to 6, as a number, a text or a list of either. False when it is neither.
bool ReadDays(const MeetingEntry& entry, std::string& byday) {
  const JsonValue* given = entry.json().Given("day");
  if (given == nullptr) return true;
  std::vector<const JsonValue*> values;
  if (given->IsArray()) {
    for (const JsonValue& item : given->items) values.push_back(&item);
  } else {
    values.push_back(given);
  }
  std::set<int> days;
  for (const JsonValue* value : values) {
    const std::string text =
        Trim(value->IsString() ? std::string_view(value->string) : value->text);
    if (text.empty()) continue;
    if (text.size() != 1 || text[0] < '0' || text[0] > '6') {
      return entry.Skip("day", "impossible-value",
                        std::string(JsonClass(*value)),
                        "the day is none of the week",
                        "0 for Sunday to 6 for Saturday, or a list of these");
    }
    days.insert(text[0] - '0');
  }
  for (const int day : days) {
    if (!byday.empty()) byday += ",";
    byday += kDays[static_cast<size_t>(day)];
  }
  return true;
}

}  // namespace

bool ReadMeetingSchedule(const MeetingEntry& entry, v1::Service& service) {
  std::string byday;
  if (!ReadDays(entry, byday)) return false;
  const std::string time = Trim(entry.Text("time"));
  const std::string end_time = Trim(entry.Text("end_time"));
  const std::string opens = ClockTime(time);
  std::string closes = ClockTime(end_time);
  if ((!time.empty() && opens.empty()) ||
      (!end_time.empty() && closes.empty())) {
    return entry.Skip(opens.empty() && !time.empty() ? "time" : "end_time",
                      "impossible-value", "text", "the time is none of the day",
                      "hours and minutes, such as 18:30 or 6:30 PM");
  }
  if (byday.empty() && opens.empty()) {
    // By appointment, as the standard has it.
    ApplyFact({.path = "any.admission_routes", .value = "appointment"},
              *(*service.mutable_x_handrail()).mutable_profile());
    return true;
  }
  if (byday.empty() || opens.empty()) {
    entry.Add({.severity = v1::VALUE_KEPT_AS_TEXT,
               .field = byday.empty() ? "day" : "time",
               .reason = "missing-field",
               .value_class = "empty",
               .message = "the meeting has a day without a time or a time "
                          "without a day; its hours are not known",
               .hint = "give both, or neither for a meeting by appointment"});
    KeepUnknown(service, byday.empty() ? "time" : "day",
                entry.json().Find(byday.empty() ? "time" : "day")->text);
    return true;
  }
  if (closes == opens) {
    entry.Add({.severity = v1::VALUE_KEPT_AS_TEXT,
               .field = "end_time",
               .reason = "impossible-value",
               .value_class = "text",
               .message = "the meeting ends when it starts; its end is "
                          "not known",
               .hint = "leave end_time out, or give the true one"});
    closes.clear();
    KeepUnknown(service, "end_time", JsonString(end_time));
  }
  v1::Schedule& schedule = *service.add_schedules();
  schedule.set_id(entry.PartId("schedule"));
  schedule.set_freq(v1::WEEKLY);
  schedule.set_byday(byday);
  schedule.set_opens_at(opens);
  if (!closes.empty()) schedule.set_closes_at(closes);
  // A time in other words is kept in them.
  if (opens != time) KeepUnknown(service, "time", JsonString(time));
  if (!closes.empty() && closes != end_time) {
    KeepUnknown(service, "end_time", JsonString(end_time));
  }
  return true;
}

void SetMeetingZone(const MeetingEntry& entry, const ZonePlace& place,
                    v1::Service& service) {
  if (service.schedules_size() == 0) return;
  std::string zone = Trim(entry.Text("timezone"));
  if (zone.empty()) zone = entry.options().zone;
  if (zone.empty()) {
    zone = ZoneOfPlace(place);
    if (!zone.empty()) {
      entry.Note(v1::NOTICE, "timezone", "derived",
                 "meetings have no time zone; that of their place is taken",
                 "say another with --zone, such as America/New_York");
    }
  }
  if (zone.empty()) {
    entry.Note(v1::NOTICE, "timezone", "missing-field",
               "meetings have no time zone; their hours cannot be judged",
               "say which with --zone, such as America/New_York");
    return;
  }
  service.mutable_schedules(0)->set_zone(zone);
  service.mutable_x_handrail()->set_zone(zone);
}

}  // namespace handrail::formats
