#include "clients/formats/samhsa_facility.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "absl/strings/str_cat.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/plain_text.h"

namespace handrail::formats {
namespace {

constexpr size_t kCodeLengthMax = 7;
constexpr std::string_view kOldEdition = "2017";

std::string Text(const JsonValue& object, std::string_view key) {
  const JsonValue* value = object.Given(key);
  if (value == nullptr || !value->IsScalar()) return "";
  return Trim(value->IsString() ? std::string_view(value->string)
                                : value->text);
}

void AddNotEmpty(std::string text, std::vector<std::string>& to) {
  if (!text.empty()) to.push_back(std::move(text));
}

// One number with its extension: "(602)258-3600x4144".
void AddPhone(std::string_view text, std::string purpose,
              std::vector<FacilityPhone>& phones) {
  std::string number = Trim(text);
  if (number.empty()) return;
  FacilityPhone phone{.purpose = std::move(purpose)};
  const size_t x = number.find_last_of("xX");
  if (x != std::string::npos && x > 0 &&
      number.find_first_not_of("0123456789 ", x + 1) == std::string::npos) {
    phone.extension = Trim(number.substr(x + 1));
    number = Trim(number.substr(0, x));
  }
  phone.number = number;
  phones.push_back(std::move(phone));
}

// Without blanks at its ends, non-breaking ones included.
std::string TrimName(std::string_view text) {
  constexpr std::string_view kNoBreak = "\xc2\xa0";
  std::string name = Trim(text);
  while (name.ends_with(kNoBreak)) {
    name = Trim(name.substr(0, name.size() - kNoBreak.size()));
  }
  while (name.starts_with(kNoBreak)) name = Trim(name.substr(kNoBreak.size()));
  return name;
}

// The services of one text: "Detoxification; Residential/24-hour residential".
void AddNames(std::string_view text, const std::string& group,
              std::vector<SamhsaService>& services) {
  for (const std::string& part : SplitText(text, ";")) {
    const std::string name = TrimName(part);
    if (name.empty()) continue;
    const bool there = std::any_of(
        services.begin(), services.end(), [&](const SamhsaService& other) {
          return other.name == name && other.group == group;
        });
    if (!there) services.push_back({.group = group, .name = name});
  }
}

// Letters and digits of a column's name, in small letters.
std::string Folded(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte)) folded += static_cast<char>(std::tolower(byte));
  }
  return folded;
}

bool IsYes(const std::string& value) {
  const std::string lower = Lower(value);
  return lower == "1" || lower == "y" || lower == "yes" || lower == "true" ||
         lower == "x";
}

bool IsNothing(const std::string& value) {
  const std::string lower = Lower(value);
  return lower.empty() || lower == "0" || lower == "n" || lower == "no" ||
         lower == "false" || lower == "na" || lower == "null";
}

}  // namespace

bool LooksLikeFacility(const JsonValue& object) {
  if (!object.IsObject()) return false;
  if (const JsonValue* flat = object.Given("all_services")) {
    return flat->IsString() && object.Find("name") != nullptr;
  }
  if (object.Find("typeFacility") != nullptr) return true;
  const JsonValue* services = object.Given("services");
  if (services == nullptr || !services->IsArray()) return false;
  const bool grouped =
      !services->items.empty() && services->items[0].Find("f3") != nullptr;
  return grouped || object.Find("name1") != nullptr;
}

std::vector<FacilityPhone> ReadFacilityPhones(std::string_view text) {
  std::vector<FacilityPhone> phones;
  // "(510)875- 2300": a number that broke at the end of a line.
  std::string whole;
  for (const char c : text) {
    if (c != ' ' || !whole.ends_with('-')) whole += c;
  }
  text = whole;
  const std::string lower = Lower(whole);
  const size_t intake = lower.find("intake");
  // Numbers have no blanks inside where several stand in one cell.
  const auto add = [&](std::string_view part, const std::string& purpose) {
    for (const std::string& number : SplitText(part, " ")) {
      AddPhone(number, purpose, phones);
    }
  };
  if (intake == std::string::npos) {
    AddPhone(text, "", phones);
    return phones;
  }
  add(text.substr(0, intake), "");
  const size_t colon = text.find(':', intake);
  if (colon != std::string_view::npos) add(text.substr(colon + 1), "Intake");
  return phones;
}

