#include "matcher/text.h"

#include <libstemmer.h>
#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <unordered_set>

#include "absl/strings/ascii.h"
#include "storage/base/check.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

const icu::Normalizer2& Instance(const icu::Normalizer2* (*get)(UErrorCode&)) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const instance = get(error);
  HANDRAIL_CHECK(U_SUCCESS(error) != 0);
  return *instance;
}

icu::UnicodeString Normalized(const icu::Normalizer2& form,
                              const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString out = form.normalize(text, error);
  HANDRAIL_CHECK(U_SUCCESS(error) != 0);
  return out;
}

bool IsApostrophe(UChar32 c) {
  return c == '\'' || c == 0x2019 || c == 0x02BC || c == 0x2018;
}

// Case folded, decomposed, without marks and apostrophes.
icu::UnicodeString Plain(const icu::UnicodeString& text) {
  static const icu::Normalizer2& fold =
      Instance(&icu::Normalizer2::getNFKCCasefoldInstance);
  static const icu::Normalizer2& decompose =
      Instance(&icu::Normalizer2::getNFDInstance);
  const icu::UnicodeString marked =
      Normalized(decompose, Normalized(fold, text));
  icu::UnicodeString plain;
  for (int32_t i = 0; i < marked.length();) {
    const UChar32 c = marked.char32At(i);
    i += U16_LENGTH(c);
    if (u_charType(c) != U_NON_SPACING_MARK && !IsApostrophe(c)) {
      plain.append(c);
    }
  }
  return plain;
}

// One per thread: a break iterator holds the text it works on.
icu::BreakIterator& WordBreaks() {
  thread_local const std::unique_ptr<icu::BreakIterator> breaks = [] {
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made(
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error));
    HANDRAIL_CHECK(U_SUCCESS(error) != 0);
    return made;
  }();
  return *breaks;
}

struct FreeStemmer {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

sb_stemmer& Stemmer(Language language) {
  using Owned = std::unique_ptr<sb_stemmer, FreeStemmer>;
  thread_local const Owned english(sb_stemmer_new("english", "UTF_8"));
  thread_local const Owned spanish(sb_stemmer_new("spanish", "UTF_8"));
  const Owned& stemmer = language == Language::kEnglish ? english : spanish;
  HANDRAIL_CHECK(stemmer != nullptr);
  return *stemmer;
}

using WordSet = std::unordered_set<std::string_view>;

const WordSet& StopWords(Language language) {
  static const auto* const english = new WordSet{
      "a",     "about", "all",  "also",  "am",    "an",    "and",  "any",
      "are",   "as",    "at",   "be",    "been",  "but",   "by",   "can",
      "could", "did",   "do",   "does",  "dont",  "for",   "from", "get",
      "had",   "has",   "have", "he",    "her",   "hers",  "him",  "his",
      "how",   "i",     "if",   "ill",   "im",    "in",    "into", "is",
      "it",    "its",   "ive",  "just",  "me",    "my",    "need", "needs",
      "no",    "not",   "of",   "on",    "or",    "our",   "out",  "please",
      "she",   "so",    "some", "that",  "the",   "their", "them", "there",
      "they",  "this",  "to",   "up",    "want",  "wants", "was",  "we",
      "were",  "what",  "when", "where", "which", "who",   "will", "with",
      "would", "you",   "your"};
  // Without diacritics, as the words they are compared with.
  static const auto* const spanish = new WordSet{
      "a",      "al",     "algo",   "algun", "alguna",   "ante",     "como",
      "con",    "cual",   "cuando", "de",    "del",      "desde",    "donde",
      "e",      "el",     "ella",   "ellas", "ellos",    "en",       "entre",
      "es",     "esa",    "ese",    "eso",   "esta",     "estar",    "este",
      "esto",   "estoy",  "favor",  "fue",   "ha",       "hay",      "he",
      "la",     "las",    "le",     "les",   "lo",       "los",      "mas",
      "me",     "mi",     "mis",    "muy",   "necesita", "necesito", "ni",
      "no",     "nos",    "o",      "para",  "pero",     "por",      "que",
      "quiere", "quiero", "se",     "ser",   "si",       "sin",      "sobre",
      "son",    "soy",    "su",     "sus",   "te",       "tengo",    "tiene",
      "tu",     "un",     "una",    "uno",   "unos",     "y",        "ya",
      "yo"};
  return language == Language::kEnglish ? *english : *spanish;
}

// What separates words in plain text, and what may also join them (UAX #29:
// "3.5", "example.org", "a_b"). Apostrophes are dropped first; "@" is a word to
// ICU.
enum class PlainByte : std::uint8_t {
  kOther,
  kLetter,
  kSeparator,
  kJoiner,
  kApostrophe
};

constexpr PlainByte PlainByteOf(unsigned char c) {
  if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
      (c >= 'a' && c <= 'z')) {
    return PlainByte::kLetter;
  }
  if (c == '.' || c == ',' || c == ';' || c == ':') return PlainByte::kJoiner;
  if (c == '\'') return PlainByte::kApostrophe;
  if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
    return PlainByte::kSeparator;
  }
  return c > ' ' && c < 0x7F && c != '_' && c != '@' ? PlainByte::kSeparator
                                                     : PlainByte::kOther;
}

