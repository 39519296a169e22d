// Words made comparable: one normal form, stems per language, near spellings.
//
// Thread-safe: what ICU and Snowball keep between calls is per thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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

// The Snowball stem of a normalised word.
std::string Stem(std::string_view word, Language language);

// Stems of words that come again and again: those of listings. Never for the
// words of a person, which are not kept.
// One thread at a time.
class StemBook {
 public:
  // Valid until the next call.
  const std::string& Of(const std::string& word, Language language);

 private:
  using Stems = std::unordered_map<std::string, std::string>;
  // Words kept in each language; a full book begins anew.
  static constexpr std::size_t kWordsMax = 65'536;

  std::array<Stems, kLanguages> stems_;
};

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
