#include "server/curation/field_path.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "handrail/v1/fact.pb.h"
#include "handrail/v1/hsds.pb.h"
#include "handrail/v1/profile.pb.h"
#include "nlohmann/json.hpp"
#include "server/curation/limits.h"
#include "storage/base/check.h"
#include "storage/base/status.h"
#include "storage/normalise/source_text.h"

namespace handrail::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using nlohmann::json;

// --- What a path may say ----------------------------------------------------

absl::Status Wrong(const std::string& what) {
  return InvalidArgument(v1::ERROR_REASON_INVALID_FIELD, what);
}

bool IsFactType(const Descriptor* type) {
  return type == v1::Fact::descriptor() ||
         type == v1::NumberFact::descriptor() ||
         type == v1::ChoiceFact::descriptor() ||
         type == v1::SetFact::descriptor() ||
         type == v1::TextFact::descriptor();
}

bool IsRecordType(const Descriptor* type) {
  return type == v1::Organization::descriptor() ||
         type == v1::Program::descriptor() ||
         type == v1::Service::descriptor() ||
         type == v1::Location::descriptor();
}

bool IsPlaces(const FieldDescriptor& field) {
  return field.message_type() == v1::ServiceAtLocation::descriptor();
}

// Lists whose entries have keys.
bool HasKeys(const FieldDescriptor& field) {
  return IsPlaces(field) || field.message_type() == v1::SetFact::descriptor() ||
         field.message_type() == v1::PlaceCount::descriptor();
}

std::string NamesOf(const Descriptor& type) {
  std::string names;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsRecordType(field.message_type())) continue;
    absl::StrAppend(&names, names.empty() ? "" : ", ",
                    field.name() == "x_handrail" ? "ext" : field.name());
  }
  return names;
}

struct Part {
  std::string name;
  std::string key;
  bool has_key = false;
};

// "any", "medication[methadone]": dots inside brackets do not part.
absl::StatusOr<std::vector<Part>> PartsOf(std::string_view text) {
  std::vector<Part> parts(1);
  bool in_key = false;
  for (const char c : text) {
    Part& part = parts.back();
    if (in_key) {
      if (c == ']') {
        in_key = false;
      } else {
        part.key += c;
      }
    } else if (c == '[' && !part.has_key) {
      in_key = part.has_key = true;
    } else if (c == '.') {
      parts.emplace_back();
    } else if (part.has_key) {
      return Wrong(
          "a bracket ends a part of the path, as in "
          "ext.profile.any.medication[methadone]");
    } else {
      part.name += c;
    }
  }
  if (in_key) return Wrong("a bracket is not closed");
  return parts;
}

// --- Values -----------------------------------------------------------------

void CopyField(const Message& from, const FieldDescriptor& field, Message& to) {
  const Reflection& of = *from.GetReflection();
  const Reflection& into = *to.GetReflection();
  into.ClearField(&to, &field);
  if (field.is_repeated()) {
    for (int i = 0; i < of.FieldSize(from, &field); ++i) {
      switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_MESSAGE:
          into.AddMessage(&to, &field)
              ->CopyFrom(of.GetRepeatedMessage(from, &field, i));
          break;
        case FieldDescriptor::CPPTYPE_STRING:
          into.AddString(&to, &field, of.GetRepeatedString(from, &field, i));
          break;
        case FieldDescriptor::CPPTYPE_ENUM:
          into.AddEnumValue(&to, &field,
                            of.GetRepeatedEnumValue(from, &field, i));
          break;
        default:
          // Records have no other lists.
          HANDRAIL_CHECK(false);
      }
    }
    return;
  }
  if (!of.HasField(from, &field)) return;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      into.MutableMessage(&to, &field)->CopyFrom(of.GetMessage(from, &field));
      break;
    case FieldDescriptor::CPPTYPE_STRING:
      into.SetString(&to, &field, of.GetString(from, &field));
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      into.SetEnumValue(&to, &field, of.GetEnumValue(from, &field));
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      into.SetBool(&to, &field, of.GetBool(from, &field));
      break;
    case FieldDescriptor::CPPTYPE_INT32:
      into.SetInt32(&to, &field, of.GetInt32(from, &field));
      break;
    default:
      HANDRAIL_CHECK(false);
  }
}

