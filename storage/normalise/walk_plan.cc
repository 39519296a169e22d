#include "storage/normalise/walk_plan.h"

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/check.h"
#include "storage/base/type_reach.h"
#include "storage/normalise/limits.h"

namespace handrail::storage {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MessageFactory;

constexpr TextLimit kCode{kCodeBytesMax, "kCodeBytesMax"};
constexpr TextLimit kName{kNameBytesMax, "kNameBytesMax"};
constexpr TextLimit kUrl{kUrlBytesMax, "kUrlBytesMax"};
constexpr TextLimit kLine{kLineBytesMax, "kLineBytesMax"};
constexpr TextLimit kProse{kDescriptionBytesMax, "kDescriptionBytesMax"};
constexpr TextLimit kBlob{kBlobBytesMax, "kBlobBytesMax"};

// By the field's name, which means the same in every object; others are lines.
const absl::flat_hash_map<std::string, TextLimit>& Limits() {
  static const auto* const limits =
      new absl::flat_hash_map<std::string, TextLimit>{
          {"name", kName},
          {"alternate_name", kName},
          {"title", kName},
          {"department", kName},
          {"label", kName},
          {"county", kName},
          {"city", kName},
          {"code", kCode},
          {"term", kCode},
          {"zone", kCode},
          {"language", kCode},
          {"languages", kCode},
          {"source", kName},
          {"external_id", kCode},
          {"email", kUrl},
          {"assurer_email", kUrl},
          {"website", kUrl},
          {"url", kUrl},
          {"uri", kUrl},
          {"term_uri", kUrl},
          {"logo", kUrl},
          {"schedule_link", kUrl},
          {"description", kProse},
          {"details", kProse},
          {"note", kProse},
          {"notes", kProse},
          {"words", kProse},
          {"alert", kProse},
          {"fees", kProse},
          {"fees_description", kProse},
          {"wait_time", kProse},
          {"licenses", kProse},
          {"accreditations", kProse},
          {"application_process", kProse},
          {"eligibility_description", kProse},
          {"interpretation_services", kProse},
          {"transportation", kProse},
          {"document", kProse},
          {"value", kProse},
          {"amount_description", kProse},
          {"attending_type", kProse},
          {"previous_value", kProse},
          {"replacement_value", kProse},
          {"text", kBlob},
          {"extent", kBlob},
          {"json", kBlob},
          {"unknown_json", kBlob},
      };
  return *limits;
}

TextLimit LimitOf(const FieldDescriptor& field) {
  const std::string& name = field.name();
  const auto found = Limits().find(name);
  if (found != Limits().end()) return found->second;
  const bool is_id = name == "id" ||
                     (name.size() > 3 && name.substr(name.size() - 3) == "_id");
  return is_id ? kCode : kLine;
}

// Text that must stay byte for byte what the source wrote.
bool IsSourcesOwn(const FieldDescriptor& field) {
  return field.containing_type() == v1::SourceText::descriptor() ||
         field.containing_type() == v1::UnknownField::descriptor() ||
         field.name() == "unknown_json" || field.name() == "external_id";
}

using Plans = absl::node_hash_map<const Descriptor*, TypePlan>;

FieldPlan::Kind KindOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return FieldPlan::Kind::kText;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FieldPlan::Kind::kObject;
    case FieldDescriptor::CPPTYPE_ENUM:
      return FieldPlan::Kind::kEnum;
    default:
      return FieldPlan::Kind::kOther;
  }
}

FieldPlan PlanField(const FieldDescriptor& field, const Plans& plans) {
  FieldPlan plan{
      .field = &field, .kind = KindOf(field), .repeated = field.is_repeated()};
  if (plan.kind == FieldPlan::Kind::kText) {
    plan.limit = LimitOf(field);
    plan.is_sources_own = IsSourcesOwn(field);
  }
  if (plan.kind == FieldPlan::Kind::kObject) {
    plan.type = &plans.at(field.message_type());
  }
  return plan;
}

Plans MakePlans() {
  Plans plans;
  // All of them first: fields point at the plans of their types.
  for (const Descriptor* type : TypesBelow(*v1::Record::descriptor())) {
    TypePlan& plan = plans[type];
    plan.reflection = MessageFactory::generated_factory()
                          ->GetPrototype(type)
                          ->GetReflection();
    plan.rules = RulesOf(*type);
    if (plan.rules == nullptr) plan.look = SoundLookOf(*type);
  }
  for (auto& [type, plan] : plans) {
    for (int i = 0; i < type->field_count(); ++i) {
      plan.fields.push_back(PlanField(*type->field(i), plans));
    }
  }
  return plans;
}

}  // namespace

const TypePlan& PlanOf(const Descriptor& type) {
  static const Plans* const plans = new Plans(MakePlans());
  const auto found = plans->find(&type);
  HANDRAIL_CHECK(found != plans->end());
  return found->second;
}

}  // namespace handrail::storage
