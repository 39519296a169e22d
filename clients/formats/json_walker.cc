#include "clients/formats/json_walker.h"

#include <utility>

#include "clients/formats/limits.h"

namespace handrail::formats {
namespace {

constexpr char kSaveAsUtf8[] = "save the file as UTF-8";
// A number or literal longer than this is none.
constexpr size_t kScalarBytesMax = 1000;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Where the bytes end that mean nothing but themselves inside a text.
size_t EndOfPlainText(std::string_view chunk, size_t at) {
  const auto plain = [](unsigned char c) {
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
  };
  while (at < chunk.size() && plain(static_cast<unsigned char>(chunk[at]))) {
    ++at;
  }
  return at;
}

bool IsScalarByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || c == '-' || c == '+' || c == '.';
}

}  // namespace

bool JsonWalker::Fail(std::string reason, std::string message,
                      std::string hint) {
  if (!problem_.has_value()) {
    problem_ = ReadProblem{.reason = std::move(reason),
                           .message = std::move(message),
                           .hint = std::move(hint),
                           .line = line_};
  }
  return false;
}

bool JsonWalker::Feed(std::string_view chunk) {
  if (problem_.has_value()) return false;
  for (size_t at = 0; at < chunk.size(); ++at) {
    if (inside_ == Inside::kString && MaySkipText()) {
      at = EndOfPlainText(chunk, at);
      if (at == chunk.size()) break;
    }
    const char c = chunk[at];
    if (c == '\0') {
      return Fail("nul-byte", "the file has a NUL byte", kSaveAsUtf8);
    }
    if (inside_ == Inside::kString) {
      if (!StringByte(static_cast<unsigned char>(c), at)) return false;
      continue;
    }
    if (inside_ == Inside::kScalar) {
      if (IsScalarByte(c)) {
        if (text_.size() >= kScalarBytesMax) {
          return Fail("too-long", "a number has more than 1,000 digits",
                      "write the number shorter, or as text");
        }
        text_.push_back(c);
        continue;
      }
      if (!EndScalar(at)) return false;
    }
    if (c == '\n') ++line_;
    if (!IsSpace(c) && !Structural(c, at)) return false;
  }
  return true;
}

void JsonWalker::PassObject(std::string_view line) {
  listener_->OnBegin(0, line.find('{'), '{');
  opened_on_ = line_;
  EndValue(line.rfind('}') + 1);
  if (line.back() == '\n') ++line_;
}

bool JsonWalker::Finish() {
  if (problem_.has_value()) return false;
  if (inside_ == Inside::kScalar && !EndScalar(0)) return false;
  if (inside_ == Inside::kString || !open_.empty()) {
    return Fail("truncated",
                "the file ends inside a value that began on line " +
                    std::to_string(opened_on_),
                "fetch the file again: its end is missing");
  }
  if (values_ == 0) {
    return Fail("empty-file", "the file is empty",
                "give a file with at least one record");
  }
  return true;
}

// The grammar: what may follow what.
bool JsonWalker::Structural(char c, size_t at) {
  switch (c) {
    case ']':
    case '}':
      return Close(c, at);
    case ':':
      if (expect_ != Expect::kColon) break;
      expect_ = Expect::kValue;
      return true;
    case ',':
      if (expect_ != Expect::kNext || open_.empty()) break;
      expect_ = open_.back() == '{' ? Expect::kKey : Expect::kValue;
      return true;
    default:
      if (expect_ == Expect::kValue || expect_ == Expect::kItemOrEnd) {
        return BeginValue(c, at);
      }
      if (c == '"' &&
          (expect_ == Expect::kKey || expect_ == Expect::kKeyOrEnd)) {
        inside_ = Inside::kString;
        key_ = true;
        text_.clear();
        return true;
      }
      if (expect_ == Expect::kNext && open_.empty()) {
        // Only objects may follow each other (NDJSON).
        if (c == '{') return BeginValue(c, at);
        return Fail("trailing-text",
                    "there is text after the end of the outermost value",
                    "end the file with the closing bracket");
      }
  }
  return Fail("not-json", "the text is not JSON at this line",
              "check the commas, colons, quotation marks and brackets here");
}