Facility ReadFacility(const JsonValue& object) {
  Facility facility{.name = Text(object, "name1"),
                    .city = Text(object, "city"),
                    .state = Text(object, "state"),
                    .zip = Text(object, "zip"),
                    .zip4 = Text(object, "zip4"),
                    .county = Text(object, "county"),
                    .latitude = Text(object, "latitude"),
                    .longitude = Text(object, "longitude"),
                    .website = Text(object, "website"),
                    .type = Text(object, "typeFacility")};
  if (facility.name.empty()) facility.name = Text(object, "name");
  for (const char* key : {"name2", "name3"}) {
    AddNotEmpty(Text(object, key), facility.other_names);
  }
  for (const char* key : {"street1", "street2", "street"}) {
    AddNotEmpty(Text(object, key), facility.streets);
  }
  constexpr std::array<std::pair<const char*, const char*>, 7> kPhones = {
      {{"phone", ""},
       {"intake1", "Intake"},
       {"intake2", "Intake"},
       {"intake1a", "Intake"},
       {"intake2a", "Intake"},
       {"hotline1", "Hot line"},
       {"hotline2", "Hot line"}}};
  for (const auto& [key, purpose] : kPhones) {
    AddPhone(Text(object, key), purpose, facility.phones);
  }
  if (const JsonValue* services = object.Given("services")) {
    facility.has_services = true;
    for (const JsonValue& group : services->items) {
      AddNames(Text(group, "f3"), Text(group, "f2"), facility.services);
    }
  }
  for (const char* key : {"all_services", "residential_services"}) {
    const JsonValue* text = object.Given(key);
    if (text == nullptr || !text->IsString()) continue;
    facility.has_services = true;
    AddNames(text->string, "", facility.services);
  }
  for (size_t i = 0; i < object.keys.size(); ++i) {
    static const std::array<std::string_view, 32> kUsed = {
        "name1",        "name2",
        "name3",        "name",
        "street1",      "street2",
        "street",       "city",
        "state",        "zip",
        "zip4",         "county",
        "latitude",     "longitude",
        "website",      "typeFacility",
        "phone",        "intake1",
        "intake2",      "intake1a",
        "intake2a",     "hotline1",
        "hotline2",     "services",
        "all_services", "residential_services",
        "_irow",        "miles",
        "distance",     "page",
        "row",          "index"};
    const JsonValue& value = object.items[i];
    if (std::find(kUsed.begin(), kUsed.end(), object.keys[i]) != kUsed.end() ||
        value.IsNull() || (value.IsString() && Trim(value.string).empty())) {
      continue;
    }
    facility.rest.emplace_back(object.keys[i], JsonText(value));
  }
  return facility;
}

FacilityTable::Field FacilityTable::FieldOf(const std::string& name) {
  static const std::vector<std::pair<Field, std::vector<std::string_view>>>
      kNames = {
          {Field::kName, {"name1", "name", "facilityname", "programname"}},
          {Field::kOtherName, {"name2", "name3", "dba"}},
          {Field::kStreet,
           {"street1", "street2", "address1", "address2", "address3", "street",
            "address", "streetaddress"}},
          {Field::kCity, {"city"}},
          {Field::kState, {"state"}},
          {Field::kZip, {"zip", "zipcode"}},
          {Field::kZip4, {"zip4"}},
          {Field::kCounty, {"county"}},
          {Field::kLatitude, {"latitude"}},
          {Field::kLongitude, {"longitude"}},
          {Field::kPhone, {"phone", "contact", "telephone", "phonenumber"}},
          {Field::kIntake, {"intake1", "intake2", "intake1a", "intake2a"}},
          {Field::kHotLine, {"hotline1", "hotline2"}},
          {Field::kWebsite, {"website", "url", "web"}},
          {Field::kType, {"typefacility"}},
          {Field::kKeys,
           {"keys", "servicekeys", "servicecodeinfo", "servicecodes"}},
          {Field::kCertification,
           {"certification", "fullcertification", "certificationtype",
            "certificationdate"}},
      };
  const std::string folded = Folded(name);
  for (const auto& [field, names] : kNames) {
    if (std::find(names.begin(), names.end(), folded) != names.end()) {
      return field;
    }
  }
  return Field::kRest;
}

