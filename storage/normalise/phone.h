// Telephone numbers: E.164, with the extension apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace handrail::storage {

struct PhoneNumber {
  // "+14105550100"; a short number as its digits: "988", "741741".
  std::string number;
  // The extension found in the text: "12". Empty where there was none.
  std::string extension;
};

// Reads a number as people write them, letters on the keys included.
// `region` is the ISO 3166-1 alpha-2 code of where it would be dialled: "US".
// Absent: it is no valid number there.
//
// Three to six digits alone are a short number and stay: whether one is in
// service changes faster than this program. Thread-safe.
std::optional<PhoneNumber> ParsePhone(std::string_view text,
                                      std::string_view region);

}  // namespace handrail::storage
