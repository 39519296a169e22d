#include "server/handlers/known_fields.h"

#include <string>
#include <vector>

#include "storage/base/status.h"

namespace handrail::server {
namespace {

namespace pb = google::protobuf;

// The path of the first object with a field that this version does not know,
// and the field's number: "needs[0].field 77". Empty: there is none.
std::string FindUnknown(const pb::Message& message, const std::string& path) {
  const pb::Reflection& reflection = *message.GetReflection();
  const pb::UnknownFieldSet& unknown = reflection.GetUnknownFields(message);
  if (!unknown.empty()) {
    return path + "field " + std::to_string(unknown.field(0).number());
  }
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      const std::string found = FindUnknown(
          reflection.GetMessage(message, field), path + field->name() + ".");
      if (!found.empty()) return found;
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      const std::string found =
          FindUnknown(reflection.GetRepeatedMessage(message, field, i),
                      path + field->name() + "[" + std::to_string(i) + "].");
      if (!found.empty()) return found;
    }
  }
  return "";
}

}  // namespace

absl::Status CheckKnown(const pb::Message& request) {
  const std::string unknown = FindUnknown(request, "");
  if (unknown.empty()) return absl::OkStatus();
  return Unimplemented(v1::ERROR_REASON_NOT_IMPLEMENTED,
                       "this server does not know " + unknown +
                           " of the request, so it cannot answer it: ask one "
                           "that is as new as the program that sent it",
                       {{"field", unknown}});
}

}  // namespace handrail::server
