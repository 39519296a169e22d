#include "storage/normalise/rules.h"

#include <cstdint>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "handrail/v1/hsds.pb.h"
#include "handrail/v1/record.pb.h"
#include "storage/normalise/calendar.h"
#include "storage/normalise/extension.h"
#include "storage/normalise/limits.h"
#include "storage/normalise/names.h"
#include "storage/normalise/phone.h"
#include "storage/normalise/provenance.h"
#include "storage/normalise/source_text.h"
#include "storage/normalise/value_rules.h"

namespace handrail::storage {
namespace {

using google::protobuf::Message;

constexpr ValueKind kZoneKind = {
    "a time zone", "a name of the IANA list, such as America/New_York"};
constexpr ValueKind kAgeKind = {"an age", "whole years from 0 to 150"};

constexpr int64_t kLatitudeE7Max = 900'000'000;
constexpr int64_t kLongitudeE7Max = 1'800'000'000;

// Whether an HSDS list word was given that the list does not have: the reader
// leaves the value unset or UNSPECIFIED and keeps the word.
bool IsUnknownWord(const Message& object, const char* name, bool has,
                   int value) {
  return value == 0 && (has || HasSourceWords(object, name));
}

// --- What must be there -----------------------------------------------------

void RequireName(const std::string& name, const Path& path, RowReport& report) {
  if (!name.empty()) return;
  report.Skip(path, "name",
              {.reason = "missing-field",
               .value_class = "empty",
               .message = "the name is missing",
               .hint = "the name people know it by"});
}

void NoticeMissing(bool missing, const char* field, const char* hint,
                   const Path& path, RowReport& report) {
  if (!missing) return;
  report.Notice(path, field,
                {.reason = "missing-field",
                 .value_class = "empty",
                 .message = absl::StrCat("HSDS asks for ", field),
                 .hint = hint});
}

// --- Phones and languages ---------------------------------------------------

void TakeExtension(v1::Phone& phone, const std::string& extension,
                   const Path& path, RowReport& report) {
  if (extension.empty() || phone.extension() == extension) return;
  if (phone.extension().empty()) {
    phone.set_extension(extension);
    return;
  }
  report.Notice(path, "extension",
                {.reason = "extension-twice",
                 .value_class = "number",
                 .message = "the number has another extension in its text",
                 .hint = "one extension, in the field extension"});
}

void PhoneRules(v1::Phone& phone, const Path& path, const RuleContext& c) {
  TextField number(phone, "number");
  if (number.empty()) {
    NoticeMissing(true, "number", "the number, such as +14105550100", path,
                  c.report);
    return;
  }
  const std::optional<PhoneNumber> parsed = ParsePhone(number.Get(), c.region);
  if (!parsed.has_value()) {
    c.report.Kept(path, "number",
                  {.reason = "not-a-phone-number",
                   .value_class = ClassOf(number.Get()),
                   .message = "this is not a phone number",
                   .hint = "one number with its area code, such as "
                           "+14105550100; words belong in description"});
    return;
  }
  TakeExtension(phone, parsed->extension, path, c.report);
  number.Change(parsed->number);
}

void LanguageRules(v1::Language& language, const Path& path,
                   const RuleContext& c) {
  constexpr ValueKind kKind = {"a language code",
                               "an ISO 639 code, such as es or ase"};
  RuleCode(language, "code", LanguageTag, WhenUnknown::kDrop, kKind, path,
           c.report);
  if (!language.code().empty() || language.name().empty()) return;
  const std::optional<std::string> tag = LanguageNamed(language.name());
  if (tag.has_value()) {
    language.set_code(*tag);
    return;
  }
  c.report.Kept(path, "name",
                {.reason = "unknown-language",
                 .value_class = ClassOf(language.name()),
                 .message = "no language has this name",
                 .hint = "one language, with its ISO 639 code in code"});
}

// --- Places -----------------------------------------------------------------

void AddressRules(v1::Address& address, const Path& path,
                  const RuleContext& c) {
  RuleCode(address, "country", CountryCode, WhenUnknown::kStay,
           {.what = "a country", .hint = "two letters, such as US"}, path,
           c.report);
  if (IsUnknownWord(address, "address_type", address.has_address_type(),
                    address.address_type())) {
    c.report.Kept(path, "address_type",
                  {.reason = "unknown-code",
                   .value_class = "text",
                   .message = "HSDS has no such type of address",
                   .hint = "physical, postal or virtual"});
  }
  // Without a country the state says whether it is one of ours.
  const bool ours = address.country().empty()
                        ? StateLetters(address.state_province()).has_value()
                        : address.country() == "US";
  if (!ours) return;
  RuleCode(address, "state_province", StateLetters, WhenUnknown::kStay,
           {.what = "a state", .hint = "two letters, such as MD"}, path,
           c.report);
  RuleCode(address, "postal_code", ZipCode, WhenUnknown::kStay,
           {.what = "a ZIP code",
            .hint = "five digits, such as 02108; a leading 0 is easily lost"},
           path, c.report);
}

// "39.29", from degrees × 10^7, without trailing zeros.
std::string Degrees(int64_t e7) {
  constexpr int64_t kOne = 10'000'000;
  const int64_t size = e7 < 0 ? -e7 : e7;
  std::string fraction = std::to_string(size % kOne + kOne).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return absl::StrCat(e7 < 0 ? "-" : "", size / kOne,
                      fraction.empty() ? "" : ".", fraction);
}

bool ArePossible(int64_t latitude_e7, int64_t longitude_e7) {
  return latitude_e7 >= -kLatitudeE7Max && latitude_e7 <= kLatitudeE7Max &&
         longitude_e7 >= -kLongitudeE7Max && longitude_e7 <= kLongitudeE7Max &&
         (latitude_e7 != 0 || longitude_e7 != 0);
}

void CoordinateRules(v1::Location& location, const Path& path,
                     const RuleContext& c) {
  const bool latitude = location.has_latitude_e7();
  const bool longitude = location.has_longitude_e7();
  if (!latitude && !longitude) return;
  if (latitude && longitude &&
      ArePossible(location.latitude_e7(), location.longitude_e7())) {
    return;
  }
  if (latitude) {
    KeepSource(location, "latitude", Degrees(location.latitude_e7()));
  }
  if (longitude) {
    KeepSource(location, "longitude", Degrees(location.longitude_e7()));
  }
  location.clear_latitude_e7();
  location.clear_longitude_e7();
  c.report.Kept(path, latitude ? "latitude" : "longitude",
                {.reason = "impossible-coordinates",
                 .value_class = "number",
                 .message = "these are not the coordinates of a place",
                 .hint = "latitude -90 to 90 and longitude -180 to 180, both, "
                         "and not 0, 0; it is placed by its ZIP code instead"});
}

void LocationRules(v1::Location& location, const Path& path,
                   const RuleContext& c) {
  const bool unknown =
      IsUnknownWord(location, "location_type", location.has_location_type(),
                    location.location_type());
  if (unknown) {
    c.report.Kept(path, "location_type",
                  {.reason = "unknown-code",
                   .value_class = "text",
                   .message = "HSDS has no such type of location",
                   .hint = "physical, postal or virtual"});
  }
  // In a service_at_location it is a reference, which has its id alone.
  const bool is_record = path.parent == nullptr;
  NoticeMissing(is_record && !unknown && !location.has_location_type(),
                "location_type", "physical, postal or virtual", path, c.report);
  CoordinateRules(location, path, c);
}

// --- Schedules --------------------------------------------------------------

// Most schedules say few of the things that one can say; what is empty needs no
// rule. `name` is the field that `value` is in.

void DayRule(v1::Schedule& schedule, const char* name, const std::string& value,
             const Path& path, RowReport& report) {
  if (!value.empty()) RuleDate(schedule, name, path, report);
}

void TimeRule(v1::Schedule& schedule, const char* name,
              const std::string& value, bool may_be_24, const Path& path,
              RowReport& report) {
  if (value.empty()) return;
  RuleUnderstood(
      schedule, name,
      [may_be_24](std::string_view text) { return ReadTime(text, may_be_24); },
      {.what = "a time of day", .hint = "HH:MM, 00:00 to 23:59"}, path, report);
}

void NumbersRule(v1::Schedule& schedule, const char* name,
                 const std::string& value, int max, const Path& path,
                 RowReport& report) {
  if (value.empty()) return;
  RuleUnderstood(
      schedule, name,
      [max](std::string_view text) {
        Understood numbers = ReadNumbers(text, max);
        // A rule that is half understood would open doors that are shut.
        if (numbers.sense == Sense::kNotUnderstood) {
          numbers.sense = Sense::kImpossible;
        }
        return numbers;
      },
      {.what = "a list of days or weeks",
       .hint = "numbers separated by commas, such as 1,15 or -1"},
      path, report);
}

void RecurrenceWords(v1::Schedule& schedule, const Path& path,
                     const RuleContext& c) {
  if (IsUnknownWord(schedule, "freq", schedule.has_freq(), schedule.freq())) {
    SkipImpossible(
        path, "freq", "?",
        {.what = "how often a schedule repeats", .hint = "WEEKLY or MONTHLY"},
        c.report);
  }
  if (IsUnknownWord(schedule, "wkst", schedule.has_wkst(), schedule.wkst())) {
    SkipImpossible(
        path, "wkst", "?",
        {.what = "a day of the week", .hint = "MO, TU, WE, TH, FR, SA or SU"},
        c.report);
  }
  RuleUnderstood(
      schedule, "byday",
      [](std::string_view text) {
        Understood days = ReadByDay(text);
        if (days.sense == Sense::kNotUnderstood) {
          days.sense = Sense::kImpossible;
        }
        return days;
      },
      {.what = "a list of days", .hint = "MO,TU, or 2MO, or -1FR"}, path,
      c.report);
}

void ScheduleRules(v1::Schedule& schedule, const Path& path,
                   const RuleContext& c) {
  DayRule(schedule, "valid_from", schedule.valid_from(), path, c.report);
  DayRule(schedule, "valid_to", schedule.valid_to(), path, c.report);
  DayRule(schedule, "dtstart", schedule.dtstart(), path, c.report);
  DayRule(schedule, "until", schedule.until(), path, c.report);
  RuleOrder(schedule.valid_from(), schedule.valid_to(), "valid_to", path,
            c.report);
  RuleOrder(schedule.dtstart(), schedule.until(), "until", path, c.report);
  TimeRule(schedule, "opens_at", schedule.opens_at(), false, path, c.report);
  TimeRule(schedule, "closes_at", schedule.closes_at(), true, path, c.report);
  RecurrenceWords(schedule, path, c);
  NumbersRule(schedule, "byweekno", schedule.byweekno(), 53, path, c.report);
  NumbersRule(schedule, "bymonthday", schedule.bymonthday(), 31, path,
              c.report);
  NumbersRule(schedule, "byyearday", schedule.byyearday(), 366, path, c.report);
  if (schedule.has_interval() && schedule.interval() < 1) {
    SkipImpossible(path, "interval", "0",
                   {.what = "an interval", .hint = "1 or more"}, c.report);
  }
  if (schedule.has_count() && schedule.count() < 0) {
    SkipImpossible(path, "count", "-1",
                   {.what = "a number of times", .hint = "0 or more"},
                   c.report);
  }
  RuleCode(
      schedule, "zone",
      [](std::string_view text) -> std::optional<std::string> {
        if (!IsZone(text)) return std::nullopt;
        return std::string(text);
      },
      WhenUnknown::kDrop, kZoneKind, path, c.report);
}

// --- Services and what belongs to them ----------------------------------

void AgeRules(const v1::Service& service, const Path& path,
              const RuleContext& c) {
  const auto check = [&](bool has, int32_t age, const char* name) {
    if (!has || (age >= 0 && age <= kAgeYearsMax)) return;
    SkipImpossible(path, name, "0", kAgeKind, c.report);
  };
  check(service.has_minimum_age(), service.minimum_age(), "minimum_age");
  check(service.has_maximum_age(), service.maximum_age(), "maximum_age");
  if (service.has_minimum_age() && service.has_maximum_age() &&
      service.minimum_age() > service.maximum_age()) {
    SkipImpossible(path, "maximum_age", "0",
                   {.what = "the oldest age, it is below the youngest",
                    .hint = "minimum_age, or more"},
                   c.report);
  }
}

void ServiceRules(v1::Service& service, const Path& path,
                  const RuleContext& c) {
  RequireName(service.name(), path, c.report);
  if (IsUnknownWord(service, "status", service.has_status(),
                    service.status())) {
    SkipImpossible(path, "status", "?",
                   {.what = "the status of a service",
                    .hint = "active, inactive, defunct or temporarily closed"},
                   c.report);
  }
  NoticeMissing(!service.has_status(), "status",
                "active, inactive, defunct or temporarily closed", path,
                c.report);
  AgeRules(service, path, c);
  RuleDate(service, "assured_date", path, c.report);
}

void CostRules(v1::CostOption& cost, const Path& path, const RuleContext& c) {
  RuleDate(cost, "valid_from", path, c.report);
  RuleDate(cost, "valid_to", path, c.report);
  RuleOrder(cost.valid_from(), cost.valid_to(), "valid_to", path, c.report);
  RuleUnderstood(cost, "amount", ReadAmount,
                 {.what = "an amount",
                  .hint = "digits with a point, such as 35.50, 0 or more"},
                 path, c.report);
  RuleCode(cost, "currency", CurrencyCode, WhenUnknown::kStay,
           {.what = "a currency", .hint = "three letters, such as USD"}, path,
           c.report);
}

void CapacityRules(const v1::ServiceCapacity& capacity, const Path& path,
                   const RuleContext& c) {
  constexpr ValueKind kKind = {"a number of places", "0 or more"};
  if (capacity.available() < 0) {
    SkipImpossible(path, "available", "-1", kKind, c.report);
  }
  if (capacity.maximum() < 0) {
    SkipImpossible(path, "maximum", "-1", kKind, c.report);
  }
  if (capacity.has_maximum() && capacity.available() > capacity.maximum()) {
    c.report.Notice(path, "available",
                    {.reason = "more-free-than-there-are",
                     .value_class = "number",
                     .message = "more places are free than there are",
                     .hint = "maximum, or less"});
  }
}

// --- Organizations, programs, taxonomies ------------------------------------

void OrganizationRules(v1::Organization& organization, const Path& path,
                       const RuleContext& c) {
  RequireName(organization.name(), path, c.report);
  NoticeMissing(organization.description().empty(), "description",
                "what the organization does", path, c.report);
}

void ProgramRules(v1::Program& program, const Path& path,
                  const RuleContext& c) {
  RequireName(program.name(), path, c.report);
  NoticeMissing(program.description().empty(), "description",
                "what the program is", path, c.report);
}

// --- Our own kinds ----------------------------------------------------------

// "MD/Baltimore".
bool IsCountyCode(const std::string& code) {
  const size_t slash = code.find('/');
  if (slash != 2 || code.size() <= slash + 1) return false;
  return StateLetters(code.substr(0, slash)) == code.substr(0, slash);
}

void CentroidRules(v1::Centroid& centroid, const Path& path,
                   const RuleContext& c) {
  const bool zip = centroid.area() == v1::Centroid::ZIP_CODE;
  const bool county = centroid.area() == v1::Centroid::COUNTY_AREA;
  const bool good_code =
      (zip && centroid.code().size() == 5 && ZipCode(centroid.code())) ||
      (county && IsCountyCode(centroid.code()));
  if (!good_code) {
    SkipImpossible(path, "code", centroid.code(),
                   {.what = "the code of an area",
                    .hint = "five digits, or MD/Baltimore for a county"},
                   c.report);
  }
  if (!ArePossible(centroid.latitude_e7(), centroid.longitude_e7())) {
    SkipImpossible(path, "latitude", "0",
                   {.what = "the middle of an area",
                    .hint = "latitude -90 to 90, longitude -180 to 180, and "
                            "not 0, 0"},
                   c.report);
  }
  if (!centroid.state().empty()) {
    if (const auto letters = StateLetters(centroid.state())) {
      centroid.set_state(*letters);
    }
  }
}

void CrisisRules(v1::CrisisResource& resource, const Path& path,
                 const RuleContext& c) {
  RequireName(resource.name(), path, c.report);
  if (resource.kinds_size() == 0 || resource.contacts_size() == 0) {
    SkipImpossible(path, resource.kinds_size() == 0 ? "kinds" : "contacts", "",
                   {.what = "a crisis resource",
                    .hint = "at least one kind and one way to reach it"},
                   c.report);
  }
  for (std::string& language : *resource.mutable_languages()) {
    if (const auto tag = LanguageTag(language)) language = *tag;
  }
  FillProvenance(*resource.mutable_provenance(), path, c);
}

// --- Which rules for which kind ---------------------------------------------

template <typename T, auto kRules>
void Call(Message& object, const Path& path, const RuleContext& context) {
  kRules(static_cast<T&>(object), path, context);
}

void NamedRules(Message& object, const Path& path, const RuleContext& c) {
  // Terms nested in attributes are as the source has them.
  if (path.parent != nullptr) return;
  RequireName(TextField(object, "name").Get(), path, c.report);
}

const absl::flat_hash_map<const google::protobuf::Descriptor*, Rules>&
RulesByKind() {
  static const auto* const rules =
      new absl::flat_hash_map<const google::protobuf::Descriptor*, Rules>{
          {v1::Organization::descriptor(),
           Call<v1::Organization, OrganizationRules>},
          {v1::Program::descriptor(), Call<v1::Program, ProgramRules>},
          {v1::Service::descriptor(), Call<v1::Service, ServiceRules>},
          {v1::Location::descriptor(), Call<v1::Location, LocationRules>},
          {v1::Phone::descriptor(), Call<v1::Phone, PhoneRules>},
          {v1::Language::descriptor(), Call<v1::Language, LanguageRules>},
          {v1::Address::descriptor(), Call<v1::Address, AddressRules>},
          {v1::Schedule::descriptor(), Call<v1::Schedule, ScheduleRules>},
          {v1::CostOption::descriptor(), Call<v1::CostOption, CostRules>},
          {v1::ServiceCapacity::descriptor(),
           Call<v1::ServiceCapacity, CapacityRules>},
          {v1::Centroid::descriptor(), Call<v1::Centroid, CentroidRules>},
          {v1::CrisisResource::descriptor(),
           Call<v1::CrisisResource, CrisisRules>},
          {v1::RecordExtension::descriptor(),
           Call<v1::RecordExtension, ExtensionRules>},
          {v1::Taxonomy::descriptor(), NamedRules},
          {v1::TaxonomyTerm::descriptor(), NamedRules},
      };
  return *rules;
}

}  // namespace

Rules RulesOf(const google::protobuf::Descriptor& type) {
  const auto found = RulesByKind().find(&type);
  return found == RulesByKind().end() ? nullptr : found->second;
}

}  // namespace handrail::storage
