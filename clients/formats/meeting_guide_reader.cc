#include "clients/formats/meeting_guide_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/meeting_guide_keys.h"
#include "clients/formats/meeting_guide_place.h"
#include "clients/formats/meeting_guide_schedule.h"
#include "clients/formats/plain_text.h"
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
  struct Online {
    std::string url;
    std::string phone;
    bool any() const { return !url.empty() || !phone.empty(); }
  };

  bool ReadIdentity();
  void ReadTypes();
  void ReadAttendance();
  void ReadOrganizations(v1::Row& row);
  void ReadWords();
  void KeepTheRest();
  void SetMode(const char* code, v1::Answer answer);
  void AddUrl(const std::string& label, const std::string& url);
  void Apply(const CodeMeaning& meaning);

  v1::RecordExtension& extension() { return *service_.mutable_x_handrail(); }

  MeetingEntry entry_;
  v1::Service service_;
  MeetingPlace place_;
  Online online_;
  bool type_online_ = false;
  bool type_shut_ = false;
  bool in_person_ = false;
  bool shut_ = false;
  std::set<std::string> conflicts_;
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
  extension().set_external_id(slug);
  return true;
}

void Meeting::Apply(const CodeMeaning& meaning) {
  const std::string conflict = ApplyMeaning(meaning, extension());
  if (!conflict.empty()) conflicts_.insert(conflict);
}

void Meeting::ReadTypes() {
  const Fellowship& fellowship = *entry_.options().fellowship;
  CodeMeaning kind{.known = true,
                   .key = absl::StrCat("meeting-guide:", fellowship.key)};
  if (!fellowship.term.empty()) kind.terms.push_back({fellowship.term});
  kind.facts.push_back({"support_group.fellowship", fellowship.key});
  for (const std::string& code : fellowship.pathways) {
    kind.facts.push_back({"any.pathway", code});
  }
  for (const std::string& code : fellowship.audiences) {
    kind.facts.push_back({"any.audience", code});
  }
  for (const std::string& code : fellowship.focus) {
    kind.facts.push_back({"support_group.substance_focus", code});
  }
  Apply(kind);
  const JsonValue* types = entry_.json().Given("types");
  if (types == nullptr) return;
  std::set<std::string> seen;
  for (const JsonValue& item : types->items) {
    const std::string code = Trim(item.IsString() ? item.string : "");
    if (code.empty()) {
      entry_.Note(v1::NOTICE, "types", "unknown-code", "a type code is empty",
                  "leave it out");
      continue;
    }
    if (!seen.insert(code).second) continue;
    const CodeMeaning meaning =
        CodeTables::Get().MeetingType(fellowship.key, code);
    type_online_ = type_online_ || Lower(code) == "onl";
    type_shut_ = type_shut_ || Lower(code) == "tc";
    std::string name = meaning.name;
    if (name.empty()) {
      const auto own = entry_.options().type_names.find(code);
      name = own == entry_.options().type_names.end() ? code : own->second;
    }
    if (!meaning.known) {
      entry_.Note(
          v1::NOTICE, "types", "unknown-code",
          absl::StrCat("code \"", code, "\" of fellowship ", fellowship.key,
                       " is in no table; it is kept and searchable"),
          "clients/formats/data/meeting-guide-types.tsv has the codes");
    }
    // How one takes part is decided by all that is said about it, below.
    CodeMeaning facts = meaning;
    std::erase_if(facts.facts, [](const CodeFact& fact) {
      return fact.path == "any.attendance_mode";
    });
    Apply(facts);
    v1::Attribute& attribute = *service_.add_attributes();
    attribute.set_id(entry_.PartId(absl::StrCat("type/", code)));
    attribute.set_link_type("taxonomy");
    attribute.set_link_entity("service");
    v1::TaxonomyTerm& term = *attribute.mutable_taxonomy_term();
    term.set_id(
        MeetingPartUuid(absl::StrCat("type/", fellowship.key, "/", code)));
    attribute.set_taxonomy_term_id(term.id());
    term.set_code(code);
    term.set_name(name);
    term.set_description(name);
    term.set_taxonomy(absl::StrCat("Meeting Guide, ", fellowship.name));
  }
  for (const std::string& path : conflicts_) {
    // Two answers to a question that has one: neither is believed.
    const std::string name = path.substr(path.find('.') + 1);
    auto& group = *extension().mutable_profile()->mutable_support_group();
    if (name == "open_closed") group.clear_open_closed();
    entry_.Note(v1::NOTICE, "types", "contradicting-codes",
                absl::StrCat("type codes give ", path,
                             " two values; it is set to neither"),
                "keep the one that is right");
  }
}

void Meeting::SetMode(const char* code, v1::Answer answer) {
  ApplyFact({.path = "any.attendance_mode", .value = code, .answer = answer},
            *extension().mutable_profile());
}

