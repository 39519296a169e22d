// Normal forms, stems and near spellings; Levenshtein against plain dynamic
// programming.
#include "matcher/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace handrail::matcher {
namespace {

using ::testing::ElementsAre;

TEST(WordsOfTest, NormalisesAndBreaks) {
  EXPECT_THAT(WordsOf("Sober-Living HOUSE, 24/7!"),
              ElementsAre("sober", "living", "house", "24", "7"));
  EXPECT_THAT(WordsOf("Café niño Jürgen"),
              ElementsAre("cafe", "nino", "jurgen"));
  EXPECT_THAT(WordsOf("won't wont won\xE2\x80\x99t"),
              ElementsAre("wont", "wont", "wont"));
  // NFKC: full width letters and ligatures; casefold: sharp s.
  EXPECT_THAT(WordsOf("\xEF\xBC\xA1\xEF\xBC\xA1 \xEF\xAC\x81nd Stra\xC3\x9F"
                      "e"),
              ElementsAre("aa", "find", "strasse"));
  EXPECT_THAT(WordsOf("12-step"), ElementsAre("12", "step"));
  EXPECT_TRUE(WordsOf("").empty());
  EXPECT_TRUE(WordsOf(" ... \xF0\x9F\x99\x82 ").empty());
}

// Plain text takes a short way; a letter of another kind makes the whole text
// take ICU's, so that the two can be compared.
TEST(WordsOfTest, PlainTextIsBrokenAsIcuBreaksIt) {
  constexpr std::string_view kBytes =
      "abzABZ019 ..,,;;::''''__--//()&@#$%!?\"\n\r\t+*=<>[]{}|~^`\\";
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t size = random() % 24; size > 0; --size) {
      text.push_back(kBytes[random() % kBytes.size()]);
    }
    SCOPED_TRACE(text);
    std::vector<std::string> by_icu = WordsOf(text + " \xC3\xB1");
    ASSERT_FALSE(by_icu.empty());
    EXPECT_EQ(by_icu.back(), "n");
    by_icu.pop_back();
    EXPECT_EQ(WordsOf(text), by_icu);
  }
}

TEST(WordsOfTest, BadBytesAreGaps) {
  EXPECT_THAT(WordsOf("ab\xFF"
                      "cd"),
              ElementsAre("ab", "cd"));
  EXPECT_THAT(WordsOf(std::string("x\0y", 3)), ElementsAre("x", "y"));
}

TEST(StemTest, IsPerLanguage) {
  EXPECT_EQ(Stem("meetings", Language::kEnglish),
            Stem("meeting", Language::kEnglish));
  EXPECT_EQ(Stem("reuniones", Language::kSpanish),
            Stem("reunion", Language::kSpanish));
  EXPECT_NE(Stem("house", Language::kEnglish),
            Stem("horse", Language::kEnglish));
}

TEST(StemTest, ThreadsDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 2000; ++i) {
        const auto language =
            t % 2 == 0 ? Language::kEnglish : Language::kSpanish;
        EXPECT_EQ(Stem("meetings", language),
                  t % 2 == 0 ? "meet" : Stem("meetings", language));
        EXPECT_EQ(WordsOf("Two Words").size(), 2u);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(LanguageOfTest, ReadsThePrimaryTag) {
  EXPECT_EQ(LanguageOf("en"), Language::kEnglish);
  EXPECT_EQ(LanguageOf("es-MX"), Language::kSpanish);
  EXPECT_FALSE(LanguageOf("fr").has_value());
  EXPECT_FALSE(LanguageOf("").has_value());
}

TEST(IsOneEditAwayTest, AsksForFiveLettersAndOneEdit) {
  EXPECT_TRUE(IsOneEditAway("shelter", "sheltr"));
  EXPECT_TRUE(IsOneEditAway("shelter", "shellter"));
  EXPECT_TRUE(IsOneEditAway("shelter", "sheltar"));
  EXPECT_TRUE(IsOneEditAway("clinic", "clini"));
  EXPECT_FALSE(IsOneEditAway("shelter", "shelter"));
  EXPECT_FALSE(IsOneEditAway("shelter", "shetler"));  // Changed places: two.
  EXPECT_FALSE(IsOneEditAway("food", "fooda"));       // Four letters.
  EXPECT_FALSE(IsOneEditAway("detox", "deto"));
  EXPECT_FALSE(IsOneEditAway("shelter", "shltr"));
  // Letters, not bytes.
  EXPECT_TRUE(IsOneEditAway("абвгд", "абвгж"));
  EXPECT_FALSE(IsOneEditAway("абвг", "абвгж"));
}

int Levenshtein(const std::string& a, const std::string& b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int above = row[j];
      row[j] = std::min({row[j - 1] + 1, above + 1,
                         diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

TEST(IsOneEditAwayPropertyTest, EqualsLevenshteinOne) {
  const unsigned seed = 1966;
  std::mt19937 random(seed);
  int near = 0;
  for (int round = 0; round < 200'000; ++round) {
    // Few letters, so that near words are common.
    std::string a(3 + random() % 5, 'a');
    for (char& c : a) c = static_cast<char>('a' + random() % 2);
    std::string b = a;
    for (unsigned edits = random() % 3; edits > 0; --edits) {
      const std::size_t at = random() % (b.size() + 1);
      switch (random() % 3) {
        case 0:
          b.insert(b.begin() + static_cast<long>(at), 'a' + random() % 2);
          break;
        case 1:
          if (at < b.size()) b.erase(at, 1);
          break;
        default:
          if (at < b.size()) b[at] = static_cast<char>('a' + random() % 2);
      }
    }
    const bool expected =
        a.size() >= 5 && b.size() >= 5 && Levenshtein(a, b) == 1;
    near += expected ? 1 : 0;
    ASSERT_EQ(IsOneEditAway(a, b), expected)
        << "seed " << seed << ": " << a << " " << b;
    ASSERT_EQ(IsOneEditAway(b, a), expected);
  }
  EXPECT_GT(near, 10'000);
}

}  // namespace
}  // namespace handrail::matcher
