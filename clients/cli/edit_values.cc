#include "clients/cli/edit_values.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "handrail/v1/directory_service.pb.h"
#include "handrail/v1/profile.pb.h"
#include "storage/base/status.h"

namespace handrail::cli {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

absl::Status Wrong(const std::string& text, const std::string& what) {
  return absl::InvalidArgumentError(
      absl::StrCat("--set \"", text, "\": ", what));
}

const FieldDescriptor* KindField(v1::RecordType type) {
  // The numbers of the record's kinds are those of RecordType.
  return v1::Record::descriptor()->FindFieldByNumber(static_cast<int>(type));
}

Message* MutableKind(v1::RecordType type, v1::Record& record) {
  return record.GetReflection()->MutableMessage(&record, KindField(type));
}

// --- Paths -----------------------------------------------------------------

struct Step {
  std::string name;
  std::string key;
};

std::vector<Step> StepsOf(const std::string& path) {
  std::vector<Step> steps(1);
  bool in_key = false;
  for (const char c : path) {
    if (c == '[' && !in_key) {
      in_key = true;
    } else if (c == ']' && in_key) {
      in_key = false;
    } else if (in_key) {
      steps.back().key += c;
    } else if (c == '.') {
      steps.emplace_back();
    } else {
      steps.back().name += c;
    }
  }
  return steps;
}

// The entry of a service_at_locations list with this id, made where it is not.
Message* PlaceIn(Message& holder, const FieldDescriptor& field,
                 const std::string& id) {
  const Reflection& reflection = *holder.GetReflection();
  for (int i = 0; i < reflection.FieldSize(holder, &field); ++i) {
    Message* entry = reflection.MutableRepeatedMessage(&holder, &field, i);
    if (static_cast<v1::ServiceAtLocation*>(entry)->id() == id) return entry;
  }
  Message* added = reflection.AddMessage(&holder, &field);
  static_cast<v1::ServiceAtLocation*>(added)->set_id(id);
  return added;
}

// --- Values ----------------------------------------------------------------

// "yes", "no", "depends: words".
struct Said {
  v1::Answer answer = v1::ANSWER_UNSPECIFIED;
  std::string words;
};

std::optional<Said> ReadAnswer(const std::string& value) {
  const size_t colon = value.find(':');
  const std::string word = absl::AsciiStrToLower(value.substr(0, colon));
  Said said;
  if (colon != std::string::npos) {
    said.words = std::string(
        absl::StripAsciiWhitespace(absl::string_view(value).substr(colon + 1)));
  }
  if (word == "yes") {
    said.answer = v1::YES;
  } else if (word == "no") {
    said.answer = v1::NO;
  } else if (word == "depends" || word == "conditional") {
    said.answer = v1::CONDITIONAL;
  } else {
    return std::nullopt;
  }
  return said;
}

// False where the text is no value of such a fact.
bool SetFactValue(const std::string& value, const std::string& code,
                  Message& fact) {
  const auto* type = fact.GetDescriptor();
  const std::optional<Said> said = ReadAnswer(value);
  if (type == v1::Fact::descriptor()) {
    if (!said.has_value()) return false;
    static_cast<v1::Fact&>(fact).set_answer(said->answer);
    static_cast<v1::Fact&>(fact).set_words(said->words);
    return true;
  }
  if (type == v1::SetFact::descriptor()) {
    if (!said.has_value() || code.empty()) return false;
    v1::CodedFact& coded = *static_cast<v1::SetFact&>(fact).add_values();
    coded.set_code(code);
    coded.set_answer(said->answer);
    coded.set_words(said->words);
    return true;
  }
  if (type == v1::NumberFact::descriptor()) {
    auto& number = static_cast<v1::NumberFact&>(fact);
    int32_t read = 0;
    if (absl::SimpleAtoi(value, &read)) {
      number.set_answer(v1::YES);
      number.set_value(read);
      return true;
    }
    if (!said.has_value() || said->answer == v1::YES) return false;
    number.set_answer(said->answer);
    number.set_words(said->words);
    return true;
  }
  if (type == v1::ChoiceFact::descriptor()) {
    static_cast<v1::ChoiceFact&>(fact).set_answer(v1::YES);
    static_cast<v1::ChoiceFact&>(fact).set_code(value);
    return true;
  }
  if (type == v1::TextFact::descriptor()) {
    static_cast<v1::TextFact&>(fact).set_text(value);
    return true;
  }
  return false;
}

absl::Status SetJson(const std::string& value, const FieldDescriptor& field,
                     Message& holder) {
  std::unique_ptr<Message> parsed(holder.New());
  const auto status = google::protobuf::util::JsonStringToMessage(
      absl::StrCat("{\"", field.json_name(), "\":", value, "}"), parsed.get());
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected JSON of the field: ",
        std::string(status.message().data(), status.message().size())));
  }
  holder.GetReflection()->ClearField(&holder, &field);
  holder.MergeFrom(*parsed);
  return absl::OkStatus();
}

