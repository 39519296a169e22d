// Reading "x_handrail": see ReadExtension in hsds_fields.h.
#include <string>
#include <string_view>

#include "clients/formats/hsds_fields.h"
#include "clients/formats/json_message.h"
#include "google/protobuf/util/json_util.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

// A tree parted into JSON of what a message knows and of what it does not.
struct Parted {
  std::string known;
  // Empty: everything was known.
  std::string unknown;
  // Path of the first member under "visibility" that is not known.
  std::string unknown_visibility;
};

const pb::FieldDescriptor* FieldOf(const pb::Descriptor* type,
                                   std::string_view key) {
  for (int i = 0; i < type->field_count(); ++i) {
    const pb::FieldDescriptor* field = type->field(i);
    if (field->json_name() == key || field->name() == key) return field;
  }
  return nullptr;
}

// Times are messages in the schema and texts in JSON.
bool IsPlain(const pb::FieldDescriptor* field) {
  return field->message_type() == nullptr ||
         field->message_type()->file()->package() == "google.protobuf";
}

void AddMember(std::string& object, std::string_view key,
               std::string_view json) {
  object.append(object.empty() ? "{" : ",");
  object.append(JsonString(key)).append(":").append(json);
}

Parted Part(const JsonValue& value, const pb::Descriptor* type);

Parted PartList(const JsonValue& list, const pb::Descriptor* type) {
  Parted parted;
  bool any = false;
  std::string unknown;
  for (const JsonValue& item : list.items) {
    const Parted part = Part(item, type);
    parted.known.append(parted.known.empty() ? "[" : ",").append(part.known);
    unknown.append(unknown.empty() ? "[" : ",")
        .append(part.unknown.empty() ? "{}" : part.unknown);
    any = any || !part.unknown.empty();
  }
  parted.known = parted.known.empty() ? "[]" : parted.known + "]";
  if (any) parted.unknown = unknown + "]";
  return parted;
}

Parted Part(const JsonValue& value, const pb::Descriptor* type) {
  Parted parted;
  if (value.IsArray()) return PartList(value, type);
  if (!value.IsObject()) {
    parted.known = std::string(value.text);
    return parted;
  }
  for (size_t i = 0; i < value.keys.size(); ++i) {
    const std::string_view key = value.keys[i];
    const JsonValue& item = value.items[i];
    const pb::FieldDescriptor* field = FieldOf(type, key);
    if (field == nullptr) {
      AddMember(parted.unknown, key, JsonText(item));
      if (type == v1::Visibility::descriptor()) parted.unknown_visibility = key;
      continue;
    }
    if (IsPlain(field)) {
      AddMember(parted.known, key, JsonText(item));
      continue;
    }
    const Parted part = Part(item, field->message_type());
    AddMember(parted.known, key, part.known);
    if (!part.unknown.empty()) AddMember(parted.unknown, key, part.unknown);
    if (!part.unknown_visibility.empty()) {
      parted.unknown_visibility =
          std::string(key) + "." + part.unknown_visibility;
    }
  }
  parted.known = parted.known.empty() ? "{}" : parted.known + "}";
  if (!parted.unknown.empty()) parted.unknown += "}";
  return parted;
}

// protobuf names the place of a wrong value in parentheses before the message:
// "(profile.housing.children): …". The rest repeats the value.
std::string PathIn(std::string_view message) {
  const size_t open = message.find('(');
  const size_t close = message.find(')', open);
  if (open == std::string_view::npos || close == std::string_view::npos) {
    return "";
  }
  const std::string_view path = message.substr(open + 1, close - open - 1);
  const bool plain = path.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789_.[]") == std::string_view::npos;
  return plain ? std::string(path) : "";
}

}  // namespace

bool ReadExtension(const JsonValue& value, const HsdsPath& path,
                   const v1::RowOrigin& origin, FindingLog& log,
                   v1::RecordExtension& out) {
  const auto refuse = [&](const std::string& inside, std::string hint) {
    log.Add(origin,
            {.severity = v1::ROW_SKIPPED,
             .field = path.Text() + (inside.empty() ? "" : ".") + inside,
             .reason = "impossible-value",
             .value_class = std::string(JsonClass(value)),
             .message = "x_handrail cannot be read, and it may say what must "
                        "not be shown",
             .hint = std::move(hint)});
    return false;
  };
  const std::string kSchema =
      "an object as RecordExtension in proto/handrail/v1/profile.proto says";
  if (!value.IsObject()) return refuse("", kSchema);
  if (FillPlainly(value, out)) return true;
  out.Clear();
  const Parted parted = Part(value, v1::RecordExtension::descriptor());
  if (!parted.unknown_visibility.empty()) {
    // Its name is the source's text, and the row is to be kept private.
    return refuse(log.may_quote() ? parted.unknown_visibility : "visibility",
                  "visibility takes confidentialLocation, restrictedContact "
                  "and widenToState");
  }
  const auto status = pb::util::JsonStringToMessage(parted.known, &out);
  if (!status.ok()) {
    return refuse(PathIn(status.message().ToString()), kSchema);
  }
  if (!parted.unknown.empty()) {
    log.Tally(origin, {.severity = v1::NOTICE,
                       .field = "x_handrail",
                       .reason = "unknown-field",
                       .value_class = "object",
                       .message = "x_handrail has members that this version "
                                  "does not know; they are kept",
                       .hint = "nothing to do, unless a name is misspelled"});
    if (out.unknown_json().empty()) out.set_unknown_json(parted.unknown);
  }
  return true;
}

}  // namespace handrail::formats
