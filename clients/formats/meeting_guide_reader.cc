#include "clients/formats/meeting_guide_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/meeting_guide_attendance.h"
#include "clients/formats/meeting_guide_keys.h"
#include "clients/formats/meeting_guide_place.h"
#include "clients/formats/meeting_guide_schedule.h"
#include "clients/formats/meeting_guide_types.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/row_findings.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {
namespace {

// Whether anything is said of when or where people meet.
bool SaysWhenOrWhere(const JsonValue& meeting) {
  for (const char* key :
       {"day", "time", "location", "address", "formatted_address", "city",
        "latitude", "conference_url", "conference_phone",
        "attendance_option"}) {
    const JsonValue* value = meeting.Given(key);
    if (value == nullptr) continue;
    if (value->IsArray() ? !value->items.empty()
                         : !value->IsString() || !Trim(value->string).empty()) {
      return true;
    }
  }
  return false;
}

// One meeting on its way from JSON to records.
class Meeting {
 public:
  explicit Meeting(MeetingEntry entry) : entry_(std::move(entry)) {}

  // False when the meeting cannot be loaded; the finding is made.
  bool Map(v1::Row& row);

 private:
  bool ReadIdentity();
  void ReadOrganizations(v1::Row& row);
  void ReadWords();
  void ReadLocation(const MeetingPlace& place, v1::Row& row);
  // There is no place to go to: what the feed says of one is kept as it is.
  void KeepPlaceAsText();
  void KeepTheRest();
  void AddUrl(const std::string& label, const std::string& url);

