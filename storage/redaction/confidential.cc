#include "storage/redaction/confidential.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "handrail/v1/annotations.pb.h"
#include "storage/redaction/coarse.h"
#include "storage/redaction/redaction.h"

namespace handrail::storage {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// --- Provenance and facts ---------------------------------------------------

v1::Provenance Shown(const v1::Provenance& full) {
  v1::Provenance shown;
  if (IsSourceName(full.source())) shown.set_source(full.source());
  shown.set_method(full.method());
  if (full.has_verified_at()) *shown.mutable_verified_at() = full.verified_at();
  if (full.has_expires_at()) *shown.mutable_expires_at() = full.expires_at();
  return shown;
}

// Answer and provenance, which all kinds of fact have; never the words.
template <typename F>
F Answered(const F& full) {
  F shown;
  shown.set_answer(full.answer());
  if (full.has_provenance()) {
    *shown.mutable_provenance() = Shown(full.provenance());
  }
  return shown;
}

v1::NumberFact Numbered(const v1::NumberFact& full) {
  v1::NumberFact shown = Answered(full);
  shown.set_value(full.value());
  return shown;
}

// Whether a code may be shown: one of the field's list, or, where it has none,
// one of the few fields whose codes have a shape of their own.
bool IsShownCode(const FieldDescriptor& field, const std::string& code) {
  const auto& codes = field.options().GetExtension(v1::fact).codes();
  if (!codes.empty()) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
  }
  const std::string& name = field.name();
  if (name == "languages") return IsLanguageTag(code);
  if (name == "levels") return IsCareLevel(code);
  return name == "fellowship" && IsOwnCode(code);
}

void ShowFact(const Message& full, const FieldDescriptor& field,
              Message& shown) {
  const Message& fact = full.GetReflection()->GetMessage(full, &field);
  const auto into = [&]() -> Message& {
    return *shown.GetReflection()->MutableMessage(&shown, &field);
  };
  if (field.message_type() == v1::Fact::descriptor()) {
    into().CopyFrom(Answered(static_cast<const v1::Fact&>(fact)));
  } else if (field.message_type() == v1::NumberFact::descriptor()) {
    into().CopyFrom(Numbered(static_cast<const v1::NumberFact&>(fact)));
  } else if (field.message_type() == v1::ChoiceFact::descriptor()) {
    const auto& choice = static_cast<const v1::ChoiceFact&>(fact);
    if (!IsShownCode(field, choice.code())) return;
    v1::ChoiceFact kept = Answered(choice);
    kept.set_code(choice.code());
    into().CopyFrom(kept);
  } else if (field.message_type() == v1::SetFact::descriptor()) {
    v1::SetFact kept;
    for (const auto& value : static_cast<const v1::SetFact&>(fact).values()) {
      if (!IsShownCode(field, value.code())) continue;
      v1::CodedFact& one = *kept.add_values();
      one = Answered(value);
      one.set_code(value.code());
    }
    if (kept.values_size() > 0) into().CopyFrom(kept);
  }
  // A TextFact is all words.
}

v1::DocumentRule Shown(const v1::DocumentRule& full) {
  v1::DocumentRule shown = Answered(full);
  for (const std::string& code : full.any_of()) {
    // Normalising has made every code one of ours; a stranger is left out.
    if (IsOwnCode(code)) shown.add_any_of(code);
  }
  shown.set_within_days(full.within_days());
  return shown;
}

v1::PlaceCount Shown(const v1::PlaceCount& full) {
  v1::PlaceCount shown;
  if (IsOwnCode(full.population())) shown.set_population(full.population());
  if (IsOwnCode(full.unit())) shown.set_unit(full.unit());
  if (full.has_available()) {
    *shown.mutable_available() = Numbered(full.available());
  }
  if (full.has_maximum()) *shown.mutable_maximum() = Numbered(full.maximum());
  return shown;
}

// One part of the profile: "any", "housing", ...
void ShowPart(const Message& full, Message& shown) {
  std::vector<const FieldDescriptor*> fields;
  full.GetReflection()->ListFields(full, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!field->is_repeated()) ShowFact(full, *field, shown);
  }
}