bool IsSet(const Message& holder, const FieldDescriptor& field) {
  const Reflection& reflection = *holder.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(holder, &field) > 0
                             : reflection.HasField(holder, &field);
}

// What tells apart where a value stands, not what it says.
bool IsIncidental(const FieldDescriptor& field) {
  if (field.message_type() == v1::Provenance::descriptor() ||
      field.message_type() == v1::SourceText::descriptor() ||
      field.message_type() == v1::UnknownField::descriptor() ||
      field.message_type() == v1::Metadata::descriptor()) {
    return true;
  }
  const Descriptor* of = field.containing_type();
  // Here an id says which record is meant.
  if (of == v1::ServiceAtLocation::descriptor() || IsRecordType(of) ||
      of == v1::Taxonomy::descriptor() ||
      of == v1::TaxonomyTerm::descriptor()) {
    return false;
  }
  static const auto* const kIds = new std::set<std::string>{
      "id",         "service_id", "location_id", "organization_id",
      "contact_id", "phone_id",   "unit_id",     "service_at_location_id",
      "link_id"};
  return kIds->contains(field.name());
}

void StripIncidental(Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (IsIncidental(*field)) {
      reflection.ClearField(&message, field);
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        StripIncidental(*reflection.MutableRepeatedMessage(&message, field, i));
      }
    } else {
      Message& inner = *reflection.MutableMessage(&message, field);
      StripIncidental(inner);
      if (inner.ByteSizeLong() == 0) reflection.ClearField(&message, field);
    }
  }
}

std::string JsonOf(const Message& message) {
  std::string text;
  // Fails only for an Any of an unknown type; our messages have none.
  (void)google::protobuf::util::MessageToJsonString(message, &text);
  return text;
}

// The JSON of the one field that is set in `holder`.
std::string MemberJson(const Message& holder, const FieldDescriptor& field) {
  const json whole =
      json::parse(JsonOf(holder), nullptr, /*allow_exceptions=*/false);
  const auto found = whole.find(field.json_name());
  if (found == whole.end()) return "";
  return found->dump(-1, ' ', false, json::error_handler_t::replace);
}

bool KeepsSpelling(const Message& holder) {
  return holder.GetDescriptor()->FindFieldByName("source_text") != nullptr;
}

// The source's spelling goes with the value: a value entered by hand has none.
// `from` may be null.
void CopySpelling(const Message* from, const FieldDescriptor& field,
                  Message& to) {
  if (!KeepsSpelling(to)) return;
  const FieldDescriptor* list =
      to.GetDescriptor()->FindFieldByName("source_text");
  const std::string name(storage::SourceName(field));
  const Reflection& reflection = *to.GetReflection();
  for (int i = reflection.FieldSize(to, list) - 1; i >= 0; --i) {
    const auto& text = static_cast<const v1::SourceText&>(
        reflection.GetRepeatedMessage(to, list, i));
    if (text.field() != name) continue;
    // The order of the others stays.
    for (int j = i; j + 1 < reflection.FieldSize(to, list); ++j) {
      reflection.SwapElements(&to, list, j, j + 1);
    }
    reflection.RemoveLast(&to, list);
  }
  if (from == nullptr) return;
  for (int i = 0; i < reflection.FieldSize(*from, list); ++i) {
    const auto& text = static_cast<const v1::SourceText&>(
        reflection.GetRepeatedMessage(*from, list, i));
    if (text.field() == name) {
      reflection.AddMessage(&to, list)->CopyFrom(text);
    }
  }
}

// --- Entries ----------------------------------------------------------------

