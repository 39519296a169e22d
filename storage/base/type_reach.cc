#include "storage/base/type_reach.h"

#include <algorithm>

namespace handrail {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::vector<const FieldDescriptor*> FieldsByNumber(const Descriptor& type) {
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < type.field_count(); ++i) fields.push_back(type.field(i));
  std::sort(fields.begin(), fields.end(), [](const auto* a, const auto* b) {
    return a->number() < b->number();
  });
  return fields;
}

std::vector<const Descriptor*> TypesBelow(const Descriptor& root) {
  std::vector<const Descriptor*> types = {&root};
  std::unordered_set<const Descriptor*> seen = {&root};
  // Grows while it is gone through.
  for (size_t at = 0; at < types.size(); ++at) {
    for (const FieldDescriptor* field : FieldsByNumber(*types[at])) {
      const Descriptor* const inner = field->message_type();
      if (inner != nullptr && seen.insert(inner).second) types.push_back(inner);
    }
  }
  return types;
}

TypeReach::TypeReach(const Descriptor& root, const TypeTest& is_wanted,
                     const TypeTest& is_shut) {
  const std::vector<const Descriptor*> types = TypesBelow(root);
  std::unordered_set<const Descriptor*> reaching;
  for (const Descriptor* type : types) {
    if (is_wanted(*type)) reaching.insert(type);
  }
  const auto leads_on = [&](const FieldDescriptor& field) {
    return field.message_type() != nullptr &&
           reaching.contains(field.message_type());
  };
  // Types refer to each other in circles, so until nothing is new.
  for (bool grown = true; grown;) {
    grown = false;
    for (const Descriptor* type : types) {
      if (reaching.contains(type) || (is_shut && is_shut(*type))) continue;
      for (const FieldDescriptor* field : FieldsByNumber(*type)) {
        if (!leads_on(*field)) continue;
        reaching.insert(type);
        grown = true;
        break;
      }
    }
  }
  for (const Descriptor* type : types) {
    if (is_shut && is_shut(*type)) continue;
    for (const FieldDescriptor* field : FieldsByNumber(*type)) {
      if (leads_on(*field)) fields_[type].push_back(field);
    }
  }
}

const std::vector<const FieldDescriptor*>& TypeReach::FieldsOf(
    const Descriptor& type) const {
  const auto found = fields_.find(&type);
  return found == fields_.end() ? none_ : found->second;
}

}  // namespace handrail
