// Takes JSON files of any size apart into their outermost elements, in bounded
// memory.
//
// OutlineJson reads a file once from end to end: it checks encoding, structure
// and depth with exact line numbers and says what the file is made of.
// ForEachElement then hands over the elements of one part, one at a time, at
// most kElementBytesMax each; json_tree.h reads an element. Files of lines
// (json_lines.h) are outlined and cut many times as fast as others.
//
//   HANDRAIL_ASSIGN_OR_RETURN(const JsonOutline outline, OutlineJson(path));
//   if (outline.problem) return *outline.problem;
//   ForEachElement(path, outline.whole, [](const JsonElement& element) { … });
//
// No function here keeps state between calls.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace handrail::formats {

// Why a file, or an element of it, cannot be read. Becomes a Finding.
struct ReadProblem {
  // Stable word: "not-json", "not-utf8", "nul-byte", "truncated",
  // "trailing-text", "too-deep", "too-long", "empty-file", …
  std::string reason;
  std::string message;
  // What would be right.
  std::string hint;
  // From 1; 0 where lines do not count.
  int64_t line = 0;
};

// What the outermost values of a file are.
enum class JsonTop {
  kNothing,
  // One array.
  kArray,
  // One object: a record, or an envelope with lists in it.
  kObject,
  // Objects one after another, as in NDJSON.
  kObjects,
  // One number, text or literal.
  kScalar,
};

// Where elements lie in a file.
struct JsonPart {
  // Offset of the first byte and the line it is on.
  int64_t begin = 0;
  int64_t line = 1;
  // The part is an array and its items are the elements; otherwise the
  // elements are the values one after another up to the end of the file.
  bool items = false;
  // Each element is a line of its own, and all of them were parsed.
  bool lines = false;
  // Elements may say in x_handrail what must not be shown. False is certain.
  bool may_flag = true;
};

// A member of the first outermost object.
struct JsonMember {
  std::string key;
  // First character of the value: '{', '[', '"', a digit, '-', 't', 'f', 'n'.
  char first = 0;
  JsonPart part;
  // Offset after the value.
  int64_t end = 0;
};

struct JsonOutline {
  JsonTop top = JsonTop::kNothing;
  JsonPart whole;
  // Of the first outermost object; at most kOutermostKeysMax.
  std::vector<JsonMember> members;
  int64_t bytes = 0;
  // Set when the file cannot be read as JSON; nothing else holds then.
  std::optional<ReadProblem> problem;
};

// Takes the bytes just read, for hashing and progress.
using ByteWatcher = std::function<void(std::string_view)>;

// Reads the whole file. An error is one of the file system.
absl::StatusOr<JsonOutline> OutlineJson(const std::string& path,
                                        const ByteWatcher& watcher = nullptr);

// The same for text in memory.
JsonOutline OutlineJsonText(std::string_view text);

// One element: its text, without space around it, and where it stands.
struct JsonElement {
  std::string_view text;
  // Line on which it starts, and 1 for the first element of the part.
  int64_t line = 0;
  int64_t record = 0;
};

// Calls `take` for each element in order until it returns an error, which is
// returned. An element above kElementBytesMax is handed over cut short, with
// `text` empty: reading goes on. REQUIRES: the file's outline has no problem.
absl::Status ForEachElement(
    const std::string& path, const JsonPart& part,
    const std::function<absl::Status(const JsonElement&)>& take,
    const ByteWatcher& watcher = nullptr);

// The same for text in memory.
absl::Status ForEachElementOfText(
    std::string_view text, const JsonPart& part,
    const std::function<absl::Status(const JsonElement&)>& take);

// True for text that is a JSON number, whole.
bool IsJsonNumber(std::string_view text);

}  // namespace handrail::formats
