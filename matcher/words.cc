#include "matcher/words.h"

#include <algorithm>
#include <utility>

#include "storage/base/check.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

constexpr std::array<std::string_view, kLanguages> kTags = {"en", "es"};

// Sorted by text, best field first; keeps the first of each text.
template <typename Entry>
void KeepBest(std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.text, a.field) < std::tie(b.text, b.field);
  });
  entries.erase(std::unique(entries.begin(), entries.end(),
                            [](const Entry& a, const Entry& b) {
                              return a.text == b.text;
                            }),
                entries.end());
}

template <typename Entry>
std::optional<WordField> FieldOf(const std::vector<Entry>& entries,
                                 std::string_view text) {
  const auto found = std::lower_bound(
      entries.begin(), entries.end(), text,
      [](const Entry& a, std::string_view b) { return a.text < b; });
  if (found == entries.end() || found->text != text) return std::nullopt;
  return found->field;
}

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

}  // namespace

void WordBag::Add(WordField field, std::string_view text) {
  for (std::string& word : WordsOf(text)) {
    if (words_.size() >= kBagWordsMax) return;
    words_.push_back({std::move(word), field});
  }
}

void WordBag::Seal() {
  thread_local StemBook book;
  KeepBest(words_);
  for (const Language language : kAllLanguages) {
    std::vector<Entry>& stems = stems_[static_cast<int>(language)];
    stems.reserve(words_.size());
    for (const Entry& word : words_) {
      stems.push_back({book.Of(word.text, language), word.field});
    }
    KeepBest(stems);
  }
}

std::optional<WordField> WordBag::Exact(std::string_view word) const {
  return FieldOf(words_, word);
}

std::optional<WordField> WordBag::ByStem(std::string_view stem,
                                         Language language) const {
  return FieldOf(stems_[static_cast<int>(language)], stem);
}

std::optional<WordField> WordBag::ByEdit(std::string_view word) const {
  std::optional<WordField> best;
  for (const Entry& entry : words_) {
    if (best.has_value() && *best <= entry.field) continue;
    if (IsOneEditAway(word, entry.text)) best = entry.field;
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
    for (const auto& [language, label] : taxonomy.term(*index).labels) {
      bag.Add(WordField::kService, label);
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
  stems_ = StemsOf(words_, language);
  synonyms_.resize(words_.size());
  for (std::size_t at = 0; at < stems_.size(); ++at) {
    for (const auto& [g, p] : synonyms.StartingWith(stems_[at], language)) {
      const auto& phrases = synonyms.groups(language)[g].phrases;
      if (!StandsAt(phrases[p], stems_, at)) continue;
      for (std::size_t word = at; word < at + phrases[p].size(); ++word) {
        for (std::size_t other = 0; other < phrases.size(); ++other) {
          if (phrases[other] != phrases[p]) {
            synonyms_[word].push_back(phrases[other]);
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
  return bag.Exact(words_[index]).has_value() ||
         bag.ByStem(stems_[index], language_).has_value() ||
         SynonymField(index, bag).has_value() ||
         bag.ByEdit(words_[index]).has_value();
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
  set(WordKind::kExact, bag.Exact(words_[index]));
  set(WordKind::kSynonym, SynonymField(index, bag));
  set(WordKind::kStem, bag.ByStem(stems_[index], language_));
  return match;
}

WordMatch WordQuery::MatchWord(int index, const WordBag& bag) const {
  WordMatch match = MatchLookedUp(index, bag);
  match.fields[static_cast<int>(WordKind::kEdit)] = bag.ByEdit(words_[index]);
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
  for (const SynonymTable::Phrase& phrase : synonyms_[index]) {
    std::optional<WordField> worst = WordField::kName;
    for (const std::string& stem : phrase) {
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
