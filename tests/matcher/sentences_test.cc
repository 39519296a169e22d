// The catalogue: every sentence can be filled, is plain, and puts people first.
#include "matcher/sentences.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "matcher/fact_register.h"
#include "tests/testing/testing.h"

namespace handrail::matcher {
namespace {

// What stands for each part when a sentence is read alone.
std::string Example(const std::string& part) {
  static const std::map<std::string, std::string> examples = {
      {"ago", "2 days ago"},
      {"answer", "yes"},
      {"area", "county"},
      {"claim", "they take women"},
      {"dated", "Call to check."},
      {"day", "Friday"},
      {"first", "a card"},
      {"maximum", "50"},
      {"method", " by phone"},
      {"month", "June"},
      {"n", "2"},
      {"name", "The line"},
      {"number", "9"},
      {"of", "3"},
      {"points", "50"},
      {"question", "May I come?"},
      {"second", "a pass"},
      {"sentence", "They take women: yes."},
      {"time", "7:00 pm"},
      {"unit", "bed"},
      {"units", "beds"},
      {"value", "a home"},
      {"way", "online"},
      {"when", "now"},
      {"words", "case by case"}};
  const auto found = examples.find(part);
  EXPECT_NE(found, examples.end()) << "no example for {" << part << "}";
  return found == examples.end() ? "" : found->second;
}

std::string Filled(const std::string& text) {
  static const std::regex part(R"(\{([a-z_]+)\})");
  std::string filled;
  size_t at = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), part), end; it != end;
       ++it) {
    filled += text.substr(at, static_cast<size_t>(it->position()) - at);
    filled += Example((*it)[1]);
    at = static_cast<size_t>(it->position() + it->length());
  }
  return filled + text.substr(at);
}

std::vector<std::string> AllTexts() {
  std::vector<std::string> texts;
  const Sentences& say = Sentences::English();
  for (const auto& [key, sentence] : say.sentences()) {
    texts.push_back(Filled(sentence.one));
    texts.push_back(Filled(sentence.many));
  }
  for (const auto& [field, claim] : say.claims()) {
    texts.push_back(Filled(claim.many));
  }
  return texts;
}

int Syllables(const std::string& word) {
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

// Flesch–Kincaid grade of one text.
double Grade(const std::string& text) {
  int words = 0, syllables = 0, sentences = 0;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) {
      ++words;
      syllables += Syllables(word);
    }
    word.clear();
  };
  for (const char c : text) {
    if (std::isalpha(static_cast<unsigned char>(c)) || c == '\'') {
      word += c;
      continue;
    }
    end_word();
    if (c == '.' || c == '?' || c == '!') ++sentences;
  }
  end_word();
  if (words == 0) return 0;
  sentences = std::max(sentences, 1);
  return 0.39 * words / sentences + 11.8 * syllables / words - 15.59;
}

TEST(SentencesTest, MedianReadingGradeIsSixAtMost) {
  std::vector<double> grades;
  for (const std::string& text : AllTexts()) grades.push_back(Grade(text));
  std::sort(grades.begin(), grades.end());
  const double median = grades[grades.size() / 2];
  RecordProperty("median_grade", std::to_string(median));
  EXPECT_LE(median, 6.0);
}

TEST(SentencesTest, EveryPartHasAnExample) {
  for (const std::string& text : AllTexts()) {
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
  }
}

TEST(SentencesTest, EveryFieldOfTheRegisterHasAClaim) {
  const auto& claims = Sentences::English().claims();
  for (const FactField& field : FactRegister::Instance().fields()) {
    EXPECT_TRUE(claims.contains(field.path)) << field.path;
  }
}

TEST(SentencesTest, WordsToAvoidAreAvoided) {
  std::istringstream lines(testing::ReadFile(
      testing::SourceData("matcher/data/words-to-avoid.txt")));
  std::vector<std::pair<std::string, std::regex>> avoid;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#' || line.starts_with("allow\t")) continue;
    std::string word = line.substr(0, line.find('\t'));
    const bool longer = word.back() == '*';
    if (longer) word.pop_back();
    avoid.emplace_back(word,
                       std::regex("\\b" + word + (longer ? "\\w*" : "\\b"),
                                  std::regex::icase));
  }
  ASSERT_GT(avoid.size(), 20u);
  for (const std::string& text : AllTexts()) {
    for (const auto& [word, pattern] : avoid) {
      EXPECT_FALSE(std::regex_search(text, pattern)) << word << ": " << text;
    }
  }
}

// An old fact is told as listed and to be checked, and a count of free places
// is reported, never available.
TEST(SentencesTest, NothingOldIsAssertedAndNothingIsPromised) {
  const Sentences& say = Sentences::English();
  for (const char* key :
       {"dated.stale", "dated.undated", "component.near_remote_old",
        "component.availability.beds_old",
        "component.availability.beds_undated", "component.availability.old",
        "component.freshness.undated", "next.words_old", "next.open_now_listed",
        "next.open_always_listed"}) {
    const auto found = say.sentences().find(key);
    ASSERT_NE(found, say.sentences().end()) << key;
    EXPECT_TRUE(found->second.many.find("to check") != std::string::npos)
        << key;
  }
  for (const std::string& text : AllTexts()) {
    for (const char* promise : {"available", "guarantee", "will take you"}) {
      EXPECT_EQ(text.find(promise), std::string::npos) << text;
    }
  }
}

TEST(SentencesTest, BadCataloguesAreRefused) {
  EXPECT_FALSE(Sentences::Parse("").ok());
  EXPECT_FALSE(Sentences::Parse("{}").ok());
  EXPECT_FALSE(
      Sentences::Parse(R"({"sentences": {"a": 1}, "claims": {}, "codes": {}})")
          .ok());
}

}  // namespace
}  // namespace handrail::matcher
