#include "server/ingest/fingerprint.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"
#include "server/ingest/record_key.h"
#include "storage/base/hash.h"

namespace handrail::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Json = nlohmann::json;

// Of JSON that is looked into.
constexpr int kJsonDepthMax = 200;

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         text.substr(text.size() - end.size()) == end;
}

// Ids, references, and what repeats them or tells when they were read.
bool IsLeftOut(const FieldDescriptor& field) {
  const auto* const type = field.message_type();
  return field.name() == "id" || EndsWith(field.name(), "_id") ||
         type == v1::Provenance::descriptor() ||
         type == v1::FieldProvenance::descriptor() ||
         type == v1::SourceText::descriptor() ||
         type == v1::Metadata::descriptor();
}

bool IsId(std::string_view name) {
  return name == "id" || EndsWith(name, "_id") || EndsWith(name, "_ids");
}

// Whether it nests so deeply that it is better left as it is.
bool IsDeep(std::string_view json) {
  int depth = 0;
  for (const char c : json) {
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kJsonDepthMax) return true;
  }
  return false;
}

void LeaveOutIds(Json& value) {
  if (value.is_array()) {
    for (Json& part : value) LeaveOutIds(part);
  }
  if (!value.is_object()) return;
  for (auto member = value.begin(); member != value.end();) {
    if (IsId(member.key())) {
      member = value.erase(member);
    } else {
      LeaveOutIds(*member++);
    }
  }
}

// The same value however it is written, without ids.
std::string Plain(const std::string& text) {
  if (IsDeep(text)) return text;
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return text;
  LeaveOutIds(value);
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// What we have no field for is kept as the source wrote it.
void LeaveOut(v1::UnknownField& unknown) {
  if (IsId(unknown.name())) {
    unknown.Clear();
  } else {
    unknown.set_json(Plain(unknown.json()));
  }
}

void LeaveOut(Message& object) {
  const auto& reflection = *object.GetReflection();
  if (object.GetDescriptor() == v1::UnknownField::descriptor()) {
    return LeaveOut(static_cast<v1::UnknownField&>(object));
  }
  if (object.GetDescriptor() == v1::RecordExtension::descriptor()) {
    auto& extension = static_cast<v1::RecordExtension&>(object);
    if (!extension.unknown_json().empty()) {
      extension.set_unknown_json(Plain(extension.unknown_json()));
    }
  }
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(object, &fields);
  for (const FieldDescriptor* field : fields) {
    if (IsLeftOut(*field)) {
      reflection.ClearField(&object, field);
      continue;
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      Message& part = *reflection.MutableMessage(&object, field);
      LeaveOut(part);
      // An object without anything in it says what none says.
      if (part.ByteSizeLong() == 0) reflection.ClearField(&object, field);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(object, field); ++i) {
      LeaveOut(*reflection.MutableRepeatedMessage(&object, field, i));
    }
  }
}

}  // namespace

uint64_t Fingerprint(const v1::Record& record) {
  if (!record.has_organization() && !record.has_program() &&
      !record.has_service() && !record.has_location()) {
    return 0;
  }
  v1::Record content = record;
  LeaveOut(content);
  if (content.ByteSizeLong() == 0) return 0;
  return std::max<uint64_t>(StableHash64(RecordBytes(content)), 1);
}

}  // namespace handrail::server
