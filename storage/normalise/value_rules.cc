#include "storage/normalise/value_rules.h"

#include "storage/base/check.h"
#include "storage/normalise/source_text.h"

namespace handrail::storage {

using google::protobuf::Message;

TextField::TextField(Message& object, const char* name)
    : object_(object),
      field_(object.GetDescriptor()->FindFieldByName(name)),
      name_(name) {
  HANDRAIL_CHECK(field_ != nullptr);
}

const std::string& TextField::Get() const {
  // Our messages hold text in strings, so that nothing is copied to `unused`.
  static std::string* const unused = new std::string;
  return object_.GetReflection()->GetStringReference(object_, field_, unused);
}

void TextField::Change(const std::string& value) {
  if (value == Get()) return;
  KeepSource(object_, name_, Get());
  object_.GetReflection()->SetString(&object_, field_, value);
}

void TextField::Drop() {
  KeepSource(object_, name_, Get());
  object_.GetReflection()->ClearField(&object_, field_);
}

void SkipImpossible(const Path& path, std::string_view field,
                    std::string_view value, const ValueKind& kind,
                    RowReport& report) {
  report.Skip(path, field,
              {.reason = "impossible-value",
               .value_class = ClassOf(value),
               .message = std::string("this cannot be ") + kind.what,
               .hint = kind.hint});
}

void RuleUnderstood(Message& object, const char* name,
                    const std::function<Understood(std::string_view)>& read,
                    const ValueKind& kind, const Path& path,
                    RowReport& report) {
  TextField field(object, name);
  if (field.empty()) return;
  const Understood value = read(field.Get());
  if (value.sense == Sense::kGood) return field.Change(value.text);
  if (value.sense == Sense::kImpossible) {
    return SkipImpossible(path, name, field.Get(), kind, report);
  }
  report.Kept(path, name,
              {.reason = "not-understood",
               .value_class = ClassOf(field.Get()),
               .message = std::string("this is not ") + kind.what,
               .hint = kind.hint});
  field.Drop();
}

void RuleDate(Message& object, const char* name, const Path& path,
              RowReport& report) {
  RuleUnderstood(object, name, ReadDate,
                 {.what = "a date", .hint = "a day that exists, as YYYY-MM-DD"},
                 path, report);
}

void RuleCode(
    Message& object, const char* name,
    const std::function<std::optional<std::string>(std::string_view)>& code,
    WhenUnknown when_unknown, const ValueKind& kind, const Path& path,
    RowReport& report) {
  TextField field(object, name);
  if (field.empty()) return;
  const std::optional<std::string> found = code(field.Get());
  if (found.has_value()) return field.Change(*found);
  report.Kept(path, name,
              {.reason = "unknown-code",
               .value_class = ClassOf(field.Get()),
               .message = std::string("this is not ") + kind.what,
               .hint = kind.hint});
  if (when_unknown == WhenUnknown::kDrop) field.Drop();
}

void RuleOrder(const std::string& first, const std::string& last,
               std::string_view last_name, const Path& path,
               RowReport& report) {
  if (first.empty() || last.empty() || first <= last) return;
  SkipImpossible(path, last_name, last,
                 {.what = "the last day, it is before the first",
                  .hint = "the first day, or a later one"},
                 report);
}

}  // namespace handrail::storage
