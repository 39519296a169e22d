#include "storage/redaction/redaction.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

#include <string_view>
#include <utility>
#include <vector>

#include "handrail/v1/annotations.pb.h"
#include "storage/redaction/coarse.h"
#include "storage/redaction/confidential.h"

namespace handrail::storage {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

v1::FieldClass ClassOf(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::field_class);
}

// Whose restriction holds for an object and what is inside it.
enum class Restriction {
  kNone,
  // The record says so; a phone may say otherwise for itself.
  kByRecord,
  // The phone or contact itself, or the contact around it, says so.
  kByItself,
};

template <typename T>
Restriction OwnRestriction(const T& object, Restriction around) {
  if (around == Restriction::kByItself) return around;
  if (!object.has_restricted()) return around;
  return object.restricted() ? Restriction::kByItself : Restriction::kNone;
}

Restriction RestrictionOf(const Message& object, Restriction around) {
  if (object.GetDescriptor() == v1::Phone::descriptor()) {
    return OwnRestriction(static_cast<const v1::Phone&>(object), around);
  }
  if (object.GetDescriptor() == v1::Contact::descriptor()) {
    return OwnRestriction(static_cast<const v1::Contact&>(object), around);
  }
  if (object.GetDescriptor() == v1::ServiceAtLocation::descriptor() &&
      static_cast<const v1::ServiceAtLocation&>(object)
          .x_handrail()
          .visibility()
          .restricted_contact()) {
    return Restriction::kByRecord;
  }
  return around;
}

// Withheld under a restriction: the class says so, or it is a list that
// repeats values of other fields: change logs, source text, unknown fields.
bool IsRestrictedField(const FieldDescriptor& field) {
  const auto* const type = field.message_type();
  return ClassOf(field) == v1::CONTACT_RESTRICTED ||
         type == v1::Metadata::descriptor() ||
         type == v1::SourceText::descriptor() ||
         type == v1::UnknownField::descriptor() ||
         field.name() == "unknown_json";
}

// No caller of the directory may see these, whatever a record says. The
// directory's messages have none today.
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

// Messages of protobuf's own, such as Timestamp, have no classes: they are
// what the field that holds them is.
bool IsOurs(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type()->file()->package() == "handrail.v1";
}

void WithholdContacts(Message& object, Restriction around) {
  const Restriction here = RestrictionOf(object, around);
  const Reflection& reflection = *object.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(object, &fields);
  for (const FieldDescriptor* field : fields) {
    if (IsNeverPublic(*field) ||
        (here != Restriction::kNone && IsRestrictedField(*field))) {
      reflection.ClearField(&object, field);
      continue;
    }
    if (!IsOurs(*field)) continue;
    if (!field->is_repeated()) {
      WithholdContacts(*reflection.MutableMessage(&object, field), here);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(object, field); ++i) {
      WithholdContacts(*reflection.MutableRepeatedMessage(&object, field, i),
                       here);
    }
  }
}

// True where the object or one inside it restricts contacts.
bool AnyRestriction(const Message& object) {
  if (RestrictionOf(object, Restriction::kNone) != Restriction::kNone) {
    return true;
  }
  const Reflection& reflection = *object.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(object, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!IsOurs(*field)) continue;
    if (!field->is_repeated()) {
      if (AnyRestriction(reflection.GetMessage(object, field))) return true;
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(object, field); ++i) {
      if (AnyRestriction(reflection.GetRepeatedMessage(object, field, i))) {
        return true;
      }
    }
  }
  return false;
}

// Taxonomies, centroids and crisis resources have no place to hide.
bool HasVisibility(const v1::Record& record) {
  return record.has_organization() || record.has_program() ||
         record.has_service() || record.has_location();
}

std::string Bytes(const Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&out);
  }
  return bytes;
}

}  // namespace

const v1::RecordExtension& ExtensionOf(const v1::Record& record) {
  switch (record.kind_case()) {
    case v1::Record::kOrganization:
      return record.organization().x_handrail();
    case v1::Record::kProgram:
      return record.program().x_handrail();
    case v1::Record::kService:
      return record.service().x_handrail();
    case v1::Record::kLocation:
      return record.location().x_handrail();
    default:
      return v1::RecordExtension::default_instance();
  }
}

v1::Visibility VisibilityOf(const v1::Record& record) {
  v1::Visibility visibility = ExtensionOf(record).visibility();
  for (const v1::ServiceAtLocation& link :
       record.service().service_at_locations()) {
    const v1::Visibility& own = link.x_handrail().visibility();
    if (own.confidential_location()) {
      visibility.set_confidential_location(true);
    }
    if (own.widen_to_state()) visibility.set_widen_to_state(true);
  }
  return visibility;
}

v1::Record PublicProjection(const v1::Record& full,
                            const ProjectionContext& context) {
  if (!HasVisibility(full)) return full;
  v1::Visibility visibility = VisibilityOf(full);
  if (context.place_is_confidential) {
    visibility.set_confidential_location(true);
    if (context.widen_to_state) visibility.set_widen_to_state(true);
  }
  v1::Record shown = full;
  shown.DiscardUnknownFields();
  WithholdContacts(shown,
                   context.contacts_are_restricted   ? Restriction::kByItself
                   : visibility.restricted_contact() ? Restriction::kByRecord
                                                     : Restriction::kNone);
  if (!visibility.confidential_location()) return shown;
  return ConfidentialProjection(shown, visibility);
}

bool RestrictsContacts(const v1::Record& record) {
  return VisibilityOf(record).restricted_contact() || AnyRestriction(record);
}

bool IsRedacted(const v1::Record& full, const v1::Record& shown) {
  return Bytes(full) != Bytes(shown);
}

CoarseArea CoarseAreaOf(const v1::Record& location) {
  CoarseArea area;
  if (!location.has_location()) return area;
  const v1::Location& place = location.location();
  const bool widen = place.x_handrail().visibility().widen_to_state();
  // A mail address can lie elsewhere, so it only fills in.
  for (const bool physical : {true, false}) {
    for (const v1::Address& address : place.addresses()) {
      if ((address.address_type() == v1::PHYSICAL) != physical) continue;
      if (area.state.empty() && IsTwoLetters(address.state_province())) {
        area.state = address.state_province();
      }
      if (area.zip3.empty() && !widen) {
        area.zip3 = Zip3Of(address.postal_code());
      }
    }
  }
  if (!widen) area.county = place.x_handrail().county();
  return area;
}

}  // namespace handrail::storage
