#include "clients/formats/hsds_names.h"

#include <algorithm>
#include <cctype>

#include "absl/container/node_hash_map.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

bool IsOurs(const pb::FieldDescriptor* field) { return field->number() >= 90; }

FieldKind KindOf(const pb::FieldDescriptor* field) {
  const std::string& name = field->name();
  switch (field->cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_MESSAGE:
      return field->is_repeated() ? FieldKind::kObjects : FieldKind::kObject;
    case pb::FieldDescriptor::CPPTYPE_ENUM:
      return FieldKind::kEnum;
    case pb::FieldDescriptor::CPPTYPE_INT32:
      return name == "latitude_e7" || name == "longitude_e7"
                 ? FieldKind::kDegrees
                 : FieldKind::kInteger;
    default:
      break;
  }
  if (name == "amount" || name == "extension" || name == "timezone") {
    return FieldKind::kDecimal;
  }
  const bool id =
      name == "id" ||
      (name.size() > 3 && name.compare(name.size() - 3, 3, "_id") == 0);
  // These end in _id in no other sense than a reference: tax_id is the
  // exception.
  return id && name != "tax_id" ? FieldKind::kId : FieldKind::kText;
}

// Its types stay where they are.
using Types = absl::node_hash_map<const pb::Descriptor*, HsdsType>;

const HsdsType* AddType(const pb::Descriptor* type, Types& types) {
  const auto [place, added] = types.try_emplace(type);
  HsdsType& table = place->second;
  if (!added) return &table;
  table.x_handrail = type->FindFieldByName("x_handrail");
  table.zone = type->FindFieldByName("zone");
  table.restricted = type->FindFieldByName("restricted");
  std::vector<const pb::FieldDescriptor*> fields;
  for (int i = 0; i < type->field_count(); ++i) {
    if (!IsOurs(type->field(i))) fields.push_back(type->field(i));
  }
  std::sort(fields.begin(), fields.end(), [](const auto* a, const auto* b) {
    return a->number() < b->number();
  });
  for (const pb::FieldDescriptor* field : fields) {
    std::string name = field->name();
    const FieldKind kind = KindOf(field);
    if (kind == FieldKind::kDegrees) name.resize(name.size() - 3);
    table.fields.push_back({.name = name, .kind = kind, .field = field});
  }
  for (HsdsField& field : table.fields) {
    table.by_name.emplace(field.name, &field);
    if (field.field->message_type() != nullptr) {
      field.type = AddType(field.field->message_type(), types);
    }
  }
  return &table;
}

}  // namespace

const HsdsType& HsdsTypeOf(const pb::Descriptor* type) {
  static const Types* const types = [] {
    auto* all = new Types;
    AddType(v1::Organization::descriptor(), *all);
    AddType(v1::Service::descriptor(), *all);
    AddType(v1::ServiceAtLocation::descriptor(), *all);
    AddType(v1::MetaTableDescription::descriptor(), *all);
    return all;
  }();
  return types->at(type);
}

const std::vector<HsdsField>& HsdsFields(const pb::Descriptor* type) {
  return HsdsTypeOf(type).fields;
}

const HsdsField* FindHsdsField(const pb::Descriptor* type,
                               std::string_view name) {
  return HsdsTypeOf(type).Find(name);
}

std::string EnumWord(const pb::EnumValueDescriptor* value) {
  std::string word = value->name();
  const std::string& type = value->type()->name();
  if (type != "ServiceStatus" && type != "PlaceType") return word;
  for (char& c : word) {
    c = c == '_'
            ? ' '
            : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

std::string DegreesText(int e7) {
  const int64_t size = e7 < 0 ? -int64_t{e7} : int64_t{e7};
  std::string text = e7 < 0 ? "-" : "";
  text += std::to_string(size / 10'000'000);
  std::string part = std::to_string(size % 10'000'000);
  part.insert(0, 7 - part.size(), '0');
  while (!part.empty() && part.back() == '0') part.pop_back();
  if (!part.empty()) text += "." + part;
  return text;
}

const pb::FieldDescriptor* OwnField(const pb::Message& message,
                                    const char* name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

}  // namespace handrail::formats
