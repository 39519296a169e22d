#include "clients/formats/plain_text.h"

#include <cctype>

namespace handrail::formats {

std::string Trim(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return "";
  return std::string(
      text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
}

std::string Lower(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

}  // namespace handrail::formats
