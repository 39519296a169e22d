#include "clients/formats/json_message.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/numbers.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"
#include "handrail/v1/profile.pb.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;
using pb::FieldDescriptor;

// Descriptors look names up slowly, and a listing has hundreds: here they are
// by name for one message or enum.
using FieldsByName =
    absl::flat_hash_map<std::string_view, const FieldDescriptor*>;
using ValuesByName =
    absl::flat_hash_map<std::string_view, const pb::EnumValueDescriptor*>;

// Under the names protobuf prints, which go first, and those of the schema.
FieldsByName NamesOf(const pb::Descriptor& type) {
  FieldsByName names;
  for (int i = 0; i < type.field_count(); ++i) {
    names.emplace(type.field(i)->camelcase_name(), type.field(i));
  }
  for (int i = 0; i < type.field_count(); ++i) {
    names.emplace(type.field(i)->name(), type.field(i));
  }
  return names;
}

ValuesByName NamesOf(const pb::EnumDescriptor& type) {
  ValuesByName names;
  for (int i = 0; i < type.value_count(); ++i) {
    names.emplace(type.value(i)->name(), type.value(i));
  }
  return names;
}

// What NamesOf gives for a type, made when it is first asked for. Each thread
// has its own, so that nothing is locked.
template <typename Names, typename Type>
const Names& CachedNamesOf(const Type& type) {
  thread_local absl::node_hash_map<const Type*, Names> all;
  const auto found = all.find(&type);
  if (found != all.end()) return found->second;
  return all.emplace(&type, NamesOf(type)).first->second;
}

template <typename Names>
typename Names::mapped_type FindName(const Names& names, std::string_view key) {
  const auto found = names.find(key);
  return found == names.end() ? nullptr : found->second;
}

// Digits with at most a minus: no fraction, no exponent, nothing around.
template <typename Number>
bool ReadWhole(const JsonValue& value, Number& number) {
  if (!value.IsNumber()) return false;
  const std::string_view text = value.text;
  return text.find_first_not_of("-0123456789") == std::string_view::npos &&
         absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &number);
}

bool FillTime(const JsonValue& value, pb::Message& out) {
  if (out.GetDescriptor() != pb::Timestamp::descriptor()) return false;
  return value.IsString() &&
         pb::util::TimeUtil::FromString(std::string(value.string),
                                        static_cast<pb::Timestamp*>(&out));
}

bool IsProtobufsOwn(const FieldDescriptor& field) {
  return field.message_type()->full_name().starts_with("google.protobuf.");
}

// {"code":"woman","answer":"YES"}: what most of a profile consists of. False
// for every other form, with `out` empty.
bool FillCodedFact(const JsonValue& value, v1::CodedFact& out) {
  if (!value.IsObject() || value.items.size() != 2 || value.keys[0] != "code" ||
      value.keys[1] != "answer" || !value.items[0].IsString() ||
      !value.items[1].IsString()) {
    return false;
  }
  const std::string_view answer = value.items[1].string;
  if (answer != "YES" && answer != "NO") return false;
  out.set_code(std::string(value.items[0].string));
  out.set_answer(answer == "YES" ? v1::YES : v1::NO);
  return true;
}

// One value of a field, repeated or not.
class ValueFiller {
 public:
  ValueFiller(pb::Message& out, const FieldDescriptor& field)
      : out_(out), reflection_(*out.GetReflection()), field_(field) {}

  bool Fill(const JsonValue& value) {
    switch (field_.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return FillObject(value);
      case FieldDescriptor::CPPTYPE_STRING:
        if (field_.type() != FieldDescriptor::TYPE_STRING) return false;
        if (!value.IsString()) return false;
        field_.is_repeated()
            ? reflection_.AddString(&out_, &field_, std::string(value.string))
            : reflection_.SetString(&out_, &field_, std::string(value.string));
        return true;
      case FieldDescriptor::CPPTYPE_ENUM:
        return FillEnum(value);
      default:
        // Lists of numbers there are none of.
        return !field_.is_repeated() && FillScalar(value);
    }
  }

 private:
  bool FillObject(const JsonValue& value) {
    if (field_.is_map()) return false;
    pb::Message& inner = field_.is_repeated()
                             ? *reflection_.AddMessage(&out_, &field_)
                             : *reflection_.MutableMessage(&out_, &field_);
    return IsProtobufsOwn(field_) ? FillTime(value, inner)
                                  : FillPlainly(value, inner);
  }

  bool FillEnum(const JsonValue& value) {
    if (!value.IsString()) return false;
    const pb::EnumValueDescriptor* found = FindName(
        CachedNamesOf<ValuesByName>(*field_.enum_type()), value.string);
    if (found == nullptr) return false;
    field_.is_repeated() ? reflection_.AddEnum(&out_, &field_, found)
                         : reflection_.SetEnum(&out_, &field_, found);
    return true;
  }

  bool FillScalar(const JsonValue& value) {
    switch (field_.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        if (value.kind != JsonValue::Kind::kBool) return false;
        reflection_.SetBool(&out_, &field_, value.text == "true");
        return true;
      case FieldDescriptor::CPPTYPE_INT32: {
        int32_t number = 0;
        if (!ReadWhole(value, number)) return false;
        reflection_.SetInt32(&out_, &field_, number);
        return true;
      }
      case FieldDescriptor::CPPTYPE_UINT32: {
        uint32_t number = 0;
        if (!ReadWhole(value, number)) return false;
        reflection_.SetUInt32(&out_, &field_, number);
        return true;
      }
      default:
        return false;
    }
  }

  pb::Message& out_;
  const pb::Reflection& reflection_;
  const FieldDescriptor& field_;
};

// The values of a set of facts, without asking what each of them is.
bool FillCodedFacts(const JsonValue& list, v1::SetFact& out) {
  for (const JsonValue& item : list.items) {
    v1::CodedFact& fact = *out.add_values();
    if (!FillCodedFact(item, fact) && !FillPlainly(item, fact)) return false;
  }
  return true;
}

bool FillMember(const FieldDescriptor& field, const JsonValue& value,
                pb::Message& out) {
  const pb::Reflection& reflection = *out.GetReflection();
  if (field.is_repeated()) {
    if (!value.IsArray() || reflection.FieldSize(out, &field) > 0) return false;
    if (out.GetDescriptor() == v1::SetFact::descriptor() &&
        field.number() == v1::SetFact::kValuesFieldNumber) {
      return FillCodedFacts(value, static_cast<v1::SetFact&>(out));
    }
    for (const JsonValue& item : value.items) {
      if (!ValueFiller(out, field).Fill(item)) return false;
    }
    return true;
  }
  const pb::OneofDescriptor* choice = field.real_containing_oneof();
  if (choice != nullptr && reflection.HasOneof(out, choice)) return false;
  return ValueFiller(out, field).Fill(value);
}

}  // namespace

bool FillPlainly(const JsonValue& value, pb::Message& out) {
  if (!value.IsObject()) return false;
  const FieldsByName& fields =
      CachedNamesOf<FieldsByName>(*out.GetDescriptor());
  for (size_t i = 0; i < value.keys.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (value.keys[i] == value.keys[j]) return false;
    }
    const FieldDescriptor* field = FindName(fields, value.keys[i]);
    if (field == nullptr || !FillMember(*field, value.items[i], out)) {
      return false;
    }
  }
  return true;
}

}  // namespace handrail::formats