std::string KeyOf(const Message& entry) {
  if (entry.GetDescriptor() == v1::CodedFact::descriptor()) {
    return static_cast<const v1::CodedFact&>(entry).code();
  }
  if (entry.GetDescriptor() == v1::PlaceCount::descriptor()) {
    const auto& count = static_cast<const v1::PlaceCount&>(entry);
    return absl::StrCat(count.population(), "/", count.unit());
  }
  return static_cast<const v1::ServiceAtLocation&>(entry).id();
}

// The list whose entries have keys: the field itself, or a set's values.
struct List {
  Message* holder = nullptr;
  const FieldDescriptor* field = nullptr;
};

List MakeList(Message& holder, const FieldDescriptor& field) {
  if (field.is_repeated()) return {&holder, &field};
  return {holder.GetReflection()->MutableMessage(&holder, &field),
          v1::SetFact::descriptor()->FindFieldByName("values")};
}

const Message* FindEntry(const Message& holder, const FieldDescriptor& field,
                         const std::string& key) {
  const Message* in = &holder;
  const FieldDescriptor* list = &field;
  if (!field.is_repeated()) {
    in = &holder.GetReflection()->GetMessage(holder, &field);
    list = v1::SetFact::descriptor()->FindFieldByName("values");
  }
  const Reflection& reflection = *in->GetReflection();
  for (int i = 0; i < reflection.FieldSize(*in, list); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(*in, list, i);
    if (KeyOf(entry) == key) return &entry;
  }
  return nullptr;
}

Message* FindEntryIn(const List& list, const std::string& key) {
  const Reflection& reflection = *list.holder->GetReflection();
  for (int i = 0; i < reflection.FieldSize(*list.holder, list.field); ++i) {
    Message* entry =
        reflection.MutableRepeatedMessage(list.holder, list.field, i);
    if (KeyOf(*entry) == key) return entry;
  }
  return nullptr;
}

void RemoveEntry(const List& list, const std::string& key) {
  const Reflection& reflection = *list.holder->GetReflection();
  const int size = reflection.FieldSize(*list.holder, list.field);
  int kept = 0;
  for (int i = 0; i < size; ++i) {
    if (KeyOf(reflection.GetRepeatedMessage(*list.holder, list.field, i)) ==
        key) {
      continue;
    }
    if (i != kept) {
      reflection.SwapElements(list.holder, list.field, i, kept);
    }
    ++kept;
  }
  for (int i = size; i > kept; --i) {
    reflection.RemoveLast(list.holder, list.field);
  }
}

// Puts the entry in the place of the one with its key, else at the end; a set
// stays sorted by code.
void PutEntry(const Message& entry, const List& list) {
  Message* there = FindEntryIn(list, KeyOf(entry));
  if (there == nullptr) {
    there = list.holder->GetReflection()->AddMessage(list.holder, list.field);
  }
  there->CopyFrom(entry);
  if (list.holder->GetDescriptor() != v1::SetFact::descriptor()) return;
  auto& values = *static_cast<v1::SetFact*>(list.holder)->mutable_values();
  std::stable_sort(
      values.begin(), values.end(),
      [](const auto& a, const auto& b) { return a.code() < b.code(); });
}

}  // namespace

// --- Records ----------------------------------------------------------------

const Message* ContentOf(const v1::Record& record) {
  const FieldDescriptor* kind = record.GetReflection()->GetOneofFieldDescriptor(
      record, v1::Record::descriptor()->oneof_decl(0));
  if (kind == nullptr) return nullptr;
  return &record.GetReflection()->GetMessage(record, kind);
}

Message* MutableContentOf(v1::Record& record) {
  const FieldDescriptor* kind = record.GetReflection()->GetOneofFieldDescriptor(
      record, v1::Record::descriptor()->oneof_decl(0));
  if (kind == nullptr) return nullptr;
  return record.GetReflection()->MutableMessage(&record, kind);
}

const Descriptor* KindDescriptor(v1::RecordType type) {
  // The numbers of the record's kinds are those of RecordType.
  const FieldDescriptor* kind =
      v1::Record::descriptor()->FindFieldByNumber(static_cast<int>(type));
  return kind == nullptr ? nullptr : kind->message_type();
}

