#include "clients/formats/hsds_fields.h"

#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/formats/hsds_names.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

std::string Trim(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return "";
  return std::string(
      text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
}

std::string Join(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name)
                      : std::string(path) + "." + std::string(name);
}

// "phones[3].number" as "phones[].number", so that findings can be counted.
std::string WithoutIndices(std::string_view path) {
  std::string out;
  bool inside = false;
  for (const char c : path) {
    if (c == ']') inside = false;
    if (!inside) out.push_back(c);
    if (c == '[') inside = true;
  }
  return out;
}

// A number written as a number or as a text of one.
std::optional<double> NumberOf(const JsonValue& value) {
  const std::string text =
      value.IsString() ? Trim(value.string) : std::string(value.text);
  if (text.empty() ||
      text.find_first_not_of("+-.0123456789eE") != std::string::npos) {
    return std::nullopt;
  }
  char* end = nullptr;
  errno = 0;
  const double number = std::strtod(text.c_str(), &end);
  if (*end != '\0' || errno == ERANGE || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

// EnumWord of each value of the type.
const std::vector<std::string>& WordsOf(const pb::EnumDescriptor* type) {
  thread_local absl::node_hash_map<const pb::EnumDescriptor*,
                                   std::vector<std::string>>
      all;
  std::vector<std::string>& words = all[type];
  if (words.empty()) {
    for (int i = 0; i < type->value_count(); ++i) {
      words.push_back(EnumWord(type->value(i)));
    }
  }
  return words;
}

// Where members of one name stand in an object: the last one counts. Few
// objects have many members, and then looking is quickest.
class LastMembers {
 public:
  explicit LastMembers(const JsonValue& object) : keys_(object.keys) {
    if (keys_.size() <= kLookedThroughMax) return;
    for (size_t i = 0; i < keys_.size(); ++i) last_[keys_[i]] = i;
  }

  bool IsLast(size_t i) const {
    if (keys_.size() > kLookedThroughMax) return last_.at(keys_[i]) == i;
    for (size_t j = i + 1; j < keys_.size(); ++j) {
      if (keys_[i] == keys_[j]) return false;
    }
    return true;
  }

 private:
  static constexpr size_t kLookedThroughMax = 24;

  const std::span<const std::string_view> keys_;
  absl::flat_hash_map<std::string_view, size_t> last_;
};

}  // namespace

std::string HsdsPath::Text() const {
  std::string text = outer == nullptr ? "" : outer->Text();
  if (!name.empty()) text = Join(text, name);
  if (index >= 0) absl::StrAppend(&text, "[", index, "]");
  return text;
}

// One member of an object: the message it goes to, which field, where.
struct HsdsFieldReader::Place {
  pb::Message& message;
  const HsdsField& field;
  const HsdsPath& path;

  const pb::Reflection& reflection() const { return *message.GetReflection(); }
};

void KeepUnknown(pb::Message& message, std::string_view name,
                 std::string_view json) {
  const pb::FieldDescriptor* field = OwnField(message, "unknown_fields");
  auto* unknown = static_cast<v1::UnknownField*>(
      message.GetReflection()->AddMessage(&message, field));
  unknown->set_name(std::string(name));
  unknown->set_json(std::string(json));
}

void KeepSourceText(pb::Message& message, std::string_view name,
                    std::string_view text) {
  const pb::FieldDescriptor* field = OwnField(message, "source_text");
  auto* source = static_cast<v1::SourceText*>(
      message.GetReflection()->AddMessage(&message, field));
  source->set_field(std::string(name));
  source->set_text(std::string(text));
}

// The path of a member for findings. The name of one that HSDS does not know is
// the source's text.
std::string HsdsFieldReader::FieldOf(const HsdsPath& path,
                                     std::string_view key) const {
  const std::string text = path.Text();
  return WithoutIndices(log_.may_quote() ? Join(text, key) : text);
}

bool HsdsFieldReader::Read(const JsonValue& object, std::string_view path,
                           pb::Message& out) {
  return ReadObject(object, {.name = path}, HsdsTypeOf(out.GetDescriptor()),
                    out);
}

bool HsdsFieldReader::ReadObject(const JsonValue& object, const HsdsPath& path,
                                 const HsdsType& type, pb::Message& out) {
  const LastMembers members(object);
  for (size_t i = 0; i < object.keys.size(); ++i) {
    const std::string_view key = object.keys[i];
    const JsonValue& value = object.items[i];
    if (!members.IsLast(i)) {
      log_.Tally(origin_,
                 {.severity = v1::NOTICE,
                  .field = FieldOf(path, key),
                  .reason = "duplicate-key",
                  .value_class = std::string(JsonClass(value)),
                  .message = "a property occurs twice; the last one counts",
                  .hint = "write each property once"});
      continue;
    }
    if (value.IsNull()) continue;
    const HsdsPath inside{.outer = &path, .name = key};
    if (key == "x_handrail") {
      if (!ReadOurs(value, inside, type, out)) return false;
      continue;
    }
    const HsdsField* field = type.Find(key);
    if (field == nullptr) {
      KeepUnknown(out, key, value.text);
      log_.Tally(origin_,
                 {.severity = v1::NOTICE,
                  .field = FieldOf(path, key),
                  .reason = "unknown-field",
                  .value_class = std::string(JsonClass(value)),
                  .message = "HSDS has no such property; it is kept as it is",
                  .hint = "nothing to do, unless the name is misspelled"});
      continue;
    }
    if (!ReadMember({out, *field, inside}, value)) return false;
  }
  return true;
}

bool HsdsFieldReader::ReadMember(const Place& place, const JsonValue& value) {
  switch (place.field.kind) {
    case FieldKind::kObject:
      if (!value.IsObject()) {
        WrongKind(place, value, "an object");
        return true;
      }
      return ReadObject(value, place.path, *place.field.type,
                        *place.reflection().MutableMessage(&place.message,
                                                           place.field.field));
    case FieldKind::kObjects:
      return ReadObjects(place, value);
    default:
      break;
  }
  if (!value.IsScalar()) {
    WrongKind(place, value, "one value");
    return true;
  }
  switch (place.field.kind) {
    case FieldKind::kId:
      ReadId(place, value);
      break;
    case FieldKind::kEnum:
      ReadEnum(place, value);
      break;
    case FieldKind::kInteger:
      ReadInteger(place, value);
      break;
    case FieldKind::kDecimal:
      ReadDecimal(place, value);
      break;
    case FieldKind::kDegrees:
      ReadDegrees(place, value);
      break;
    default:
      ReadText(place, value);
  }
  return true;
}

bool HsdsFieldReader::ReadObjects(const Place& place, const JsonValue& value) {
  bool objects = value.IsArray();
  for (const JsonValue& item : value.items) {
    objects = objects && (item.IsObject() || item.IsNull());
  }
  if (!objects) {
    WrongKind(place, value, "a list of objects");
    return true;
  }
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (value.items[i].IsNull()) continue;
    const HsdsPath inside{.outer = &place.path,
                          .index = static_cast<int64_t>(i)};
    if (!ReadObject(value.items[i], inside, *place.field.type,
                    *place.reflection().AddMessage(&place.message,
                                                   place.field.field))) {
      return false;
    }
  }
  return true;
}

