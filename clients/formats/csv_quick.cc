#include "clients/formats/csv_quick.h"

#include "clients/formats/limits.h"

namespace handrail::formats {
namespace {

bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

// Where the cell that begins at `at` without quotation marks ends; npos where
// it has some, or no end.
size_t EndOfPlain(std::string_view bytes, size_t at, char separator) {
  for (; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (c == separator || IsLineEnd(c)) return at;
    if (c == '"') break;
  }
  return std::string_view::npos;
}

// The same for one after its opening quotation mark, whose text is appended.
size_t TakeQuoted(std::string_view bytes, size_t at, std::string& cell) {
  while (true) {
    const size_t from = at;
    while (at < bytes.size() && bytes[at] != '"' && !IsLineEnd(bytes[at])) ++at;
    if (at + 1 >= bytes.size() || bytes[at] != '"') {
      return std::string_view::npos;
    }
    cell.append(bytes.substr(from, at - from));
    if (bytes[++at] != '"') return at;
    cell.push_back('"');
    ++at;
  }
}

}  // namespace

bool CutQuickRow(std::string_view bytes, char separator,
                 std::vector<std::string>& cells, size_t& count) {
  count = 0;
  // A line without text is no row.
  if (bytes.empty() || IsLineEnd(bytes.front())) return false;
  for (size_t at = 0; count < kCsvColumnsMax; ++at) {
    if (count == cells.size()) cells.emplace_back();
    std::string& cell = cells[count++];
    const size_t begin = at;
    if (at < bytes.size() && bytes[at] == '"') {
      cell.clear();
      at = TakeQuoted(bytes, at + 1, cell);
    } else {
      at = EndOfPlain(bytes, at, separator);
      if (at != std::string_view::npos) {
        cell.assign(bytes.substr(begin, at - begin));
      }
    }
    if (at == std::string_view::npos) return false;
    if (IsLineEnd(bytes[at])) return true;
    if (bytes[at] != separator) return false;
  }
  return false;
}

}  // namespace handrail::formats
