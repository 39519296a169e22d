#include "tests/matcher/plain_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <sstream>

#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

struct TextSize {
  double sentences = 0;
  double words = 0;
  double syllables = 0;
};

// Bytes of letters beyond ASCII count as letters.
bool IsLetter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalpha(byte) != 0 || byte >= 0x80 || c == '\'';
}

TextSize SizeOf(std::string_view text,
                const std::function<int(const std::string&)>& syllables) {
  TextSize size;
  std::string word;
  const auto end_word = [&] {
    if (word.empty()) return;
    ++size.words;
    size.syllables += syllables(word);
    word.clear();
  };
  for (const char c : text) {
    if (IsLetter(c)) {
      word += c;
      continue;
    }
    end_word();
    if (c == '.' || c == '?' || c == '!') ++size.sentences;
  }
  end_word();
  size.sentences = std::max(size.sentences, 1.0);
  return size;
}

int EnglishSyllables(const std::string& word) {
  int count = 0;
  bool vowel_before = false;
  for (const char c : word) {
    const bool vowel = std::string("aeiouyAEIOUY").find(c) != std::string::npos;
    if (vowel && !vowel_before) ++count;
    vowel_before = vowel;
  }
  if (count > 1 && word.back() == 'e') --count;
  return std::max(count, 1);
}

// Runs of vowels; two strong ones side by side are two syllables.
int SpanishSyllables(const std::string& word) {
  // By their second byte: the first is 0xC3.
  const auto letter = [&](size_t i) -> char {
    switch (static_cast<unsigned char>(word[i])) {
      case 0xA1:
      case 0x81:
        return 'a';
      case 0xA9:
      case 0x89:
        return 'e';
      // An accent makes a weak vowel strong.
      case 0xAD:
      case 0x8D:
      case 0xBA:
      case 0x9A:
      case 0xB3:
      case 0x93:
        return 'o';
      case 0xBC:
        return 'u';
      default:
        return static_cast<char>(
            std::tolower(static_cast<unsigned char>(word[i])));
    }
  };
  int count = 0;
  char before = ' ';
  for (size_t i = 0; i < word.size(); ++i) {
    if (static_cast<unsigned char>(word[i]) == 0xC3) continue;
    const char c = letter(i);
    const bool strong = c == 'a' || c == 'e' || c == 'o';
    const bool vowel = strong || c == 'i' || c == 'u' || c == 'y';
    const bool strong_before = before == 'a' || before == 'e' || before == 'o';
    const bool vowel_before =
        strong_before || before == 'i' || before == 'u' || before == 'y';
    if (vowel && (!vowel_before || (strong && strong_before))) ++count;
    before = c;
  }
  return std::max(count, 1);
}

}  // namespace

WordsToAvoid::WordsToAvoid() {
  std::istringstream lines(
      ReadFile(SourceData("matcher/data/words-to-avoid.txt")));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const size_t tab = line.find('\t');
    EXPECT_NE(tab, std::string::npos) << line;
    const std::string entry = line.substr(0, tab);
    if (entry == "allow") {
      allow_.emplace_back(line.substr(tab + 1), std::regex::icase);
      continue;
    }
    const std::string word =
        std::regex_replace(entry, std::regex(R"(\*)"), R"(\w*)");
    avoid_.emplace_back(
        entry, std::regex(R"(\b)" + word + R"(\b)", std::regex::icase));
  }
}

std::string WordsToAvoid::BrokenBy(std::string text) const {
  for (const std::regex& name : allow_) {
    text = std::regex_replace(text, name, "");
  }
  for (const auto& [entry, pattern] : avoid_) {
    if (std::regex_search(text, pattern)) return entry;
  }
  return "";
}

double EnglishReadingGrade(std::string_view text) {
  const TextSize size = SizeOf(text, EnglishSyllables);
  if (size.words == 0) return 0;
  return 0.39 * size.words / size.sentences +
         11.8 * size.syllables / size.words - 15.59;
}

double SpanishReadingGrade(std::string_view text) {
  const TextSize size = SizeOf(text, SpanishSyllables);
  if (size.words == 0) return 0;
  return -20.5 * size.sentences / size.words +
         4.9 * size.syllables / size.words - 3.407;
}

double Median(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers[numbers.size() / 2];
}

}  // namespace handrail::testing