void HsdsFieldReader::ReadText(const Place& place, const JsonValue& value) {
  if (value.IsString()) {
    place.reflection().SetString(&place.message, place.field.field,
                                 std::string(value.string));
    return;
  }
  // A number or truth value where a text belongs: its text will do, and the
  // writer gives back what it was.
  place.reflection().SetString(&place.message, place.field.field,
                               std::string(value.text));
  KeepUnknown(place.message, place.field.name, value.text);
}

void HsdsFieldReader::ReadId(const Place& place, const JsonValue& value) {
  place.reflection().SetString(
      &place.message, place.field.field,
      std::string(value.IsString() ? value.string : value.text));
}

void HsdsFieldReader::ReadEnum(const Place& place, const JsonValue& value) {
  if (!value.IsString()) {
    WrongKind(place, value, "a word");
    return;
  }
  const pb::EnumDescriptor* type = place.field.field->enum_type();
  const std::string word = Trim(value.string);
  const std::vector<std::string>& words = WordsOf(type);
  int number = 0;
  for (int i = 1; i < type->value_count(); ++i) {
    if (absl::EqualsIgnoreCase(words[static_cast<size_t>(i)], word)) number = i;
  }
  const pb::EnumValueDescriptor* found = type->value(number);
  place.reflection().SetEnum(&place.message, place.field.field, found);
  if (found->number() == 0 ||
      words[static_cast<size_t>(number)] != value.string) {
    KeepSourceText(place.message, place.field.name, value.string);
  }
}

