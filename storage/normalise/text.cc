#include "storage/normalise/text.h"

#include <unicode/bytestream.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "storage/base/check.h"

namespace handrail::storage {
namespace {

bool IsLineOrTab(UChar32 c) { return c == '\t' || c == '\n' || c == '\r'; }

bool IsControl(UChar32 c) {
  return (c < 0x20 && !IsLineOrTab(c)) || (c >= 0x7F && c <= 0x9F);
}

bool AreAllPlain(const char* bytes, size_t size) {
  return std::all_of(bytes, bytes + size, [](char c) {
    return (c >= 0x20 && c < 0x7F) || IsLineOrTab(c);
  });
}

constexpr size_t kWordBytes = sizeof(uint64_t);

// Whether eight bytes are printable ASCII, from a space to a tilde. May say no
// of bytes that are. Sets the top bit of each byte that is at least 0x80
// itself, below 0x20 or 0x7F; a borrow of a lower byte can set more.
bool IsAllPrintable(const char* bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101, kTops = kOnes * 0x80;
  uint64_t word;
  std::memcpy(&word, bytes, kWordBytes);
  const uint64_t delete_marks = (word ^ (kOnes * 0x7F)) - kOnes;
  return ((word | (word - kOnes * 0x20) | delete_marks) & kTops) == 0;
}

struct Scan {
  bool utf8 = true;
  bool nul = false;
  bool control = false;
};

Scan ScanText(std::string_view text) {
  Scan scan;
  const char* const bytes = text.data();
  const int32_t size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    UChar32 c;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) scan.utf8 = false;
    if (c == 0) scan.nul = true;
    if (IsControl(c)) scan.control = true;
  }
  return scan;
}

// Each control character becomes one space. REQUIRES: valid UTF-8.
std::string WithoutControls(std::string_view text) {
  std::string out;
  const char* const bytes = text.data();
  const int32_t size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    const int32_t from = at;
    UChar32 c;
    U8_NEXT(bytes, at, size, c);
    if (IsControl(c)) {
      out += ' ';
    } else {
      out.append(text.substr(from, at - from));
    }
  }
  return out;
}

const icu::Normalizer2& Nfc() {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  HANDRAIL_CHECK(U_SUCCESS(error));
  return *nfc;
}

icu::StringPiece Piece(std::string_view text) {
  return icu::StringPiece(text.data(), static_cast<int32_t>(text.size()));
}

// Returns whether `text` changed.
bool Compose(std::string& text) {
  UErrorCode error = U_ZERO_ERROR;
  if (Nfc().isNormalizedUTF8(Piece(text), error)) return false;
  std::string composed;
  icu::StringByteSink<std::string> sink(&composed);
  Nfc().normalizeUTF8(0, Piece(text), sink, nullptr, error);
  HANDRAIL_CHECK(U_SUCCESS(error));
  text = std::move(composed);
  return true;
}

std::string Lower(std::string_view text) {
  if (IsPlainAscii(text)) {
    return absl::AsciiStrToLower(absl::string_view(text.data(), text.size()));
  }
  std::string lower;
  icu::UnicodeString folded = icu::UnicodeString::fromUTF8(Piece(text));
  folded.toLower(icu::Locale::getRoot());
  folded.toUTF8String(lower);
  return lower;
}

}  // namespace

bool IsPlainAscii(std::string_view text) {
  const char* at = text.data();
  size_t left = text.size();
  // Eight bytes at a time, for as long as none is out of the ordinary.
  for (; left >= kWordBytes; at += kWordBytes, left -= kWordBytes) {
    if (!IsAllPrintable(at) && !AreAllPlain(at, kWordBytes)) return false;
  }
  return AreAllPlain(at, left);
}

TextState CheckText(std::string_view text) {
  if (IsPlainAscii(text)) return TextState::kGood;
  const Scan scan = ScanText(text);
  if (!scan.utf8) return TextState::kNotUtf8;
  return scan.nul ? TextState::kNul : TextState::kGood;
}

TextState NormaliseText(std::string& text) {
  if (IsPlainAscii(text)) return TextState::kGood;
  const Scan scan = ScanText(text);
  if (!scan.utf8) return TextState::kNotUtf8;
  if (scan.nul) return TextState::kNul;
  if (scan.control) text = WithoutControls(text);
  const bool composed = Compose(text);
  if (scan.control) return TextState::kControlsReplaced;
  return composed ? TextState::kComposed : TextState::kGood;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n";
  const size_t from = text.find_first_not_of(kSpaces);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpaces) - from + 1);
}

std::string LookupKey(std::string_view text) {
  const std::string lower = Lower(Trim(text));
  std::string key;
  for (const char c : lower) {
    const bool space = c == ' ' || IsLineOrTab(c);
    if (space && !key.empty() && key.back() == ' ') continue;
    key += space ? ' ' : c;
  }
  return key;
}

}  // namespace handrail::storage