  MeetingEntry entry_;
  v1::Service service_;
};

bool Meeting::ReadIdentity() {
  std::string slug = Trim(entry_.Text("slug"));
  if (slug.empty()) {
    // Other lists have ids and names, too: such a row is no meeting.
    if (!SaysWhenOrWhere(entry_.json())) {
      return entry_.Skip(
          "slug", "missing-field", "empty",
          "the row has no slug, and neither a day, a time, a place nor a way "
          "to join; it is no meeting",
          "give slug, day and time, or the file's true --format");
    }
    slug = Trim(entry_.Text("id"));
    if (slug.empty()) {
      return entry_.Skip(
          "slug", "missing-field", "empty",
          "the meeting has no slug, so that the next load could not "
          "tell it from others",
          "give each meeting a slug of its own");
    }
    entry_.Note(v1::NOTICE, "slug", "missing-field",
                "meetings have no slug; their id counts",
                "give each meeting a slug of its own");
  }
  const std::string name = Trim(entry_.Text("name"));
  if (name.empty()) {
    return entry_.Skip("name", "missing-field", "empty",
                       "the meeting has no name", "give each meeting a name");
  }
  entry_.set_slug(slug);
  service_.set_id(slug);
  service_.set_name(name);
  service_.set_status(v1::ACTIVE);
  service_.mutable_x_handrail()->set_external_id(slug);
  return true;
}

void Meeting::AddUrl(const std::string& label, const std::string& url) {
  if (url.empty()) return;
  v1::Url& link = *service_.add_additional_urls();
  link.set_id(entry_.PartId(absl::StrCat("url/", label)));
  link.set_label(label);
  link.set_url(url);
}

void Meeting::ReadOrganizations(v1::Row& row) {
  const std::string group = Trim(entry_.Text("group"));
  const std::string entity = Trim(entry_.Text("entity"));
  std::string site = Trim(entry_.Text("entity_website_url"));
  if (site.empty()) site = Trim(entry_.Text("entity_url"));
  v1::Organization& organization = *row.add_records()->mutable_organization();
  if (!group.empty()) {
    // By name, because feeds number groups anew with every meeting.
    organization.set_id(absl::StrCat("group-", group));
    organization.set_name(group);
  } else if (!entity.empty()) {
    organization.set_id(absl::StrCat("entity-", entity));
    organization.set_name(entity);
  } else {
    organization.set_id("meetings");
    organization.set_name(absl::StrCat(entry_.options().fellowship->name, " (",
                                       entry_.options().source, ")"));
  }
  service_.set_organization_id(organization.id());
  // The office's lines stand with each meeting, so that one feed may name
  // several without contradicting itself.
  const std::string label = entity.empty() ? "Service office" : entity;
  AddUrl(label, site);
  const std::string phone = Trim(entry_.Text("entity_phone"));
  if (!phone.empty()) {
    v1::Phone& line = *service_.add_phones();
    line.set_id(entry_.PartId("entity_phone"));
    line.set_number(phone);
    line.set_type("voice");
    line.set_description(label);
  }
  const std::string email = Trim(entry_.Text("entity_email"));
  if (!email.empty()) service_.set_email(email);
  if (!entity.empty() && !group.empty()) {
    KeepUnknown(service_, "entity", JsonString(entity));
  }
}

void Meeting::ReadWords() {
  std::string words = entry_.Text("notes");
  const std::string group_notes = entry_.Text("group_notes");
  if (!Trim(group_notes).empty()) {
    if (!Trim(words).empty()) words += "\n\n";
    words += group_notes;
  }
  if (!Trim(words).empty()) service_.set_description(words);
  entry_.NoteProse("notes", entry_.Text("notes"), service_);
  entry_.NoteProse("group_notes", group_notes, service_);
  const std::string url = Trim(entry_.Text("url"));
  if (!url.empty()) service_.set_url(url);
  AddUrl("Website", Trim(entry_.Text("website")));
}

void Meeting::KeepTheRest() {
  int dropped = 0;
  for (size_t i = 0; i < entry_.json().keys.size(); ++i) {
    const std::string key(entry_.json().keys[i]);
    const JsonValue& value = entry_.json().items[i];
    if (value.IsNull()) continue;
    if (IsPersonal(key)) {
      const bool empty = value.IsString() && value.string.empty();
      dropped += empty ? 0 : 1;
      continue;
    }
    if (!IsMapped(key)) KeepUnknown(service_, key, value.text);
  }
  if (dropped > 0) {
    entry_.Note(
        v1::NOTICE, "contact", "personal-dropped",
        "names, numbers or addresses of members were left out; meetings are "
        "anonymous",
        "nothing to do; lines of the service office (entity_phone) stay");
  }
}

void Meeting::ReadLocation(const MeetingPlace& place, v1::Row& row) {
  v1::Location& location = *row.add_records()->mutable_location();
  FillLocation(entry_, place, location);
  v1::ServiceAtLocation& link = *service_.add_service_at_locations();
  link.set_id(entry_.slug());
  link.mutable_location()->set_id(location.id());
  const std::string notes = entry_.Text("location_notes");
  if (!Trim(notes).empty()) link.set_description(notes);
}

void Meeting::KeepPlaceAsText() {
  for (const char* key :
       {"location", "location_notes", "address", "city", "state", "postal_code",
        "country", "latitude", "longitude", "approximate"}) {
    const JsonValue* value = entry_.json().Given(key);
    const bool kept = std::any_of(
        service_.unknown_fields().begin(), service_.unknown_fields().end(),
        [&](const auto& field) { return field.name() == key; });
    if (value != nullptr && !kept) KeepUnknown(service_, key, value->text);
  }
}

bool Meeting::Map(v1::Row& row) {
  if (!ReadIdentity() || !ReadMeetingSchedule(entry_, service_)) return false;
  const MeetingPlace place = ReadMeetingPlace(entry_, service_);
  SetMeetingZone(entry_,
                 {.state = place.address.state,
                  .latitude_e7 = place.latitude_e7,
                  .longitude_e7 = place.longitude_e7},
                 service_);
  const MeetingTypes types = ReadMeetingTypes(entry_, service_);
  const MeetingAttendance attendance =
      ReadMeetingAttendance(entry_, place, types, service_);
  ReadWords();
  ReadOrganizations(row);
  const bool somewhere =
      !place.address.empty() || place.latitude_e7.has_value();
  if (somewhere && !attendance.online_alone()) {
    ReadLocation(place, row);
  } else {
    KeepPlaceAsText();
  }
  KeepTheRest();
  row.add_records()->mutable_service()->Swap(&service_);
  return true;
}

}  // namespace

MeetingGuideMapper::MeetingGuideMapper(MeetingOptions options)
    : options_(std::move(options)) {}

MappedRow MeetingGuideMapper::Map(const JsonValue& element,
                                  v1::RowOrigin origin, FindingLog& log) {
  origin.set_table("meetings");
  MappedRow mapped;
  *mapped.row.mutable_origin() = origin;
  if (!element.IsObject()) {
    mapped.skipped = true;
    log.Add(origin,
            NotAnObject(element, "each element of the list is one meeting"));
    return mapped;
  }
  Meeting meeting(MeetingEntry(options_, element, origin, log));
  mapped.skipped = !meeting.Map(mapped.row);
  if (mapped.skipped) mapped.row.clear_records();
  return mapped;
}

}  // namespace handrail::formats
