#include "storage/redaction/coarse.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace handrail::storage {
namespace {

template <typename Allowed>
bool IsAll(std::string_view text, size_t min, size_t max,
           const Allowed& allowed) {
  return text.size() >= min && text.size() <= max &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool IsDigit(char c) { return absl::ascii_isdigit(c); }
bool IsUpper(char c) { return absl::ascii_isupper(c); }

bool IsOwn(char c) {
  return absl::ascii_islower(c) || IsDigit(c) || c == '_' || c == '-';
}

}  // namespace

bool IsPhoneDigits(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  return IsAll(text, 3, 15, IsDigit);
}

bool IsExtension(std::string_view text) { return IsAll(text, 1, 15, IsDigit); }

bool IsPhoneType(std::string_view text) {
  for (const std::string_view word :
       {"voice", "text", "fax", "cell", "video", "pager", "textphone"}) {
    if (text == word) return true;
  }
  return false;
}

bool IsLanguageTag(std::string_view text) {
  const size_t dash = text.find('-');
  const bool language = IsAll(text.substr(0, dash), 2, 3,
                              [](char c) { return absl::ascii_islower(c); });
  if (dash == std::string_view::npos) return language;
  return language && IsAll(text.substr(dash + 1), 2, 12, [](char c) {
           return absl::ascii_isalnum(c) || c == '-';
         });
}

bool IsScheduleCode(std::string_view text) {
  return IsAll(text, 1, 100, [](char c) {
    constexpr std::string_view kOther = ",:+-.";
    return IsDigit(c) || IsUpper(c) || kOther.find(c) != kOther.npos;
  });
}

bool IsZoneName(std::string_view text) {
  return IsAll(text, 3, 40, [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '/' || c == '-' ||
           c == '+';
  });
}

bool IsWideZone(std::string_view text) {
  return IsZoneName(text) && std::count(text.begin(), text.end(), '/') <= 1;
}

bool IsTwoLetters(std::string_view text) { return IsAll(text, 2, 2, IsUpper); }

bool IsSourceName(std::string_view text) { return IsAll(text, 1, 64, IsOwn); }

bool IsOwnCode(std::string_view text) { return IsAll(text, 1, 40, IsOwn); }

bool IsCareLevel(std::string_view text) {
  if (text.substr(0, 4) != "asam") return false;
  return IsAll(text.substr(4), 2, 12, [](char c) {
    return IsDigit(c) || IsUpper(c) || c == ':' || c == '.' || c == '-';
  });
}

std::string Zip3Of(std::string_view postal_code) {
  constexpr size_t kZip3 = 3, kZip = 5, kZipPlusFour = 10;
  std::string_view digits = postal_code;
  if (digits.size() == kZipPlusFour && digits[kZip] == '-' &&
      IsAll(digits.substr(kZip + 1), 4, 4, IsDigit)) {
    digits = digits.substr(0, kZip);
  }
  if (!IsAll(digits, kZip3, kZip, IsDigit) || digits.size() == 4) return "";
  return std::string(digits.substr(0, kZip3));
}

}  // namespace handrail::storage
