// Text: valid UTF-8, without control characters, in Unicode's composed form.
// Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace handrail::storage {

enum class TextState {
  // Nothing was changed.
  kGood,
  // Composed (NFC); it reads the same.
  kComposed,
  // Control characters other than tab and line ends became spaces.
  kControlsReplaced,
  // Refused, unchanged: not UTF-8.
  kNotUtf8,
  // Refused, unchanged: holds a NUL.
  kNul,
};

// Puts `text` into its normal form.
TextState NormaliseText(std::string& text);

// True where every byte is a printable ASCII character, a tab or a line end:
// text that is in its normal form already.
bool IsPlainAscii(std::string_view text);

// Only looks: kGood, kNotUtf8 or kNul.
TextState CheckText(std::string_view text);

// Lower case by Unicode's rules of no language, outer spaces removed and inner
// ones single: for looking words up in tables. REQUIRES: valid UTF-8.
std::string LookupKey(std::string_view text);

// Without spaces at the ends.
std::string_view Trim(std::string_view text);

}  // namespace handrail::storage