void StripProvenance(Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->message_type() == v1::Provenance::descriptor()) {
      reflection.ClearField(&message, field);
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        StripProvenance(*reflection.MutableRepeatedMessage(&message, field, i));
      }
    } else {
      StripProvenance(*reflection.MutableMessage(&message, field));
    }
  }
}

// --- The path ---------------------------------------------------------------

void FieldPath::Add(Step step) {
  const std::string& name = step.field->name();
  absl::StrAppend(&text_, text_.empty() ? "" : ".",
                  name == "x_handrail" ? "ext" : name);
  if (!step.key.empty()) absl::StrAppend(&text_, "[", step.key, "]");
  steps_.push_back(std::move(step));
}

absl::StatusOr<FieldPath> FieldPath::Parse(v1::RecordType type,
                                           std::string_view text) {
  const Descriptor* at = KindDescriptor(type);
  if (at == nullptr) return Wrong("must be of a kind of record");
  if (text.empty()) return Wrong("must not be empty");
  if (text.size() > kFieldPathBytesMax) {
    return Wrong(
        absl::StrCat("must be at most ", kFieldPathBytesMax, " bytes"));
  }
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<Part> parts, PartsOf(text));
  FieldPath path;
  for (size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    const std::string name = part.name == "ext" ? "x_handrail" : part.name;
    const FieldDescriptor* field = at->FindFieldByName(name);
    if (field == nullptr) {
      return Wrong(absl::StrCat(
          path.text_.empty() ? "must begin with" : path.text_ + " has",
          " one of: ", NamesOf(*at)));
    }
    if (IsRecordType(field->message_type())) {
      return Wrong("must be of this record: " + name +
                   " are records of their own");
    }
    if (part.has_key && (part.key.empty() || !HasKeys(*field))) {
      return Wrong(name + " takes no brackets here");
    }
    path.Add({.field = field, .key = part.key});
    if (i + 1 == parts.size()) break;
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return Wrong("must end at " + path.text_);
    }
    if (IsFactType(field->message_type())) {
      return Wrong("must end at " + path.text_ +
                   ": a fact is named as a whole");
    }
    if (field->is_repeated() && !(IsPlaces(*field) && part.has_key)) {
      return Wrong("must end at " + path.text_ +
                   ": a list is replaced as a whole");
    }
    at = field->message_type();
  }
  return path;
}

FieldPath FieldPath::Leaf() const {
  size_t most = 1;
  size_t first = 0;
  if (steps_.size() > 1 && IsPlaces(*steps_[0].field)) first = 1;
  most += first;
  if (steps_[first].field->message_type() ==
      v1::RecordExtension::descriptor()) {
    ++most;
    if (steps_.size() > first + 1 && steps_[first + 1].field->message_type() ==
                                         v1::RecoveryProfile::descriptor()) {
      most += 2;
    }
  }
  if (steps_.size() <= most) return *this;
  FieldPath leaf;
  for (size_t i = 0; i < most; ++i) leaf.Add(steps_[i]);
  return leaf;
}

bool FieldPath::Covers(const FieldPath& other) const {
  if (other.text_.compare(0, text_.size(), text_) != 0) return false;
  if (other.text_.size() == text_.size()) return true;
  const char next = other.text_[text_.size()];
  return next == '.' || next == '[';
}

std::string FieldPath::PlaceId() const {
  if (!IsPlaces(*steps_[0].field)) return "";
  return steps_[0].key;
}

bool FieldPath::IsProfileFact() const {
  return steps_.size() >= 4 &&
         steps_[steps_.size() - 3].field->message_type() ==
             v1::RecoveryProfile::descriptor();
}

std::string FieldPath::ProfileField() const {
  HANDRAIL_CHECK(IsProfileFact());
  return absl::StrCat(steps_[steps_.size() - 2].field->name(), ".",
                      field().name());
}

// --- Reading and writing ----------------------------------------------------

