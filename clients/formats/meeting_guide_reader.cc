#include "clients/formats/meeting_guide_reader.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/meeting_guide_address.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/hash.h"

namespace handrail::formats {
namespace {

// Name space of the ids of what a meeting is taken apart into. Never changes.
constexpr char kPartSpace[] = "5a8f3c1e-7b0d-5c4e-9f6a-2d1b8e7c4a90";

// What a member gave so that others can reach them, and money. `phone` and
// `email` without a word in front are the group's contact person's.
bool IsPersonal(std::string_view key) {
  constexpr std::array<std::string_view, 11> kKeys = {
      "phone",        "email",           "author",       "edit_url",
      "feedback_url", "feedback_emails", "last_contact", "mailing_address",
      "venmo",        "square",          "paypal"};
  return key.starts_with("contact") || key.starts_with("group_email") ||
         key.starts_with("group_phone") ||
         std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

// Keys that find their place in a record.
bool IsMapped(std::string_view key) {
  static const std::set<std::string_view> kKeys = {"slug",
                                                   "name",
                                                   "day",
                                                   "time",
                                                   "end_time",
                                                   "timezone",
                                                   "types",
                                                   "notes",
                                                   "group",
                                                   "group_notes",
                                                   "location",
                                                   "location_notes",
                                                   "address",
                                                   "city",
                                                   "state",
                                                   "postal_code",
                                                   "country",
                                                   "formatted_address",
                                                   "latitude",
                                                   "longitude",
                                                   "approximate",
                                                   "conference_url",
                                                   "conference_phone",
                                                   "url",
                                                   "website",
                                                   "attendance_option",
                                                   "entity",
                                                   "entity_email",
                                                   "entity_phone",
                                                   "entity_website_url",
                                                   "entity_url",
                                                   "fellowship"};
  return kKeys.contains(key);
}

std::string Trim(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return "";
  return std::string(
      text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
}

std::string Lower(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

// One meeting on its way from JSON to records.
class Meeting {
 public:
  Meeting(const MeetingOptions& options, const JsonValue& json,
          const v1::RowOrigin& origin, FindingLog& log)
      : options_(options), json_(json), origin_(origin), log_(log) {}

  // False when the meeting cannot be loaded; the finding is made.
  bool Map(v1::Row& row);

 private:
  struct Online {
    std::string url;
    std::string phone;
    bool any() const { return !url.empty() || !phone.empty(); }
  };

  std::string Text(std::string_view key) const;
  std::string PartId(std::string_view part) const;
  bool Skip(std::string field, std::string reason, std::string value_class,
            std::string message, std::string hint);
  void Note(v1::FindingSeverity severity, std::string field, std::string reason,
            std::string message, std::string hint);

  bool ReadIdentity();
  bool ReadDays(std::string& byday);
  bool ReadSchedule();
  void ReadPlace();
  void ReadTypes();
  void ReadAttendance();
  void ReadOrganizations(v1::Row& row);
  void ReadWords();
  void KeepTheRest();
  void FillLocation(v1::Location& location);
  void SetMode(const char* code, v1::Answer answer);
  void AddUrl(const std::string& label, const std::string& url);
  void Apply(const CodeMeaning& meaning);

  v1::RecordExtension& extension() { return *service_.mutable_x_handrail(); }

  const MeetingOptions& options_;
  const JsonValue& json_;
  const v1::RowOrigin& origin_;
  FindingLog& log_;

  std::string slug_;
  v1::Service service_;
  MeetingAddress address_;
  std::optional<int32_t> latitude_e7_;
  std::optional<int32_t> longitude_e7_;
  Online online_;
  bool type_online_ = false;
  bool type_shut_ = false;
  bool in_person_ = false;
  bool shut_ = false;
  bool approximate_ = false;
  std::set<std::string> conflicts_;
};

// Numbers and truth values are as good as their text; lists and objects none.
std::string Meeting::Text(std::string_view key) const {
  const JsonValue* value = json_.Given(key);
  if (value == nullptr || !value->IsScalar()) return "";
  return value->IsString() ? value->string : std::string(value->text);
}

std::string Meeting::PartId(std::string_view part) const {
  return UuidV5(kPartSpace, absl::StrCat(options_.source, "/", slug_, "/",
                                         std::string(part)));
}

bool Meeting::Skip(std::string field, std::string reason,
                   std::string value_class, std::string message,
                   std::string hint) {
  log_.Add(origin_, {.severity = v1::ROW_SKIPPED,
                     .field = std::move(field),
                     .reason = std::move(reason),
                     .value_class = std::move(value_class),
                     .message = std::move(message),
                     .hint = std::move(hint)});
  return false;
}

void Meeting::Note(v1::FindingSeverity severity, std::string field,
                   std::string reason, std::string message, std::string hint) {
  log_.Tally(origin_, {.severity = severity,
                       .field = std::move(field),
                       .reason = std::move(reason),
                       .value_class = "text",
                       .message = std::move(message),
                       .hint = std::move(hint)});
}

bool Meeting::ReadIdentity() {
  slug_ = Trim(Text("slug"));
  if (slug_.empty()) {
    slug_ = Trim(Text("id"));
    if (slug_.empty()) {
      return Skip("slug", "missing-field", "empty",
                  "the meeting has no slug, so that the next load could not "
                  "tell it from others",
                  "give each meeting a slug of its own");
    }
    Note(v1::NOTICE, "slug", "missing-field",
         "meetings have no slug; their id counts",
         "give each meeting a slug of its own");
  }
  const std::string name = Trim(Text("name"));
  if (name.empty()) {
    return Skip("name", "missing-field", "empty", "the meeting has no name",
                "give each meeting a name");
  }
  service_.set_id(slug_);
  service_.set_name(name);
  service_.set_status(v1::ACTIVE);
  extension().set_external_id(slug_);
  return true;
}

constexpr std::array<std::string_view, 7> kDays = {"SU", "MO", "TU", "WE",
                                                   "TH", "FR", "SA"};

// 0 to 6, as a number, a text or a list of either. False when it is neither.
bool Meeting::ReadDays(std::string& byday) {
  const JsonValue* given = json_.Given("day");
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
      return Skip("day", "impossible-value", std::string(JsonClass(*value)),
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

bool Meeting::ReadSchedule() {
  std::string byday;
  if (!ReadDays(byday)) return false;
  const std::string time = Trim(Text("time"));
  const std::string end_time = Trim(Text("end_time"));
  const std::string opens = ClockTime(time);
  std::string closes = ClockTime(end_time);
  if ((!time.empty() && opens.empty()) ||
      (!end_time.empty() && closes.empty())) {
    return Skip(opens.empty() && !time.empty() ? "time" : "end_time",
                "impossible-value", "text", "the time is none of the day",
                "hours and minutes, such as 18:30 or 6:30 PM");
  }
  if (byday.empty() && opens.empty()) {
    // By appointment, as the standard has it.
    ApplyFact({.path = "any.admission_routes", .value = "appointment"},
              *extension().mutable_profile());
    return true;
  }
  if (byday.empty() || opens.empty()) {
    log_.Add(origin_,
             {.severity = v1::VALUE_KEPT_AS_TEXT,
              .field = byday.empty() ? "day" : "time",
              .reason = "missing-field",
              .value_class = "empty",
              .message = "the meeting has a day without a time or a time "
                         "without a day; its hours are not known",
              .hint = "give both, or neither for a meeting by appointment"});
    KeepUnknown(service_, byday.empty() ? "time" : "day",
                json_.Find(byday.empty() ? "time" : "day")->text);
    return true;
  }
  if (closes == opens) {
    log_.Add(origin_, {.severity = v1::VALUE_KEPT_AS_TEXT,
                       .field = "end_time",
                       .reason = "impossible-value",
                       .value_class = "text",
                       .message = "the meeting ends when it starts; its end is "
                                  "not known",
                       .hint = "leave end_time out, or give the true one"});
    closes.clear();
    KeepUnknown(service_, "end_time", JsonString(end_time));
  }
  v1::Schedule& schedule = *service_.add_schedules();
  schedule.set_id(PartId("schedule"));
  schedule.set_freq(v1::WEEKLY);
  schedule.set_byday(byday);
  schedule.set_opens_at(opens);
  if (!closes.empty()) schedule.set_closes_at(closes);
  // A time in other words is kept in them.
  if (opens != time) KeepUnknown(service_, "time", JsonString(time));
  if (!closes.empty() && closes != end_time) {
    KeepUnknown(service_, "end_time", JsonString(end_time));
  }
  std::string zone = Trim(Text("timezone"));
  if (zone.empty()) zone = options_.zone;
  if (zone.empty()) {
    Note(v1::NOTICE, "timezone", "missing-field",
         "meetings have no time zone; their hours cannot be judged",
         "say which with --zone, such as America/New_York");
  } else {
    schedule.set_zone(zone);
    extension().set_zone(zone);
  }
  return true;
}

void Meeting::ReadPlace() {
  const std::string line = Trim(Text("formatted_address"));
  const std::string address = Trim(Text("address"));
  address_ = {.street = address,
              .city = Trim(Text("city")),
              .state = Trim(Text("state")),
              .postal_code = Trim(Text("postal_code")),
              .country = Trim(Text("country"))};
  if (!line.empty()) {
    address_ = ParseAddressLine(line);
    KeepUnknown(service_, "formatted_address", JsonString(line));
  } else if (address_.city.empty() && address_.state.empty() &&
             address_.postal_code.empty() &&
             address.find(',') != std::string::npos) {
    const std::string country = address_.country;
    address_ = ParseAddressLine(address);
    if (address_.country.empty()) address_.country = country;
    KeepUnknown(service_, "address", JsonString(address));
  }
  const auto degrees = [&](const char* key, double limit) {
    const std::string text = Trim(Text(key));
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    std::optional<int32_t> e7;
    if (text.empty()) return e7;
    if (*end != '\0' || !std::isfinite(value) || std::abs(value) > limit) {
      Note(v1::VALUE_KEPT_AS_TEXT, key, "impossible-coordinates",
           "coordinates are not on Earth; they are kept as text",
           "decimal degrees, such as 37.97 and -122.53");
      KeepUnknown(service_, key, json_.Find(key)->text);
      return e7;
    }
    e7 = static_cast<int32_t>(std::llround(value * 1e7));
    return e7;
  };
  latitude_e7_ = degrees("latitude", 90);
  longitude_e7_ = degrees("longitude", 180);
  if (latitude_e7_.has_value() != longitude_e7_.has_value()) {
    Note(v1::VALUE_KEPT_AS_TEXT, "latitude", "impossible-coordinates",
         "only one of latitude and longitude is given; it is kept as text",
         "give both");
    const char* key = latitude_e7_.has_value() ? "latitude" : "longitude";
    KeepUnknown(service_, key, json_.Find(key)->text);
    latitude_e7_.reset();
    longitude_e7_.reset();
  }
  const std::string approximate = Lower(Trim(Text("approximate")));
  // Without a word on it, a place without a street is that of a town.
  approximate_ = approximate == "yes" || approximate == "true" ||
                 approximate == "1" ||
                 (approximate.empty() && address_.street.empty());
}

void Meeting::Apply(const CodeMeaning& meaning) {
  const std::string conflict = ApplyMeaning(meaning, extension());
  if (!conflict.empty()) conflicts_.insert(conflict);
}

void Meeting::ReadTypes() {
  const Fellowship& fellowship = *options_.fellowship;
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
  const JsonValue* types = json_.Given("types");
  if (types == nullptr) return;
  std::set<std::string> seen;
  for (const JsonValue& item : types->items) {
    const std::string code = Trim(item.IsString() ? item.string : "");
    if (code.empty()) {
      Note(v1::NOTICE, "types", "unknown-code", "a type code is empty",
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
      const auto own = options_.type_names.find(code);
      name = own == options_.type_names.end() ? code : own->second;
    }
    if (!meaning.known) {
      Note(v1::NOTICE, "types", "unknown-code",
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
    attribute.set_id(PartId(absl::StrCat("type/", code)));
    attribute.set_link_type("taxonomy");
    attribute.set_link_entity("service");
    v1::TaxonomyTerm& term = *attribute.mutable_taxonomy_term();
    term.set_id(
        UuidV5(kPartSpace, absl::StrCat("type/", fellowship.key, "/", code)));
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
    Note(v1::NOTICE, "types", "contradicting-codes",
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
  online_ = {.url = Trim(Text("conference_url")),
             .phone = Trim(Text("conference_phone"))};
  const std::string option = Lower(Trim(Text("attendance_option")));
  const bool place =
      !approximate_ && (!address_.street.empty() || latitude_e7_.has_value());
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
    Note(v1::VALUE_KEPT_AS_TEXT, "attendance_option", "unknown-code",
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
    Note(v1::NOTICE, "attendance_option", "missing-field",
         "meetings have neither a street address nor a way to join online",
         "give an address, a conference link or a conference phone");
    return;
  }
  // The two are all there is: what a meeting is not, it says as well.
  SetMode("in_person", in_person_ ? v1::YES : v1::NO);
  SetMode("online", online ? v1::YES : v1::NO);
  if (!online_.phone.empty()) SetMode("phone", v1::YES);
}

void Meeting::FillLocation(v1::Location& location) {
  const std::string name = Trim(Text("location"));
  location.set_location_type(v1::PHYSICAL);
  if (!name.empty()) location.set_name(name);
  if (latitude_e7_.has_value()) {
    location.set_latitude_e7(*latitude_e7_);
    location.set_longitude_e7(*longitude_e7_);
  }
  std::string content =
      absl::StrCat(name, "\n", latitude_e7_.value_or(0), "\n",
                   longitude_e7_.value_or(0), "\n", approximate_ ? 1 : 0);
  for (const std::string& part :
       {address_.street, address_.city, address_.state, address_.postal_code,
        address_.country}) {
    absl::StrAppend(&content, "\n", part);
  }
  // Meetings at one place share it; what differs makes another place.
  location.set_id(absl::StrCat("place-", Sha256Hex(content).substr(0, 24)));
  if (approximate_) location.mutable_x_handrail()->set_approximate(true);
  if (address_.empty()) return;
  v1::Address& address = *location.add_addresses();
  address.set_id(UuidV5(kPartSpace, absl::StrCat(options_.source, "/",
                                                 location.id(), "/address")));
  if (!address_.street.empty()) address.set_address_1(address_.street);
  if (!address_.city.empty()) address.set_city(address_.city);
  if (!address_.state.empty()) address.set_state_province(address_.state);
  if (!address_.postal_code.empty()) {
    address.set_postal_code(address_.postal_code);
  }
  if (!address_.country.empty()) address.set_country(address_.country);
  address.set_address_type(v1::PHYSICAL);
}

void Meeting::AddUrl(const std::string& label, const std::string& url) {
  if (url.empty()) return;
  v1::Url& link = *service_.add_additional_urls();
  link.set_id(PartId(absl::StrCat("url/", label)));
  link.set_label(label);
  link.set_url(url);
}

void Meeting::ReadOrganizations(v1::Row& row) {
  const std::string group = Trim(Text("group"));
  const std::string entity = Trim(Text("entity"));
  std::string site = Trim(Text("entity_website_url"));
  if (site.empty()) site = Trim(Text("entity_url"));
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
    organization.set_name(
        absl::StrCat(options_.fellowship->name, " (", options_.source, ")"));
  }
  service_.set_organization_id(organization.id());
  // The office's lines stand with each meeting, so that one feed may name
  // several without contradicting itself.
  const std::string label = entity.empty() ? "Service office" : entity;
  AddUrl(label, site);
  const std::string phone = Trim(Text("entity_phone"));
  if (!phone.empty()) {
    v1::Phone& line = *service_.add_phones();
    line.set_id(PartId("entity_phone"));
    line.set_number(phone);
    line.set_type("voice");
    line.set_description(label);
  }
  const std::string email = Trim(Text("entity_email"));
  if (!email.empty()) service_.set_email(email);
  if (!entity.empty() && !group.empty()) {
    KeepUnknown(service_, "entity", JsonString(entity));
  }
}

void Meeting::ReadWords() {
  std::string words = Text("notes");
  const std::string group_notes = Text("group_notes");
  if (!Trim(group_notes).empty()) {
    if (!Trim(words).empty()) words += "\n\n";
    words += group_notes;
  }
  if (!Trim(words).empty()) service_.set_description(words);
  const std::string url = Trim(Text("url"));
  if (!url.empty()) service_.set_url(url);
  AddUrl("Website", Trim(Text("website")));
}

void Meeting::KeepTheRest() {
  int dropped = 0;
  for (size_t i = 0; i < json_.keys.size(); ++i) {
    const std::string& key = json_.keys[i];
    const JsonValue& value = json_.items[i];
    if (value.IsNull()) continue;
    if (IsPersonal(key)) {
      const bool empty = value.IsString() && value.string.empty();
      dropped += empty ? 0 : 1;
      continue;
    }
    if (!IsMapped(key)) KeepUnknown(service_, key, value.text);
  }
  if (dropped > 0) {
    Note(v1::NOTICE, "contact", "personal-dropped",
         "names, numbers or addresses of members were left out; meetings are "
         "anonymous",
         "nothing to do; lines of the service office (entity_phone) stay");
  }
}

bool Meeting::Map(v1::Row& row) {
  if (!ReadIdentity() || !ReadSchedule()) return false;
  ReadPlace();
  ReadTypes();
  ReadAttendance();
  ReadWords();
  ReadOrganizations(row);
  const bool somewhere = !address_.empty() || latitude_e7_.has_value();
  const bool online_alone =
      !in_person_ && !shut_ &&
      (online_.any() || type_online_ ||
       Lower(Trim(Text("attendance_option"))) == "online");
  if (somewhere && !online_alone) {
    v1::Location& location = *row.add_records()->mutable_location();
    FillLocation(location);
    v1::ServiceAtLocation& link = *service_.add_service_at_locations();
    link.set_id(slug_);
    link.mutable_location()->set_id(location.id());
    const std::string notes = Text("location_notes");
    if (!Trim(notes).empty()) link.set_description(notes);
  } else {
    // No place to go to: what the feed says of one is kept as it is.
    for (const char* key :
         {"location", "location_notes", "address", "city", "state",
          "postal_code", "country", "latitude", "longitude", "approximate"}) {
      const JsonValue* value = json_.Given(key);
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

std::string TwoDigits(int number) {
  return absl::StrCat(number < 10 ? "0" : "", number);
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
  Meeting meeting(options_, element, origin, log);
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

std::string ClockTime(std::string_view text) {
  std::string rest = Lower(Trim(text));
  int half = -1;
  for (const auto& [suffix, value] :
       {std::pair<std::string_view, int>{"am", 0}, {"pm", 12}}) {
    if (rest.ends_with(suffix)) {
      half = value;
      rest = Trim(rest.substr(0, rest.size() - 2));
    }
  }
  std::vector<int> parts;
  size_t at = 0;
  while (at <= rest.size()) {
    const size_t colon = std::min(rest.find(':', at), rest.size());
    const std::string part = rest.substr(at, colon - at);
    if (part.empty() || part.size() > 2 ||
        part.find_first_not_of("0123456789") != std::string::npos) {
      return "";
    }
    parts.push_back(std::stoi(part));
    at = colon + 1;
  }
  if (parts.size() > 3 || (parts.size() == 1 && half < 0)) return "";
  int hour = parts[0];
  const int minute = parts.size() > 1 ? parts[1] : 0;
  if (parts.size() == 3 && parts[2] > 59) return "";
  if (half >= 0) {
    if (hour < 1 || hour > 12) return "";
    hour = hour % 12 + half;
  }
  if (hour == 24 && minute == 0) hour = 0;
  if (hour > 23 || minute > 59) return "";
  return TwoDigits(hour) + ":" + TwoDigits(minute);
}

}  // namespace handrail::formats
