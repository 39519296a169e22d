// One element of a JSON file as a tree that keeps the source's own text: HSDS
// readers give values back as they were written, digits and all.
//
//   JsonDocument document;
//   if (auto problem = document.Parse(element.text)) …
//   const JsonValue* name = document.root().Find("name");
//
// A document owns its text and its tree; values point into it, are copied
// cheaply and hold until it parses again. It keeps its memory from one element
// to the next, because a load parses millions of them. Not for sharing between
// threads while it parses.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "clients/formats/json_stream.h"

namespace handrail::formats {

struct JsonValue {
  enum class Kind { kNull, kBool, kNumber, kString, kObject, kArray };

  Kind kind = Kind::kNull;
  // Scalars: the text as written, a string's quotation marks included. Lists
  // and objects: from the opening bracket to the closing one.
  std::string_view text;
  // kString: what the escapes mean.
  std::string_view string;
  // kObject: keys[i] belongs to items[i]; kArray: items alone.
  std::span<const std::string_view> keys;
  std::span<const JsonValue> items;

  bool IsNull() const { return kind == Kind::kNull; }
  bool IsString() const { return kind == Kind::kString; }
  bool IsObject() const { return kind == Kind::kObject; }
  bool IsArray() const { return kind == Kind::kArray; }
  bool IsNumber() const { return kind == Kind::kNumber; }
  bool IsScalar() const { return !IsObject() && !IsArray(); }

  // kObject: the last member with the key, as most readers take it; otherwise,
  // or without such a member, nullptr.
  const JsonValue* Find(std::string_view key) const;
  // The same, but nullptr for a null, too.
  const JsonValue* Given(std::string_view key) const;
};

// "text", "number", "true or false", "null", "object", "list": the class of a
// value, which findings name instead of the value.
std::string_view JsonClass(const JsonValue& value);

class JsonDocument {
 public:
  JsonDocument();
  ~JsonDocument();
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  // Reads one value. What is wrong with it, or nothing; the root is then null.
  // `line` goes into the problem. REQUIRES: at most kElementBytesMax bytes.
  std::optional<ReadProblem> Parse(std::string_view text, int64_t line = 0);

  const JsonValue& root() const { return root_; }

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  JsonValue root_;
};

// `text` as a JSON string with its quotation marks. UTF-8 stays as it is.
std::string JsonString(std::string_view text);

// Writes the value again, without space between the parts and with scalars as
// they were written.
std::string JsonText(const JsonValue& value);

}  // namespace handrail::formats
