#include "clients/formats/bmlt_reader.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/bmlt_attendance.h"
#include "clients/formats/bmlt_formats.h"
#include "clients/formats/bmlt_meeting.h"
#include "clients/formats/bmlt_schedule.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/prose_hints.h"
#include "clients/formats/row_findings.h"
#include "clients/formats/source_place.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {
namespace {

// Members that find their place in a record, or say nothing of the meeting.
bool IsUsed(std::string_view name) {
  static const std::set<std::string_view> kNames = {
      "id_bigint", "service_body_bigint", "weekday_tinyint", "day",
      "venue_type", "temporarily_virtual", "start_time", "duration_time",
      "time_zone", "formats", "format_shared_id_list", "latitude", "longitude",
      "published", "meeting_name", "location_text", "location_info",
      "location_street", "location_municipality", "location_province",
      "location_sub_province", "location_postal_code_1", "location_nation",
      "comments", "train_lines", "bus_lines", "phone_meeting_number",
      "virtual_meeting_link",
      // Of the question that was asked, not of the meeting.
      "distance_in_km", "distance_in_miles", "lang_enum", "root_server_uri"};
  return kNames.contains(name);
}

// One meeting on its way from JSON to records.
class MeetingRow {
 public:
  MeetingRow(const MeetingOptions& options, const BmltDirectory& directory,
             const BmltMeeting& meeting)
      : options_(options), directory_(directory), meeting_(meeting) {}

  // False when the meeting cannot be loaded; the finding is made.
  bool Map(v1::Row& row);

 private:
  bool ReadIdentity();
  void ReadOrganization(v1::Row& row);
  SourcePlace ReadPlace();
  void ReadWords();
  void ReadLocation(const SourcePlace& place, v1::Row& row);
  void Keep(std::string_view name);
  void KeepTheRest();

