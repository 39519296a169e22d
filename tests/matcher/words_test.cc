// What somebody types against what a listing says, word by word.
#include "matcher/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/testing/testing.h"

namespace handrail::matcher {
namespace {

using ::handrail::testing::ParseText;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Language kEn = Language::kEnglish;

const WordWeights kWeights = {{100, 80, 70, 50}, {100, 70, 40}};

const Taxonomy& Small() {
  static const auto* const taxonomy = new Taxonomy(*Taxonomy::Parse(R"({
    "version": "1", "terms": [
      {"id": "sober-home", "parents": [], "label": {"en": "Recovery residence"},
       "description": {"en": "D"},
       "synonyms": {"en": ["sober house", "halfway house", "oxford house"],
                    "es": ["casa sobria", "hogar de recuperación"]}},
      {"id": "food", "parents": [], "label": {"en": "Food"},
       "description": {"en": "D"}, "synonyms": {"en": ["groceries", "pantry"]}}
    ]})"));
  return *taxonomy;
}
const SynonymTable& SmallSynonyms() {
  static const auto* const table = new SynonymTable(Small());
  return *table;
}

WordBag Bag(const std::string& listing) {
  return WordBagOf(ParseText<v1::Listing>(listing), Small());
}

std::vector<std::string> QueryWords(const std::string& text,
                                    Language language = kEn) {
  return WordQuery(text, language, SmallSynonyms()).words();
}

TEST(WordQueryTest, LeavesStopWordsOutUnlessNothingElseIsLeft) {
  EXPECT_THAT(QueryWords("I need a place for the night"),
              ElementsAre("place", "night"));
  EXPECT_THAT(QueryWords("need need a need"), ElementsAre("need", "a"));
  EXPECT_THAT(QueryWords("food food FOOD"), ElementsAre("food"));
  EXPECT_THAT(QueryWords("una casa para mí", Language::kSpanish),
              ElementsAre("casa"));
  EXPECT_THAT(QueryWords(" ,. "), IsEmpty());
}

struct Case {
  std::string name, query, listing;
  int parts;  // Of 10,000; -1: no match.
};

TEST(WordQueryTest, AWordTakesItsBestKindAndField) {
  const Case cases[] = {
      {"exact in the name", "pantry", "name: 'Pantry'", 10000},
      {"exact in the organization's name", "grace",
       "organization_name: 'Grace House'", 10000},
      {"exact in the categories", "bread", "categories: 'Bread'", 7000},
      {"exact in the label of its term", "residence",
       "terms { term: 'sober-home' }", 7000},
      {"exact in the description", "bread", "description: 'We bake bread.'",
       4000},
      {"the best field wins", "bread",
       "name: 'Bread' description: 'bread bread'", 10000},
      {"by stem", "meetings", "name: 'Daily meeting'", 7000},
      {"by stem in the description", "meetings", "description: 'a meeting'",
       2800},
      {"one edit", "shelter", "name: 'Sheltr'", 5000},
      {"one edit in the description", "shelter", "description: 'sheltr'", 2000},
      {"stem in the name beats exact in the description", "meetings",
       "name: 'meeting' description: 'meetings'", 7000},
      {"exact in the categories equals stem in the name", "meetings",
       "name: 'meeting' categories: 'meetings'", 7000},
      {"a synonym", "groceries", "name: 'Food for all'", 8000},
      {"a synonym of two words", "groceries", "name: 'The pantry'", 8000},
      {"a synonym phrase for a phrase, all of its words", "sober",
       "name: 'Oxford'", -1},
      {"nothing", "violin", "name: 'Pantry'", -1},
      {"no part of a word", "pan", "name: 'Pantry'", -1},
      {"diacritics do not matter", "cafe", "name: 'Café'", 10000},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const WordQuery query(c.query, kEn, SmallSynonyms());
    const WordBag bag = Bag(c.listing);
    const auto matches = query.Match(bag);
    ASSERT_EQ(matches.size(), 1u);
    const auto best = BestOf(matches[0], kWeights);
    EXPECT_EQ(best.has_value() ? best->parts : -1, c.parts);
    EXPECT_EQ(query.MatchesAny(bag), c.parts >= 0);
    EXPECT_EQ(matches[0].any(), c.parts >= 0);
  }
}

TEST(WordQueryTest, EachWordOfAPhraseFindsItsSynonyms) {
  // "sober house" is a phrase of the table; "recovery residence" means it.
  const WordQuery query("a sober house", kEn, SmallSynonyms());
  ASSERT_THAT(query.words(), ElementsAre("sober", "house"));
  const auto kinds = [&](const std::string& listing) {
    std::vector<int> out;
    for (const WordMatch& match : query.Match(Bag(listing))) {
      const auto best = BestOf(match, kWeights);
      out.push_back(best.has_value() ? best->parts : -1);
    }
    return out;
  };
  EXPECT_THAT(kinds("name: 'Recovery residences'"), ElementsAre(8000, 8000));
  // The worst field of the synonym's words counts.
  EXPECT_THAT(kinds("name: 'Recovery' description: 'a residence'"),
              ElementsAre(3200, 3200));
  // Half of a synonym is none.
  EXPECT_THAT(kinds("name: 'Recovery cafe'"), ElementsAre(-1, -1));
  EXPECT_THAT(kinds("name: 'Halfway house'"), ElementsAre(8000, 10000));
  // The words apart are not the phrase.
  const WordQuery apart("sober friendly house", kEn, SmallSynonyms());
  EXPECT_FALSE(apart.MatchesAny(Bag("name: 'Recovery residence'")));
}

TEST(WordQueryTest, SpanishUsesSpanishStemsAndSynonyms) {
  const WordQuery query("casas sobrias", Language::kSpanish, SmallSynonyms());
  EXPECT_TRUE(query.MatchesAny(Bag("name: 'Casa sobria'")));
  const auto matches = query.Match(Bag("description: 'hogar de recuperación'"));
  EXPECT_EQ(BestOf(matches[0], kWeights)->kind, WordKind::kSynonym);
}

TEST(WordQueryTest, AddingAListingChangesNobodysMatch) {
  // A match is a function of the query and one bag alone; asked twice, with
  // other bags between, it is the same.
  const WordQuery query("sober meetings", kEn, SmallSynonyms());
  const WordBag bag = Bag("name: 'Sober meeting'");
  const auto before = query.Match(bag);
  query.Match(Bag("name: 'Sober sober sober meeting meetings'"));
  const auto after = query.Match(bag);
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].fields, after[i].fields);
  }
}

TEST(WordQueryTest, KeepsToItsLimits) {
  std::string many;
  for (int i = 0; i < 200; ++i) many += "w" + std::to_string(i) + " ";
  EXPECT_EQ(QueryWords(many).size(), static_cast<std::size_t>(kQueryWordsMax));
  std::string text;
  for (int i = 0; i < 2 * kBagWordsMax; ++i) {
    text += "w" + std::to_string(i) + " ";
  }
  EXPECT_EQ(Bag("name: '" + text + "'").size(), kBagWordsMax);
}

TEST(BuiltInSynonymsTest, OrdinaryWordsFindTheRightKinds) {
  const auto finds = [](const char* query, const char* term) {
    v1::Listing listing;
    listing.add_terms()->set_term(term);
    return WordQuery(query, kEn, BuiltInSynonyms())
        .MatchesAny(WordBagOf(listing, BuiltInTaxonomy()));
  };
  EXPECT_TRUE(finds("homeless shelter", "emergency-shelter"));
  EXPECT_TRUE(finds("narcan", "naloxone"));
  EXPECT_FALSE(finds("narcan", "food"));
}

}  // namespace
}  // namespace handrail::matcher
