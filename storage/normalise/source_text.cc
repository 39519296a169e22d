#include "storage/normalise/source_text.h"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "handrail/v1/hsds.pb.h"

namespace handrail::storage {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Json = nlohmann::ordered_json;

// The list `source_text` of an object, or null where it has none.
const FieldDescriptor* SourceTextOf(const Message& object) {
  const FieldDescriptor* field =
      object.GetDescriptor()->FindFieldByName("source_text");
  if (field == nullptr || field->message_type() != v1::SourceText::descriptor())
    return nullptr;
  return field;
}

// The text kept for a field, or null.
const std::string* FindSource(const Message& object, std::string_view field) {
  const FieldDescriptor* list = SourceTextOf(object);
  if (list == nullptr) return nullptr;
  const google::protobuf::Reflection& reflection = *object.GetReflection();
  for (int i = 0; i < reflection.FieldSize(object, list); ++i) {
    const auto& entry = static_cast<const v1::SourceText&>(
        reflection.GetRepeatedMessage(object, list, i));
    if (entry.field() == field) return &entry.text();
  }
  return nullptr;
}

Json ParseLeniently(std::string_view text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string_view SourceName(const FieldDescriptor& field) {
  const std::string& name = field.name();
  if (name == "latitude_e7") return "latitude";
  if (name == "longitude_e7") return "longitude";
  return name;
}

void KeepSource(Message& object, std::string_view field,
                std::string_view text) {
  const FieldDescriptor* list = SourceTextOf(object);
  if (list == nullptr || HasSource(object, field)) return;
  auto* entry = static_cast<v1::SourceText*>(
      object.GetReflection()->AddMessage(&object, list));
  entry->set_field(std::string(field));
  entry->set_text(std::string(text));
}

bool HasSource(const Message& object, std::string_view field) {
  return FindSource(object, field) != nullptr;
}

bool HasSourceWords(const Message& object, std::string_view field) {
  const std::string* text = FindSource(object, field);
  return text != nullptr && !text->empty() && *text != "\"\"" &&
         *text != "null";
}

void KeepParts(const std::vector<KeptPart>& parts,
               v1::RecordExtension& extension) {
  if (parts.empty()) return;
  Json all = Json::object();
  if (!extension.unknown_json().empty()) {
    all = ParseLeniently(extension.unknown_json());
    // What is no object is kept whole, as one more part.
    if (!all.is_object()) {
      all = Json::object();
      all[kKeptAsText] =
          Json::array({{{"field", ""}, {"value", extension.unknown_json()}}});
    }
  }
  Json& kept = all[kKeptAsText];
  if (!kept.is_array()) kept = kept.is_null() ? Json::array() : Json{kept};
  for (const KeptPart& part : parts) {
    Json entry = {{"field", part.field}, {"value", ParseLeniently(part.json)}};
    bool there = false;
    for (const Json& earlier : kept) there = there || earlier == entry;
    if (!there) kept.push_back(std::move(entry));
  }
  extension.set_unknown_json(Dump(all));
}

std::string JsonOf(const Message& message) {
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json).ok()) {
    return "null";
  }
  return json;
}

std::string JsonOf(std::string_view text) { return Dump(Json(text)); }

}  // namespace handrail::storage
