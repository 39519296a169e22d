#include "clients/formats/json_tree.h"

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <memory_resource>
#include <type_traits>
#include <utility>
#include <vector>

#include "clients/formats/limits.h"

namespace handrail::formats {
namespace {

namespace ondemand = simdjson::ondemand;

std::string_view TrimRight(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' ||
                           text.back() == '\r' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

// Makes the tree of one element. What is inside an object or list is gathered
// on a stack, and copied into the tree when its number is known.
class Builder {
 public:
  // Begins a tree in that memory.
  void Start(std::pmr::memory_resource& memory) {
    memory_ = &memory;
    items_.clear();
    keys_.clear();
  }
  simdjson::error_code Build(ondemand::value value, int depth, JsonValue& out);

 private:
  simdjson::error_code BuildObject(ondemand::value value, int depth,
                                   JsonValue& out);
  simdjson::error_code BuildArray(ondemand::value value, int depth,
                                  JsonValue& out);
  // What is on a stack from there on, as part of the tree.
  template <typename T>
  std::span<const T> Settle(std::vector<T>& stack, size_t from) {
    const size_t count = stack.size() - from;
    if (count == 0) return {};
    T* const out = std::pmr::polymorphic_allocator<T>(memory_).allocate(count);
    std::uninitialized_copy(stack.begin() + static_cast<ptrdiff_t>(from),
                            stack.end(), out);
    stack.resize(from);
    return {out, count};
  }

  std::pmr::memory_resource* memory_ = nullptr;
  std::vector<JsonValue> items_;
  std::vector<std::string_view> keys_;

  static_assert(std::is_trivially_destructible_v<JsonValue>);
};

simdjson::error_code Builder::BuildObject(ondemand::value value, int depth,
                                          JsonValue& out) {
  ondemand::object object;
  SIMDJSON_TRY(value.get_object().get(object));
  const size_t keys = keys_.size();
  const size_t items = items_.size();
  for (auto member : object) {
    ondemand::field field;
    SIMDJSON_TRY(std::move(member).get(field));
    std::string_view key;
    SIMDJSON_TRY(field.unescaped_key().get(key));
    JsonValue child;
    SIMDJSON_TRY(Build(field.value(), depth + 1, child));
    keys_.push_back(key);
    items_.push_back(child);
  }
  out.keys = Settle(keys_, keys);
  out.items = Settle(items_, items);
  return simdjson::SUCCESS;
}

simdjson::error_code Builder::BuildArray(ondemand::value value, int depth,
                                         JsonValue& out) {
  ondemand::array array;
  SIMDJSON_TRY(value.get_array().get(array));
  const size_t items = items_.size();
  for (auto item : array) {
    ondemand::value value_of_item;
    SIMDJSON_TRY(std::move(item).get(value_of_item));
    JsonValue child;
    SIMDJSON_TRY(Build(value_of_item, depth + 1, child));
    items_.push_back(child);
  }
  out.items = Settle(items_, items);
  return simdjson::SUCCESS;
}

simdjson::error_code BuildScalar(ondemand::value value, JsonValue& out) {
  out.text = TrimRight(out.text);
  switch (out.kind) {
    case JsonValue::Kind::kString:
      return value.get_string().get(out.string);
    case JsonValue::Kind::kBool: {
      bool unused = false;
      return value.get_bool().get(unused);
    }
    case JsonValue::Kind::kNumber:
      // Of any length: simdjson's own numbers end at 64 bits.
      return IsJsonNumber(out.text) ? simdjson::SUCCESS
                                    : simdjson::NUMBER_ERROR;
    default:
      return out.text == "null" ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
  }
}

simdjson::error_code Builder::Build(ondemand::value value, int depth,
                                    JsonValue& out) {
  // One more than the file may nest: the list that Parse puts around.
  if (depth > kDepthMax + 1) return simdjson::DEPTH_ERROR;
  ondemand::json_type type;
  SIMDJSON_TRY(value.type().get(type));
  out.text = value.raw_json_token();
  const char* const begin = out.text.data();
  switch (type) {
    case ondemand::json_type::object:
      out.kind = JsonValue::Kind::kObject;
      SIMDJSON_TRY(BuildObject(value, depth, out));
      break;
    case ondemand::json_type::array:
      out.kind = JsonValue::Kind::kArray;
      SIMDJSON_TRY(BuildArray(value, depth, out));
      break;
    case ondemand::json_type::string:
      out.kind = JsonValue::Kind::kString;
      return BuildScalar(value, out);
    case ondemand::json_type::boolean:
      out.kind = JsonValue::Kind::kBool;
      return BuildScalar(value, out);
    case ondemand::json_type::number:
      out.kind = JsonValue::Kind::kNumber;
      return BuildScalar(value, out);
    case ondemand::json_type::null:
      out.kind = JsonValue::Kind::kNull;
      return BuildScalar(value, out);
  }
  // From the last part inside, the closing bracket is the next one.
  const char close = out.kind == JsonValue::Kind::kObject ? '}' : ']';
  const char* end = begin + 1;
  if (!out.items.empty()) {
    const std::string_view last = out.items.back().text;
    end = last.data() + last.size();
  }
  while (*end != close) ++end;
  out.text = std::string_view(begin, static_cast<size_t>(end - begin) + 1);
  return simdjson::SUCCESS;
}

ReadProblem Describe(simdjson::error_code code, int64_t line) {
  ReadProblem problem{.reason = "not-json",
                      .message = "the record is not JSON",
                      .hint = "check the record that starts on this line",
                      .line = line};
  if (code == simdjson::STRING_ERROR) {
    problem.reason = "bad-escape";
    problem.message =
        "a text of the record has a wrong escape or half of a surrogate pair";
    problem.hint =
        "escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX; characters "
        "above U+FFFF are two \\u escapes, high half first";
  } else if (code == simdjson::UTF8_ERROR) {
    problem.reason = "not-utf8";
    problem.message = "the record is not UTF-8";
    problem.hint = "save the file as UTF-8";
  } else if (code == simdjson::DEPTH_ERROR) {
    problem.reason = "too-deep";
    problem.message = "brackets are nested too deep";
  }
  return problem;
}

void AppendText(const JsonValue& value, std::string& out) {
  if (value.IsScalar()) {
    out.append(value.text);
    return;
  }
  out.push_back(value.IsObject() ? '{' : '[');
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (value.IsObject()) {
      out.append(JsonString(value.keys[i]));
      out.push_back(':');
    }
    AppendText(value.items[i], out);
  }
  out.push_back(value.IsObject() ? '}' : ']');
}

// Of a character that a JSON string cannot have as it is.
void AppendEscaped(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default: {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", c);
      out += escape;
    }
  }
}

}  // namespace