  const MeetingOptions& options_;
  const BmltDirectory& directory_;
  const BmltMeeting& meeting_;
  v1::Service service_;
};

bool MeetingRow::ReadIdentity() {
  const std::string id = meeting_.Text("id_bigint");
  if (id.empty()) {
    return meeting_.Skip("id_bigint", "missing-field", "empty",
                         "the meeting has no id, so that the next load could "
                         "not tell it from others",
                         "ask the server for all fields, without "
                         "data_field_key");
  }
  const std::string published = Lower(meeting_.Text("published"));
  if (published == "0" || published == "false") {
    return meeting_.Skip("published", "unpublished", "false",
                         "the meeting is not published; it is not listed",
                         "nothing to do, or publish it on the server");
  }
  const std::string name = meeting_.Text("meeting_name");
  if (name.empty()) {
    return meeting_.Skip("meeting_name", "missing-field", "empty",
                         "the meeting has no name", "give each meeting a name");
  }
  service_.set_id(id);
  service_.set_name(name);
  service_.set_status(v1::ACTIVE);
  service_.mutable_x_handrail()->set_external_id(id);
  return true;
}

void MeetingRow::ReadOrganization(v1::Row& row) {
  const std::string id = meeting_.Text("service_body_bigint");
  v1::Organization& organization = *row.add_records()->mutable_organization();
  if (const BmltServiceBody* body = directory_.BodyById(id)) {
    organization = directory_.OrganizationOf(*body, options_.source);
  } else {
    organization.set_id(id.empty() ? "meetings" : BmltBodyOrganizationId(id));
    organization.set_name(
        absl::StrCat(options_.fellowship->name,
                     id.empty() ? "" : absl::StrCat(", service body ", id),
                     " (", options_.source, ")"));
    if (!id.empty()) {
      meeting_.Note(v1::NOTICE, "service_body_bigint", "unknown-code",
                    "service bodies are known by number alone",
                    "load the reply to GetServiceBodies together with the "
                    "meetings");
    }
  }
  service_.set_organization_id(organization.id());
}

SourcePlace MeetingRow::ReadPlace() {
  SourcePlace place{.name = meeting_.Text("location_text"),
                    .street = meeting_.Text("location_street"),
                    .city = meeting_.Text("location_municipality"),
                    .region = meeting_.Text("location_city_subsection"),
                    .state = meeting_.Text("location_province"),
                    .postal_code = meeting_.Text("location_postal_code_1"),
                    .country = meeting_.Text("location_nation"),
                    .county = meeting_.Text("location_sub_province")};
  if (place.city.empty()) place.city = place.region;
  if (place.city.empty()) place.city = meeting_.Text("location_neighborhood");
  for (const char* name : {"train_lines", "bus_lines"}) {
    const std::string lines = meeting_.Text(name);
    if (lines.empty()) continue;
    if (!place.transportation.empty()) place.transportation += "\n";
    place.transportation += lines;
  }
  const SourceDegrees degrees =
      place.SetDegrees(meeting_.Text("latitude"), meeting_.Text("longitude"));
  if (degrees == SourceDegrees::kHalf ||
      degrees == SourceDegrees::kImpossible) {
    meeting_.Note(v1::VALUE_KEPT_AS_TEXT, "latitude", "impossible-coordinates",
                  "coordinates are missing in part, 0,0 or not on Earth; they "
                  "are kept as text",
                  "decimal degrees, such as 42.87 and -77.12");
    Keep("latitude");
    Keep("longitude");
  }
  // A pin without a street is that of a town, or of the server's default.
  place.approximate = place.street.empty() && place.latitude_e7.has_value();
  return place;
}

void MeetingRow::ReadWords() {
  const std::string comments = meeting_.Text("comments");
  if (!comments.empty()) service_.set_description(comments);
  NoteProse("comments", comments, service_, meeting_.origin(), meeting_.log());
  NoteProse("location_info", meeting_.Text("location_info"), service_,
            meeting_.origin(), meeting_.log());
}

void MeetingRow::ReadLocation(const SourcePlace& place, v1::Row& row) {
  v1::Location& location = *row.add_records()->mutable_location();
  FillPlace(options_.source, place, location);
  v1::ServiceAtLocation& link = *service_.add_service_at_locations();
  link.set_id(service_.id());
  link.mutable_location()->set_id(location.id());
  const std::string info = meeting_.Text("location_info");
  if (!info.empty()) link.set_description(info);
}

void MeetingRow::Keep(std::string_view name) {
  const JsonValue* value = meeting_.Find(name);
  if (value == nullptr || (value->IsString() && value->string.empty())) return;
  const bool kept = std::any_of(
      service_.unknown_fields().begin(), service_.unknown_fields().end(),
      [&](const auto& field) { return field.name() == std::string(name); });
  if (!kept) KeepUnknown(service_, name, JsonText(*value));
}

void MeetingRow::KeepTheRest() {
  int dropped = 0;
  for (size_t i = 0; i < meeting_.json().keys.size(); ++i) {
    const std::string& name = meeting_.name(i);
    const JsonValue& value = meeting_.json().items[i];
    if (value.IsNull() || (value.IsString() && Trim(value.string).empty())) {
      continue;
    }
    if (IsBmltPersonal(name)) {
      ++dropped;
    } else if (name == "custom_fields") {
      // A server's own fields can hold anybody's name; none is known here.
      dropped += value.items.empty() ? 0 : 1;
    } else if (!IsUsed(name)) {
      Keep(name);
    }
  }
  if (dropped > 0) {
    meeting_.Note(
        v1::NOTICE, "contact", "personal-dropped",
        "names, numbers or addresses of members were left out; meetings are "
        "anonymous",
        "nothing to do; the help line of a service body stays");
  }
}

bool MeetingRow::Map(v1::Row& row) {
  if (!ReadIdentity()) return false;
  const SourcePlace place = ReadPlace();
  const ZonePlace zone_place{.state = place.state,
                             .latitude_e7 = place.latitude_e7,
                             .longitude_e7 = place.longitude_e7};
  if (!ReadBmltSchedule(options_, meeting_, zone_place, service_)) {
    return false;
  }
  const BmltFormats formats =
      ReadBmltFormats(options_, directory_, meeting_, service_);
  const bool somewhere = !place.street.empty() ||
                         (place.latitude_e7.has_value() && !place.approximate);
  const BmltAttendance attendance =
      ReadBmltAttendance(meeting_, somewhere, formats, service_);
  ReadWords();
  ReadOrganization(row);
  if (!place.empty() && !attendance.online_alone()) {
    ReadLocation(place, row);
  } else {
    for (const char* name :
         {"location_text", "location_info", "location_street",
          "location_municipality", "location_province", "location_sub_province",
          "location_postal_code_1", "location_nation", "latitude", "longitude",
          "train_lines", "bus_lines"}) {
      Keep(name);
    }
  }
  KeepTheRest();
  row.add_records()->mutable_service()->Swap(&service_);
  return true;
}

bool MapServiceBody(const JsonValue& element, const BmltDirectory& directory,
                    const MeetingOptions& options, const v1::RowOrigin& origin,
                    FindingLog& log, v1::Row& row) {
  const BmltServiceBody body = ReadBmltServiceBody(element);
  if (body.id.empty() || body.name.empty()) {
    log.Add(origin, {.severity = v1::ROW_SKIPPED,
                     .field = body.id.empty() ? "id" : "name",
                     .reason = "missing-field",
                     .value_class = "empty",
                     .message = "the service body has no id or no name",
                     .hint = "give both"});
    return false;
  }
  *row.add_records()->mutable_organization() =
      directory.OrganizationOf(body, options.source);
  return true;
}

}  // namespace

MappedRow BmltMapper::Map(const JsonValue& element, v1::RowOrigin origin,
                          FindingLog& log) {
  MappedRow mapped;
  *mapped.row.mutable_origin() = origin;
  if (!element.IsObject()) {
    mapped.skipped = true;
    log.Add(origin,
            NotAnObject(element, "each element of the list is one meeting"));
    return mapped;
  }
  if (origin.table() == kBmltBodiesTable) {
    mapped.skipped =
        !MapServiceBody(element, directory_, options_, origin, log, mapped.row);
  } else {
    const BmltMeeting meeting(element, origin, log);
    mapped.skipped = !MeetingRow(options_, directory_, meeting).Map(mapped.row);
  }
  if (mapped.skipped) mapped.row.clear_records();
  return mapped;
}

}  // namespace handrail::formats
