#include "clients/formats/json_tree.h"

#include <simdjson.h>

#include <cstdio>
#include <utility>

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

simdjson::error_code Build(ondemand::value value, int depth, JsonValue& out);

simdjson::error_code BuildObject(ondemand::value value, int depth,
                                 JsonValue& out) {
  ondemand::object object;
  SIMDJSON_TRY(value.get_object().get(object));
  for (auto member : object) {
    ondemand::field field;
    SIMDJSON_TRY(std::move(member).get(field));
    std::string_view key;
    SIMDJSON_TRY(field.unescaped_key().get(key));
    out.keys.emplace_back(key);
    SIMDJSON_TRY(Build(field.value(), depth + 1, out.items.emplace_back()));
  }
  return simdjson::SUCCESS;
}

simdjson::error_code BuildArray(ondemand::value value, int depth,
                                JsonValue& out) {
  ondemand::array array;
  SIMDJSON_TRY(value.get_array().get(array));
  for (auto item : array) {
    ondemand::value child;
    SIMDJSON_TRY(std::move(item).get(child));
    SIMDJSON_TRY(Build(child, depth + 1, out.items.emplace_back()));
  }
  return simdjson::SUCCESS;
}

simdjson::error_code BuildScalar(ondemand::value value, JsonValue& out) {
  out.text = TrimRight(out.text);
  switch (out.kind) {
    case JsonValue::Kind::kString: {
      std::string_view string;
      SIMDJSON_TRY(value.get_string().get(string));
      out.string = std::string(string);
      return simdjson::SUCCESS;
    }
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

simdjson::error_code Build(ondemand::value value, int depth, JsonValue& out) {
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

}  // namespace

struct JsonDocument::Parser {
  ondemand::parser parser;
  std::string text;
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
  if (code == simdjson::SUCCESS) code = document.get_value().get(value);
  if (code == simdjson::SUCCESS) code = Build(value, 0, list);
  if (code == simdjson::SUCCESS &&
      (document.current_location().error() != simdjson::OUT_OF_BOUNDS ||
       list.items.size() != 1)) {
    code = simdjson::TAPE_ERROR;
  }
  if (code != simdjson::SUCCESS) return Describe(code, line);
  root_ = std::move(list.items.front());
  return std::nullopt;
}

std::string JsonString(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
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
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char escape[8];
          std::snprintf(escape, sizeof(escape), "\\u%04x", c);
          out += escape;
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
  return out;
}

std::string JsonText(const JsonValue& value) {
  std::string out;
  AppendText(value, out);
  return out;
}

}  // namespace handrail::formats