struct JsonDocument::Parser {
  // A tree that needs less than this allocates nothing.
  static constexpr size_t kTreeBytes = 48 * 1024;
  // Small elements' documents are many: a tree takes about so many times its
  // text.
  static constexpr size_t kTreeBytesPerByte = 16;

  // Memory for the tree of a text of that many bytes; the last tree is gone.
  std::pmr::memory_resource& NewTree(size_t bytes) {
    tree.reset();
    const size_t wanted = std::min(kTreeBytes, bytes * kTreeBytesPerByte);
    if (room.size() < wanted) room.resize(wanted);
    return tree.emplace(room.data(), room.size());
  }

  ondemand::parser parser;
  Builder builder;
  std::string text;
  std::vector<std::byte> room;
  std::optional<std::pmr::monotonic_buffer_resource> tree;
};

JsonDocument::JsonDocument() : parser_(std::make_unique<Parser>()) {}
JsonDocument::~JsonDocument() = default;

const JsonValue* JsonValue::Find(std::string_view key) const {
  for (size_t i = keys.size(); i > 0; --i) {
    if (keys[i - 1] == key) return &items[i - 1];
  }
  return nullptr;
}

const JsonValue* JsonValue::Given(std::string_view key) const {
  const JsonValue* value = Find(key);
  return value == nullptr || value->IsNull() ? nullptr : value;
}

std::string_view JsonClass(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::kNull:
      return "null";
    case JsonValue::Kind::kBool:
      return "true or false";
    case JsonValue::Kind::kNumber:
      return "number";
    case JsonValue::Kind::kString:
      return value.string.empty() ? "empty" : "text";
    case JsonValue::Kind::kObject:
      return "object";
    case JsonValue::Kind::kArray:
      return "list";
  }
  return "unknown";
}

std::optional<ReadProblem> JsonDocument::Parse(std::string_view text,
                                               int64_t line) {
  root_ = JsonValue();
  // A list around it: a value of any kind then is a value, not a document.
  parser_->text.clear();
  parser_->text.reserve(text.size() + 2 + simdjson::SIMDJSON_PADDING);
  parser_->text.append("[").append(text).append("]");
  const size_t length = parser_->text.size();
  // The parser reads past the end in steps; what it sees there is ours.
  parser_->text.append(simdjson::SIMDJSON_PADDING, ' ');
  ondemand::document document;
  simdjson::error_code code =
      parser_->parser
          .iterate(simdjson::padded_string_view(parser_->text.data(), length,
                                                parser_->text.size()))
          .get(document);
  JsonValue list;
  ondemand::value value;
  Builder& builder = parser_->builder;
  builder.Start(parser_->NewTree(length));
  if (code == simdjson::SUCCESS) code = document.get_value().get(value);
  if (code == simdjson::SUCCESS) code = builder.Build(value, 0, list);
  if (code == simdjson::SUCCESS &&
      (document.current_location().error() != simdjson::OUT_OF_BOUNDS ||
       list.items.size() != 1)) {
    code = simdjson::TAPE_ERROR;
  }
  if (code != simdjson::SUCCESS) return Describe(code, line);
  root_ = list.items.front();
  return std::nullopt;
}

std::string JsonString(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out.push_back('"');
  size_t from = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') {
      continue;
    }
    out.append(text.substr(from, i - from));
    from = i + 1;
    AppendEscaped(c, out);
  }
  out.append(text.substr(from));
  out.push_back('"');
  return out;
}

std::string JsonText(const JsonValue& value) {
  std::string out;
  AppendText(value, out);
  return out;
}

}  // namespace handrail::formats
