#include "clients/formats/hsds_writer.h"

#include <optional>

#include "clients/formats/hsds_names.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/json_tree.h"
#include "clients/formats/recognise.h"
#include "clients/formats/record_merge.h"
#include "google/protobuf/util/json_util.h"
#include "storage/base/check.h"
#include "storage/base/record_type.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

// The message's source_text of a field, or nothing.
std::optional<std::string> SourceText(const pb::Message& message,
                                      const std::string& name) {
  const pb::FieldDescriptor* list = OwnField(message, "source_text");
  if (list == nullptr) return std::nullopt;
  const pb::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, list); ++i) {
    const auto& source = static_cast<const v1::SourceText&>(
        reflection.GetRepeatedMessage(message, list, i));
    if (source.field() == name) return source.text();
  }
  return std::nullopt;
}

std::vector<const v1::UnknownField*> Unknown(const pb::Message& message) {
  std::vector<const v1::UnknownField*> fields;
  const pb::FieldDescriptor* list = OwnField(message, "unknown_fields");
  if (list == nullptr) return fields;
  const pb::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, list); ++i) {
    fields.push_back(static_cast<const v1::UnknownField*>(
        &reflection.GetRepeatedMessage(message, list, i)));
  }
  return fields;
}

// Never puts out what is not JSON, whatever a record holds.
std::string ValidJson(const std::string& json) {
  JsonDocument document;
  if (json.size() < static_cast<size_t>(1) << 22 &&
      !document.Parse(json).has_value()) {
    return JsonText(document.root());
  }
  return JsonString(json);
}

class ObjectText {
 public:
  void Add(std::string_view key, std::string_view json) {
    text_.append(text_.empty() ? "{" : ",");
    text_.append(JsonString(key)).append(":").append(json);
  }
  std::string Take() { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  std::string text_;
};

// Adds the members of `more` that `json` does not have, and so inside.
std::string JoinObjects(const JsonValue& json, const JsonValue& more) {
  if (json.IsArray() && more.IsArray() &&
      json.items.size() == more.items.size()) {
    std::string text;
    for (size_t i = 0; i < json.items.size(); ++i) {
      text += text.empty() ? "[" : ",";
      text += JoinObjects(json.items[i], more.items[i]);
    }
    return text.empty() ? "[]" : text + "]";
  }
  if (!json.IsObject() || !more.IsObject()) return JsonText(json);
  ObjectText object;
  for (size_t i = 0; i < json.keys.size(); ++i) {
    const JsonValue* other = more.Find(json.keys[i]);
    object.Add(json.keys[i], other == nullptr
                                 ? JsonText(json.items[i])
                                 : JoinObjects(json.items[i], *other));
  }
  for (size_t i = 0; i < more.keys.size(); ++i) {
    if (json.Find(more.keys[i]) == nullptr) {
      object.Add(more.keys[i], JsonText(more.items[i]));
    }
  }
  return object.Take();
}

std::string ExtensionJson(v1::RecordExtension extension) {
  const std::string unknown = extension.unknown_json();
  JsonDocument more;
  const bool join = !unknown.empty() && !more.Parse(unknown).has_value() &&
                    more.root().IsObject();
  if (join) extension.clear_unknown_json();
  std::string text;
  if (!pb::util::MessageToJsonString(extension, &text).ok()) {
    // A time that no calendar has, from a server that checked less. What must
    // not be shown has to be said all the same.
    v1::RecordExtension flags;
    *flags.mutable_visibility() = extension.visibility();
    text.clear();
    HANDRAIL_CHECK(pb::util::MessageToJsonString(flags, &text).ok());
  }
  JsonDocument document;
  HANDRAIL_CHECK(!document.Parse(text).has_value());
  return join ? JoinObjects(document.root(), more.root())
              : JsonText(document.root());
}

std::string FieldJson(const pb::Message& message, const HsdsField& field);

// The typed value, where the source's own text does not say it.
std::string TypedJson(const pb::Message& message, const HsdsField& field) {
  const pb::Reflection& reflection = *message.GetReflection();
  switch (field.kind) {
    case FieldKind::kEnum:
      return JsonString(EnumWord(reflection.GetEnum(message, field.field)));
    case FieldKind::kInteger:
      return std::to_string(reflection.GetInt32(message, field.field));
    case FieldKind::kDegrees:
      return DegreesText(reflection.GetInt32(message, field.field));
    case FieldKind::kDecimal: {
      const std::string text = reflection.GetString(message, field.field);
      return IsJsonNumber(text) ? text : JsonString(text);
    }
    case FieldKind::kObject:
      return HsdsJson(reflection.GetMessage(message, field.field));
    case FieldKind::kObjects: {
      std::string text;
      for (int i = 0; i < reflection.FieldSize(message, field.field); ++i) {
        text += text.empty() ? "[" : ",";
        text +=
            HsdsJson(reflection.GetRepeatedMessage(message, field.field, i));
      }
      return text + "]";
    }
    default:
      return JsonString(reflection.GetString(message, field.field));
  }
}

// "" for a field the record does not have.
std::string FieldJson(const pb::Message& message, const HsdsField& field) {
  const pb::Reflection& reflection = *message.GetReflection();
  const bool has = field.field->is_repeated()
                       ? reflection.FieldSize(message, field.field) > 0
                       : reflection.HasField(message, field.field);
  if (field.kind == FieldKind::kId || field.kind == FieldKind::kObject ||
      field.kind == FieldKind::kObjects) {
    return has ? TypedJson(message, field) : "";
  }
  const std::optional<std::string> source = SourceText(message, field.name);
  if (source.has_value()) {
    const bool number = field.kind == FieldKind::kInteger ||
                        field.kind == FieldKind::kDecimal ||
                        field.kind == FieldKind::kDegrees;
    if (!number) return JsonString(*source);
    // Of a number the text is JSON: 12.50, or "12" in its quotation marks.
    if (IsJsonNumber(*source) || *source == "true" || *source == "false") {
      return *source;
    }
    JsonDocument document;
    if (!document.Parse(*source).has_value() && document.root().IsString()) {
      return JsonString(document.root().string);
    }
    return JsonString(*source);
  }
  if (!has) return "";
  if (field.kind == FieldKind::kEnum &&
      reflection.GetEnumValue(message, field.field) == 0) {
    return "";
  }
  return TypedJson(message, field);
}

// What schedules, phones and contacts have under x_handrail.
std::string SmallExtension(const pb::Message& message) {
  const pb::Reflection& reflection = *message.GetReflection();
  ObjectText object;
  const pb::FieldDescriptor* zone = OwnField(message, "zone");
  const pb::FieldDescriptor* restricted = OwnField(message, "restricted");
  if (zone != nullptr && reflection.HasField(message, zone)) {
    object.Add("zone", JsonString(reflection.GetString(message, zone)));
  } else if (restricted != nullptr &&
             reflection.HasField(message, restricted)) {
    object.Add("restricted",
               reflection.GetBool(message, restricted) ? "true" : "false");
  } else {
    return "";
  }
  return object.Take();
}

bool IsNested(const HsdsField& field) {
  return field.kind == FieldKind::kObject || field.kind == FieldKind::kObjects;
}

// `type` goes first when it is not "".
std::string ObjectJson(const pb::Message& message, std::string_view type) {
  ObjectText object;
  if (!type.empty()) object.Add("x_handrail_type", JsonString(type));
  for (const HsdsMember& member : HsdsMembers(message)) {
    object.Add(member.name, member.json.empty()
                                ? FieldJson(message, *member.field)
                                : member.json);
  }
  const std::string ours = HsdsExtensionJson(message);
  if (!ours.empty()) object.Add("x_handrail", ours);
  return object.Take();
}

}  // namespace