constexpr std::array<PlainByte, 256> MakePlainBytes() {
  std::array<PlainByte, 256> bytes = {};
  for (int c = 0; c < 256; ++c) {
    bytes[static_cast<std::size_t>(c)] =
        PlainByteOf(static_cast<unsigned char>(c));
  }
  return bytes;
}

// Puts the words of plain English text into `plain`, a space behind each,
// several times faster than ICU. False where the text needs ICU's rules: other
// scripts, a joiner between two letters.
bool MakePlainWords(std::string_view text, std::string& plain) {
  static constexpr std::array<PlainByte, 256> kBytes = MakePlainBytes();
  plain.resize(text.size() + 1);
  char* to = plain.data();
  PlainByte before = PlainByte::kSeparator;
  for (const char c : text) {
    PlainByte byte = kBytes[static_cast<unsigned char>(c)];
    if (byte == PlainByte::kApostrophe) continue;
    if (byte == PlainByte::kOther) return false;
    if (byte == PlainByte::kLetter) {
      if (before == PlainByte::kJoiner) return false;
      *to++ = absl::ascii_tolower(static_cast<unsigned char>(c));
    } else if (before == PlainByte::kLetter) {
      *to++ = ' ';
    } else {
      // Joins nothing to what comes.
      byte = PlainByte::kSeparator;
    }
    before = byte;
  }
  if (before == PlainByte::kLetter) *to++ = ' ';
  plain.resize(static_cast<std::size_t>(to - plain.data()));
  return true;
}

void ForEachWordByIcu(std::string_view text,
                      absl::FunctionRef<void(std::string_view)> visit) {
  const icu::UnicodeString plain = Plain(icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size()))));
  icu::BreakIterator& breaks = WordBreaks();
  breaks.setText(plain);
  int32_t start = breaks.first();
  std::string word;
  for (int32_t end = breaks.next(); end != icu::BreakIterator::DONE;
       start = end, end = breaks.next()) {
    if (breaks.getRuleStatus() == UBRK_WORD_NONE) continue;
    word.clear();
    plain.tempSubStringBetween(start, end).toUTF8String(word);
    visit(word);
  }
}

std::u32string Letters(std::string_view word) {
  std::u32string letters;
  const auto length = static_cast<int32_t>(word.size());
  for (int32_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(word.data(), i, length, c);
    letters.push_back(static_cast<char32_t>(c));
  }
  return letters;
}

bool IsAscii(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

// Cuts off what the words have in common at both ends: at most one letter may
// be left of either. Works on bytes and on code points.
template <typename View>
bool OneEditApart(View a, View b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1 || a == b) return false;
  std::size_t same = 0;
  while (same < a.size() && a[same] == b[same]) ++same;
  a.remove_prefix(same);
  b.remove_prefix(same);
  while (!a.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  return a.size() <= 1 && b.size() == 1;
}

}  // namespace

std::optional<Language> LanguageOf(std::string_view tag) {
  const std::string_view primary = tag.substr(0, tag.find('-'));
  if (primary == "en") return Language::kEnglish;
  if (primary == "es") return Language::kSpanish;
  return std::nullopt;
}

void ForEachWordOf(std::string_view text,
                   absl::FunctionRef<void(std::string_view word)> visit) {
  std::string words;
  if (!MakePlainWords(text, words)) {
    ForEachWordByIcu(text, visit);
    return;
  }
  std::string_view left = words;
  while (!left.empty()) {
    const std::size_t end = left.find(' ');
    visit(left.substr(0, end));
    left.remove_prefix(end + 1);
  }
}

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  ForEachWordOf(text, [&](std::string_view word) { words.emplace_back(word); });
  return words;
}

std::string Stem(std::string_view word, Language language) {
  sb_stemmer& stemmer = Stemmer(language);
  const sb_symbol* const stem =
      sb_stemmer_stem(&stemmer, reinterpret_cast<const sb_symbol*>(word.data()),
                      static_cast<int>(word.size()));
  HANDRAIL_CHECK(stem != nullptr);
  return std::string(reinterpret_cast<const char*>(stem),
                     sb_stemmer_length(&stemmer));
}

bool IsStopWord(std::string_view word, Language language) {
  return StopWords(language).contains(word);
}

int LetterCount(std::string_view word) {
  return static_cast<int>(std::count_if(word.begin(), word.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool IsOneEditAway(std::string_view a, std::string_view b) {
  if (HANDRAIL_MUTATE(
          near_words_have_five_letters,
          LetterCount(a) < kNearLettersMin || LetterCount(b) < kNearLettersMin,
          false)) {
    return false;
  }
  if (IsAscii(a) && IsAscii(b)) return OneEditApart(a, b);
  const std::u32string letters_a = Letters(a);
  const std::u32string letters_b = Letters(b);
  return OneEditApart(std::u32string_view(letters_a),
                      std::u32string_view(letters_b));
}

}  // namespace handrail::matcher
