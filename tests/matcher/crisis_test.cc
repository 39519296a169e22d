// Crisis phrases: what must be heard, and what must not be taken for it.
#include "matcher/crisis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/testing/testing.h"

namespace handrail::matcher {
namespace {

using ::handrail::testing::IsOk;
using ::handrail::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<v1::CrisisKind> Find(const std::string& text) {
  return BuiltInCrisisPhrases().Find(text);
}

TEST(CrisisPhrasesTest, HearsACrisisInOrdinaryWords) {
  EXPECT_THAT(Find("My friend is OVERDOSING please help"),
              ElementsAre(v1::OVERDOSE));
  EXPECT_THAT(Find("she says she wants to die"), ElementsAre(v1::SUICIDE));
  EXPECT_THAT(Find("I don\xE2\x80\x99t want to live"),
              ElementsAre(v1::SUICIDE));
  EXPECT_THAT(Find("he hit me again"), ElementsAre(v1::VIOLENCE));
  EXPECT_THAT(Find("shaking from alcohol"), ElementsAre(v1::WITHDRAWAL));
  EXPECT_THAT(Find("a woman with nowhere to sleep tonight"),
              ElementsAre(v1::NOWHERE_TONIGHT));
  // By stem: "want to die" and "wanted to die".
  EXPECT_THAT(Find("she wanted to die"), ElementsAre(v1::SUICIDE));
}

TEST(CrisisPhrasesTest, HearsItInAnyLanguageLoaded) {
  EXPECT_THAT(Find("mi hermano no respira"), ElementsAre(v1::OVERDOSE));
  EXPECT_THAT(Find("no está respirando"), ElementsAre(v1::OVERDOSE));
}

TEST(CrisisPhrasesTest, NamesEachKindOnceInOrder) {
  EXPECT_THAT(
      Find("he hit me, he hit me, I have nowhere to sleep tonight and she "
           "wants to die"),
      ElementsAre(v1::SUICIDE, v1::VIOLENCE, v1::NOWHERE_TONIGHT));
}

TEST(CrisisPhrasesTest, APartOfAPhraseNeverFires) {
  EXPECT_THAT(Find("want to"), IsEmpty());
  EXPECT_THAT(Find("to die"), IsEmpty());
  EXPECT_THAT(Find("nowhere to"), IsEmpty());
  EXPECT_THAT(Find("breathing not"), IsEmpty());
  EXPECT_THAT(Find("wants her family to die-cut paper"), IsEmpty());
  EXPECT_THAT(Find(""), IsEmpty());
}

TEST(CrisisPhrasesTest, OrdinaryNeedsAreNoCrisis) {
  for (const char* const words :
       {"overdose prevention training", "suicide support group for families",
        "alcohol withdrawal management", "lost my son to overdose",
        "stop drinking", "shelter for women", "bed in a sober house",
        "domestic violence shelter", "help with breathing problems",
        "medication for opioid use", "suicide prevention hotline number",
        "meetings tonight", "place to live", "naloxone kit",
        "grief group after an overdose", "detox from benzos"}) {
    EXPECT_THAT(Find(words), IsEmpty()) << words;
  }
}

TEST(CrisisPhrasesTest, EveryPhraseIsHeardByItself) {
  // Twenty or more phrases for each kind, none lost by parsing.
  EXPECT_GT(BuiltInCrisisPhrases().size(), 100);
  EXPECT_FALSE(BuiltInCrisisPhrases().version().empty());
  const auto data = nlohmann::json::parse(testing::ReadFile(
      testing::SourceData("matcher/data/crisis-phrases.json")));
  int count = 0;
  for (const auto& [kind_name, by_language] : data.at("phrases").items()) {
    v1::CrisisKind kind = v1::CRISIS_KIND_UNSPECIFIED;
    ASSERT_TRUE(v1::CrisisKind_Parse(kind_name, &kind)) << kind_name;
    for (const auto& [language, phrases] : by_language.items()) {
      for (const auto& phrase : phrases) {
        ++count;
        EXPECT_THAT(Find(phrase.get<std::string>()), Contains(kind)) << phrase;
        EXPECT_THAT(Find("please, " + phrase.get<std::string>() + "!"),
                    Contains(kind))
            << phrase;
      }
    }
  }
  EXPECT_EQ(count, BuiltInCrisisPhrases().size());
}

TEST(CrisisPhrasesTest, RefusesDataThatWouldNotWork) {
  for (const char* const json :
       {"", "[]", R"({"phrases":{}})",
        R"({"version":"1","phrases":{"FIRE":{"en":["is on fire"]}}})",
        R"({"version":"1","phrases":{"OVERDOSE":{"xx":["is a b"]}}})",
        R"({"version":"1","phrases":{"OVERDOSE":{"en":["overdosed"]}}})",
        R"({"version":"1","phrases":{"OVERDOSE":{"en":[1]}}})"}) {
    EXPECT_THAT(CrisisPhrases::Parse(json),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << json;
  }
  EXPECT_THAT(CrisisPhrases::Parse(
                  R"({"version":"1","phrases":{"OVERDOSE":{"en":["a b"]}}})"),
              IsOk());
}

}  // namespace
}  // namespace handrail::matcher