const Message* FieldPath::FindHolder(const v1::Record& record) const {
  const Message* holder = ContentOf(record);
  for (size_t i = 0; i + 1 < steps_.size() && holder != nullptr; ++i) {
    const Step& step = steps_[i];
    if (step.key.empty()) {
      holder = &holder->GetReflection()->GetMessage(*holder, step.field);
    } else {
      holder = FindEntry(*holder, *step.field, step.key);
    }
  }
  return holder;
}

Message* FieldPath::MakeHolder(v1::Record& record) const {
  Message* holder = MutableContentOf(record);
  for (size_t i = 0; i + 1 < steps_.size() && holder != nullptr; ++i) {
    const Step& step = steps_[i];
    if (step.key.empty()) {
      holder = holder->GetReflection()->MutableMessage(holder, step.field);
    } else {
      holder = FindEntryIn(MakeList(*holder, *step.field), step.key);
    }
  }
  return holder;
}

bool FieldPath::HasHolder(const v1::Record& record) const {
  return FindHolder(record) != nullptr;
}

std::string FieldPath::Word(const v1::Record& record) const {
  const Message* holder = FindHolder(record);
  if (holder == nullptr) return "";
  if (!key().empty()) {
    const Message* entry = FindEntry(*holder, field(), key());
    if (entry == nullptr) return "";
    std::unique_ptr<Message> copy(entry->New());
    copy->CopyFrom(*entry);
    StripIncidental(*copy);
    return JsonOf(*copy);
  }
  if (!IsSet(*holder, field())) return "";
  std::unique_ptr<Message> copy(holder->New());
  CopyField(*holder, field(), *copy);
  // The field itself counts, whatever it is called.
  if (field().cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    const Reflection& reflection = *copy->GetReflection();
    if (field().is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(*copy, &field()); ++i) {
        StripIncidental(
            *reflection.MutableRepeatedMessage(copy.get(), &field(), i));
      }
    } else {
      Message& inner = *reflection.MutableMessage(copy.get(), &field());
      StripIncidental(inner);
      if (inner.ByteSizeLong() == 0) return "";
    }
  }
  const std::string word = MemberJson(*copy, field());
  return word == "\"\"" ? "" : word;
}

bool FieldPath::Says(const v1::Record& record) const {
  return !Word(record).empty();
}

std::string FieldPath::Json(const v1::Record& record) const {
  const Message* holder = FindHolder(record);
  if (holder == nullptr) return "";
  if (!key().empty()) {
    const Message* entry = FindEntry(*holder, field(), key());
    return entry == nullptr ? "" : JsonOf(*entry);
  }
  if (!IsSet(*holder, field())) return "";
  std::unique_ptr<Message> copy(holder->New());
  CopyField(*holder, field(), *copy);
  return MemberJson(*copy, field());
}

void FieldPath::Copy(const v1::Record& from, v1::Record& to) const {
  const Message* source = FindHolder(from);
  const Message* entry = source == nullptr || key().empty()
                             ? nullptr
                             : FindEntry(*source, field(), key());
  if (source == nullptr ||
      (key().empty() ? !IsSet(*source, field()) : entry == nullptr)) {
    // Nothing is made on the way to a field that stays unset.
    const Message* there = FindHolder(to);
    if (there != nullptr && IsSet(*there, field())) Clear(to);
    if (there == nullptr || source == nullptr || !KeepsSpelling(*there)) return;
    CopySpelling(source, field(), *MakeHolder(to));
    return;
  }
  Message* holder = MakeHolder(to);
  HANDRAIL_CHECK(holder != nullptr);
  if (entry != nullptr) {
    PutEntry(*entry, MakeList(*holder, field()));
  } else {
    CopyField(*source, field(), *holder);
    CopySpelling(source, field(), *holder);
  }
}

