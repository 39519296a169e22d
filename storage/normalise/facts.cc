#include "storage/normalise/facts.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "handrail/v1/annotations.pb.h"
#include "storage/normalise/calendar.h"
#include "storage/normalise/limits.h"
#include "storage/normalise/names.h"
#include "storage/normalise/source_text.h"
#include "storage/normalise/text.h"
#include "storage/normalise/value_rules.h"

namespace handrail::storage {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Codes that are not in a FactRule, from profile.proto's comments.
const absl::flat_hash_set<std::string>& DocumentCodes() {
  static const auto* const codes = new absl::flat_hash_set<std::string>{
      "photo_id",           "birth_certificate",
      "ssn_card",           "proof_of_income",
      "proof_of_residency", "insurance_card",
      "referral_letter",    "tb_test",
      "discharge_papers",   "status_document",
      "medication_list",    "other"};
  return *codes;
}

const absl::flat_hash_set<std::string>& PlaceUnits() {
  static const auto* const units = new absl::flat_hash_set<std::string>{
      "bed", "slot", "family_unit", "child_bed"};
  return *units;
}

const absl::flat_hash_set<std::string>& DatedFields() {
  static const auto* const fields = new absl::flat_hash_set<std::string>{
      "hours",         "phone",     "address", "eligibility",
      "languages",     "documents", "cost",    "service_area",
      "accessibility", "capacity",  "status"};
  return *fields;
}

// What the rules of one x_handrail share.
struct Facts {
  const RuleContext& context;
  std::vector<KeptPart> kept;
};

// Where in x_handrail we are: for findings and for KeptPart.
struct Place {
  const Path& path;
  // "profile.any.payments".
  std::string field;
};

void Keep(const Place& place, std::string json, Problem problem, Facts& facts) {
  facts.context.report.Kept(place.path, "", std::move(problem));
  facts.kept.push_back({.field = place.field, .json = std::move(json)});
}

Problem UnknownCode(const std::string& code, std::string hint) {
  return {.reason = "unknown-code",
          .value_class = ClassOf(code),
          .message = "this is not one of the codes of the field",
          .hint = std::move(hint)};
}

std::string Listed(const std::vector<std::string>& codes) {
  std::string list = "one of: ";
  for (size_t i = 0; i < codes.size(); ++i) {
    absl::StrAppend(&list, i == 0 ? "" : ", ", codes[i]);
  }
  return list;
}

const v1::FactRule& RuleOf(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::fact);
}

std::vector<std::string> CodesOf(const FieldDescriptor& field) {
  const auto& codes = RuleOf(field).codes();
  return {codes.begin(), codes.end()};
}

