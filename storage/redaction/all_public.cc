#include "storage/redaction/all_public.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message.h>
#include <google/protobuf/wire_format.h>

#include <limits>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/base/mutant.h"
#include "storage/base/type_reach.h"
#include "storage/redaction/field_rules.h"

namespace handrail::storage {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormat;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// What may stand in the bytes of one type.
struct TypePlan {
  struct Field {
    // As the field is written; -1: there is none, or nobody is shown it.
    int wire_type = -1;
    // A flag that restricts what is around it, where it is set.
    bool restricts = false;
    // Of an object; null where it is none.
    const TypePlan* type = nullptr;
  };

  // What a tag stands for; null where it is unknown or shown to nobody.
  const Field* Find(uint32_t tag) const {
    const auto number =
        static_cast<size_t>(WireFormatLite::GetTagFieldNumber(tag));
    if (number >= fields.size()) return nullptr;
    const Field& field = fields[number];
    return field.wire_type == WireFormatLite::GetTagWireType(tag) ? &field
                                                                  : nullptr;
  }

  // By number.
  std::vector<Field> fields;
};

using Plans = std::unordered_map<const Descriptor*, TypePlan>;

void Fill(const Descriptor& type, const Plans& plans, TypePlan& plan) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsOurs(type) && IsNeverPublic(field)) continue;
    const auto number = static_cast<size_t>(field.number());
    if (number >= plan.fields.size()) plan.fields.resize(number + 1);
    plan.fields[number] = {.wire_type = WireFormatLite::GetTagWireType(
                               WireFormat::MakeTag(&field)),
                           .restricts = CanRestrict(field),
                           .type = field.message_type() == nullptr
                                       ? nullptr
                                       : &plans.at(field.message_type())};
  }
}

Plans MakePlans() {
  Plans plans;
  // All of them first: fields point at the plans of their types.
  for (const Descriptor* type : TypesBelow(*v1::Record::descriptor())) {
    plans[type];
  }
  for (auto& [type, plan] : plans) Fill(*type, plans, plan);
  return plans;
}

const TypePlan& PlanOfRecord() {
  static const Plans* const plans = new Plans(MakePlans());
  static const TypePlan& plan = plans->at(v1::Record::descriptor());
  return plan;
}

bool ShowsAll(CodedInputStream& bytes, const TypePlan& plan);

bool ShowsObject(CodedInputStream& bytes, const TypePlan& plan) {
  int size = 0;
  if (!bytes.ReadVarintSizeAsInt(&size)) return false;
  const CodedInputStream::Limit around = bytes.PushLimit(size);
  if (!ShowsAll(bytes, plan)) return false;
  bytes.PopLimit(around);
  return true;
}

// Whether nothing up to the end of the object is withheld from anybody.
bool ShowsAll(CodedInputStream& bytes, const TypePlan& plan) {
  while (const uint32_t tag = bytes.ReadTagNoLastTag()) {
    const TypePlan::Field* const field = plan.Find(tag);
    if (field == nullptr) {
      if (HANDRAIL_MUTATE(unknown_is_public, true,
                          !WireFormatLite::SkipField(&bytes, tag))) {
        return false;
      }
    } else if (field->restricts) {
      uint64_t set = 0;
      if (!bytes.ReadVarint64(&set)) return false;
      if (HANDRAIL_MUTATE(flagged_is_public, set != 0, false)) return false;
    } else if (field->type == nullptr) {
      if (!WireFormatLite::SkipField(&bytes, tag)) return false;
    } else if (!ShowsObject(bytes, *field->type)) {
      return false;
    }
  }
  return bytes.BytesUntilLimit() == 0;
}

}  // namespace

bool IsAllPublic(const v1::Record& full, const ProjectionContext& context,
                 std::string_view bytes) {
  if (!HasVisibility(full)) return true;
  if (context.place_is_confidential || context.contacts_are_restricted) {
    return false;
  }
  std::string made;
  if (bytes.empty()) bytes = made = full.SerializeAsString();
  if (bytes.size() > std::numeric_limits<int>::max()) return false;
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  in.PushLimit(static_cast<int>(bytes.size()));
  return ShowsAll(in, PlanOfRecord());
}

}  // namespace handrail::storage
