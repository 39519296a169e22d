#include "matcher/words.h"

#include <algorithm>
#include <utility>

#include "storage/base/check.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

constexpr std::array<std::string_view, kLanguages> kTags = {"en", "es"};

// Without stop words, unless nothing else is left; each word once.
std::vector<std::string> ContentWords(const std::vector<std::string>& all,
                                      Language language) {
  std::vector<std::string> words;
  for (const bool stop_words : {false, true}) {
    for (const std::string& word : all) {
      if (!stop_words && IsStopWord(word, language)) continue;
      if (std::find(words.begin(), words.end(), word) == words.end()) {
        words.push_back(word);
      }
    }
    if (!words.empty()) break;
  }
  return words;
}

std::vector<std::string> StemsOf(const std::vector<std::string>& words,
                                 Language language) {
  std::vector<std::string> stems;
  stems.reserve(words.size());
  for (const std::string& word : words) stems.push_back(Stem(word, language));
  return stems;
}

// True where `phrase` stands in `stems` from `at` on.
bool StandsAt(const SynonymTable::Phrase& phrase,
              const std::vector<std::string>& stems, std::size_t at) {
  return at + phrase.size() <= stems.size() &&
         std::equal(phrase.begin(), phrase.end(), stems.begin() + at);
}

WordQuery::Phrase LookupsOf(const SynonymTable::Phrase& phrase) {
  WordQuery::Phrase lookups;
  lookups.reserve(phrase.size());
  for (const std::string& stem : phrase) lookups.emplace_back(stem);
  return lookups;
}

using TermWords = std::vector<WordId>;

// The words of a term's labels, one label after the other.
TermWords WordsOfLabels(const Taxonomy& taxonomy, TermIndex index) {
  TermWords words;
  for (const auto& [language, label] : taxonomy.term(index).labels) {
    ForEachWordOf(label, [&](std::string_view word) {
      const auto id = Vocabulary::OfListings().Add(word);
      if (id.has_value()) words.push_back(*id);
    });
  }
  return words;
}

// Of all terms of BuiltInTaxonomy(), which most listings have some of.
const std::vector<TermWords>& BuiltInTermWords() {
  static const auto* const words = [] {
    auto* all = new std::vector<TermWords>;
    for (TermIndex i = 0; i < BuiltInTaxonomy().size(); ++i) {
      all->push_back(WordsOfLabels(BuiltInTaxonomy(), i));
    }
    return all;
  }();
  return *words;
}

}  // namespace

void WordBag::Add(WordField field, std::string_view text) {
  // Most listings have less, and a bag is cut to its size in the end.
  constexpr std::size_t kUsualWords = 128;
  if (words_.capacity() == 0) words_.reserve(kUsualWords);
  ForEachWordOf(text, [&](std::string_view word) {
    if (words_.size() >= kBagWordsMax) return;
    const auto id = Vocabulary::OfListings().Add(word);
    if (id.has_value()) words_.push_back(Packed(*id, field));
  });
}

void WordBag::Add(WordField field, std::span<const WordId> words) {
  for (const WordId id : words) {
    if (words_.size() >= kBagWordsMax) return;
    words_.push_back(Packed(id, field));
  }
}

void WordBag::Seal() {
  // The best field of a word first.
  std::sort(words_.begin(), words_.end());
  words_.erase(std::unique(words_.begin(), words_.end(),
                           [](std::uint32_t a, std::uint32_t b) {
                             return IdIn(a) == IdIn(b);
                           }),
               words_.end());
  words_.shrink_to_fit();
}

std::optional<WordField> WordBag::FieldOf(WordId id) const {
  const auto found = std::lower_bound(words_.begin(), words_.end(),
                                      Packed(id, WordField::kName));
  if (found == words_.end() || IdIn(*found) != id) return std::nullopt;
  return FieldIn(*found);
}

std::optional<WordField> WordBag::Exact(const Lookup& word) const {
  const auto id = Vocabulary::OfListings().Find(word);
  return id.has_value() ? FieldOf(*id) : std::nullopt;
}