bool JsonWalker::BeginValue(char c, size_t at) {
  const int depth = this->depth();
  if (depth == 0) opened_on_ = line_;
  if (depth <= 1) listener_->OnBegin(depth, at, c);
  if (c == '{' || c == '[') return Open(c, at);
  text_.clear();
  if (c == '"') {
    inside_ = Inside::kString;
    key_ = false;
    return true;
  }
  if (!IsScalarByte(c)) {
    return Fail("not-json", "the text is not JSON at this line",
                "a value is an object, a list, a text in quotation marks, a "
                "number, true, false or null");
  }
  inside_ = Inside::kScalar;
  text_.push_back(c);
  return true;
}

bool JsonWalker::Open(char c, size_t) {
  if (depth() >= kDepthMax) {
    return Fail(
        "too-deep",
        "brackets are nested more than " + std::to_string(kDepthMax) + " deep",
        "no format of the field nests that deep: check the file");
  }
  open_.push_back(c);
  expect_ = c == '{' ? Expect::kKeyOrEnd : Expect::kItemOrEnd;
  return true;
}

bool JsonWalker::Close(char c, size_t at) {
  const bool object = c == '}';
  const bool fits =
      !open_.empty() && (open_.back() == '{') == object &&
      (expect_ == Expect::kNext ||
       expect_ == (object ? Expect::kKeyOrEnd : Expect::kItemOrEnd));
  if (!fits) {
    return Fail("not-json", "a closing bracket is out of place",
                "check the commas and brackets before it");
  }
  open_.pop_back();
  return EndValue(at + 1);
}

bool JsonWalker::EndValue(size_t at) {
  expect_ = Expect::kNext;
  if (open_.empty()) ++values_;
  if (depth() <= 1) listener_->OnEnd(depth(), at);
  return true;
}

bool JsonWalker::EndScalar(size_t at) {
  inside_ = Inside::kNothing;
  if (text_ != "true" && text_ != "false" && text_ != "null" &&
      !IsJsonNumber(text_)) {
    return Fail("not-json", "a word or number here is not JSON",
                "texts stand in quotation marks; numbers like 12 or -3.5; "
                "else true, false or null");
  }
  return EndValue(at);
}

bool JsonWalker::MaySkipText() const {
  return !escaped_ && !utf8_.inside() && !(key_ && depth() == 1);
}

bool JsonWalker::StringByte(unsigned char c, size_t at) {
  if (utf8_.inside() || c >= 0x80) {
    escaped_ = false;
    if (utf8_.Byte(c)) return true;
    return Fail("not-utf8", "a text is not UTF-8 at this line", kSaveAsUtf8);
  }
  if (c == '\n') {
    return Fail("not-json", "a text runs past the end of its line",
                "write a line end inside a text as \\n, or close the text");
  }
  if (c < 0x20) {
    return Fail("not-json", "a text holds a control character",
                "write it as an escape such as \\t");
  }
  if (escaped_) {
    escaped_ = false;
    return true;
  }
  if (c == '\\') {
    escaped_ = true;
    return true;
  }
  if (c != '"') {
    if (key_ && depth() == 1) {
      if (text_.size() >= kKeyBytesMax) {
        return Fail("too-long", "a key is longer than 1,024 bytes",
                    "no format of the field has such keys: check the file");
      }
      text_.push_back(static_cast<char>(c));
    }
    return true;
  }
  inside_ = Inside::kNothing;
  if (!key_) return EndValue(at + 1);
  if (depth() == 1) listener_->OnKey(text_);
  expect_ = Expect::kColon;
  return true;
}

}  // namespace handrail::formats
