// Keeping the source's own text beside what it became.
//
// HSDS objects have a list for it (`source_text`). Our x_handrail has none; a
// part of it that is not understood goes into its `unknown_json`, as an entry
// of the list "kept_as_text": {"field": "profile.any.payments", "value": …}.
// Reading an export back finds that member unknown and keeps it, so nothing is
// lost on the way round. Pure functions of their arguments.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "handrail/v1/profile.pb.h"

namespace handrail::storage {

// Member of x_handrail's unknown_json that lists what was not understood.
inline constexpr char kKeptAsText[] = "kept_as_text";

// HSDS's name of a field: "latitude" for latitude_e7, else the field's own.
std::string_view SourceName(const google::protobuf::FieldDescriptor& field);

// Remembers `text` as what the source wrote for `field` of `object`. An
// earlier entry stays: it is closer to the source. No effect on messages
// without source_text.
void KeepSource(google::protobuf::Message& object, std::string_view field,
                std::string_view text);

// Whether the source's text of `field` is kept in `object`.
bool HasSource(const google::protobuf::Message& object, std::string_view field);

// Whether the source wrote something for `field` that is kept in `object`:
// like HasSource, but false for "", "\"\"" and "null".
bool HasSourceWords(const google::protobuf::Message& object,
                    std::string_view field);

// One part of x_handrail that is kept as text only.
struct KeptPart {
  // Path inside x_handrail: "profile.any.payments".
  std::string field;
  // JSON text of the value.
  std::string json;
};

// Adds the parts to `extension.unknown_json`, each once. Without parts nothing
// is changed, not even the form of what is there.
void KeepParts(const std::vector<KeptPart>& parts,
               v1::RecordExtension& extension);

// A message or a text as JSON.
std::string JsonOf(const google::protobuf::Message& message);
std::string JsonOf(std::string_view text);

}  // namespace handrail::storage