std::optional<WordField> WordBag::ByStem(const Lookup& stem,
                                         Language language) const {
  const Vocabulary& vocabulary = Vocabulary::OfListings();
  const std::optional<WordId> stem_id = vocabulary.Find(stem);
  if (!stem_id.has_value()) return std::nullopt;
  std::optional<WordField> best;
  vocabulary.ForEachWithStem(*stem_id, language, [&](WordId id) {
    const std::optional<WordField> field = FieldOf(id);
    if (field.has_value() && (!best.has_value() || *field < *best)) {
      best = field;
    }
  });
  return best;
}

std::optional<WordField> WordBag::ByEdit(const Lookup& word) const {
  const Vocabulary& vocabulary = Vocabulary::OfListings();
  std::optional<WordField> best;
  for (const std::uint32_t packed : words_) {
    if (best.has_value() && *best <= FieldIn(packed)) continue;
    if (vocabulary.IsNear(word, IdIn(packed))) best = FieldIn(packed);
  }
  return best;
}

WordBag WordBagOf(const v1::Listing& listing, const Taxonomy& taxonomy) {
  WordBag bag;
  bag.Add(WordField::kName, listing.name());
  bag.Add(WordField::kName, listing.organization_name());
  bag.Add(WordField::kName, listing.program_name());
  bag.Add(WordField::kName, listing.location_name());
  for (const std::string& name : listing.alternate_names()) {
    bag.Add(WordField::kName, name);
  }
  for (const v1::NeedTerm& term : listing.terms()) {
    const std::optional<TermIndex> index = taxonomy.Find(term.term());
    if (!index.has_value()) continue;
    if (&taxonomy == &BuiltInTaxonomy()) {
      bag.Add(WordField::kService, BuiltInTermWords()[*index]);
    } else {
      bag.Add(WordField::kService, WordsOfLabels(taxonomy, *index));
    }
  }
  for (const std::string& category : listing.categories()) {
    bag.Add(WordField::kService, category);
  }
  bag.Add(WordField::kDescription, listing.description());
  bag.Add(WordField::kDescription, listing.eligibility_description());
  bag.Add(WordField::kDescription, listing.application_process());
  bag.Add(WordField::kDescription, listing.fees_description());
  bag.Add(WordField::kDescription, listing.alert());
  bag.Seal();
  return bag;
}

SynonymTable::SynonymTable(const Taxonomy& taxonomy) {
  for (const Language language : kAllLanguages) {
    const int l = static_cast<int>(language);
    for (TermIndex t = 0; t < taxonomy.size(); ++t) {
      std::vector<std::string> texts = taxonomy.Synonyms(t, kTags[l]);
      const auto label = taxonomy.term(t).labels.find(kTags[l]);
      if (label != taxonomy.term(t).labels.end()) {
        texts.push_back(label->second);
      }
      Group group;
      for (const std::string& text : texts) {
        Phrase phrase =
            StemsOf(ContentWords(WordsOf(text), language), language);
        if (phrase.empty()) continue;
        by_first_[l][phrase.front()].emplace_back(
            static_cast<int>(groups_[l].size()),
            static_cast<int>(group.phrases.size()));
        group.phrases.push_back(std::move(phrase));
      }
      groups_[l].push_back(std::move(group));
    }
  }
}

const std::vector<std::pair<int, int>>& SynonymTable::StartingWith(
    std::string_view stem, Language language) const {
  static const std::vector<std::pair<int, int>> kNone;
  const auto& by_first = by_first_[static_cast<int>(language)];
  const auto found = by_first.find(std::string(stem));
  return found == by_first.end() ? kNone : found->second;
}

const SynonymTable& BuiltInSynonyms() {
  static const SynonymTable* const table = new SynonymTable(BuiltInTaxonomy());
  return *table;
}

bool WordMatch::any() const {
  return std::any_of(fields.begin(), fields.end(),
                     [](const auto& field) { return field.has_value(); });
}

std::optional<BestWord> BestOf(const WordMatch& match,
                               const WordWeights& weights) {
  std::optional<BestWord> best;
  for (int kind = 0; kind < kWordKinds; ++kind) {
    if (!match.fields[kind].has_value()) continue;
    const WordField field = *match.fields[kind];
    const int parts = weights.kind_percent[kind] *
                      weights.field_percent[static_cast<int>(field)];
    if (!best.has_value() ||
        HANDRAIL_MUTATE(word_takes_its_best, parts > best->parts, false)) {
      best = BestWord{static_cast<WordKind>(kind), field, parts};
    }
  }
  return best;
}

