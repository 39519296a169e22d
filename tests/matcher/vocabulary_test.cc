// Words known by numbers: each once, with those of its stem, from any thread.
#include "matcher/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace handrail::matcher {
namespace {

using ::testing::UnorderedElementsAre;

std::vector<std::string> WithStem(const Vocabulary& words,
                                  const std::string& stem, Language language) {
  std::vector<std::string> found;
  const std::optional<WordId> id = words.Find(Lookup(stem));
  if (!id.has_value()) return found;
  words.ForEachWithStem(*id, language, [&](WordId word) {
    found.emplace_back(words.Text(word));
  });
  return found;
}

TEST(VocabularyTest, KnowsEachWordOnce) {
  Vocabulary words;
  EXPECT_EQ(words.Find(Lookup("meeting")), std::nullopt);
  const WordId id = *words.Add("meeting");
  EXPECT_EQ(words.Add("meeting"), id);
  EXPECT_NE(words.Add("shelter"), id);
  EXPECT_EQ(words.Find(Lookup("meeting")), id);
  EXPECT_EQ(words.Text(id), "meeting");
}

TEST(VocabularyTest, FindsTheWordsOfAStem) {
  Vocabulary words;
  for (const char* word : {"meetings", "meeting", "shelter"}) words.Add(word);
  EXPECT_THAT(WithStem(words, "meet", Language::kEnglish),
              UnorderedElementsAre("meetings", "meeting"));
  // A stem is no word until a listing has it.
  words.Add("meet");
  EXPECT_THAT(WithStem(words, "meet", Language::kEnglish),
              UnorderedElementsAre("meetings", "meeting", "meet"));
  words.Add("reunion");
  words.Add("reuniones");
  EXPECT_THAT(
      WithStem(words, Stem("reunion", Language::kSpanish), Language::kSpanish),
      UnorderedElementsAre("reunion", "reuniones"));
}

TEST(VocabularyTest, NearIsOneEditAway) {
  Vocabulary words;
  const std::vector<std::string> texts = {
      "shelter",  "sheltr", "helter", "shelters", "sheltar", "xshelter",
      "shletter", "абвгд",  "абвгж",  "ббвгд",    "food",    "fooda"};
  for (const std::string& text : texts) words.Add(text);
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      EXPECT_EQ(words.IsNear(Lookup(a), *words.Find(Lookup(b))),
                IsOneEditAway(a, b))
          << a << " " << b;
    }
  }
}

TEST(VocabularyTest, GrowsWhileOthersRead) {
  Vocabulary words;
  constexpr int kWords = 30'000;
  const auto word = [](int i) { return "w" + std::to_string(i); };
  std::atomic<bool> done = false;
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    while (!done) {
      for (int i = 0; i < kWords; i += 997) {
        const std::optional<WordId> id = words.Find(Lookup(word(i)));
        if (id.has_value()) {
          EXPECT_EQ(words.Text(*id), word(i));
        }
      }
    }
  });
  std::vector<std::thread> adders;
  for (int t = 0; t < 2; ++t) {
    adders.emplace_back([&] {
      for (int i = 0; i < kWords; ++i) words.Add(word(i));
    });
  }
  for (std::thread& adder : adders) adder.join();
  done = true;
  threads.front().join();
  EXPECT_GE(words.size(), static_cast<WordId>(kWords));
  for (int i = 0; i < kWords; ++i) {
    const std::optional<WordId> id = words.Find(Lookup(word(i)));
    ASSERT_TRUE(id.has_value());
    ASSERT_EQ(words.Add(word(i)), id);
  }
}

}  // namespace
}  // namespace handrail::matcher
