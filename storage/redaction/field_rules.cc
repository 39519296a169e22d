#include "storage/redaction/field_rules.h"

#include "handrail/v1/annotations.pb.h"

namespace handrail::storage {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

v1::FieldClass ClassOf(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::field_class);
}

template <typename T>
Restriction OwnRestriction(const T& object, Restriction around) {
  if (around == Restriction::kByItself) return around;
  if (!object.has_restricted()) return around;
  return object.restricted() ? Restriction::kByItself : Restriction::kNone;
}

}  // namespace

Restriction RestrictionOf(const Message& object, Restriction around) {
  const Descriptor* const type = object.GetDescriptor();
  if (type == v1::Phone::descriptor()) {
    return OwnRestriction(static_cast<const v1::Phone&>(object), around);
  }
  if (type == v1::Contact::descriptor()) {
    return OwnRestriction(static_cast<const v1::Contact&>(object), around);
  }
  if (type == v1::ServiceAtLocation::descriptor() &&
      static_cast<const v1::ServiceAtLocation&>(object)
          .x_handrail()
          .visibility()
          .restricted_contact()) {
    return Restriction::kByRecord;
  }
  return around;
}

bool CanRestrict(const FieldDescriptor& field) {
  const Descriptor* const type = field.containing_type();
  if (type == v1::Visibility::descriptor()) return true;
  return (type == v1::Phone::descriptor() ||
          type == v1::Contact::descriptor()) &&
         field.name() == "restricted";
}

bool IsRestrictedField(const FieldDescriptor& field) {
  const auto* const type = field.message_type();
  return ClassOf(field) == v1::CONTACT_RESTRICTED ||
         type == v1::Metadata::descriptor() ||
         type == v1::SourceText::descriptor() ||
         type == v1::UnknownField::descriptor() ||
         field.name() == "unknown_json";
}

bool IsNeverPublic(const FieldDescriptor& field) {
  switch (ClassOf(field)) {
    case v1::PUBLIC:
    case v1::CONTACT_RESTRICTED:
    case v1::LOCATION_CONFIDENTIAL:
      return false;
    default:
      return true;
  }
}

bool IsOurs(const Descriptor& type) {
  return type.file()->package() == "handrail.v1";
}

}  // namespace handrail::storage
