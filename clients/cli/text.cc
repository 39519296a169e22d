#include "clients/cli/text.h"

#include <algorithm>

#include "absl/strings/str_split.h"

namespace handrail::cli {
namespace {

// Code points of UTF-8: every byte but continuation bytes.
size_t Width(const std::string& text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (c & 0xC0) != 0x80; });
}

}  // namespace

std::string Wrap(const std::string& text, const std::string& first,
                 const std::string& rest, int columns) {
  std::string out;
  std::string line = first;
  bool empty = true;
  for (absl::string_view piece : absl::StrSplit(
           Printable(text), absl::ByAnyChar(" \n\t"), absl::SkipEmpty())) {
    const std::string word(piece);
    if (!empty &&
        Width(line) + 1 + Width(word) > static_cast<size_t>(columns)) {
      out += line + "\n";
      line = rest;
      empty = true;
    }
    if (!empty) line += " ";
    line += word;
    empty = false;
  }
  return out + line + "\n";
}

std::string Table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], Width(row[i]));
    }
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - Width(row[i]) + 2, ' ');
    }
    out += line + "\n";
  }
  return out;
}

std::string NextPage(const std::string& page_token) {
  return page_token.empty() ? "" : "more: --page-token " + page_token + "\n";
}

std::string Printable(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0x7F || (byte < 0x20 && c != '\n' && c != '\t')) continue;
    out.push_back(c);
  }
  return out;
}

}  // namespace handrail::cli