bool Has(const std::vector<std::string>& codes, const std::string& code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

void CheckProvenance(const v1::Provenance& provenance, const Path& path,
                     RowReport& report) {
  if (!provenance.has_verified_at()) return;
  // Years 1 to 9999, as google.protobuf.Timestamp says.
  constexpr int64_t kFirst = -62135596800, kLast = 253402300799;
  const auto& at = provenance.verified_at();
  if (at.seconds() >= kFirst && at.seconds() <= kLast && at.nanos() >= 0 &&
      at.nanos() < 1'000'000'000) {
    return;
  }
  SkipImpossible(path, "verified_at", "0",
                 {.what = "a time", .hint = "an RFC 3339 time"}, report);
}

// --- Codes ------------------------------------------------------------------

// The code in its normal form; absent where it is not one of the field's.
// Fields without a list take any code, languages a language tag.
std::optional<std::string> FieldCode(const FieldDescriptor& field,
                                     const std::string& code) {
  if (code.empty()) return std::nullopt;
  const auto& codes = RuleOf(field).codes();
  if (!codes.empty()) {
    const bool listed =
        std::find(codes.begin(), codes.end(), code) != codes.end();
    return listed ? std::optional(code) : std::nullopt;
  }
  if (field.containing_type() == v1::AnyServiceProfile::descriptor() &&
      field.name() == "languages") {
    return LanguageTag(code);
  }
  return code;
}

std::string CodeHint(const FieldDescriptor& field) {
  if (!RuleOf(field).codes().empty()) return Listed(CodesOf(field));
  if (field.name() == "languages") return "a BCP 47 tag, such as es or ase";
  return "a code";
}

void NoticeNoAnswer(v1::Answer answer, const Place& place, Facts& facts) {
  if (answer != v1::ANSWER_UNSPECIFIED) return;
  facts.context.report.Notice(
      place.path, "answer",
      {.reason = "missing-field",
       .value_class = "empty",
       .message = "without an answer nothing is recorded",
       .hint = "YES, NO or CONDITIONAL"});
}

// Returns false where the fact must leave the field.
bool ChoiceRules(const FieldDescriptor& field, v1::ChoiceFact& fact,
                 const Place& place, Facts& facts) {
  CheckProvenance(fact.provenance(), place.path, facts.context.report);
  const std::optional<std::string> code = FieldCode(field, fact.code());
  if (!code.has_value()) {
    Keep(place, JsonOf(fact), UnknownCode(fact.code(), CodeHint(field)), facts);
    return false;
  }
  if (fact.answer() == v1::NO) {
    Keep(place, JsonOf(fact),
         {.reason = "impossible-answer",
          .value_class = "answer",
          .message = "one value of a list cannot be answered NO",
          .hint = "the value that is true, with YES or CONDITIONAL"},
         facts);
    return false;
  }
  NoticeNoAnswer(fact.answer(), place, facts);
  fact.set_code(*code);
  return true;
}

// A code twice: the first stays. The same said twice is no finding.
void KeepRepeated(const v1::CodedFact& first, const v1::CodedFact& again,
                  const Place& place, Facts& facts) {
  if (JsonOf(first) == JsonOf(again)) return;
  Keep(place, JsonOf(again),
       {.reason = "code-twice",
        .value_class = "code",
        .message = "the field has this code twice; the first is used",
        .hint = "each code once"},
       facts);
}

void SetRules(const FieldDescriptor& field, v1::SetFact& set,
              const Place& place, Facts& facts) {
  std::vector<v1::CodedFact> good;
  for (v1::CodedFact& value : *set.mutable_values()) {
    CheckProvenance(value.provenance(), place.path, facts.context.report);
    const std::optional<std::string> code = FieldCode(field, value.code());
    if (!code.has_value()) {
      Keep(place, JsonOf(value), UnknownCode(value.code(), CodeHint(field)),
           facts);
      continue;
    }
    NoticeNoAnswer(value.answer(), place, facts);
    value.set_code(*code);
    good.push_back(std::move(value));
  }
  std::stable_sort(good.begin(), good.end(),
                   [](const v1::CodedFact& a, const v1::CodedFact& b) {
                     return a.code() < b.code();
                   });
  set.clear_values();
  for (v1::CodedFact& value : good) {
    const int size = set.values_size();
    if (size > 0 && set.values(size - 1).code() == value.code()) {
      KeepRepeated(set.values(size - 1), value, place, facts);
    } else {
      *set.add_values() = std::move(value);
    }
  }
}

// --- Numbers ----------------------------------------------------------------

void NumberRules(const FieldDescriptor& field, const v1::NumberFact& fact,
                 const Place& place, Facts& facts) {
  RowReport& report = facts.context.report;
  CheckProvenance(fact.provenance(), place.path, report);
  NoticeNoAnswer(fact.answer(), place, facts);
  const bool years = RuleOf(field).unit() == "years";
  if (fact.value() < 0 || (years && fact.value() > kAgeYearsMax)) {
    SkipImpossible(place.path, "value", "0",
                   {.what = years ? "a number of years" : "this number",
                    .hint = years ? "0 to 150" : "0 or more"},
                   report);
  }
}

bool IsStated(const v1::NumberFact& fact) {
  return fact.answer() == v1::YES || fact.answer() == v1::CONDITIONAL;
}

void AgeOrder(const v1::AnyServiceProfile& any, const Path& path,
              const RuleContext& context) {
  if (!IsStated(any.minimum_age()) || !IsStated(any.maximum_age()) ||
      any.minimum_age().value() <= any.maximum_age().value()) {
    return;
  }
  SkipImpossible(path, "maximum_age", "0",
                 {.what = "the oldest age, it is below the youngest",
                  .hint = "minimum_age, or more"},
                 context.report);
}

// --- Documents and places ---------------------------------------------------

// An alternative that is not understood must not make the rule stricter: it
// counts as "other".
void DocumentRules(v1::DocumentRule& rule, const Place& place, Facts& facts) {
  CheckProvenance(rule.provenance(), place.path, facts.context.report);
  std::vector<std::string> codes;
  for (const std::string& code : rule.any_of()) {
    const bool known = DocumentCodes().contains(code);
    if (!known) {
      Keep(place, JsonOf(code),
           UnknownCode(code,
                       "a document code of the profile, such as "
                       "photo_id; anything else is other"),
           facts);
    }
    codes.push_back(known ? code : "other");
  }
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  rule.mutable_any_of()->Assign(codes.begin(), codes.end());
  if (rule.within_days() < 0) {
    SkipImpossible(place.path, "within_days", "-1",
                   {.what = "a number of days", .hint = "0 or more"},
                   facts.context.report);
  }
}

void PlaceCountRules(v1::AnyServiceProfile& any, const Path& path,
                     Facts& facts) {
  const FieldDescriptor& populations =
      *v1::AnyServiceProfile::descriptor()->FindFieldByName("populations");
  std::vector<v1::PlaceCount> good;
  for (int i = 0; i < any.places_size(); ++i) {
    v1::PlaceCount& count = *any.mutable_places(i);
    const Path here{.parent = &path, .name = "places", .index = i};
    const Place place{.path = here, .field = "profile.any.places"};
    const bool known_population = count.population().empty() ||
                                  Has(CodesOf(populations), count.population());
    if (!known_population || !PlaceUnits().contains(count.unit())) {
      Keep(
          place, JsonOf(count),
          known_population
              ? UnknownCode(count.unit(), "bed, slot, family_unit or child_bed")
              : UnknownCode(count.population(),
                            "a code of any.populations, or nothing"),
          facts);
      continue;
    }
    for (const char* name : {"available", "maximum"}) {
      const FieldDescriptor& field =
          *v1::PlaceCount::descriptor()->FindFieldByName(name);
      if (!count.GetReflection()->HasField(count, &field)) continue;
      const Path number{.parent = &here, .name = name};
      NumberRules(field,
                  std::string_view(name) == "available" ? count.available()
                                                        : count.maximum(),
                  {.path = number, .field = place.field}, facts);
    }
    good.push_back(std::move(count));
  }
  any.clear_places();
  for (v1::PlaceCount& count : good) *any.add_places() = std::move(count);
}

// --- The profile ------------------------------------------------------------

void FactRules(Message& part, const FieldDescriptor& field, const Place& place,
               Facts& facts) {
  const Reflection& reflection = *part.GetReflection();
  const auto* const type = field.message_type();
  Message* const value = reflection.MutableMessage(&part, &field);
  if (type == v1::ChoiceFact::descriptor()) {
    if (!ChoiceRules(field, static_cast<v1::ChoiceFact&>(*value), place,
                     facts)) {
      reflection.ClearField(&part, &field);
    }
  } else if (type == v1::SetFact::descriptor()) {
    v1::SetFact& set = static_cast<v1::SetFact&>(*value);
    SetRules(field, set, place, facts);
    if (set.values().empty()) reflection.ClearField(&part, &field);
  } else if (type == v1::NumberFact::descriptor()) {
    NumberRules(field, static_cast<v1::NumberFact&>(*value), place, facts);
  } else if (type == v1::Fact::descriptor()) {
    const auto& fact = static_cast<v1::Fact&>(*value);
    CheckProvenance(fact.provenance(), place.path, facts.context.report);
    NoticeNoAnswer(fact.answer(), place, facts);
  } else if (type == v1::TextFact::descriptor()) {
    CheckProvenance(static_cast<v1::TextFact&>(*value).provenance(), place.path,
                    facts.context.report);
  }
}

// One of the parts: "any", "housing", ...
void PartRules(Message& part, const Path& path, const std::string& name,
               Facts& facts) {
  std::vector<const FieldDescriptor*> fields;
  part.GetReflection()->ListFields(part, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->is_repeated()) continue;
    const Path here{.parent = &path, .name = field->name()};
    FactRules(part, *field,
              {.path = here,
               .field = absl::StrCat("profile.", name, ".", field->name())},
              facts);
  }
}