FacilityTable FacilityTable::Of(const CsvTable& table) {
  FacilityTable of;
  const auto has = [&](Field field) {
    return std::any_of(
        of.columns_.begin(), of.columns_.end(),
        [&](const Column& column) { return column.field == field; });
  };
  for (const std::string& name : table.header) {
    of.columns_.push_back({.field = FieldOf(name), .name = name});
  }
  const bool placed = has(Field::kCity) && has(Field::kState);
  const auto named = [&](std::string_view name) {
    return std::any_of(
        table.header.begin(), table.header.end(),
        [&](const std::string& column) { return Folded(column) == name; });
  };
  if (!placed || !has(Field::kName)) return of;
  if (has(Field::kKeys)) {
    of.kind_ = Kind::kDirectory;
    if (named("keys")) of.edition_ = std::string(kOldEdition);
  } else if (named("programname") && has(Field::kCertification)) {
    of.kind_ = Kind::kOpioidPrograms;
  } else if (named("name1") && has(Field::kStreet) && has(Field::kZip)) {
    of.kind_ = Kind::kLocator;
    for (Column& column : of.columns_) {
      // A column that is no more than a few letters is a service code.
      if (column.field != Field::kRest || column.name.size() > kCodeLengthMax ||
          Folded(column.name) != Lower(column.name) || column.name.empty()) {
        continue;
      }
      column.field = Field::kCode;
      ++of.code_columns_;
    }
  }
  return of;
}

std::string FacilityTable::Why() const {
  switch (kind_) {
    case Kind::kDirectory:
      return "SAMHSA: a national directory, with a column of service keys";
    case Kind::kOpioidPrograms:
      return "SAMHSA: the directory of opioid treatment programs";
    case Kind::kLocator:
      return code_columns_ == 0
                 ? "SAMHSA: the locator's table, without service columns"
                 : absl::StrCat("SAMHSA: the locator's table, ", code_columns_,
                                " columns of service codes");
    case Kind::kNone:
      break;
  }
  return "a table that is not SAMHSA's";
}

Facility FacilityTable::Read(const CsvRow& row) const {
  Facility facility;
  facility.opioid_program = kind_ == Kind::kOpioidPrograms;
  facility.has_services = kind_ == Kind::kDirectory || code_columns_ > 0;
  std::vector<FacilityPhone> more;
  for (size_t i = 0; i < columns_.size() && i < row.cells.size(); ++i) {
    const Column& column = columns_[i];
    std::string value = Trim(row.cells[i]);
    switch (column.field) {
      case Field::kName:
        facility.name = value;
        break;
      case Field::kOtherName:
        AddNotEmpty(std::move(value), facility.other_names);
        break;
      case Field::kStreet:
        AddNotEmpty(std::move(value), facility.streets);
        break;
      case Field::kCity:
        facility.city = value;
        break;
      case Field::kState:
        facility.state = value;
        break;
      case Field::kZip:
        facility.zip = value;
        break;
      case Field::kZip4:
        facility.zip4 = value;
        break;
      case Field::kCounty:
        facility.county = value;
        break;
      case Field::kLatitude:
        facility.latitude = value;
        break;
      case Field::kLongitude:
        facility.longitude = value;
        break;
      case Field::kPhone:
        facility.phones = ReadFacilityPhones(value);
        break;
      case Field::kIntake:
        AddPhone(value, "Intake", more);
        break;
      case Field::kHotLine:
        AddPhone(value, "Hot line", more);
        break;
      case Field::kWebsite:
        facility.website = value;
        break;
      case Field::kType:
        facility.type = value;
        break;
      case Field::kKeys: {
        // "SAF/SA/", "SA * DT", "SA,DT": a code has letters and digits alone.
        std::string code;
        for (const char c : value + "/") {
          if (std::isalnum(static_cast<unsigned char>(c))) {
            code += c;
          } else if (!code.empty()) {
            facility.services.push_back({.edition = edition_, .code = code});
            code.clear();
          }
        }
        break;
      }
      case Field::kCode:
        if (IsYes(value)) {
          facility.services.push_back(
              {.edition = edition_, .code = UpperText(column.name)});
        } else if (!IsNothing(value)) {
          facility.odd_codes.push_back(column.name);
          facility.rest.emplace_back(column.name, JsonString(value));
        }
        break;
      case Field::kCertification:
      case Field::kRest:
        if (!value.empty()) {
          facility.rest.emplace_back(column.name, JsonString(value));
        }
        break;
    }
  }
  facility.phones.insert(facility.phones.end(), more.begin(), more.end());
  return facility;
}

}  // namespace handrail::formats
