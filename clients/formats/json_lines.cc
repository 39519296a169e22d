#include "clients/formats/json_lines.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>

namespace handrail::formats {
namespace {

namespace dom = simdjson::dom;

// Well within the limits of the walker, which counts a little differently.
constexpr size_t kQuickDepthMax = 32;
constexpr size_t kQuickKeyBytesMax = 128;
constexpr size_t kQuickNumberBytesMax = 500;

bool IsNumberByte(char c) {
  return (c >= '0' && c <= '9') || c == 'e' || c == 'E' || c == '-' ||
         c == '+' || c == '.';
}

// The parser takes numbers of any length. A long one covers a byte that is a
// multiple of that length, so that few bytes need to be looked at.
bool MayHoldLongNumber(std::string_view line) {
  for (size_t at = kQuickNumberBytesMax; at < line.size();
       at += kQuickNumberBytesMax) {
    if (!IsNumberByte(line[at])) continue;
    size_t begin = at;
    while (begin > 0 && IsNumberByte(line[begin - 1])) --begin;
    const size_t past = std::min(line.size(), begin + kQuickNumberBytesMax);
    size_t end = at;
    while (end < past && IsNumberByte(line[end])) ++end;
    if (end - begin >= kQuickNumberBytesMax) return true;
  }
  return false;
}

bool MayFlag(const dom::element& value);

bool MayFlagAsExtension(const dom::element& value) {
  if (value.is_null()) return false;
  if (!value.is_object()) return true;
  for (const dom::key_value_pair member : dom::object(value)) {
    if (member.key == "visibility") return true;
  }
  return false;
}

bool MayFlag(const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::OBJECT:
      for (const dom::key_value_pair member : dom::object(value)) {
        if ((member.key == "x_handrail" && MayFlagAsExtension(member.value)) ||
            MayFlag(member.value)) {
          return true;
        }
      }
      return false;
    case dom::element_type::ARRAY:
      for (const dom::element item : dom::array(value)) {
        if (MayFlag(item)) return true;
      }
      return false;
    default:
      return false;
  }
}

bool HasLongKey(const dom::object& object) {
  for (const dom::key_value_pair member : object) {
    if (member.key.size() > kQuickKeyBytesMax) return true;
  }
  return false;
}

}  // namespace

struct JsonLineChecker::Parser {
  dom::parser parser;
};

JsonLineChecker::JsonLineChecker() = default;
JsonLineChecker::~JsonLineChecker() = default;

bool JsonLineChecker::IsObject(std::string_view line) {
  if (line.size() > kQuickLineBytesMax || MayHoldLongNumber(line)) return false;
  if (parser_ == nullptr) {
    parser_ = std::make_unique<Parser>();
    if (parser_->parser.allocate(kQuickLineBytesMax, kQuickDepthMax) !=
        simdjson::SUCCESS) {
      return false;
    }
  }
  dom::object object;
  if (parser_->parser.parse(line.data(), line.size()).get(object) !=
          simdjson::SUCCESS ||
      HasLongKey(object)) {
    return false;
  }
  may_flag_ = may_flag_ || MayFlag(parser_->parser.doc.root());
  return true;
}

bool IsQuickObject(std::string_view text) {
  thread_local JsonLineChecker checker;
  return checker.IsObject(text);
}

std::string_view TrimJsonSpace(std::string_view text) {
  constexpr std::string_view kSpace = " \n\r\t";
  const size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) + 1 - from);
}

}  // namespace handrail::formats
