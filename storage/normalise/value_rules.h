// Rules for one value of one kind: a date, a time, a name with a code.
//
// Each looks at one text field of an object. Absent and empty fields are left
// alone: a source may say nothing. Where the value changes, the source's text
// is kept beside it.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "storage/normalise/calendar.h"
#include "storage/normalise/report.h"

namespace handrail::storage {

// A text field in hand.
class TextField {
 public:
  // REQUIRES: `object` has a text field of this name.
  TextField(google::protobuf::Message& object, const char* name);

  bool empty() const { return Get().empty(); }
  const std::string& Get() const;
  // Replaces the value and keeps the source's.
  void Change(const std::string& value);
  // Clears the value and keeps the source's.
  void Drop();
  std::string_view name() const { return name_; }

 private:
  google::protobuf::Message& object_;
  const google::protobuf::FieldDescriptor* field_;
  const char* name_;
};

// How a kind of value is called in findings, and what would be right.
struct ValueKind {
  const char* what;
  const char* hint;
};

// Impossible: the row is skipped. Not understood: the value is kept as text.
void RuleUnderstood(google::protobuf::Message& object, const char* name,
                    const std::function<Understood(std::string_view)>& read,
                    const ValueKind& kind, const Path& path, RowReport& report);

void RuleDate(google::protobuf::Message& object, const char* name,
              const Path& path, RowReport& report);

enum class WhenUnknown {
  // The value leaves the typed field.
  kDrop,
  // It stays where it is, readable.
  kStay,
};

// Replaces the value by its code.
void RuleCode(
    google::protobuf::Message& object, const char* name,
    const std::function<std::optional<std::string>(std::string_view)>& code,
    WhenUnknown when_unknown, const ValueKind& kind, const Path& path,
    RowReport& report);

// Two dates that are there must be in order; else the row is skipped.
void RuleOrder(const std::string& first, const std::string& last,
               std::string_view last_name, const Path& path, RowReport& report);

// Skips the row: the value cannot be.
void SkipImpossible(const Path& path, std::string_view field,
                    std::string_view value, const ValueKind& kind,
                    RowReport& report);

}  // namespace handrail::storage