absl::Status SetScalar(const std::string& value, const FieldDescriptor& field,
                       Message& holder) {
  const Reflection& reflection = *holder.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(&holder, &field, value);
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t number = 0;
      if (!absl::SimpleAtoi(value, &number)) {
        return absl::InvalidArgumentError("expected a whole number");
      }
      reflection.SetInt32(&holder, &field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      const std::string word = absl::AsciiStrToLower(value);
      const bool yes = word == "yes" || word == "true";
      if (!yes && word != "no" && word != "false") {
        return absl::InvalidArgumentError("expected yes or no");
      }
      reflection.SetBool(&holder, &field, yes);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      std::string word = absl::AsciiStrToUpper(value);
      for (char& c : word) {
        if (c == ' ' || c == '-') c = '_';
      }
      const EnumValueDescriptor* found =
          field.enum_type()->FindValueByName(word);
      if (found == nullptr) {
        std::string names;
        for (int i = 1; i < field.enum_type()->value_count(); ++i) {
          absl::StrAppend(&names, names.empty() ? "" : ", ",
                          field.enum_type()->value(i)->name());
        }
        return absl::InvalidArgumentError("expected one of " + names);
      }
      reflection.SetEnum(&holder, &field, found);
      return absl::OkStatus();
    }
    default:
      return absl::InvalidArgumentError("this field cannot be set here");
  }
}

absl::Status Assign(const std::string& value, const std::string& key,
                    const FieldDescriptor& field, Message& holder) {
  if (value.empty()) return absl::OkStatus();
  const bool json = value[0] == '{' || value[0] == '[';
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    if (field.is_repeated()) return SetJson(value, field, holder);
    return SetScalar(value, field, holder);
  }
  if (json && key.empty()) return SetJson(value, field, holder);
  if (!field.is_repeated() &&
      SetFactValue(value, key,
                   *holder.GetReflection()->MutableMessage(&holder, &field))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      field.is_repeated()
          ? "expected a list as JSON, such as [{\"number\":\"…\"}]"
          : "expected yes, no, \"depends: words\", a number or a code, as the "
            "field is, or JSON");
}

std::string Words(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

}  // namespace

absl::Status SetValue(v1::RecordType type, const std::string& text,
                      v1::Record& record, google::protobuf::FieldMask& mask) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Wrong(text, "expected PATH=VALUE, such as name=\"Harbor House\"");
  }
  const std::string path = text.substr(0, equals);
  const std::string value = text.substr(equals + 1);
  Message* holder = MutableKind(type, record);
  const std::vector<Step> steps = StepsOf(path);
  for (size_t i = 0; i < steps.size(); ++i) {
    const std::string name =
        steps[i].name == "ext" ? "x_handrail" : steps[i].name;
    const FieldDescriptor* field =
        holder->GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) {
      return Wrong(text, "there is no field \"" + steps[i].name + "\" here");
    }
    if (i + 1 == steps.size()) {
      const absl::Status done = Assign(value, steps[i].key, *field, *holder);
      if (!done.ok()) return Wrong(text, Words(done));
      break;
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return Wrong(text, "\"" + steps[i].name + "\" has no fields of its own");
    }
    if (!field->is_repeated()) {
      holder = holder->GetReflection()->MutableMessage(holder, field);
    } else if (field->message_type() == v1::ServiceAtLocation::descriptor() &&
               !steps[i].key.empty()) {
      holder = PlaceIn(*holder, *field, steps[i].key);
    } else {
      return Wrong(text,
                   "a list is replaced as a whole: " + steps[i].name + "=[…]");
    }
  }
  mask.add_paths(path);
  return absl::OkStatus();
}

absl::StatusOr<v1::Record> ReadRecord(v1::RecordType type,
                                      const std::string& file,
                                      std::istream& in) {
  std::string text;
  if (file == "-") {
    text.assign(std::istreambuf_iterator<char>(in), {});
  } else {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
      return absl::InvalidArgumentError("cannot read the file " + file);
    }
    text.assign(std::istreambuf_iterator<char>(stream), {});
  }
  using google::protobuf::util::JsonStringToMessage;
  v1::Record record;
  if (JsonStringToMessage(text, &record).ok() &&
      record.kind_case() != v1::Record::KIND_NOT_SET) {
    return record;
  }
  v1::GetRecordResponse printed;
  if (JsonStringToMessage(text, &printed).ok() &&
      printed.record().record().kind_case() != v1::Record::KIND_NOT_SET) {
    return printed.record().record();
  }
  record.Clear();
  const auto status = JsonStringToMessage(text, MutableKind(type, record));
  if (status.ok()) return record;
  return absl::InvalidArgumentError(absl::StrCat(
      file, ": expected a record as JSON, as \"get\" prints it: ",
      std::string(status.message().data(), status.message().size())));
}

}  // namespace handrail::cli