void FieldPath::Clear(v1::Record& record) const {
  const Message* there = FindHolder(record);
  // Nothing is made on the way to what is not there.
  if (there != nullptr && !IsSet(*there, field()) && !KeepsSpelling(*there)) {
    return;
  }
  Message* holder = MakeHolder(record);
  HANDRAIL_CHECK(holder != nullptr);
  if (!key().empty()) {
    const List list = MakeList(*holder, field());
    RemoveEntry(list, key());
    // A set without values is no set.
    if (!field().is_repeated() && list.holder->GetReflection()->FieldSize(
                                      *list.holder, list.field) == 0) {
      holder->GetReflection()->ClearField(holder, &field());
    }
    return;
  }
  holder->GetReflection()->ClearField(holder, &field());
  CopySpelling(nullptr, field(), *holder);
}

absl::Status FieldPath::SetJson(std::string_view text,
                                v1::Record& record) const {
  Message* holder = MakeHolder(record);
  if (holder == nullptr) return Wrong("the record has no such place any more");
  if (text.empty()) {
    Clear(record);
    return absl::OkStatus();
  }
  if (!key().empty()) {
    const List list = MakeList(*holder, field());
    std::unique_ptr<Message> entry(
        list.field->message_type() == v1::CodedFact::descriptor()
            ? static_cast<Message*>(new v1::CodedFact())
        : list.field->message_type() == v1::PlaceCount::descriptor()
            ? static_cast<Message*>(new v1::PlaceCount())
            : static_cast<Message*>(new v1::ServiceAtLocation()));
    if (!google::protobuf::util::JsonStringToMessage(std::string(text),
                                                     entry.get())
             .ok() ||
        KeyOf(*entry) != key()) {
      return Wrong("this is no value of " + text_);
    }
    PutEntry(*entry, list);
    return absl::OkStatus();
  }
  std::unique_ptr<Message> parsed(holder->New());
  const std::string whole =
      absl::StrCat("{\"", field().json_name(), "\":", std::string(text), "}");
  if (!google::protobuf::util::JsonStringToMessage(whole, parsed.get()).ok()) {
    return Wrong("this is no value of " + text_);
  }
  CopyField(*parsed, field(), *holder);
  CopySpelling(nullptr, field(), *holder);
  return absl::OkStatus();
}

const Message* FieldPath::FindMessage(const v1::Record& record) const {
  if (field().cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return nullptr;
  const Message* holder = FindHolder(record);
  if (holder == nullptr) return nullptr;
  if (!key().empty()) return FindEntry(*holder, field(), key());
  if (field().is_repeated() || !IsSet(*holder, field())) return nullptr;
  return &holder->GetReflection()->GetMessage(*holder, &field());
}

Message* FieldPath::MutableMessage(v1::Record& record) const {
  if (FindMessage(record) == nullptr) return nullptr;
  Message* holder = MakeHolder(record);
  if (!key().empty()) {
    return FindEntryIn(MakeList(*holder, field()), key());
  }
  return holder->GetReflection()->MutableMessage(holder, &field());
}

const v1::RecordExtension* FieldPath::FindExtension(
    const v1::Record& record) const {
  const Message* holder = ContentOf(record);
  if (holder == nullptr) return nullptr;
  if (!PlaceId().empty()) {
    holder = FindEntry(*holder, *steps_[0].field, PlaceId());
    if (holder == nullptr) return nullptr;
  }
  const FieldDescriptor* ext =
      holder->GetDescriptor()->FindFieldByName("x_handrail");
  if (ext == nullptr) return nullptr;
  return static_cast<const v1::RecordExtension*>(
      &holder->GetReflection()->GetMessage(*holder, ext));
}

v1::RecordExtension* FieldPath::MutableExtension(v1::Record& record) const {
  if (FindExtension(record) == nullptr) return nullptr;
  Message* holder = MutableContentOf(record);
  if (!PlaceId().empty()) {
    holder = FindEntryIn(MakeList(*holder, *steps_[0].field), PlaceId());
  }
  return static_cast<v1::RecordExtension*>(
      holder->GetReflection()->MutableMessage(
          holder, holder->GetDescriptor()->FindFieldByName("x_handrail")));
}

}  // namespace handrail::server
