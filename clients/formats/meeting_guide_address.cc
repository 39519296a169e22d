#include "clients/formats/meeting_guide_address.h"

#include <array>
#include <cctype>
#include <vector>

namespace handrail::formats {
namespace {

std::string Trim(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return "";
  return std::string(
      text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
}

std::vector<std::string> SplitAtCommas(std::string_view line) {
  std::vector<std::string> parts;
  while (true) {
    const size_t comma = line.find(',');
    std::string part = Trim(line.substr(0, comma));
    if (!part.empty()) parts.push_back(std::move(part));
    if (comma == std::string_view::npos) return parts;
    line.remove_prefix(comma + 1);
  }
}

bool IsCountry(std::string_view part) {
  constexpr std::array<std::string_view, 6> kCountries = {
      "USA", "US", "United States", "United States of America", "Canada", "CA"};
  // "CA" alone at the end may be California: not taken for a country.
  for (const std::string_view country : kCountries) {
    if (part == country && part != "CA") return true;
  }
  return false;
}

// '9' a digit, 'A' a letter, anything else itself.
bool Looks(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool fits = pattern[i] == '9'   ? std::isdigit(c) != 0
                      : pattern[i] == 'A' ? std::isalpha(c) != 0
                                          : pattern[i] == text[i];
    if (!fits) return false;
  }
  return true;
}

bool IsPostalCode(std::string_view text) {
  return Looks(text, "99999") || Looks(text, "99999-9999") ||
         Looks(text, "A9A 9A9") || Looks(text, "A9A9A9");
}

// "DE 19971" or "Alberta T6E 4E8": a state with its code behind.
bool SplitStateAndCode(const std::string& part, MeetingAddress& address) {
  for (size_t at = part.find(' '); at != std::string::npos;
       at = part.find(' ', at + 1)) {
    const std::string code = Trim(part.substr(at));
    if (!IsPostalCode(code)) continue;
    address.state = Trim(part.substr(0, at));
    address.postal_code = code;
    return true;
  }
  return false;
}

}  // namespace

MeetingAddress ParseAddressLine(std::string_view line) {
  MeetingAddress address;
  std::vector<std::string> parts = SplitAtCommas(line);
  const auto pop = [&] {
    std::string last = parts.back();
    parts.pop_back();
    return last;
  };
  if (!parts.empty() && IsCountry(parts.back())) address.country = pop();
  bool region = false;
  if (!parts.empty() && SplitStateAndCode(parts.back(), address)) {
    parts.pop_back();
    region = true;
  } else if (!parts.empty() && IsPostalCode(parts.back())) {
    address.postal_code = pop();
    if (!parts.empty()) address.state = pop();
    region = true;
  } else if (!parts.empty() &&
             (Looks(parts.back(), "AA") ||
              (!address.country.empty() && parts.size() >= 2))) {
    address.state = pop();
    region = true;
  }
  // Only a line that ends as addresses do has its city before that.
  if (region && !parts.empty()) address.city = pop();
  for (const std::string& part : parts) {
    if (!address.street.empty()) address.street += ", ";
    address.street += part;
  }
  return address;
}

}  // namespace handrail::formats
