#include "clients/formats/plain_text.h"
namespace handrail::formats {

std::string Trim(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return "";
  return std::string(
      text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace handrail::formats