void ProfileRules(v1::RecoveryProfile& profile, const Path& path,
                  Facts& facts) {
  std::vector<const FieldDescriptor*> parts;
  profile.GetReflection()->ListFields(profile, &parts);
  for (const FieldDescriptor* part : parts) {
    const Path here{.parent = &path, .name = part->name()};
    PartRules(*profile.GetReflection()->MutableMessage(&profile, part), here,
              part->name(), facts);
  }
  if (!profile.has_any()) return;
  const Path here{.parent = &path, .name = "any"};
  v1::AnyServiceProfile& any = *profile.mutable_any();
  for (int i = 0; i < any.documents_size(); ++i) {
    const Path document{.parent = &here, .name = "documents", .index = i};
    DocumentRules(*any.mutable_documents(i),
                  {.path = document, .field = "profile.any.documents"}, facts);
  }
  PlaceCountRules(any, here, facts);
  AgeOrder(any, here, facts.context);
}

// --- The rest of x_handrail -------------------------------------------------

void TermRules(v1::RecordExtension& extension) {
  auto& terms = *extension.mutable_terms();
  std::stable_sort(terms.begin(), terms.end(),
                   [](const v1::NeedTerm& a, const v1::NeedTerm& b) {
                     if (a.term() != b.term()) return a.term() < b.term();
                     // A term that is meant outweighs one that is broader.
                     if (a.broader() != b.broader()) return b.broader();
                     return a.mapped_from() < b.mapped_from();
                   });
  std::vector<v1::NeedTerm> once;
  for (v1::NeedTerm& term : terms) {
    if (!once.empty() && once.back().term() == term.term()) continue;
    once.push_back(std::move(term));
  }
  terms.Clear();
  for (v1::NeedTerm& term : once) *terms.Add() = std::move(term);
}