WordQuery::WordQuery(std::string_view text, Language language,
                     const SynonymTable& synonyms)
    : language_(language), words_(ContentWords(WordsOf(text), language)) {
  if (words_.size() > kQueryWordsMax) words_.resize(kQueryWordsMax);
  const std::vector<std::string> stems = StemsOf(words_, language);
  asked_.reserve(words_.size());
  for (std::size_t i = 0; i < words_.size(); ++i) {
    asked_.push_back({Lookup(words_[i]), Lookup(stems[i]), {}});
  }
  for (std::size_t at = 0; at < stems.size(); ++at) {
    for (const auto& [g, p] : synonyms.StartingWith(stems[at], language)) {
      const auto& phrases = synonyms.groups(language)[g].phrases;
      if (!StandsAt(phrases[p], stems, at)) continue;
      for (std::size_t word = at; word < at + phrases[p].size(); ++word) {
        for (const SynonymTable::Phrase& other : phrases) {
          if (other != phrases[p]) {
            asked_[word].synonyms.push_back(LookupsOf(other));
          }
        }
      }
    }
  }
}

std::vector<WordMatch> WordQuery::Match(const WordBag& bag) const {
  std::vector<WordMatch> matches;
  matches.reserve(words_.size());
  for (std::size_t i = 0; i < words_.size(); ++i) {
    matches.push_back(MatchWord(static_cast<int>(i), bag));
  }
  return matches;
}

bool WordQuery::Matches(int index, const WordBag& bag) const {
  // The cheap kinds first.
  return bag.Exact(asked_[index].word).has_value() ||
         bag.ByStem(asked_[index].stem, language_).has_value() ||
         SynonymField(index, bag).has_value() ||
         bag.ByEdit(asked_[index].word).has_value();
}

bool WordQuery::MatchesAny(const WordBag& bag) const {
  for (int i = 0; i < static_cast<int>(words_.size()); ++i) {
    if (Matches(i, bag)) return true;
  }
  return false;
}

bool WordQuery::MatchesAll(const WordBag& bag) const {
  for (int i = 0; i < static_cast<int>(words_.size()); ++i) {
    if (!Matches(i, bag)) return false;
  }
  return true;
}

WordMatch WordQuery::MatchLookedUp(int index, const WordBag& bag) const {
  WordMatch match;
  const auto set = [&](WordKind kind, std::optional<WordField> field) {
    match.fields[static_cast<int>(kind)] = field;
  };
  set(WordKind::kExact, bag.Exact(asked_[index].word));
  set(WordKind::kSynonym, SynonymField(index, bag));
  set(WordKind::kStem, bag.ByStem(asked_[index].stem, language_));
  return match;
}

WordMatch WordQuery::MatchWord(int index, const WordBag& bag) const {
  WordMatch match = MatchLookedUp(index, bag);
  match.fields[static_cast<int>(WordKind::kEdit)] =
      bag.ByEdit(asked_[index].word);
  return match;
}

std::optional<BestWord> WordQuery::Best(int index, const WordBag& bag,
                                        const WordWeights& weights) const {
  // A near spelling is looked for among all words of the bag, so only where it
  // can be better than what is found already.
  const std::optional<BestWord> best =
      BestOf(MatchLookedUp(index, bag), weights);
  const int near_most =
      weights.kind_percent[static_cast<int>(WordKind::kEdit)] *
      weights.field_percent[0];
  if (best.has_value() && best->parts >= near_most) return best;
  return BestOf(MatchWord(index, bag), weights);
}

std::optional<WordField> WordQuery::SynonymField(int index,
                                                 const WordBag& bag) const {
  std::optional<WordField> best;
  for (const Phrase& phrase : asked_[index].synonyms) {
    std::optional<WordField> worst = WordField::kName;
    for (const Lookup& stem : phrase) {
      const std::optional<WordField> field = bag.ByStem(stem, language_);
      worst = field.has_value() ? std::max(worst, field) : std::nullopt;
      if (!worst.has_value()) break;
    }
    if (worst.has_value() && (!best.has_value() || *worst < *best)) {
      best = worst;
    }
  }
  return best;
}

}  // namespace handrail::matcher
