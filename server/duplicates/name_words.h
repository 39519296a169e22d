// A name taken apart: what is comparable in it, what is only its form, and the
// words and numbers that tell two places apart.
//
//   NameWords words = NameWordsOf("Harbor House for Women #2, Inc.");
//   // words: harbor (3), house (3), women (3); numbers: "2";
//   // telling: women
//
// Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::server {

// Groups of words of which a place usually has one: two names that have
// different ones are two places.
enum class TellingGroup : std::uint8_t {
  kGender,
  kAge,
  kSetting,
  kTimeOfDay,
  kWeekday,
  kDirection,
  kLanguage,
  kFellowship,
};

struct NameWord {
  std::string text;
  // 3; 1 for words that many names have ("center", "program").
  int weight = 0;

  friend bool operator==(const NameWord&, const NameWord&) = default;
};

struct TellingWord {
  TellingGroup group;
  // The word that stands for its kin: "women" for "female", "ladies", …
  std::string word;

  friend auto operator<=>(const TellingWord&, const TellingWord&) = default;
};

struct NameWords {
  // Sorted by text, each once, without numbers.
  std::vector<NameWord> words;
  // Numbers as digits ("2" of "II", "two", "2nd", "#2"), and letters that stand
  // for one ("b" of "House B"). Sorted, each once. Those that say nothing
  // ("12-step", "24/7", "7 PM") are not here.
  std::vector<std::string> numbers;
  // Sorted, each once.
  std::vector<TellingWord> telling;
};

// The words of a text: folded by Unicode's rules, without diacritics and
// apostrophes; "A.A." is one word.
std::vector<std::string> PlainWords(std::string_view text);

NameWords NameWordsOf(std::string_view name);

// How alike two names are, in thousandths: Dice's coefficient over the weights
// of their words (L. R. Dice, 1945), a slip of the pen forgiven. A word that
// only one of them has does not count where `context` (sorted) has it: the
// organization's or the town's name that one source puts before every name. A
// word both have counts 1 where `context` has it. 0 where no word is shared.
int NameLikeness(const NameWords& a, const NameWords& b,
                 const std::vector<std::string>& context);

}  // namespace handrail::server