void Meeting::ReadAttendance() {
  online_ = {.url = Trim(entry_.Text("conference_url")),
             .phone = Trim(entry_.Text("conference_phone"))};
  const std::string option = Lower(Trim(entry_.Text("attendance_option")));
  const bool place = !place_.approximate && (!place_.address.street.empty() ||
                                             place_.latitude_e7.has_value());
  bool online = online_.any() || type_online_;
  in_person_ = place && !type_shut_;
  shut_ = !online && type_shut_;
  if (option == "in_person" || option == "in-person") {
    in_person_ = true;
    online = false;
  } else if (option == "online") {
    in_person_ = false;
    online = true;
  } else if (option == "hybrid") {
    in_person_ = true;
    online = true;
  } else if (option == "inactive") {
    shut_ = true;
    in_person_ = false;
    online = false;
  } else if (!option.empty()) {
    entry_.Note(
        v1::VALUE_KEPT_AS_TEXT, "attendance_option", "unknown-code",
        "attendance_option is none of the four words; it is kept as text",
        "in_person, hybrid, online or inactive");
    KeepUnknown(service_, "attendance_option", JsonString(option));
  }
  auto& group = *extension().mutable_profile()->mutable_support_group();
  if (!online_.url.empty()) {
    group.mutable_conference_link()->set_text(online_.url);
  }
  if (!online_.phone.empty()) {
    group.mutable_phone_dial_in()->set_text(online_.phone);
  }
  if (shut_) {
    auto& state = *extension().mutable_operating_state();
    state.set_kind(v1::OperatingState::TEMPORARILY_SHUT);
    state.set_words(
        "the meeting place is shut and no way to join online is "
        "given");
    return;
  }
  if (!in_person_ && !online) {
    entry_.Note(
        v1::NOTICE, "attendance_option", "missing-field",
        "meetings have neither a street address nor a way to join online",
        "give an address, a conference link or a conference phone");
    return;
  }
  // The two are all there is: what a meeting is not, it says as well.
  SetMode("in_person", in_person_ ? v1::YES : v1::NO);
  SetMode("online", online ? v1::YES : v1::NO);
  if (!online_.phone.empty()) SetMode("phone", v1::YES);
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
  const std::string url = Trim(entry_.Text("url"));
  if (!url.empty()) service_.set_url(url);
  AddUrl("Website", Trim(entry_.Text("website")));
}

void Meeting::KeepTheRest() {
  int dropped = 0;
  for (size_t i = 0; i < entry_.json().keys.size(); ++i) {
    const std::string& key = entry_.json().keys[i];
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

bool Meeting::Map(v1::Row& row) {
  if (!ReadIdentity() || !ReadMeetingSchedule(entry_, service_)) return false;
  place_ = ReadMeetingPlace(entry_, service_);
  ReadTypes();
  ReadAttendance();
  ReadWords();
  ReadOrganizations(row);
  const bool somewhere =
      !place_.address.empty() || place_.latitude_e7.has_value();
  const bool online_alone =
      !in_person_ && !shut_ &&
      (online_.any() || type_online_ ||
       Lower(Trim(entry_.Text("attendance_option"))) == "online");
  if (somewhere && !online_alone) {
    v1::Location& location = *row.add_records()->mutable_location();
    FillLocation(entry_, place_, location);
    v1::ServiceAtLocation& link = *service_.add_service_at_locations();
    link.set_id(entry_.slug());
    link.mutable_location()->set_id(location.id());
    const std::string notes = entry_.Text("location_notes");
    if (!Trim(notes).empty()) link.set_description(notes);
  } else {
    // No place to go to: what the feed says of one is kept as it is.
    for (const char* key :
         {"location", "location_notes", "address", "city", "state",
          "postal_code", "country", "latitude", "longitude", "approximate"}) {
      const JsonValue* value = entry_.json().Given(key);
      const bool kept = std::any_of(
          service_.unknown_fields().begin(), service_.unknown_fields().end(),
          [&](const auto& field) { return field.name() == key; });
      if (value != nullptr && !kept) KeepUnknown(service_, key, value->text);
    }
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
    log.Add(origin, {.severity = v1::ROW_SKIPPED,
                     .reason = "wrong-kind",
                     .value_class = std::string(JsonClass(element)),
                     .message = "the element is no object",
                     .hint = "each element of the list is one meeting"});
    return mapped;
  }
  Meeting meeting(MeetingEntry(options_, element, origin, log));
  mapped.skipped = !meeting.Map(mapped.row);
  if (mapped.skipped) mapped.row.clear_records();
  return mapped;
}

std::map<std::string, std::string> ReadTypeNames(const JsonValue& formats) {
  std::map<std::string, std::string> names;
  const auto name_of = [](const JsonValue& value) -> std::string {
    if (value.IsString()) return value.string;
    for (const char* key : {"en", "name", "name_string"}) {
      const JsonValue* name = value.Given(key);
      if (name != nullptr && name->IsString()) return name->string;
    }
    return "";
  };
  for (size_t i = 0; i < formats.items.size(); ++i) {
    const JsonValue& item = formats.items[i];
    std::string code;
    if (formats.IsObject()) {
      code = formats.keys[i];
    } else {
      for (const char* key : {"key", "code", "key_string"}) {
        const JsonValue* value = item.Given(key);
        if (code.empty() && value != nullptr) code = value->string;
      }
    }
    const std::string name = name_of(item);
    if (!code.empty() && !name.empty()) names.emplace(code, name);
  }
  return names;
}

}  // namespace handrail::formats
