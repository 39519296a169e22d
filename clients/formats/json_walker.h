// A push-down reader of JSON's structure: fed with bytes in pieces of any size,
// it checks encoding, brackets, commas, colons, strings' ends and scalars, and
// tells where values near the outside begin and end. It keeps no text but the
// scalar or key it is in.
//
// One thread at a time. See json_stream.h for what uses it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clients/formats/json_stream.h"
#include "clients/formats/utf8_checker.h"

namespace handrail::formats {

class JsonWalker {
 public:
  // Hears of values at depth 0 (outermost) and 1. `at` is an index into the
  // chunk being fed; an end is the index after the last byte.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void OnBegin(int depth, size_t at, char first) = 0;
    virtual void OnEnd(int depth, size_t at) = 0;
    // A key of an outermost object.
    virtual void OnKey(const std::string& key) = 0;
  };

  // `line` is that of the first byte.
  JsonWalker(Listener* listener, int64_t line)
      : listener_(listener), line_(line) {}

  // Reads on. Returns false when the text is not JSON; see problem().
  bool Feed(std::string_view chunk);
  // Passes over a line, with or without its end, that is known to hold one
  // object. REQUIRES: no value is open, and all values before are objects.
  void PassObject(std::string_view line);
  // Says that there is no more. Returns false as Feed does.
  bool Finish();

  const std::optional<ReadProblem>& problem() const { return problem_; }
  int64_t line() const { return line_; }
  int depth() const { return static_cast<int>(open_.size()); }

 private:
  enum class Expect { kValue, kItemOrEnd, kKey, kKeyOrEnd, kColon, kNext };
  enum class Inside { kNothing, kString, kScalar };

  bool Fail(std::string reason, std::string message, std::string hint);
  bool Structural(char c, size_t at);
  bool BeginValue(char c, size_t at);
  bool EndValue(size_t at);
  bool Open(char c, size_t at);
  bool Close(char c, size_t at);
  // Whether plain text may be passed over: no key that is told, nothing begun.
  bool MaySkipText() const;
  bool StringByte(unsigned char c, size_t at);
  bool EndScalar(size_t at);

  Listener* listener_;
  int64_t line_;
  std::vector<char> open_;
  Expect expect_ = Expect::kValue;
  Inside inside_ = Inside::kNothing;
  bool key_ = false;
  bool escaped_ = false;
  int64_t values_ = 0;
  int64_t opened_on_ = 0;
  // Bytes of the scalar or outermost key being read.
  std::string text_;
  Utf8Checker utf8_;
  std::optional<ReadProblem> problem_;
};

}  // namespace handrail::formats
