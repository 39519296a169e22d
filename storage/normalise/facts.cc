#include "storage/normalise/facts.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "handrail/v1/annotations.pb.h"
#include "storage/normalise/limits.h"
#include "storage/normalise/names.h"
#include "storage/normalise/provenance.h"
#include "storage/normalise/source_text.h"
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

// --- Codes ------------------------------------------------------------------

// Puts a code into its normal form; false where it is not one of the field's.
// Fields without a list take any code, languages a language tag.
class CodeRule {
 public:
  explicit CodeRule(const FieldDescriptor& field)
      : codes_(RuleOf(field).codes()),
        is_language_(codes_.empty() && field.name() == "languages" &&
                     field.containing_type() ==
                         v1::AnyServiceProfile::descriptor()) {}

  // `code` is a field of the fact in hand.
  bool Apply(std::string& code) const {
    if (code.empty()) return false;
    if (!codes_.empty()) {
      return std::find(codes_.begin(), codes_.end(), code) != codes_.end();
    }
    if (!is_language_) return true;
    std::optional<std::string> tag = LanguageTag(code);
    if (!tag.has_value()) return false;
    if (*tag != code) code = *std::move(tag);
    return true;
  }

 private:
  const google::protobuf::RepeatedPtrField<std::string>& codes_;
  const bool is_language_;
};

std::string CodeHint(const FieldDescriptor& field) {
  if (!RuleOf(field).codes().empty()) return Listed(CodesOf(field));
  if (field.name() == "languages") return "a BCP 47 tag, such as es or ase";
  return "a code";
}

void NoticeNoAnswer(v1::Answer answer, const FactPlace& place,
                    KeptFacts& kept) {
  if (answer != v1::ANSWER_UNSPECIFIED) return;
  kept.context.report.Notice(
      place.path, "answer",
      {.reason = "missing-field",
       .value_class = "empty",
       .message = "without an answer nothing is recorded",
       .hint = "YES, NO or CONDITIONAL"});
}

// Returns false where the fact must leave the field.
bool ChoiceRules(const FieldDescriptor& field, v1::ChoiceFact& fact,
                 const FactPlace& place, KeptFacts& kept) {
  CheckProvenance(fact.provenance(), place.path, kept.context.report);
  std::string code = fact.code();
  if (!CodeRule(field).Apply(code)) {
    KeepFact(place, JsonOf(fact), UnknownCode(fact.code(), CodeHint(field)),
             kept);
    return false;
  }
  if (fact.answer() == v1::NO) {
    KeepFact(place, JsonOf(fact),
             {.reason = "impossible-answer",
              .value_class = "answer",
              .message = "one value of a list cannot be answered NO",
              .hint = "the value that is true, with YES or CONDITIONAL"},
             kept);
    return false;
  }
  NoticeNoAnswer(fact.answer(), place, kept);
  fact.set_code(std::move(code));
  return true;
}

// A code twice: the first stays. The same said twice is no finding.
void KeepRepeated(const v1::CodedFact& first, const v1::CodedFact& again,
                  const FactPlace& place, KeptFacts& kept) {
  if (JsonOf(first) == JsonOf(again)) return;
  KeepFact(place, JsonOf(again),
           {.reason = "code-twice",
            .value_class = "code",
            .message = "the field has this code twice; the first is used",
            .hint = "each code once"},
           kept);
}

using CodedFacts = google::protobuf::RepeatedPtrField<v1::CodedFact>;

// Leaves the first `size` entries.
void Cut(int size, CodedFacts& values) {
  values.DeleteSubrange(size, values.size() - size);
}

// What has no code of the field leaves it.
void LeaveOutUnknown(const FieldDescriptor& field, const FactPlace& place,
                     KeptFacts& kept, CodedFacts& values) {
  const CodeRule rule(field);
  int good = 0;
  for (int i = 0; i < values.size(); ++i) {
    v1::CodedFact& value = values[i];
    CheckProvenance(value.provenance(), place.path, kept.context.report);
    if (!rule.Apply(*value.mutable_code())) {
      KeepFact(place, JsonOf(value), UnknownCode(value.code(), CodeHint(field)),
               kept);
      continue;
    }
    NoticeNoAnswer(value.answer(), place, kept);
    if (i != good) values.SwapElements(i, good);
    ++good;
  }
  if (good < values.size()) Cut(good, values);
}

// Each code once. REQUIRES: they are sorted.
void LeaveOutRepeated(const FactPlace& place, KeptFacts& kept,
                      CodedFacts& values) {
  int good = 0;
  for (int i = 0; i < values.size(); ++i) {
    if (good > 0 && values[good - 1].code() == values[i].code()) {
      KeepRepeated(values[good - 1], values[i], place, kept);
      continue;
    }
    if (i != good) values.SwapElements(i, good);
    ++good;
  }
  if (good < values.size()) Cut(good, values);
}

// Facts are moved by their pointers and mostly stay where they are: most of a
// record is in such lists.
void SetRules(const FieldDescriptor& field, v1::SetFact& set,
              const FactPlace& place, KeptFacts& kept) {
  CodedFacts& values = *set.mutable_values();
  LeaveOutUnknown(field, place, kept, values);
  const auto is_before = [](const v1::CodedFact* a, const v1::CodedFact* b) {
    return a->code() < b->code();
  };
  if (!std::is_sorted(values.pointer_begin(), values.pointer_end(),
                      is_before)) {
    std::stable_sort(values.pointer_begin(), values.pointer_end(), is_before);
  }
  LeaveOutRepeated(place, kept, values);
}