v1::RecoveryProfile Shown(const v1::RecoveryProfile& full) {
  v1::RecoveryProfile shown;
  std::vector<const FieldDescriptor*> parts;
  full.GetReflection()->ListFields(full, &parts);
  for (const FieldDescriptor* part : parts) {
    ShowPart(full.GetReflection()->GetMessage(full, part),
             *shown.GetReflection()->MutableMessage(&shown, part));
  }
  if (!full.has_any()) return shown;
  for (const v1::DocumentRule& rule : full.any().documents()) {
    *shown.mutable_any()->add_documents() = Shown(rule);
  }
  for (const v1::PlaceCount& count : full.any().places()) {
    *shown.mutable_any()->add_places() = Shown(count);
  }
  return shown;
}

// --- x_handrail -------------------------------------------------------------

void ShowTerms(const v1::RecordExtension& full, v1::RecordExtension& shown) {
  for (const v1::NeedTerm& term : full.terms()) {
    if (!IsOwnCode(term.term())) continue;
    v1::NeedTerm& kept = *shown.add_terms();
    kept.set_term(term.term());
    kept.set_broader(term.broader());
  }
}

// ZIP codes are closer than a county and stay away; so do counties where the
// record is widened to its state.
void ShowCoverage(const v1::RecordExtension& full,
                  const v1::Visibility& visibility,
                  v1::RecordExtension& shown) {
  for (const v1::CoverageArea& area : full.coverage()) {
    const bool wide =
        area.kind() == v1::CoverageArea::NATIONWIDE ||
        (area.kind() == v1::CoverageArea::STATE && IsTwoLetters(area.code())) ||
        (area.kind() == v1::CoverageArea::COUNTY &&
         !visibility.widen_to_state());
    if (!wide) continue;
    v1::CoverageArea& kept = *shown.add_coverage();
    kept.set_kind(area.kind());
    if (area.kind() != v1::CoverageArea::NATIONWIDE) kept.set_code(area.code());
  }
}

v1::OperatingState Shown(const v1::OperatingState& full) {
  v1::OperatingState shown;
  shown.set_kind(full.kind());
  if (IsScheduleCode(full.from())) shown.set_from(full.from());
  if (IsScheduleCode(full.until())) shown.set_until(full.until());
  if (full.has_activated()) {
    *shown.mutable_activated() = Answered(full.activated());
  }
  return shown;
}

// Which fields are dated is fixed; any other word is a stranger's.
void ShowFieldDates(const v1::RecordExtension& full,
                    v1::RecordExtension& shown) {
  for (const v1::FieldProvenance& field : full.fields()) {
    if (!IsOwnCode(field.field())) continue;
    v1::FieldProvenance& kept = *shown.add_fields();
    kept.set_field(field.field());
    *kept.mutable_provenance() = Shown(field.provenance());
  }
}

bool IsShownZone(const std::string& zone, const v1::Visibility& visibility) {
  return visibility.widen_to_state() ? IsWideZone(zone) : IsZoneName(zone);
}

v1::RecordExtension Shown(const v1::RecordExtension& full,
                          const v1::Visibility& visibility) {
  v1::RecordExtension shown;
  *shown.mutable_visibility() = visibility;
  if (full.has_provenance()) {
    *shown.mutable_provenance() = Shown(full.provenance());
  }
  ShowFieldDates(full, shown);
  if (full.has_profile()) *shown.mutable_profile() = Shown(full.profile());
  ShowTerms(full, shown);
  ShowCoverage(full, visibility, shown);
  if (full.has_operating_state()) {
    *shown.mutable_operating_state() = Shown(full.operating_state());
  }
  if (IsShownZone(full.zone(), visibility)) shown.set_zone(full.zone());
  shown.set_do_not_refer(full.do_not_refer());
  if (IsScheduleCode(full.publish_from())) {
    shown.set_publish_from(full.publish_from());
  }
  if (IsScheduleCode(full.publish_until())) {
    shown.set_publish_until(full.publish_until());
  }
  if (full.has_round_the_clock()) {
    *shown.mutable_round_the_clock() = Answered(full.round_the_clock());
  }
  return shown;
}

