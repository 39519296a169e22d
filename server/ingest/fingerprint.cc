#include "server/ingest/fingerprint.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "server/ingest/record_key.h"
#include "storage/base/hash.h"

namespace handrail::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

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

void LeaveOut(Message& object) {
  const auto& reflection = *object.GetReflection();
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
