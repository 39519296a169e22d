// NDJSON the quick way. Most large files have one object a line, and then a
// line can be checked whole by a parser instead of byte by byte.
//
//   JsonLineChecker checker;
//   if (!checker.IsObject(line)) …ask json_walker.h what is wrong, if anything
//
// The checker never errs to the good: what it takes, the walker and
// JsonDocument (json_tree.h) take, too. It may leave good lines to them: long
// ones, deep ones, those with very long numbers or keys.
//
// One thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "clients/formats/limits.h"

namespace handrail::formats {

// A longer line is no line: its file is read byte by byte.
inline constexpr size_t kQuickLineBytesMax = kChunkBytes;

class JsonLineChecker {
 public:
  JsonLineChecker();
  ~JsonLineChecker();
  JsonLineChecker(const JsonLineChecker&) = delete;
  JsonLineChecker& operator=(const JsonLineChecker&) = delete;

  // Whether the line is one object, with nothing around it but space.
  bool IsObject(std::string_view line);

  // Whether an x_handrail of any line so far may say that something must not
  // be shown (private_rows.h decides).
  bool may_flag() const { return may_flag_; }

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  bool may_flag_ = false;
};

// What a JsonLineChecker of the thread's own says: for objects that come one by
// one.
bool IsQuickObject(std::string_view text);

// The text without the space that JSON allows around it.
std::string_view TrimJsonSpace(std::string_view text);

}  // namespace handrail::formats
