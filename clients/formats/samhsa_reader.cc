#include "clients/formats/samhsa_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/code_tables.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/meeting_guide_entry.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/row_findings.h"
#include "clients/formats/samhsa_codes.h"
#include "clients/formats/source_place.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/hash.h"

namespace handrail::formats {
namespace {

constexpr size_t kIdDigits = 24;

std::string HashedId(std::string_view kind, const std::string& content) {
  return absl::StrCat(std::string(kind), "-",
                      Sha256Hex(content).substr(0, kIdDigits));
}

// One facility on its way to records.
class FacilityRow : private RowFindings {
 public:
  FacilityRow(const std::string& source, const Facility& facility,
              const v1::RowOrigin& origin, FindingLog& log)
      : RowFindings(origin, log), source_(source), facility_(facility) {}

  // False when it cannot be loaded; the finding is made.
  bool Map(v1::Row& row);

 private:
  std::string PartId(std::string_view part) const;
  SourcePlace ReadPlace();
  void ReadPhones();
  void ReadServices();
  void AddAttribute(const SamhsaService& service, const SamhsaMeaning& meaning);
  void NoteUnknown(const SamhsaService& service) const;
  void ExcludeTheOtherGender();
  void AddLocation(const SourcePlace& place, v1::Row& row);

  const std::string& source_;
  const Facility& facility_;
  v1::Service service_;
};

std::string FacilityRow::PartId(std::string_view part) const {
  return MeetingPartUuid(
      absl::StrCat(source_, "/", service_.id(), "/", std::string(part)));
}

SourcePlace FacilityRow::ReadPlace() {
  SourcePlace place{.city = facility_.city,
                    .state = facility_.state,
                    .postal_code = RestoreZip(facility_.zip, facility_.state),
                    .county = facility_.county};
  if (!facility_.streets.empty()) place.street = facility_.streets[0];
  for (size_t i = 1; i < facility_.streets.size(); ++i) {
    if (!place.street_2.empty()) place.street_2 += ", ";
    place.street_2 += facility_.streets[i];
  }
  if (place.postal_code != facility_.zip) {
    Note(v1::NOTICE, "zip", "zeros-restored",
         "ZIP codes had lost the zeros they begin with; they were put back",
         "keep ZIP codes as text");
  }
  constexpr size_t kZipDigits = 5, kZip4Digits = 4;
  if (place.postal_code.size() == kZipDigits && !facility_.zip4.empty() &&
      facility_.zip4.size() <= kZip4Digits) {
    place.postal_code += "-";
    place.postal_code.append(kZip4Digits - facility_.zip4.size(), '0');
    place.postal_code += facility_.zip4;
  }
  switch (place.SetDegrees(facility_.latitude, facility_.longitude)) {
    case SourceDegrees::kGood:
      break;
    case SourceDegrees::kNone:
      Note(v1::NOTICE, "latitude", "missing-field",
           "facilities have no coordinates; they are placed by ZIP code where "
           "ZIP centroids are loaded",
           "handrail load --format zip-centroids");
      break;
    case SourceDegrees::kHalf:
    case SourceDegrees::kImpossible:
      Note(v1::VALUE_KEPT_AS_TEXT, "latitude", "impossible-coordinates",
           "coordinates are missing in part, 0,0 or not on Earth; they are "
           "kept as text",
           "decimal degrees, such as 34.83 and -87.66");
      KeepUnknown(service_, "latitude", JsonString(facility_.latitude));
      KeepUnknown(service_, "longitude", JsonString(facility_.longitude));
      break;
  }
  return place;
}

void FacilityRow::ReadPhones() {
  std::set<std::string> seen;
  for (const FacilityPhone& given : facility_.phones) {
    const std::string whole =
        absl::StrCat(given.number, "x", given.extension, given.purpose);
    if (!seen.insert(whole).second) continue;
    v1::Phone& phone = *service_.add_phones();
    phone.set_id(PartId(absl::StrCat("phone/", whole)));
    phone.set_number(given.number);
    if (!given.extension.empty()) phone.set_extension(given.extension);
    phone.set_type("voice");
    if (!given.purpose.empty()) phone.set_description(given.purpose);
  }
}

// Keeps the service as the source gave it, under the name it goes by.
void FacilityRow::AddAttribute(const SamhsaService& service,
                               const SamhsaMeaning& meaning) {
  const std::string code =
      service.code.empty() ? meaning.code : UpperText(service.code);
  const std::string name = meaning.meaning.known  ? meaning.meaning.name
                           : service.name.empty() ? service.code
                                                  : service.name;
  const std::string id =
      PartId(absl::StrCat("service/", code, "/", service.group, "/", name));
  // Two names can be the same service's.
  for (const v1::Attribute& other : service_.attributes()) {
    if (other.id() == id) return;
  }
  v1::Attribute& attribute = *service_.add_attributes();
  attribute.set_id(id);
  attribute.set_link_type("taxonomy");
  attribute.set_link_entity("service");
  // In the source's own words, where it gives words.
  if (!service.name.empty() && service.name != name) {
    attribute.set_value(service.name);
  }
  v1::TaxonomyTerm& term = *attribute.mutable_taxonomy_term();
  term.set_id(MeetingPartUuid(absl::StrCat("samhsa/", code, "/", name)));
  attribute.set_taxonomy_term_id(term.id());
  if (!code.empty()) term.set_code(code);
  term.set_name(name);
  term.set_description(name);
  term.set_taxonomy("SAMHSA service codes");
}

void FacilityRow::NoteUnknown(const SamhsaService& service) const {
  std::string what = "a service";
  if (log().may_quote()) {
    what = service.code.empty() ? absl::StrCat("service \"", service.name, "\"")
                                : absl::StrCat("code \"", service.code, "\"");
  }
  Note(v1::NOTICE, "services", "unknown-code",
       absl::StrCat(what, " is in no table; it is kept and searchable"),
       "clients/formats/data/samhsa-services.tsv has the codes");
}

void FacilityRow::ReadServices() {
  v1::RecordExtension& extension = *service_.mutable_x_handrail();
  std::set<std::string> conflicts;
  std::set<std::string> seen;
  for (SamhsaService service : facility_.services) {
    service.mental_health = UpperText(facility_.type) == "MH";
    SamhsaMeaning meaning = service.code.empty()
                                ? SamhsaCodes::Get().ByName(service)
                                : SamhsaCodes::Get().ByCode(service);
    // Some tools put the codes where the names belong.
    if (!meaning.meaning.known && service.code.empty()) {
      service.code = service.name;
      meaning = SamhsaCodes::Get().ByCode(service);
      if (!meaning.meaning.known) service.code.clear();
    }
    const std::string key = absl::StrCat(
        service.code.empty() ? service.name : service.code, "/", service.group);
    if (!seen.insert(key).second) continue;
    AddAttribute(service, meaning);
    if (!meaning.meaning.known) {
      NoteUnknown(service);
      continue;
    }
    const std::string conflict = ApplyMeaning(meaning.meaning, extension);
    if (!conflict.empty()) conflicts.insert(conflict);
  }
  for (const std::string& path : conflicts) {
    Note(v1::NOTICE, "services", "contradicting-codes",
         absl::StrCat("codes give ", path, " two values; it is set to neither"),
         "keep the one that is right");
  }
  for (const std::string& code : facility_.odd_codes) {
    Note(v1::VALUE_KEPT_AS_TEXT, log().may_quote() ? code : "services",
         "impossible-value",
         "a service column holds something else than 1 or nothing; it is kept "
         "as text and nothing is made of it",
         "1 where the service is offered, else nothing");
  }
  if (facility_.opioid_program) {
    ApplyMeaning({.known = true,
                  .key = "samhsa-otp:directory",
                  .terms = {{.term = "opioid-treatment-program"}},
                  .facts = {{.path = "treatment.opioid_treatment_program",
                             .value = "yes"}}},
                 extension);
  } else if (!facility_.has_services) {
    // The locator's two lists look alike without their service columns, so
    // that treatment is the broader half of what it may be.
    ApplyMeaning({.known = true,
                  .key = "samhsa:locator",
                  .terms = {{.term = "treatment", .broader = true}}},
                 extension);
    Note(v1::NOTICE, "services", "missing-field",
         "the table says nothing of what a facility offers",
         "load the locator's full export, with its service columns");
  }
  ExcludeTheOtherGender();
}

void FacilityRow::ExcludeTheOtherGender() {
  if (!service_.x_handrail().profile().any().has_genders()) return;
  v1::SetFact& genders = *service_.mutable_x_handrail()
                              ->mutable_profile()
                              ->mutable_any()
                              ->mutable_genders();
  if (genders.values_size() != 1 || genders.values(0).answer() != v1::YES) {
    return;
  }
  v1::CodedFact& other = *genders.add_values();
  other.set_code(genders.values(0).code() == "woman" ? "man" : "woman");
  other.set_answer(v1::NO);
}

void FacilityRow::AddLocation(const SourcePlace& place, v1::Row& row) {
  v1::Location& location = *row.add_records()->mutable_location();
  FillPlace(source_, place, location);
  if (location.addresses_size() > 0 && !facility_.zip.empty() &&
      location.addresses(0).postal_code().substr(0, facility_.zip.size()) !=
          facility_.zip) {
    KeepSourceText(*location.mutable_addresses(0), "postal_code",
                   facility_.zip);
  }
  v1::ServiceAtLocation& link = *service_.add_service_at_locations();
  link.set_id(service_.id());
  link.mutable_location()->set_id(location.id());
}

bool FacilityRow::Map(v1::Row& row) {
  if (facility_.name.empty()) {
    return Skip("name1", "missing-field", "empty", "the facility has no name",
                "give each facility a name");
  }
  std::string content = facility_.name;
  for (const std::string& name : facility_.other_names) {
    absl::StrAppend(&content, "\n", name);
  }
  for (const std::string& street : facility_.streets) {
    absl::StrAppend(&content, "\n@", street);
  }
  absl::StrAppend(&content, "\n", facility_.city, "\n", facility_.state, "\n",
                  facility_.zip);
  // Without a street a name and a town can be several places.
  if (facility_.streets.empty()) {
    absl::StrAppend(&content, "\n", facility_.latitude, "\n",
                    facility_.longitude, "\n",
                    facility_.phones.empty() ? "" : facility_.phones[0].number);
  }
  service_.set_id(HashedId("facility", content));
  service_.set_name(facility_.name);
  service_.set_status(v1::ACTIVE);
  std::string other;
  for (const std::string& name : facility_.other_names) {
    absl::StrAppend(&other, other.empty() ? "" : ", ", name);
  }
  if (!other.empty()) service_.set_alternate_name(other);
  if (!facility_.website.empty()) service_.set_url(facility_.website);
  v1::Organization& organization = *row.add_records()->mutable_organization();
  organization.set_id(HashedId(
      "organization", absl::StrCat(facility_.name, "\n", facility_.state)));
  organization.set_name(facility_.name);
  service_.set_organization_id(organization.id());
  const SourcePlace place = ReadPlace();
  ReadPhones();
  ReadServices();
  if (!place.empty()) AddLocation(place, row);
  if (!facility_.type.empty()) {
    KeepUnknown(service_, "typeFacility", JsonString(facility_.type));
  }
  for (const auto& [name, json] : facility_.rest) {
    KeepUnknown(service_, name, json);
  }
  row.add_records()->mutable_service()->Swap(&service_);
  return true;
}

MappedRow MapFacility(const std::string& source, const Facility& facility,
                      const v1::RowOrigin& origin, FindingLog& log) {
  MappedRow mapped;
  *mapped.row.mutable_origin() = origin;
  mapped.skipped = !FacilityRow(source, facility, origin, log).Map(mapped.row);
  if (mapped.skipped) mapped.row.clear_records();
  return mapped;
}

}  // namespace

MappedRow SamhsaMapper::Map(const JsonValue& element, v1::RowOrigin origin,
                            FindingLog& log) {
  if (!element.IsObject()) {
    log.Add(origin,
            NotAnObject(element, "each element of the list is one facility"));
    MappedRow mapped;
    *mapped.row.mutable_origin() = origin;
    mapped.skipped = true;
    return mapped;
  }
  return MapFacility(source_, ReadFacility(element), origin, log);
}

MappedRow SamhsaMapper::MapCsv(const FacilityTable& table, const CsvRow& row,
                               const v1::RowOrigin& origin,
                               FindingLog& log) const {
  return MapFacility(source_, table.Read(row), origin, log);
}

}  // namespace handrail::formats
