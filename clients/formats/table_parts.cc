#include "clients/formats/table_parts.h"

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/hsds_names.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

namespace pb = google::protobuf;

uint64_t HashOfId(std::string_view type, std::string_view id) {
  return absl::HashOf(absl::string_view(type.data(), type.size()),
                      absl::string_view(id.data(), id.size()));
}

uint64_t HashOfId(const pb::Descriptor* type, std::string_view id) {
  return HashOfId(type->name(), id);
}

bool IsCoreTable(const TableInfo& table) {
  return table.kind != HsdsKind::kNone &&
         table.kind != HsdsKind::kServiceAtLocation;
}

const char* LinkColumnOf(const TableInfo& table) {
  if (table.type == v1::Attribute::descriptor()) return "link_id";
  if (table.type == v1::Metadata::descriptor()) return "resource_id";
  return nullptr;
}

bool IsNamed(const pb::Descriptor* type, std::string_view word) {
  const auto fold = [](std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c >= 'A' && c <= 'Z') out.push_back(static_cast<char>(c + 32));
      if (c >= 'a' && c <= 'z') out.push_back(c);
    }
    if (out.ends_with("s")) out.pop_back();
    return out;
  };
  const std::string wanted = fold(word);
  bool known = false;
  for (const TableInfo& table : TableInfos()) {
    known = known || fold(table.type->name()) == wanted;
  }
  return !known || fold(type->name()) == wanted;
}

std::string PartId(const pb::Message& message) {
  const pb::FieldDescriptor* id =
      message.GetDescriptor()->FindFieldByName("id");
  return id == nullptr ? "" : message.GetReflection()->GetString(message, id);
}

void SetTextField(pb::Message& message, const std::string& name,
                  const std::string& text) {
  const pb::FieldDescriptor* field =
      message.GetDescriptor()->FindFieldByName(name);
  message.GetReflection()->SetString(&message, field, text);
}

const pb::FieldDescriptor* PartListFor(const pb::Message& owner,
                                       const pb::Descriptor* part) {
  for (const HsdsField& field : HsdsFields(owner.GetDescriptor())) {
    if (field.kind == FieldKind::kObjects &&
        field.field->message_type() == part) {
      return field.field;
    }
  }
  return nullptr;
}

void KeepInList(pb::Message& owner, const std::string& name,
                const std::string& json) {
  const pb::FieldDescriptor* field = OwnField(owner, "unknown_fields");
  if (field == nullptr) return;
  const pb::Reflection& reflection = *owner.GetReflection();
  for (int i = 0; i < reflection.FieldSize(owner, field); ++i) {
    auto& unknown = static_cast<v1::UnknownField&>(
        *reflection.MutableRepeatedMessage(&owner, field, i));
    if (unknown.name() != name || unknown.json().empty() ||
        unknown.json().back() != ']') {
      continue;
    }
    std::string& list = *unknown.mutable_json();
    list.pop_back();
    list.append(",").append(json).append("]");
    return;
  }
  KeepUnknown(owner, name, "[" + json + "]");
}

void AddTextRow(pb::Message& owner, const std::string& name,
                const std::string& text) {
  const pb::FieldDescriptor* field =
      owner.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || text.empty()) return;
  const std::string before = owner.GetReflection()->GetString(owner, field);
  if (before == text) return;
  SetTextField(owner, name, before.empty() ? text : before + "\n" + text);
}

}  // namespace handrail::formats
