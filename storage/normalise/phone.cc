#include "storage/normalise/phone.h"

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "storage/normalise/text.h"

namespace handrail::storage {
namespace {

using i18n::phonenumbers::PhoneNumberUtil;

// Longer texts are prose that may hold a number, not a number.
constexpr size_t kPhoneTextBytesMax = 100;
constexpr size_t kShortDigitsMin = 3;
constexpr size_t kShortDigitsMax = 6;

bool IsShortNumber(std::string_view text) {
  return text.size() >= kShortDigitsMin && text.size() <= kShortDigitsMax &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(c); });
}

}  // namespace

std::optional<PhoneNumber> ParsePhone(std::string_view text,
                                      std::string_view region) {
  text = Trim(text);
  if (text.size() > kPhoneTextBytesMax) return std::nullopt;
  if (IsShortNumber(text)) return PhoneNumber{.number = std::string(text)};
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  i18n::phonenumbers::PhoneNumber parsed;
  if (util.Parse(std::string(text), std::string(region), &parsed) !=
          PhoneNumberUtil::NO_PARSING_ERROR ||
      !util.IsValidNumber(parsed)) {
    return std::nullopt;
  }
  PhoneNumber phone{.extension = parsed.extension()};
  util.Format(parsed, PhoneNumberUtil::E164, &phone.number);
  return phone;
}

}  // namespace handrail::storage