// The code in its normal form; absent where it is none of that kind.
std::optional<std::string> CoverageCode(const v1::CoverageArea& area) {
  const std::string& code = area.code();
  switch (area.kind()) {
    case v1::CoverageArea::NATIONWIDE:
      return "";
    case v1::CoverageArea::STATE:
      return StateLetters(code);
    case v1::CoverageArea::ZIP:
      return code.size() == 5 ? ZipCode(code) : std::nullopt;
    case v1::CoverageArea::COUNTY: {
      const size_t slash = code.find('/');
      if (slash == std::string::npos || slash + 1 == code.size()) break;
      const auto state = StateLetters(code.substr(0, slash));
      if (state.has_value()) return *state + code.substr(slash);
      break;
    }
    default:
      break;
  }
  return std::nullopt;
}

void CoverageRules(v1::RecordExtension& extension, const Path& path,
                   Facts& facts) {
  std::vector<std::pair<int, std::string>> areas;
  for (int i = 0; i < extension.coverage_size(); ++i) {
    const v1::CoverageArea& area = extension.coverage(i);
    const Path here{.parent = &path, .name = "coverage", .index = i};
    const std::optional<std::string> code = CoverageCode(area);
    if (code.has_value()) {
      areas.emplace_back(area.kind(), *code);
    } else {
      Keep({.path = here, .field = "coverage"}, JsonOf(area),
           UnknownCode(area.code(),
                       "NATIONWIDE; STATE with MD; COUNTY with MD/Baltimore; "
                       "ZIP with five digits"),
           facts);
    }
  }
  std::sort(areas.begin(), areas.end());
  areas.erase(std::unique(areas.begin(), areas.end()), areas.end());
  extension.clear_coverage();
  for (const auto& [kind, code] : areas) {
    v1::CoverageArea& area = *extension.add_coverage();
    area.set_kind(static_cast<v1::CoverageArea::Kind>(kind));
    area.set_code(code);
  }
}

void FieldProvenanceRules(v1::RecordExtension& extension, const Path& path,
                          Facts& facts) {
  std::vector<v1::FieldProvenance> good;
  for (int i = 0; i < extension.fields_size(); ++i) {
    v1::FieldProvenance& field = *extension.mutable_fields(i);
    const Path here{.parent = &path, .name = "fields", .index = i};
    CheckProvenance(field.provenance(), here, facts.context.report);
    const bool twice = std::any_of(
        good.begin(), good.end(),
        [&](const auto& one) { return one.field() == field.field(); });
    if (twice || !DatedFields().contains(field.field())) {
      Keep({.path = here, .field = "fields"}, JsonOf(field),
           UnknownCode(field.field(),
                       "each once: hours, phone, address, eligibility, "
                       "languages, documents, cost, service_area, "
                       "accessibility, capacity, status"),
           facts);
      continue;
    }
    good.push_back(std::move(field));
  }
  std::sort(good.begin(), good.end(),
            [](const auto& a, const auto& b) { return a.field() < b.field(); });
  extension.clear_fields();
  for (v1::FieldProvenance& field : good) {
    *extension.add_fields() = std::move(field);
  }
}

void OperatingStateRules(v1::OperatingState& state, const Path& path,
                         Facts& facts) {
  const auto rule = [&](const char* name) {
    TextField field(state, name);
    if (field.empty()) return;
    const Understood date = ReadDate(field.Get());
    if (date.sense != Sense::kGood) {
      SkipImpossible(
          path, name, field.Get(),
          {.what = "a date", .hint = "a day that exists, as YYYY-MM-DD"},
          facts.context.report);
      return;
    }
    field.Change(date.text);
  };
  rule("from");
  rule("until");
  RuleOrder(state.from(), state.until(), "until", path, facts.context.report);
  CheckProvenance(state.activated().provenance(), path, facts.context.report);
}

