// Words made comparable: one normal form, stems per language, near spellings.
//
// Thread-safe: what ICU and Snowball keep between calls is per thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"

namespace handrail::matcher {

// Languages with stems and stop words.
enum class Language : std::uint8_t { kEnglish, kSpanish };
inline constexpr int kLanguages = 2;
inline constexpr std::array<Language, kLanguages> kAllLanguages = {
    Language::kEnglish, Language::kSpanish};

// By the primary subtag: "es-MX" is Spanish. Absent for others.
std::optional<Language> LanguageOf(std::string_view tag);

// The words of a text: NFKC, case folded, without diacritics, apostrophes
// dropped ("won't" is "wont"), broken at ICU's word boundaries; letters and
// digits only. Text that is not UTF-8 has its bad bytes read as gaps.
std::vector<std::string> WordsOf(std::string_view text);

// The same words, one after the other; each is valid during its call only. For
// texts of listings, of which there are many.
void ForEachWordOf(std::string_view text,
                   absl::FunctionRef<void(std::string_view word)> visit);

// The Snowball stem of a normalised word.
std::string Stem(std::string_view word, Language language);

// A word that says nothing by itself ("the", "para"). Of a normalised word.
bool IsStopWord(std::string_view word, Language language);

// Number of letters (code points).
int LetterCount(std::string_view word);

// Shortest word that may differ by one letter.
inline constexpr int kNearLettersMin = 5;

// True when one letter put in, left out or replaced makes one of the words the
// other (Levenshtein distance exactly 1) and both have five letters or more.
// Two letters changing places is distance 2: false.
bool IsOneEditAway(std::string_view a, std::string_view b);

}  // namespace handrail::matcher
