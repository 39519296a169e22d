#include "storage/redaction/redaction.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

#include <string_view>
#include <utility>
#include <vector>

#include "storage/redaction/coarse.h"
#include "storage/redaction/confidential.h"
#include "storage/redaction/field_rules.h"

namespace handrail::storage {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// An object of ours, with classes of its own.
bool HoldsOurs(const FieldDescriptor& field) {
  return field.message_type() != nullptr && IsOurs(*field.message_type());
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
    if (!HoldsOurs(*field)) continue;
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
    if (!HoldsOurs(*field)) continue;
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

bool HasVisibility(const v1::Record& record) {
  return record.has_organization() || record.has_program() ||
         record.has_service() || record.has_location();
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
