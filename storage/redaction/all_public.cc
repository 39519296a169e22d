#include "storage/redaction/all_public.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "storage/base/field_lists.h"
#include "storage/base/type_reach.h"
#include "storage/redaction/field_rules.h"

namespace handrail::storage {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::Reflection;

// --- Facts, by their own accessors ------------------------------------------

// Recovery facts are most of the messages of a record. They and their
// provenance hold no text that is withheld from a record that is not flagged,
// so that only unknown fields matter in them.

template <typename T>
bool KnowsAll(const T& object) {
  static const google::protobuf::Reflection* const reflection =
      T::default_instance().GetReflection();
  return reflection->GetUnknownFields(object).empty();
}

bool IsPlain(const v1::Provenance& provenance) {
  return KnowsAll(provenance) && KnowsAll(provenance.verified_at()) &&
         KnowsAll(provenance.expires_at());
}

template <typename F>
bool IsPlain(const F& fact) {
  return KnowsAll(fact) &&
         (!fact.has_provenance() || IsPlain(fact.provenance()));
}

bool IsPlain(const v1::SetFact& set) {
  return KnowsAll(set) &&
         std::all_of(set.values().begin(), set.values().end(),
                     [](const v1::CodedFact& fact) { return IsPlain(fact); });
}

// --- Everything else, by the schema -----------------------------------------

struct TypePlan {
  using Look = bool (*)(const Message& object);

  struct Field {
    bool never_public = false;
    // Of an object; null where it is none.
    const TypePlan* type = nullptr;
  };

  const Reflection* reflection = nullptr;
  // The whole answer, where the type has a short way.
  Look look = nullptr;
  bool can_restrict = false;
  // By FieldDescriptor::index().
  std::vector<Field> fields;
};

using Plans = std::unordered_map<const Descriptor*, TypePlan>;

template <typename T>
bool Look(const Message& object) {
  return IsPlain(static_cast<const T&>(object));
}

// The short way for a type that still has the fields it was written for, none
// of which is withheld from everybody.
template <typename T>
void Shorten(int fields, Plans& plans) {
  TypePlan& plan = plans.at(T::descriptor());
  const bool hides = std::any_of(
      plan.fields.begin(), plan.fields.end(),
      [](const TypePlan::Field& field) { return field.never_public; });
  if (T::descriptor()->field_count() == fields && !hides) plan.look = Look<T>;
}

void ShortenFacts(Plans& plans) {
  Shorten<v1::Provenance>(4, plans);
  // A fact answers for its provenance, a set for its facts.
  if (plans.at(v1::Provenance::descriptor()).look == nullptr) return;
  Shorten<v1::Fact>(3, plans);
  Shorten<v1::NumberFact>(4, plans);
  Shorten<v1::ChoiceFact>(4, plans);
  Shorten<v1::TextFact>(2, plans);
  Shorten<v1::CodedFact>(4, plans);
  if (plans.at(v1::CodedFact::descriptor()).look == nullptr) return;
  Shorten<v1::SetFact>(1, plans);
}

void Fill(const Descriptor& type, const Plans& plans, TypePlan& plan) {
  plan.reflection =
      MessageFactory::generated_factory()->GetPrototype(&type)->GetReflection();
  plan.can_restrict = CanRestrict(type);
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    plan.fields.push_back({.never_public = IsOurs(type) && IsNeverPublic(field),
                           .type = field.message_type() == nullptr
                                       ? nullptr
                                       : &plans.at(field.message_type())});
  }
}

Plans MakePlans() {
  Plans plans;
  // All of them first: fields point at the plans of their types.
  for (const Descriptor* type : TypesBelow(*v1::Record::descriptor())) {
    plans[type];
  }
  for (auto& [type, plan] : plans) Fill(*type, plans, plan);
  ShortenFacts(plans);
  return plans;
}

const TypePlan& PlanOfRecord() {
  static const Plans* const plans = new Plans(MakePlans());
  static const TypePlan& plan = plans->at(v1::Record::descriptor());
  return plan;
}

// Whether nothing in the object is withheld, where nothing around it is.
bool ShowsAll(const Message& object, const TypePlan& plan) {
  if (plan.look != nullptr) return plan.look(object);
  const Reflection& reflection = *plan.reflection;
  if (!reflection.GetUnknownFields(object).empty()) return false;
  if (plan.can_restrict &&
      RestrictionOf(object, Restriction::kNone) != Restriction::kNone) {
    return false;
  }
  const FieldLists::Level set(ThreadFieldLists(), object, reflection);
  for (const FieldDescriptor* field : set.fields()) {
    const auto& [never_public, type] = plan.fields[field->index()];
    if (never_public) return false;
    if (type == nullptr) continue;
    if (!field->is_repeated()) {
      if (!ShowsAll(reflection.GetMessage(object, field), *type)) return false;
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(object, field); ++i) {
      if (!ShowsAll(reflection.GetRepeatedMessage(object, field, i), *type)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

bool IsAllPublic(const v1::Record& full, const ProjectionContext& context) {
  if (!HasVisibility(full)) return true;
  if (context.place_is_confidential || context.contacts_are_restricted) {
    return false;
  }
  const v1::Visibility visibility = VisibilityOf(full);
  return !visibility.confidential_location() &&
         !visibility.restricted_contact() && ShowsAll(full, PlanOfRecord());
}

}  // namespace handrail::storage