// Removes objects without content, at every depth: an empty one would still
// tell that something is withheld inside it.
void Prune(Message& object) {
  const Reflection& reflection = *object.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(object, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      Message& inner = *reflection.MutableMessage(&object, field);
      Prune(inner);
      if (inner.ByteSizeLong() == 0) reflection.ClearField(&object, field);
      continue;
    }
    int kept = 0;
    for (int i = 0; i < reflection.FieldSize(object, field); ++i) {
      Message& entry = *reflection.MutableRepeatedMessage(&object, field, i);
      Prune(entry);
      if (entry.ByteSizeLong() == 0) continue;
      if (i != kept) reflection.SwapElements(&object, field, i, kept);
      ++kept;
    }
    while (reflection.FieldSize(object, field) > kept) {
      reflection.RemoveLast(&object, field);
    }
  }
}

// --- HSDS objects -----------------------------------------------------------

v1::Language Shown(const v1::Language& full) {
  v1::Language shown;
  shown.set_code(full.code());
  return shown;
}

template <typename List>
void ShowLanguages(const List& full, List* shown) {
  for (const v1::Language& language : full) {
    if (IsLanguageTag(language.code())) *shown->Add() = Shown(language);
  }
}

// A number whose restriction holds has none by now; one that is no number is
// text, and text may be anything.
template <typename List>
void ShowPhones(const List& full, List* shown) {
  for (const v1::Phone& phone : full) {
    if (!IsPhoneDigits(phone.number())) continue;
    v1::Phone& kept = *shown->Add();
    kept.set_number(phone.number());
    if (IsExtension(phone.extension())) kept.set_extension(phone.extension());
    if (IsPhoneType(phone.type())) kept.set_type(phone.type());
    ShowLanguages(phone.languages(), kept.mutable_languages());
  }
}

// The times; nothing a person wrote about them.
v1::Schedule Shown(const v1::Schedule& full, const v1::Visibility& visibility) {
  v1::Schedule shown;
  const Reflection& reflection = *full.GetReflection();
  for (const char* name :
       {"valid_from", "valid_to", "dtstart", "until", "byday", "byweekno",
        "bymonthday", "byyearday", "opens_at", "closes_at"}) {
    const FieldDescriptor* field =
        v1::Schedule::descriptor()->FindFieldByName(name);
    const std::string text = reflection.GetString(full, field);
    if (IsScheduleCode(text)) reflection.SetString(&shown, field, text);
  }
  if (full.has_count()) shown.set_count(full.count());
  if (full.has_wkst()) shown.set_wkst(full.wkst());
  if (full.has_freq()) shown.set_freq(full.freq());
  if (full.has_interval()) shown.set_interval(full.interval());
  if (IsShownZone(full.zone(), visibility)) shown.set_zone(full.zone());
  return shown;
}

template <typename List>
void ShowSchedules(const List& full, const v1::Visibility& visibility,
                   List* shown) {
  for (const v1::Schedule& schedule : full) {
    *shown->Add() = Shown(schedule, visibility);
  }
}

v1::Organization Shown(const v1::Organization& full,
                       const v1::Visibility& visibility) {
  v1::Organization shown;
  shown.set_id(full.id());
  if (full.has_name()) shown.set_name(full.name());
  if (full.has_parent_organization_id()) {
    shown.set_parent_organization_id(full.parent_organization_id());
  }
  ShowPhones(full.phones(), shown.mutable_phones());
  *shown.mutable_x_handrail() = Shown(full.x_handrail(), visibility);
  return shown;
}

v1::Program Shown(const v1::Program& full, const v1::Visibility& visibility) {
  v1::Program shown;
  shown.set_id(full.id());
  if (full.has_organization_id()) {
    shown.set_organization_id(full.organization_id());
  }
  *shown.mutable_x_handrail() = Shown(full.x_handrail(), visibility);
  return shown;
}

