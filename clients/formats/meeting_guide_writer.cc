#include "clients/formats/meeting_guide_writer.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/json_tree.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

// 0 is Sunday.
constexpr std::array<std::string_view, 7> kDays = {"SU", "MO", "TU", "WE",
                                                   "TH", "FR", "SA"};

// A slug has at most this many characters (code4recovery/spec).
constexpr size_t kSlugMax = 64;

class Object {
 public:
  void Text(std::string_view key, const std::string& value) {
    if (!value.empty()) Json(key, JsonString(value));
  }
  void Json(std::string_view key, const std::string& json) {
    if (json.empty()) return;
    absl::StrAppend(&text_, text_.empty() ? "{" : ",", JsonString(key), ":",
                    json);
  }
  std::string Take() && { return text_ + "}"; }

 private:
  std::string text_;
};

std::string List(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    absl::StrAppend(&text, text.empty() ? "[" : ",", item);
  }
  return text.empty() ? "" : text + "]";
}

// "[1,3]", or "2" for one day; empty where a day is none of the week.
std::string DaysJson(const std::string& byday) {
  std::vector<std::string> days;
  for (const auto part : absl::StrSplit(byday, ',')) {
    const auto* const found = std::find(
        kDays.begin(), kDays.end(), std::string_view(part.data(), part.size()));
    if (found == kDays.end()) return "";
    days.push_back(absl::StrCat(found - kDays.begin()));
  }
  return days.size() == 1 ? days[0] : List(days);
}

bool IsWeekly(const v1::Schedule& schedule) {
  return schedule.freq() == v1::WEEKLY && schedule.interval() <= 1 &&
         schedule.until().empty() && schedule.count() == 0 &&
         schedule.valid_from().empty() && schedule.valid_to().empty() &&
         !schedule.opens_at().empty() && !DaysJson(schedule.byday()).empty();
}

// Codes of this format, as the source gave them.
std::vector<std::string> TypesOf(const v1::Service& service) {
  std::vector<std::string> types;
  for (const v1::Attribute& attribute : service.attributes()) {
    const v1::TaxonomyTerm& term = attribute.taxonomy_term();
    if (absl::StartsWith(term.taxonomy(), "Meeting Guide")) {
      types.push_back(JsonString(term.code()));
    }
  }
  if (!types.empty()) return types;
  const auto& open_closed =
      service.x_handrail().profile().support_group().open_closed();
  if (open_closed.answer() != v1::YES) return types;
  if (open_closed.code() == "open") types.push_back(JsonString("O"));
  if (open_closed.code() == "closed") types.push_back(JsonString("C"));
  return types;
}

bool Takes(const v1::SetFact& modes, std::string_view mode) {
  return std::any_of(modes.values().begin(), modes.values().end(),
                     [&](const v1::CodedFact& fact) {
                       return fact.code() == mode && fact.answer() == v1::YES;
                     });
}

std::string AttendanceOf(const v1::Service& service, bool somewhere) {
  const v1::RecordExtension& ours = service.x_handrail();
  if (ours.operating_state().kind() == v1::OperatingState::TEMPORARILY_SHUT) {
    return "inactive";
  }
  const v1::SetFact& modes = ours.profile().any().attendance_mode();
  const bool away = Takes(modes, "online") || Takes(modes, "phone");
  const bool there = somewhere && (Takes(modes, "in_person") || !away);
  if (there) return away ? "hybrid" : "in_person";
  return away ? "online" : "";
}

void AddPlace(const v1::ServiceAtLocation* at, Object& meeting) {
  if (at == nullptr) return;
  const v1::Location& location = at->location();
  meeting.Text("location", location.name());
  meeting.Text("location_notes", at->description());
  for (const v1::Address& address : location.addresses()) {
    if (address.address_type() != v1::PHYSICAL) continue;
    meeting.Text("address", address.address_1());
    meeting.Text("city", address.city());
    meeting.Text("state", address.state_province());
    meeting.Text("postal_code", address.postal_code());
    meeting.Text("country", address.country());
    break;
  }
  if (!location.has_latitude_e7() || !location.has_longitude_e7()) return;
  meeting.Json("latitude", DegreesText(location.latitude_e7()));
  meeting.Json("longitude", DegreesText(location.longitude_e7()));
  meeting.Text("approximate",
               location.x_handrail().approximate() ? "yes" : "no");
}

