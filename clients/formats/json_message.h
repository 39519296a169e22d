// Fills a message from a JSON tree that is in protobuf's plain form, without
// writing the tree out and parsing it again.
//
//   if (!FillPlainly(value, out)) {
//     out.Clear();
//     status = JsonStringToMessage(JsonText(value), &out);
//   }
//
// Plain are: names as protobuf prints them or as the schema has them, each
// once; truth values, whole numbers and texts of their field's kind; enum
// values by name; times in RFC 3339; lists and objects of these. Where anything
// is written otherwise, or is wrong, protobuf's own parser decides, and says
// what is wrong. Where this returns true, both come to the same message.
//
// Pure; any thread.
#pragma once

#include "clients/formats/json_tree.h"
#include "google/protobuf/message.h"

namespace handrail::formats {

// False: `out` holds part of it, and protobuf's parser must be asked.
// REQUIRES: `out` is empty.
bool FillPlainly(const JsonValue& value, google::protobuf::Message& out);

}  // namespace handrail::formats