v1::ServiceAtLocation Shown(const v1::ServiceAtLocation& full,
                            const v1::Visibility& around) {
  v1::Visibility visibility = full.x_handrail().visibility();
  visibility.set_confidential_location(true);
  visibility.set_widen_to_state(around.widen_to_state());
  v1::ServiceAtLocation shown;
  shown.set_id(full.id());
  if (full.has_service_id()) shown.set_service_id(full.service_id());
  if (full.has_location_id()) shown.set_location_id(full.location_id());
  if (full.location().has_id()) {
    shown.mutable_location()->set_id(full.location().id());
  }
  ShowPhones(full.phones(), shown.mutable_phones());
  ShowSchedules(full.schedules(), visibility, shown.mutable_schedules());
  *shown.mutable_x_handrail() = Shown(full.x_handrail(), visibility);
  return shown;
}

v1::Service Shown(const v1::Service& full, const v1::Visibility& visibility) {
  v1::Service shown;
  shown.set_id(full.id());
  if (full.has_organization_id()) {
    shown.set_organization_id(full.organization_id());
  }
  if (full.has_program_id()) shown.set_program_id(full.program_id());
  if (full.has_name()) shown.set_name(full.name());
  if (full.has_status()) shown.set_status(full.status());
  if (full.has_minimum_age()) shown.set_minimum_age(full.minimum_age());
  if (full.has_maximum_age()) shown.set_maximum_age(full.maximum_age());
  ShowPhones(full.phones(), shown.mutable_phones());
  ShowSchedules(full.schedules(), visibility, shown.mutable_schedules());
  ShowLanguages(full.languages(), shown.mutable_languages());
  for (const v1::ServiceAtLocation& link : full.service_at_locations()) {
    *shown.add_service_at_locations() = Shown(link, visibility);
  }
  *shown.mutable_x_handrail() = Shown(full.x_handrail(), visibility);
  return shown;
}

// One address of what may be known of the place.
void ShowArea(const v1::Record& full, const v1::Visibility& visibility,
              v1::Location& shown) {
  const CoarseArea area = CoarseAreaOf(full);
  const bool widen = visibility.widen_to_state();
  if (!widen && !area.county.empty()) {
    shown.mutable_x_handrail()->set_county(area.county);
  }
  v1::Address address;
  if (!area.state.empty()) address.set_state_province(area.state);
  if (!widen && !area.zip3.empty()) address.set_postal_code(area.zip3);
  for (const v1::Address& one : full.location().addresses()) {
    if (!address.has_country() && IsTwoLetters(one.country())) {
      address.set_country(one.country());
    }
  }
  if (address.ByteSizeLong() > 0) *shown.add_addresses() = std::move(address);
}

v1::Location ShownLocation(const v1::Record& full,
                           const v1::Visibility& visibility) {
  const v1::Location& location = full.location();
  v1::Location shown;
  shown.set_id(location.id());
  if (location.has_location_type()) {
    shown.set_location_type(location.location_type());
  }
  if (location.has_organization_id()) {
    shown.set_organization_id(location.organization_id());
  }
  ShowLanguages(location.languages(), shown.mutable_languages());
  ShowPhones(location.phones(), shown.mutable_phones());
  ShowSchedules(location.schedules(), visibility, shown.mutable_schedules());
  *shown.mutable_x_handrail() = Shown(location.x_handrail(), visibility);
  ShowArea(full, visibility, shown);
  return shown;
}

}  // namespace

v1::Record ConfidentialProjection(const v1::Record& record,
                                  const v1::Visibility& visibility) {
  v1::Record shown;
  switch (record.kind_case()) {
    case v1::Record::kOrganization:
      *shown.mutable_organization() = Shown(record.organization(), visibility);
      break;
    case v1::Record::kProgram:
      *shown.mutable_program() = Shown(record.program(), visibility);
      break;
    case v1::Record::kService:
      *shown.mutable_service() = Shown(record.service(), visibility);
      break;
    case v1::Record::kLocation:
      *shown.mutable_location() = ShownLocation(record, visibility);
      break;
    default:
      break;
  }
  Prune(shown);
  return shown;
}

}  // namespace handrail::storage