void HsdsFieldReader::ReadInteger(const Place& place, const JsonValue& value) {
  const std::optional<double> number = NumberOf(value);
  constexpr double kMax = std::numeric_limits<int32_t>::max();
  if (number.has_value() && std::abs(*number) <= kMax) {
    const auto whole = static_cast<int32_t>(std::floor(*number));
    place.reflection().SetInt32(&place.message, place.field.field, whole);
    if (value.text != std::to_string(whole)) {
      KeepSourceText(place.message, place.field.name, value.text);
    }
    return;
  }
  KeepSourceText(place.message, place.field.name, value.text);
  if (value.IsString() && Trim(value.string).empty()) return;
  KeptAsText(place, value, "not-a-number",
             "the value is not a number that fits here",
             "a whole number such as 18, without quotation marks");
}

void HsdsFieldReader::ReadDecimal(const Place& place, const JsonValue& value) {
  if (value.IsNumber()) {
    place.reflection().SetString(&place.message, place.field.field,
                                 std::string(value.text));
    return;
  }
  place.reflection().SetString(
      &place.message, place.field.field,
      std::string(value.IsString() ? value.string : value.text));
  KeepSourceText(place.message, place.field.name, value.text);
}

void HsdsFieldReader::ReadDegrees(const Place& place, const JsonValue& value) {
  const std::optional<double> degrees = NumberOf(value);
  // 2^31 × 10^-7: what the field can hold. Whether it is on Earth is judged
  // where values are.
  if (degrees.has_value() && std::abs(*degrees) < 214.0) {
    const auto e7 = static_cast<int32_t>(std::llround(*degrees * 1e7));
    place.reflection().SetInt32(&place.message, place.field.field, e7);
    if (value.text != DegreesText(e7)) {
      KeepSourceText(place.message, place.field.name, value.text);
    }
    return;
  }
  KeepSourceText(place.message, place.field.name, value.text);
  if (value.IsString() && Trim(value.string).empty()) return;
  KeptAsText(place, value, "impossible-coordinates",
             "the value is not a number of degrees",
             "decimal degrees, such as 39.2904 or -76.6122");
}

bool HsdsFieldReader::ReadOurs(const JsonValue& value, const HsdsPath& path,
                               const HsdsType& type, pb::Message& out) {
  if (const pb::FieldDescriptor* field = type.x_handrail) {
    return ReadExtension(value, path, origin_, log_,
                         *static_cast<v1::RecordExtension*>(
                             out.GetReflection()->MutableMessage(&out, field)));
  }
  // Schedules carry their zone and phones and contacts their restriction here.
  const pb::FieldDescriptor* zone = type.zone;
  const pb::FieldDescriptor* restricted = type.restricted;
  const JsonValue* given = value.Given(zone != nullptr ? "zone" : "restricted");
  const bool known = (zone != nullptr || restricted != nullptr) &&
                     value.IsObject() && value.items.size() == 1 &&
                     given != nullptr;
  if (known && zone != nullptr && given->IsString()) {
    out.GetReflection()->SetString(&out, zone, std::string(given->string));
    return true;
  }
  if (known && restricted != nullptr && given->kind == JsonValue::Kind::kBool) {
    out.GetReflection()->SetBool(&out, restricted, given->text == "true");
    return true;
  }
  log_.Add(origin_,
           {.severity = v1::ROW_SKIPPED,
            .field = path.Text(),
            .reason = "impossible-value",
            .value_class = std::string(JsonClass(value)),
            .message = "x_handrail cannot be read here, and it may say what "
                       "must not be shown",
            .hint = R"(schedules take {"zone": "America/New_York"}, phones )"
                    R"(and contacts {"restricted": true}, other parts none)"});
  return false;
}

void HsdsFieldReader::WrongKind(const Place& place, const JsonValue& value,
                                std::string_view wanted) {
  if (place.field.kind != FieldKind::kId) {
    KeepUnknown(place.message, place.field.name, value.text);
  }
  KeptAsText(
      place, value, "wrong-kind",
      absl::StrCat("the value is of another kind than ", std::string(wanted)),
      absl::StrCat("write ", std::string(wanted), " here"));
}

void HsdsFieldReader::KeptAsText(const Place& place, const JsonValue& value,
                                 std::string reason, std::string message,
                                 std::string hint) {
  log_.Add(origin_, {.severity = v1::VALUE_KEPT_AS_TEXT,
                     .field = place.path.Text(),
                     .reason = std::move(reason),
                     .value_class = std::string(JsonClass(value)),
                     .message = std::move(message),
                     .hint = std::move(hint)});
}

}  // namespace handrail::formats
