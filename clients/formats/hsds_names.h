// How HSDS JSON and our HSDS messages correspond: the names are the same but
// for a few, and the messages' descriptors say the rest. The reader and the
// writer both go by this, so that they stay each other's inverse.
//
// Pure functions; the tables are built once and never change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace handrail::formats {

// How a field stands in JSON.
enum class FieldKind {
  kText,
  // An id or a reference: never anything but the typed field itself.
  kId,
  kEnum,
  // A JSON number that is an int32 here.
  kInteger,
  // A JSON number that is decimal text here: amount, extension, timezone.
  kDecimal,
  // A JSON number of degrees that is an integer of 10^-7 degrees here.
  kDegrees,
  kObject,
  kObjects,
};

struct HsdsType;

struct HsdsField {
  // Name in JSON: "latitude" for latitude_e7.
  std::string name;
  FieldKind kind = FieldKind::kText;
  const google::protobuf::FieldDescriptor* field = nullptr;
  // Of the objects in it; nullptr for other kinds.
  const HsdsType* type = nullptr;
};

// What is known of one message, looked up once and then followed from field to
// field.
struct HsdsType {
  // That HSDS names, in the order of the HSDS schema.
  std::vector<HsdsField> fields;
  absl::flat_hash_map<std::string_view, const HsdsField*> by_name;
  // Ours; nullptr where the message has none.
  const google::protobuf::FieldDescriptor* x_handrail = nullptr;
  const google::protobuf::FieldDescriptor* zone = nullptr;
  const google::protobuf::FieldDescriptor* restricted = nullptr;

  // The field of that JSON name; nullptr when HSDS has none.
  const HsdsField* Find(std::string_view name) const {
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
  }
};

// REQUIRES: a message of hsds.proto.
const HsdsType& HsdsTypeOf(const google::protobuf::Descriptor* type);

// A message's fields that HSDS names, in the order of the HSDS schema. Ours
// (unknown_fields, source_text, x_handrail, zone, restricted) are not in it.
// REQUIRES: a message of hsds.proto.
const std::vector<HsdsField>& HsdsFields(
    const google::protobuf::Descriptor* type);

// The field of that JSON name; nullptr when HSDS has none.
const HsdsField* FindHsdsField(const google::protobuf::Descriptor* type,
                               std::string_view name);

// Enum values as HSDS spells them: "temporarily closed", "WEEKLY".
std::string EnumWord(const google::protobuf::EnumValueDescriptor* value);

// Degrees × 10^7 as the shortest decimal: "-76.6122".
std::string DegreesText(int e7);

// A message's field of that name, or nullptr: for the ones that are ours.
const google::protobuf::FieldDescriptor* OwnField(
    const google::protobuf::Message& message, const char* name);

}  // namespace handrail::formats