bool IsSomewhere(const v1::ServiceAtLocation* at) {
  return at != nullptr && (at->location().addresses_size() > 0 ||
                           (at->location().has_latitude_e7() &&
                            at->location().has_longitude_e7()));
}

// One meeting, or "" where it can be neither gone to nor joined.
std::string MeetingJson(const v1::Service& service,
                        const v1::ServiceAtLocation* at,
                        const v1::Schedule* schedule, const std::string& slug) {
  const std::string attendance = AttendanceOf(service, IsSomewhere(at));
  if (attendance.empty()) return "";
  Object meeting;
  meeting.Text("slug", slug);
  meeting.Text("name", service.name());
  if (schedule != nullptr) {
    meeting.Json("day", DaysJson(schedule->byday()));
    meeting.Text("time", schedule->opens_at());
    meeting.Text("end_time", schedule->closes_at());
    meeting.Text("timezone", schedule->zone().empty()
                                 ? service.x_handrail().zone()
                                 : schedule->zone());
  }
  meeting.Text("attendance_option", attendance);
  meeting.Json("types", List(TypesOf(service)));
  meeting.Text("notes", service.description());
  meeting.Text("group", service.organization().name());
  AddPlace(IsSomewhere(at) ? at : nullptr, meeting);
  const auto& group = service.x_handrail().profile().support_group();
  meeting.Text("conference_url", group.conference_link().text());
  meeting.Text("conference_phone", group.phone_dial_in().text());
  meeting.Text("url", service.url());
  return std::move(meeting).Take();
}

std::string SlugOf(const v1::Service& service) {
  const std::string& own = service.x_handrail().external_id();
  return own.empty() || own.size() > kSlugMax ? service.id() : own;
}

}  // namespace

MeetingGuideWriter::MeetingGuideWriter(LineSink sink)
    : sink_(std::move(sink)),
      joiner_([this](const v1::Service& service) { return Write(service); }) {}

absl::Status MeetingGuideWriter::Write(const v1::Service& service) {
  if (!service.x_handrail().profile().has_support_group() ||
      service.status() == v1::INACTIVE || service.status() == v1::DEFUNCT) {
    ++left_out_;
    return absl::OkStatus();
  }
  std::vector<const v1::ServiceAtLocation*> places;
  for (const auto& at : service.service_at_locations()) places.push_back(&at);
  if (places.empty()) places.push_back(nullptr);
  bool left_out = false;
  int64_t number = 0;
  for (const v1::ServiceAtLocation* at : places) {
    const auto& own = at == nullptr || at->schedules().empty()
                          ? service.schedules()
                          : at->schedules();
    std::vector<const v1::Schedule*> times;
    for (const v1::Schedule& schedule : own) {
      if (IsWeekly(schedule)) times.push_back(&schedule);
      left_out |= !IsWeekly(schedule);
    }
    // By appointment, as the format has it.
    if (own.empty()) times.push_back(nullptr);
    for (const v1::Schedule* time : times) {
      ++number;
      const std::string slug = number == 1
                                   ? SlugOf(service)
                                   : absl::StrCat(SlugOf(service), "-", number);
      const std::string meeting = MeetingJson(service, at, time, slug);
      left_out |= meeting.empty();
      if (!meeting.empty()) HANDRAIL_RETURN_IF_ERROR(Put(meeting));
    }
  }
  left_out_ += left_out ? 1 : 0;
  return absl::OkStatus();
}

absl::Status MeetingGuideWriter::Put(const std::string& meeting) {
  const std::string before = meetings_ == 0 ? "[\n" : ",\n";
  ++meetings_;
  return sink_(before + meeting);
}

absl::Status MeetingGuideWriter::Finish() {
  HANDRAIL_RETURN_IF_ERROR(joiner_.Finish());
  return sink_(meetings_ == 0 ? "[]\n" : "\n]\n");
}

}  // namespace handrail::formats