// --- Numbers ----------------------------------------------------------------

void NumberRules(const FieldDescriptor& field, const v1::NumberFact& fact,
                 const FactPlace& place, KeptFacts& kept) {
  RowReport& report = kept.context.report;
  CheckProvenance(fact.provenance(), place.path, report);
  NoticeNoAnswer(fact.answer(), place, kept);
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
void DocumentRules(v1::DocumentRule& rule, const FactPlace& place,
                   KeptFacts& kept) {
  CheckProvenance(rule.provenance(), place.path, kept.context.report);
  std::vector<std::string> codes;
  for (const std::string& code : rule.any_of()) {
    const bool known = DocumentCodes().contains(code);
    if (!known) {
      KeepFact(place, JsonOf(code),
               UnknownCode(code,
                           "a document code of the profile, such as "
                           "photo_id; anything else is other"),
               kept);
    }
    codes.push_back(known ? code : "other");
  }
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  rule.mutable_any_of()->Assign(codes.begin(), codes.end());
  if (rule.within_days() < 0) {
    SkipImpossible(place.path, "within_days", "-1",
                   {.what = "a number of days", .hint = "0 or more"},
                   kept.context.report);
  }
}

void PlaceCountRules(v1::AnyServiceProfile& any, const Path& path,
                     KeptFacts& kept) {
  const FieldDescriptor& populations =
      *v1::AnyServiceProfile::descriptor()->FindFieldByName("populations");
  std::vector<v1::PlaceCount> good;
  for (int i = 0; i < any.places_size(); ++i) {
    v1::PlaceCount& count = *any.mutable_places(i);
    const Path here{.parent = &path, .name = "places", .index = i};
    const FactPlace place{.path = here, .field = "profile.any.places"};
    const bool known_population = count.population().empty() ||
                                  Has(CodesOf(populations), count.population());
    if (!known_population || !PlaceUnits().contains(count.unit())) {
      KeepFact(
          place, JsonOf(count),
          known_population
              ? UnknownCode(count.unit(), "bed, slot, family_unit or child_bed")
              : UnknownCode(count.population(),
                            "a code of any.populations, or nothing"),
          kept);
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
                  {.path = number, .field = place.field}, kept);
    }
    good.push_back(std::move(count));
  }
  any.clear_places();
  for (v1::PlaceCount& count : good) *any.add_places() = std::move(count);
}

// --- The profile ------------------------------------------------------------

void FactRules(Message& part, const FieldDescriptor& field,
               const FactPlace& place, KeptFacts& kept) {
  const Reflection& reflection = *part.GetReflection();
  const auto* const type = field.message_type();
  Message* const value = reflection.MutableMessage(&part, &field);
  if (type == v1::ChoiceFact::descriptor()) {
    if (!ChoiceRules(field, static_cast<v1::ChoiceFact&>(*value), place,
                     kept)) {
      reflection.ClearField(&part, &field);
    }
  } else if (type == v1::SetFact::descriptor()) {
    v1::SetFact& set = static_cast<v1::SetFact&>(*value);
    SetRules(field, set, place, kept);
    if (set.values().empty()) reflection.ClearField(&part, &field);
  } else if (type == v1::NumberFact::descriptor()) {
    NumberRules(field, static_cast<v1::NumberFact&>(*value), place, kept);
  } else if (type == v1::Fact::descriptor()) {
    const auto& fact = static_cast<v1::Fact&>(*value);
    CheckProvenance(fact.provenance(), place.path, kept.context.report);
    NoticeNoAnswer(fact.answer(), place, kept);
  } else if (type == v1::TextFact::descriptor()) {
    CheckProvenance(static_cast<v1::TextFact&>(*value).provenance(), place.path,
                    kept.context.report);
  }
}

// One of the parts: "any", "housing", ...
void PartRules(Message& part, const Path& path, const std::string& name,
               KeptFacts& kept) {
  std::vector<const FieldDescriptor*> fields;
  part.GetReflection()->ListFields(part, &fields);
  const std::string within = absl::StrCat("profile.", name, ".");
  for (const FieldDescriptor* field : fields) {
    if (field->is_repeated()) continue;
    const Path here{.parent = &path, .name = field->name()};
    FactRules(part, *field,
              {.path = here, .field = field->name(), .within = within}, kept);
  }
}

}  // namespace

void ProfileRules(v1::RecoveryProfile& profile, const Path& path,
                  KeptFacts& kept) {
  std::vector<const FieldDescriptor*> parts;
  profile.GetReflection()->ListFields(profile, &parts);
  for (const FieldDescriptor* part : parts) {
    const Path here{.parent = &path, .name = part->name()};
    PartRules(*profile.GetReflection()->MutableMessage(&profile, part), here,
              part->name(), kept);
  }
  if (!profile.has_any()) return;
  const Path here{.parent = &path, .name = "any"};
  v1::AnyServiceProfile& any = *profile.mutable_any();
  for (int i = 0; i < any.documents_size(); ++i) {
    const Path document{.parent = &here, .name = "documents", .index = i};
    DocumentRules(*any.mutable_documents(i),
                  {.path = document, .field = "profile.any.documents"}, kept);
  }
  PlaceCountRules(any, here, kept);
  AgeOrder(any, here, kept.context);
}

}  // namespace handrail::storage