void ZoneRules(v1::RecordExtension& extension, const Path& path, Facts& facts) {
  if (extension.zone().empty() || IsZone(extension.zone())) return;
  const Path here{.parent = &path, .name = "zone"};
  Keep({.path = here, .field = "zone"}, JsonOf(extension.zone()),
       {.reason = "unknown-code",
        .value_class = ClassOf(extension.zone()),
        .message = "this is not a time zone",
        .hint = "a name of the IANA list, such as America/New_York"},
       facts);
  extension.clear_zone();
}

// "Baltimore County" is "Baltimore"; "Baltimore city" is another place.
void CountyRules(v1::RecordExtension& extension) {
  std::string_view county = Trim(extension.county());
  for (const std::string_view word : {" County", " county", " Parish"}) {
    if (county.size() > word.size() &&
        county.substr(county.size() - word.size()) == word) {
      county.remove_suffix(word.size());
      county = Trim(county);
    }
  }
  if (county != extension.county()) extension.set_county(std::string(county));
}

// --- Provenance of records --------------------------------------------------

void DateFromAssurance(const std::string& date, v1::Provenance& provenance) {
  if (provenance.has_verified_at()) return;
  absl::CivilDay day;
  if (!absl::ParseCivilTime(date, &day)) return;
  provenance.mutable_verified_at()->set_seconds(
      absl::ToUnixSeconds(absl::FromCivil(day, absl::UTCTimeZone())));
}

void FillFrom(v1::RecordExtension& extension, const std::string& assured_date,
              const RuleContext& context) {
  const bool said = extension.has_provenance();
  v1::Provenance& provenance = *extension.mutable_provenance();
  if (!said) {
    provenance.set_source(context.source);
    provenance.set_method(v1::FEED);
  }
  if (!assured_date.empty()) DateFromAssurance(assured_date, provenance);
  if (said || provenance.has_verified_at() || !context.as_of.has_value()) {
    return;
  }
  const absl::Time at = *context.as_of;
  const int64_t seconds = absl::ToUnixSeconds(at);
  auto& stamp = *provenance.mutable_verified_at();
  stamp.set_seconds(seconds);
  stamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(at - absl::FromUnixSeconds(seconds))));
}

void FillService(v1::Service& service, const RuleContext& context) {
  FillFrom(*service.mutable_x_handrail(), service.assured_date(), context);
  const v1::Provenance provenance = service.x_handrail().provenance();
  for (v1::ServiceAtLocation& link : *service.mutable_service_at_locations()) {
    if (!link.x_handrail().has_provenance()) {
      *link.mutable_x_handrail()->mutable_provenance() = provenance;
    }
  }
}

}  // namespace

void ExtensionRules(v1::RecordExtension& extension, const Path& path,
                    const RuleContext& context) {
  Facts facts{.context = context};
  if (extension.has_provenance()) {
    FillProvenance(*extension.mutable_provenance(), path, context);
  }
  FieldProvenanceRules(extension, path, facts);
  if (extension.has_profile()) {
    const Path here{.parent = &path, .name = "profile"};
    ProfileRules(*extension.mutable_profile(), here, facts);
  }
  TermRules(extension);
  CoverageRules(extension, path, facts);
  if (extension.has_operating_state()) {
    const Path here{.parent = &path, .name = "operating_state"};
    OperatingStateRules(*extension.mutable_operating_state(), here, facts);
  }
  CheckProvenance(extension.round_the_clock().provenance(), path,
                  context.report);
  ZoneRules(extension, path, facts);
  CountyRules(extension);
  KeepParts(facts.kept, extension);
}

void FillProvenance(v1::Provenance& provenance, const Path& path,
                    const RuleContext& context) {
  const Path here{.parent = &path, .name = "provenance"};
  CheckProvenance(provenance, here, context.report);
  if (provenance.source().empty()) provenance.set_source(context.source);
}

void FillRecordProvenance(v1::Record& record, const RuleContext& context) {
  switch (record.kind_case()) {
    case v1::Record::kOrganization:
      return FillFrom(*record.mutable_organization()->mutable_x_handrail(), "",
                      context);
    case v1::Record::kProgram:
      return FillFrom(*record.mutable_program()->mutable_x_handrail(), "",
                      context);
    case v1::Record::kLocation:
      return FillFrom(*record.mutable_location()->mutable_x_handrail(), "",
                      context);
    case v1::Record::kService:
      return FillService(*record.mutable_service(), context);
    default:
      return;
  }
}

}  // namespace handrail::storage
