#include "server/ingest/hsds_json.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "handrail/v1/hsds.pb.h"
#include "handrail/v1/profile.pb.h"

namespace handrail::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using nlohmann::json;

// JSON text as a value; text that is no JSON as a string.
json ParsedOr(const std::string& text) {
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  return value.is_discarded() ? json(text) : value;
}

json ProtoJson(const Message& message) {
  std::string text;
  // Fails only for an Any of an unknown type; our messages have none.
  (void)google::protobuf::util::MessageToJsonString(message, &text);
  return ParsedOr(text);
}

// "39.2904000" for 392904000: exact, unlike a binary fraction.
std::string Degrees(int32_t e7) {
  char text[32];
  const int64_t magnitude = std::abs(static_cast<int64_t>(e7));
  std::snprintf(text, sizeof(text), "%s%lld.%07lld", e7 < 0 ? "-" : "",
                static_cast<long long>(magnitude / 10'000'000),
                static_cast<long long>(magnitude % 10'000'000));
  return text;
}

// "temporarily closed" for TEMPORARILY_CLOSED; frequencies and days of the week
// are capitals in HSDS.
std::string EnumWord(const google::protobuf::EnumValueDescriptor& value) {
  std::string word = value.name();
  if (value.type() == v1::ScheduleFrequency_descriptor() ||
      value.type() == v1::Weekday_descriptor()) {
    return word;
  }
  for (char& c : word) {
    if (c == '_') c = ' ';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return word;
}

json ObjectJson(const Message& message);

json ScalarJson(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetInt32(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumWord(*reflection.GetEnum(message, &field));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return ObjectJson(reflection.GetMessage(message, &field));
    default:
      // HSDS has no other type.
      return nullptr;
  }
}

json RepeatedJson(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  json list = json::array();
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      list.push_back(
          ObjectJson(reflection.GetRepeatedMessage(message, &field, i)));
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      list.push_back(reflection.GetRepeatedString(message, &field, i));
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      list.push_back(EnumWord(*reflection.GetRepeatedEnum(message, &field, i)));
    }
  }
  return list;
}

void SetMember(const Message& message, const FieldDescriptor& field,
               json& object) {
  if (field.message_type() == v1::UnknownField::descriptor() ||
      field.message_type() == v1::SourceText::descriptor()) {
    return;
  }
  if (field.is_repeated()) {
    object[field.name()] = RepeatedJson(message, field);
  } else if (field.message_type() == v1::RecordExtension::descriptor()) {
    object[field.name()] =
        ProtoJson(message.GetReflection()->GetMessage(message, &field));
  } else if (field.name() == "latitude_e7") {
    object["latitude"] =
        Degrees(message.GetReflection()->GetInt32(message, &field));
  } else if (field.name() == "longitude_e7") {
    object["longitude"] =
        Degrees(message.GetReflection()->GetInt32(message, &field));
  } else {
    object[field.name()] = ScalarJson(message, field);
  }
}

// The source's own words, over the normalised values.
void SetSourceMembers(const Message& message, const FieldDescriptor& field,
                      json& object) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    if (field.message_type() == v1::UnknownField::descriptor()) {
      const auto& unknown = static_cast<const v1::UnknownField&>(entry);
      object[unknown.name()] = ParsedOr(unknown.json());
    } else if (field.message_type() == v1::SourceText::descriptor()) {
      const auto& source = static_cast<const v1::SourceText&>(entry);
      object[source.field()] = source.text();
    }
  }
}

json ObjectJson(const Message& message) {
  json object = json::object();
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    SetMember(message, *field, object);
  }
  for (const FieldDescriptor* field : fields) {
    if (field->is_repeated() && field->message_type() != nullptr) {
      SetSourceMembers(message, *field, object);
    }
  }
  return object;
}

}  // namespace

json HsdsJson(const v1::Record& record) {
  std::vector<const FieldDescriptor*> kinds;
  record.GetReflection()->ListFields(record, &kinds);
  if (kinds.empty()) return nullptr;
  const Message& inner =
      record.GetReflection()->GetMessage(record, kinds.front());
  const bool ours = record.has_centroid() || record.has_crisis_resource();
  return {{kinds.front()->name(), ours ? ProtoJson(inner) : ObjectJson(inner)}};
}

}  // namespace handrail::server