std::string HsdsJson(const pb::Message& object) {
  return ObjectJson(object, "");
}

std::vector<HsdsMember> HsdsMembers(const pb::Message& object) {
  const pb::Reflection& reflection = *object.GetReflection();
  const std::vector<const v1::UnknownField*> unknown = Unknown(object);
  const auto own = [&](const std::string& name) -> const v1::UnknownField* {
    for (const v1::UnknownField* field : unknown) {
      if (field->name() == name) return field;
    }
    return nullptr;
  };
  std::vector<HsdsMember> members;
  for (const HsdsField& field : HsdsFields(object.GetDescriptor())) {
    HsdsMember member{.name = field.name, .field = &field};
    // A value of another kind than HSDS has it is kept whole.
    const v1::UnknownField* kept =
        field.kind == FieldKind::kId ? nullptr : own(field.name);
    if (kept != nullptr) {
      member.json = ValidJson(kept->json());
    } else if (IsNested(field)) {
      const bool has = field.field->is_repeated()
                           ? reflection.FieldSize(object, field.field) > 0
                           : reflection.HasField(object, field.field);
      if (!has) continue;
    } else {
      member.json = FieldJson(object, field);
      if (member.json.empty()) continue;
    }
    members.push_back(std::move(member));
  }
  for (const v1::UnknownField* field : unknown) {
    if (FindHsdsField(object.GetDescriptor(), field->name()) == nullptr &&
        field->name() != "x_handrail" && field->name() != "x_handrail_type" &&
        own(field->name()) == field) {
      members.push_back(
          {.name = field->name(), .json = ValidJson(field->json())});
    }
  }
  return members;
}

std::string HsdsFieldJson(const pb::Message& object, const HsdsField& field) {
  return FieldJson(object, field);
}

std::string HsdsExtensionJson(const pb::Message& object) {
  const pb::FieldDescriptor* extension = OwnField(object, "x_handrail");
  if (extension == nullptr) return SmallExtension(object);
  if (!object.GetReflection()->HasField(object, extension)) return "";
  return ExtensionJson(static_cast<const v1::RecordExtension&>(
      object.GetReflection()->GetMessage(object, extension)));
}

HsdsWriter::HsdsWriter(LineSink sink)
    : sink_(std::move(sink)),
      joiner_(
          [this](const v1::Service& service) {
            return Put(ObjectJson(service, ""));
          },
          [this](const v1::Record& record) {
            return Put(ObjectJson(ContentOf(record),
                                  RecordTypeWord(KeyOf(record).type)));
          }) {}

absl::Status HsdsWriter::Put(std::string line) {
  ++lines_;
  line.push_back('\n');
  return sink_(line);
}

}  // namespace handrail::formats
