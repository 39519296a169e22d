#include "clients/formats/csv_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "clients/formats/limits.h"
#include "clients/formats/plain_text.h"
#include "clients/formats/utf8_checker.h"

namespace handrail::formats {
namespace {

// Whether all of it is UTF-8.
bool IsUtf8(std::string_view text) {
  // Most of it is ASCII, and that eight bytes at a time.
  constexpr uint64_t kHigh = 0x8080808080808080u;
  uint64_t eight = 0;
  while (text.size() >= sizeof(eight)) {
    std::memcpy(&eight, text.data(), sizeof(eight));
    if ((eight & kHigh) != 0) break;
    text.remove_prefix(sizeof(eight));
  }
  Utf8Checker checker;
  for (const char c : text) {
    if (!checker.Byte(static_cast<unsigned char>(c))) return false;
  }
  return !checker.inside();
}

}  // namespace

bool IsUtf8Row(const std::vector<std::string>& cells, size_t count) {
  for (size_t i = 0; i < std::min(count, cells.size()); ++i) {
    if (!IsUtf8(cells[i])) return false;
  }
  return true;
}

bool DecodeRow(std::vector<std::string>& cells, size_t count) {
  for (size_t i = 0; i < std::min(count, cells.size()); ++i) {
    std::optional<std::string> text = FromWindows1252(cells[i]);
    if (!text.has_value()) return false;
    cells[i] = std::move(*text);
  }
  return true;
}

bool IsEmptyRow(const std::vector<std::string>& cells, size_t count) {
  for (size_t i = 0; i < std::min(count, cells.size()); ++i) {
    if (!Trim(cells[i]).empty()) return false;
  }
  return count <= kCsvColumnsMax;
}

std::optional<std::string> FromWindows1252(std::string_view text) {
  // 0x80 to 0x9f; the rest are the code points of the same number.
  constexpr std::array<char16_t, 32> kHigh = {
      0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
      0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
      0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out.push_back(c);
      continue;
    }
    const uint32_t point = byte < 0xa0 ? kHigh[byte - 0x80u] : byte;
    if (point == 0) return std::nullopt;
    if (point < 0x800) {
      out.push_back(static_cast<char>(0xc0 | (point >> 6)));
    } else {
      out.push_back(static_cast<char>(0xe0 | (point >> 12)));
      out.push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3f)));
    }
    out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
  }
  return out;
}

void CsvByteCheck::Bytes(std::string_view chunk) {
  if (first_ &&
      (chunk.starts_with("\xff\xfe") || chunk.starts_with("\xfe\xff"))) {
    Utf16();
  }
  first_ = false;
  if (problem_.has_value()) return;
  const size_t nul = chunk.find('\0');
  const std::string_view good = chunk.substr(0, nul);
  for (size_t at = good.find('\n'); at != std::string_view::npos;
       at = good.find('\n', at + 1)) {
    ++line_;
  }
  if (nul == std::string_view::npos) return;
  // Letters of ASCII in UTF-16 have a NUL at every other place.
  if (chunk.size() >= nul + 4 && chunk[nul + 1] != '\0' &&
      chunk[nul + 2] == '\0') {
    return Utf16();
  }
  problem_ = {.reason = "nul-byte",
              .message = "the file has a NUL byte",
              .hint = "save the file as UTF-8",
              .line = line_};
}

void CsvByteCheck::Utf16() {
  problem_ = {.reason = "not-utf8",
              .message = "the file is UTF-16, not UTF-8",
              .hint = "save the file as UTF-8",
              .line = 1};
}

}  // namespace handrail::formats
