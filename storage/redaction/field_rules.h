// What the schema says of who may see a field: one reading of its classes, for
// everything that withholds. Pure functions.
#pragma once

#include <google/protobuf/message.h>

#include "handrail/v1/hsds.pb.h"

namespace handrail::storage {

// Whose restriction holds for an object and what is inside it.
enum class Restriction {
  kNone,
  // The record says so; a phone may say otherwise for itself.
  kByRecord,
  // The phone or contact itself, or the contact around it, says so.
  kByItself,
};

// What holds inside `object`, where `around` holds around it.
Restriction RestrictionOf(const google::protobuf::Message& object,
                          Restriction around);

// Whether the field, a flag, can restrict what is around it.
bool CanRestrict(const google::protobuf::FieldDescriptor& field);

// Withheld under a restriction: the class says so, or it is a list that
// repeats values of other fields: change logs, source text, unknown fields.
bool IsRestrictedField(const google::protobuf::FieldDescriptor& field);

// No caller of the directory may see these, whatever a record says. The
// directory's messages have none today.
bool IsNeverPublic(const google::protobuf::FieldDescriptor& field);

// Messages of protobuf's own, such as Timestamp, have no classes: they are
// what the field that holds them is.
bool IsOurs(const google::protobuf::Descriptor& type);

}  // namespace handrail::storage
