// Matching what somebody typed against the words of a listing, word by word.
//
// No statistics over the directory: adding a listing changes nobody's points.
//
//   const WordBag bag = WordBagOf(listing, taxonomy);       // once per listing
//   const WordQuery query("sober house for women", Language::kEnglish,
//                         BuiltInSynonyms());               // once per need
//   for (const WordMatch& match : query.Match(bag)) …
//
// A query word matches a listing's word in one of four kinds: exactly, through
// a synonym, by stem, or within one edit. Points depend on the kind and on the
// field the word stands in, so a match reports the best field of every kind;
// BestOf picks by given weights.
//
// Thread-safe: all three classes are immutable after construction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "handrail/v1/listing.pb.h"
#include "matcher/taxonomy.h"
#include "matcher/text.h"
#include "matcher/vocabulary.h"

namespace handrail::matcher {

// Where a word stands, best first.
enum class WordField : std::uint8_t { kName, kService, kDescription };
inline constexpr int kWordFields = 3;

// How a word matches, best first.
enum class WordKind : std::uint8_t { kExact, kSynonym, kStem, kEdit };
inline constexpr int kWordKinds = 4;

// Most words a bag or a query keeps; the rest is left out.
inline constexpr int kBagWordsMax = 4000;
inline constexpr int kQueryWordsMax = 32;

// The words of one listing, each with the best field it stands in: four bytes a
// word, for the words themselves stand in the Vocabulary.
class WordBag {
 public:
  // Adds the words of a text. REQUIRES: Seal has not been called.
  void Add(WordField field, std::string_view text);
  // Adds words of Vocabulary::OfListings().
  void Add(WordField field, std::span<const WordId> words);
  // Sorts. Call once, after the last Add, before use.
  void Seal();

  // Best field of the word, of the words with the stem; absent where the bag
  // has none.
  std::optional<WordField> Exact(const Lookup& word) const;
  std::optional<WordField> ByStem(const Lookup& stem, Language language) const;
  // Best field of the words within one edit.
  std::optional<WordField> ByEdit(const Lookup& word) const;

  int size() const { return static_cast<int>(words_.size()); }

  // Each word once, ascending.
  template <typename Visit>
  void ForEachWord(const Visit& visit) const {
    for (const std::uint32_t packed : words_) visit(IdIn(packed));
  }

 private:
  static constexpr int kFieldBits = 2;

  static WordId IdIn(std::uint32_t packed) { return packed >> kFieldBits; }
  static WordField FieldIn(std::uint32_t packed) {
    return static_cast<WordField>(packed & ((1u << kFieldBits) - 1));
  }
  static std::uint32_t Packed(WordId id, WordField field) {
    return (id << kFieldBits) | static_cast<std::uint32_t>(field);
  }
  std::optional<WordField> FieldOf(WordId id) const;

  std::vector<std::uint32_t> words_;
};

// The bag of a listing:
//   NAME         name, organization, program, location, alternate names
//   SERVICE      labels of its terms, names of the source's own categories
//   DESCRIPTION  description, eligibility, application process, fees, alert
WordBag WordBagOf(const v1::Listing& listing, const Taxonomy& taxonomy);

// Groups of phrases that mean the same: the label and the synonyms of each
// taxonomy term, per language.
class SynonymTable {
 public:
  explicit SynonymTable(const Taxonomy& taxonomy);

  // A phrase: stems of its words without stop words.
  using Phrase = std::vector<std::string>;

  // The phrases of one meaning.
  struct Group {
    std::vector<Phrase> phrases;
  };

  const std::vector<Group>& groups(Language language) const {
    return groups_[static_cast<int>(language)];
  }
  // Groups and phrases that begin with this stem: (group, phrase) positions.
  const std::vector<std::pair<int, int>>& StartingWith(std::string_view stem,
                                                       Language language) const;

 private:
  std::array<std::vector<Group>, kLanguages> groups_;
  std::array<std::unordered_map<std::string, std::vector<std::pair<int, int>>>,
             kLanguages>
      by_first_;
};

// The table of BuiltInTaxonomy().
const SynonymTable& BuiltInSynonyms();

// What one query word found: the best field per kind, absent where that kind
// does not match.
struct WordMatch {
  std::array<std::optional<WordField>, kWordKinds> fields;

  bool any() const;
};

// Percentages of the points of a word.
struct WordWeights {
  std::array<int, kWordKinds> kind_percent;
  std::array<int, kWordFields> field_percent;
};

struct BestWord {
  WordKind kind;
  WordField field;
  // kind_percent × field_percent: 10,000 is all of it.
  int parts = 0;
};

// The best by weights; among equals the better kind. Absent where nothing
// matches.
std::optional<BestWord> BestOf(const WordMatch& match,
                               const WordWeights& weights);

// The words of one need.
//
// Stop words are left out unless nothing else is left; a word counts once.
// Where the query has a phrase of the synonym table (its words side by side, by
// stem), each word of that phrase matches as a SYNONYM a listing that has all
// words of another phrase of the same meaning (by stem); the field is the
// worst of theirs.
class WordQuery {
 public:
  WordQuery(std::string_view text, Language language,
            const SynonymTable& synonyms);

  // The words asked for, normalised, in order.
  const std::vector<std::string>& words() const { return words_; }

  // The same to be looked up, their stems in the language, and of each the
  // phrases (as stems) that mean the same as a phrase it is part of.
  using Phrase = std::vector<Lookup>;
  Language language() const { return language_; }
  const Lookup& word(std::size_t index) const { return asked_[index].word; }
  const Lookup& stem(std::size_t index) const { return asked_[index].stem; }
  const std::vector<Phrase>& synonyms(std::size_t index) const {
    return asked_[index].synonyms;
  }

  // One match per word, in the order of words().
  std::vector<WordMatch> Match(const WordBag& bag) const;

  // BestOf the match of one word, without looking for what can be no better.
  std::optional<BestWord> Best(int index, const WordBag& bag,
                               const WordWeights& weights) const;

  // True where any word matches in any kind; where every word does.
  bool MatchesAny(const WordBag& bag) const;
  bool MatchesAll(const WordBag& bag) const;

 private:
  bool Matches(int index, const WordBag& bag) const;
  WordMatch MatchWord(int index, const WordBag& bag) const;
  // Without near spellings.
  WordMatch MatchLookedUp(int index, const WordBag& bag) const;
  std::optional<WordField> SynonymField(int index, const WordBag& bag) const;

  struct Asked {
    Lookup word;
    Lookup stem;
    std::vector<Phrase> synonyms;
  };

  Language language_;
  std::vector<std::string> words_;
  std::vector<Asked> asked_;
};

}  // namespace handrail::matcher
