// The text of CSV files: what encoding it is in, and what no table can have in
// it.
//
// Pure functions; a CsvByteCheck is for one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clients/formats/json_stream.h"

namespace handrail::formats {

// A byte order mark is no part of the first name.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Whether the first `count` cells, of those that are there, are UTF-8. Rows are
// cut before they are decoded: an ASCII byte is the same in both encodings.
bool IsUtf8Row(const std::vector<std::string>& cells, size_t count);

// Makes UTF-8 of them. False where they cannot be Windows-1252 either.
bool DecodeRow(std::vector<std::string>& cells, size_t count);

// Whether none of them has any text.
bool IsEmptyRow(const std::vector<std::string>& cells, size_t count);

// Windows-1252 as UTF-8; nothing for the five bytes it does not have.
std::optional<std::string> FromWindows1252(std::string_view text);

// What is wrong with the bytes of a file, whatever its rows are.
class CsvByteCheck {
 public:
  // The next bytes.
  void Bytes(std::string_view chunk);
  const std::optional<ReadProblem>& problem() const { return problem_; }

 private:
  void Utf16();

  bool first_ = true;
  int64_t line_ = 1;
  std::optional<ReadProblem> problem_;
};

}  // namespace handrail::formats
