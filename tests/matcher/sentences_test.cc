// The catalogues: every sentence can be filled, is plain, and puts people
// first; the Spanish one says all that the English one says.
#include "matcher/sentences.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "matcher/fact_register.h"
#include "tests/matcher/plain_words.h"
#include "tests/testing/testing.h"

namespace handrail::matcher {
namespace {

// What stands for each part when a sentence is read alone.
std::string Example(const std::string& part) {
  static const std::map<std::string, std::string> examples = {
      {"ago", "2 days ago"},
      {"answer", "yes"},
      {"change", "at another time"},
      {"checks", "2"},
      {"area", "county"},
      {"claim", "they take women"},
      {"dated", "Call to check."},
      {"day", "Friday"},
      {"first", "a card"},
      {"fits", "3"},
      {"from", "Detox"},
      {"maximum", "50"},
      {"method", " by phone"},
      {"month", "June"},
      {"n", "2"},
      {"name", "The line"},
      {"number", "9"},
      {"of", "3"},
      {"points", "50"},
      {"question", "May I come?"},
      {"reason", "shut for now"},
      {"relaxed", "At any time."},
      {"second", "a pass"},
      {"sentence", "They take women: yes."},
      {"time", "7:00 pm"},
      {"to", "a recovery home"},
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

// The parts that a text has, in order of their names.
std::set<std::string> PartsOf(const std::string& text) {
  static const std::regex part(R"(\{([a-z_]+)\})");
  std::set<std::string> parts;
  for (std::sregex_iterator it(text.begin(), text.end(), part), end; it != end;
       ++it) {
    parts.insert((*it)[1]);
  }
  return parts;
}

std::string Filled(std::string text) {
  for (const std::string& part : PartsOf(text)) {
    const std::string hole = "{" + part + "}";
    const std::string example = Example(part);
    for (size_t at = 0; (at = text.find(hole, at)) != std::string::npos;) {
      text.replace(at, hole.size(), example);
      at += example.size();
    }
  }
  return text;
}

std::vector<std::string> AllTexts(const Sentences& say) {
  std::vector<std::string> texts;
  for (const auto& [key, sentence] : say.sentences()) {
    texts.push_back(Filled(sentence.one));
    texts.push_back(Filled(sentence.many));
  }
  for (const auto& [field, claim] : say.claims()) {
    texts.push_back(Filled(claim.many));
  }
  return texts;
}

// The texts, and what stands in them by itself.
std::vector<std::string> AllWords(const Sentences& say) {
  std::vector<std::string> texts = AllTexts(say);
  for (const auto& [code, name] : say.codes()) texts.push_back(name);
  for (const auto& [note, text] : say.notes()) texts.push_back(text);
  return texts;
}

TEST(SentencesTest, MedianReadingGradeIsSixAtMost) {
  std::vector<double> english;
  for (const std::string& text : AllTexts(Sentences::English())) {
    english.push_back(testing::EnglishReadingGrade(text));
  }
  RecordProperty("median_grade", std::to_string(testing::Median(english)));
  EXPECT_LE(testing::Median(english), 6.0);
  std::vector<double> spanish;
  // Without examples, which are English.
  for (const auto& [key, sentence] : Sentences::Spanish().sentences()) {
    spanish.push_back(testing::SpanishReadingGrade(sentence.many));
  }
  RecordProperty("median_grade_es", std::to_string(testing::Median(spanish)));
  EXPECT_LE(testing::Median(spanish), 6.0);
}

TEST(SentencesTest, EveryPartHasAnExample) {
  for (const Sentences* say : {&Sentences::English(), &Sentences::Spanish()}) {
    for (const std::string& text : AllTexts(*say)) {
      EXPECT_EQ(text.find('{'), std::string::npos) << text;
    }
  }
}

TEST(SentencesTest, EveryFieldOfTheRegisterHasAClaim) {
  const auto& claims = Sentences::English().claims();
  for (const FactField& field : FactRegister::Instance().fields()) {
    EXPECT_TRUE(claims.contains(field.path)) << field.path;
  }
}

TEST(SentencesTest, WordsToAvoidAreAvoided) {
  const testing::WordsToAvoid words;
  ASSERT_GT(words.size(), 100);
  for (const Sentences* say : {&Sentences::English(), &Sentences::Spanish()}) {
    for (const std::string& text : AllWords(*say)) {
      EXPECT_EQ(words.BrokenBy(text), "") << text;
    }
  }
}

// An old fact is told as listed and to be checked, and a count of free places
// is reported, never available.
TEST(SentencesTest, NothingOldIsAssertedAndNothingIsPromised) {
  for (const Sentences* say : {&Sentences::English(), &Sentences::Spanish()}) {
    const bool english = say->language() == "en";
    const std::string check = english ? "to check" : "llame para confirmar";
    for (const char* key :
         {"dated.stale", "dated.undated", "component.near_remote_old",
          "component.availability.beds_old",
          "component.availability.beds_undated", "component.availability.old",
          "component.freshness.undated", "next.words_old",
          "next.open_now_listed", "next.open_always_listed"}) {
      const auto found = say->sentences().find(key);
      ASSERT_NE(found, say->sentences().end()) << key;
      std::string text = found->second.many;
      std::replace(text.begin(), text.end(), 'L', 'l');
      EXPECT_NE(text.find(check), std::string::npos) << key << ": " << text;
    }
    for (const std::string& text : AllTexts(*say)) {
      for (const char* promise : {"available", "guarantee", "will take you",
                                  "disponible", "garantiza"}) {
        EXPECT_EQ(text.find(promise), std::string::npos) << text;
      }
    }
  }
}

TEST(SentencesTest, BadCataloguesAreRefused) {
  EXPECT_FALSE(Sentences::Parse("").ok());
  EXPECT_FALSE(Sentences::Parse("{}").ok());
  EXPECT_FALSE(Sentences::Parse(
                   R"({"language": "en", "sentences": {"a": 1}, "claims": {},
              "codes": {}, "notes": {}})")
                   .ok());
  EXPECT_FALSE(
      Sentences::Parse(
          R"({"sentences": {}, "claims": {}, "codes": {}, "notes": {}})")
          .ok());
  EXPECT_TRUE(Sentences::Parse(
                  R"({"language": "en", "sentences": {}, "claims": {},
                      "codes": {}, "notes": {}})")
                  .ok());
}

TEST(SentencesTest, ALanguageIsFoundByItsFirstPart) {
  const auto language = [](const char* tag) {
    const auto say = Sentences::For(tag);
    return say.ok() ? (*say)->language() : std::string(say.status().message());
  };
  EXPECT_EQ(language(""), "en");
  EXPECT_EQ(language("en"), "en");
  EXPECT_EQ(language("en-US"), "en");
  EXPECT_EQ(language("es"), "es");
  EXPECT_EQ(language("es-MX"), "es");
  for (const char* tag : {"fr", "e", "english", "-es", "es_MX", "x-es"}) {
    EXPECT_NE(language(tag).find("en, es"), std::string::npos) << tag;
  }
}

// --- Spanish says all that English says -------------------------------------

void ExpectSameShape(const Sentences::Table& english,
                     const Sentences::Table& spanish) {
  for (const auto& [key, sentence] : spanish) {
    EXPECT_TRUE(english.contains(key)) << "only in Spanish: " << key;
  }
  for (const auto& [key, sentence] : english) {
    const auto found = spanish.find(key);
    if (found == spanish.end()) {
      ADD_FAILURE() << "not in Spanish: " << key;
      continue;
    }
    const Sentences::Sentence& other = found->second;
    EXPECT_EQ(PartsOf(sentence.many), PartsOf(other.many)) << key;
    // "1 day ago" need not name {n}, and has one unit; all else is in both.
    std::set<std::string> one = PartsOf(other.one);
    std::set<std::string> all = PartsOf(other.many);
    for (const char* part : {"n", "value", "unit", "units"}) {
      one.erase(part);
      all.erase(part);
    }
    EXPECT_EQ(one, all) << key;
    EXPECT_FALSE(other.many.empty()) << key;
  }
}

TEST(SpanishTest, HasEverySentenceAndClaimWithTheSameParts) {
  ExpectSameShape(Sentences::English().sentences(),
                  Sentences::Spanish().sentences());
  ExpectSameShape(Sentences::English().claims(), Sentences::Spanish().claims());
}

// Which sentences are lists of one and many, read from the files themselves.
TEST(SpanishTest, HasAPluralWhereEnglishHasOne) {
  using nlohmann::json;
  const auto read = [](const char* language) {
    return json::parse(testing::ReadFile(testing::SourceData(
        std::string("matcher/data/sentences.") + language + ".json")));
  };
  const json english = read("en");
  const json spanish = read("es");
  for (const char* table : {"sentences", "claims"}) {
    for (const auto& [key, value] : english.at(table).items()) {
      EXPECT_EQ(value.is_array(), spanish.at(table).at(key).is_array()) << key;
    }
  }
}

TEST(SpanishTest, NamesEveryCode) {
  const Sentences& say = Sentences::Spanish();
  for (const auto& [code, name] : Sentences::English().codes()) {
    EXPECT_TRUE(say.codes().contains(code)) << code;
  }
  for (const FactField& field : FactRegister::Instance().fields()) {
    for (const std::string& code : field.codes) {
      EXPECT_TRUE(say.codes().contains(code)) << field.path << " " << code;
    }
  }
}

TEST(SpanishTest, SaysTheNotesOfEveryCrisisNumber) {
  const auto crisis = nlohmann::json::parse(
      testing::ReadFile(testing::SourceData("matcher/data/crisis.json")));
  int count = 0;
  for (const auto& resource : crisis.at("resources")) {
    for (const auto& contact : resource.at("contacts")) {
      const std::string note = contact.at("note");
      if (note.empty()) continue;
      ++count;
      EXPECT_TRUE(Sentences::Spanish().notes().contains(note)) << note;
      EXPECT_EQ(Sentences::English().Note(note), note);
    }
  }
  EXPECT_GT(count, 10);
  EXPECT_EQ(Sentences::Spanish().Note("A note of their own."),
            "A note of their own.");
}

// What is equal in both languages is so on purpose.
TEST(SpanishTest, IsNotEnglishByAccident) {
  const std::set<std::string> equal = {"bring.documents",
                                       "bring.text",
                                       "next.without_travel",
                                       "value.am",
                                       "value.day_time",
                                       "value.dollars",
                                       "value.km",
                                       "value.m",
                                       "value.pm",
                                       "rule.fact",
                                       "next.words_confirmed",
                                       "any.access",
                                       "fact.no",
                                       "rule.answer.no"};
  const auto compare = [&](const Sentences::Table& english,
                           const Sentences::Table& spanish) {
    for (const auto& [key, sentence] : english) {
      const auto found = spanish.find(key);
      if (found == spanish.end()) continue;
      EXPECT_EQ(found->second.many == sentence.many, equal.contains(key))
          << key;
    }
  };
  compare(Sentences::English().sentences(), Sentences::Spanish().sentences());
  compare(Sentences::English().claims(), Sentences::Spanish().claims());
}

// A claim stands in the middle of a question and, with its first letter large,
// at the start of a sentence.
TEST(SpanishTest, ClaimsStartSmallAndHaveNoFullStop) {
  for (const auto& [field, claim] : Sentences::Spanish().claims()) {
    const std::string text = Filled(claim.many);
    EXPECT_TRUE(text[0] >= 'a' && text[0] <= 'z') << text;
    EXPECT_NE(text.back(), '.') << text;
  }
}

TEST(SpanishTest, CountsInSpanish) {
  const Sentences& say = Sentences::Spanish();
  EXPECT_EQ(DaysAgo(say, 1), "hace 1 día");
  EXPECT_EQ(DaysAgo(say, 82), "hace 82 días");
  EXPECT_EQ(DaysAgo(say, 1200), "hace más de 3 años");
  EXPECT_EQ(say.Claim("any.minimum_age", say.Count("value.age", 1)),
            "recibe a personas de 1 año");
  EXPECT_EQ(say.Code("photo_id"), "una identificación con foto");
  EXPECT_EQ(Sentences::English().Count("value.age", 1), "1");
}

}  // namespace
}  // namespace handrail::matcher
