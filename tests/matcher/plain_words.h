// How plain a text is: the words that our own texts avoid, and how many years
// of school it takes to read it. For the tests of the catalogues and of the
// taxonomy.
#pragma once

#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace handrail::testing {

// matcher/data/words-to-avoid.txt. One list for all languages.
class WordsToAvoid {
 public:
  // Reads the file; an entry without its tab fails the test.
  WordsToAvoid();

  // The first entry that `text` breaks, or empty. Names that may stand are
  // taken out first.
  std::string BrokenBy(std::string text) const;

  int size() const { return static_cast<int>(avoid_.size()); }

 private:
  std::vector<std::pair<std::string, std::regex>> avoid_;
  std::vector<std::regex> allow_;
};

// Flesch–Kincaid grade.
double EnglishReadingGrade(std::string_view text);

// Crawford's years of school, made for Spanish: -0.205 × sentences per 100
// words + 0.049 × syllables per 100 words - 3.407.
double SpanishReadingGrade(std::string_view text);

// REQUIRES: there are some.
double Median(std::vector<double> numbers);

}  // namespace handrail::testing
