#include "matcher/index/word_runs.h"

#include <algorithm>
#include <utility>

namespace handrail::matcher {

void RowBits::Fill() {
  std::fill(bits_.begin(), bits_.end(), ~std::uint64_t{0});
}

RowBits& RowBits::operator|=(const RowBits& other) {
  for (std::size_t i = 0; i < bits_.size(); ++i) bits_[i] |= other.bits_[i];
  return *this;
}

RowBits& RowBits::operator&=(const RowBits& other) {
  for (std::size_t i = 0; i < bits_.size(); ++i) bits_[i] &= other.bits_[i];
  return *this;
}

std::unique_ptr<const WordRuns> WordRuns::Of(
    std::span<const std::shared_ptr<const Row>> rows) {
  std::unique_ptr<WordRuns> runs(new WordRuns);
  runs->row_count_ = rows.size();
  // By word of the vocabulary: how many rows have it; later where its next row
  // is put. What is added meanwhile is in none of these rows.
  std::vector<std::uint32_t> next(Vocabulary::OfListings().size());
  for (const auto& row : rows) {
    row->words.ForEachWord([&](WordId word) { ++next[word]; });
  }
  const auto there = static_cast<std::size_t>(std::count_if(
      next.begin(), next.end(), [](std::uint32_t count) { return count > 0; }));
  runs->words_.reserve(there);
  runs->run_first_.reserve(there + 1);
  std::uint32_t first = 0;
  for (WordId word = 0; word < next.size(); ++word) {
    if (next[word] == 0) continue;
    runs->words_.push_back(word);
    runs->run_first_.push_back(first);
    first += std::exchange(next[word], first);
  }
  runs->run_first_.push_back(first);
  runs->run_rows_.resize(first);
  for (std::uint32_t number = 0; number < rows.size(); ++number) {
    rows[number]->words.ForEachWord(
        [&](WordId word) { runs->run_rows_[next[word]++] = number; });
  }
  return runs;
}

void WordRuns::AddRun(std::size_t at, RowBits& rows) const {
  for (std::uint32_t i = run_first_[at]; i < run_first_[at + 1]; ++i) {
    rows.Add(run_rows_[i]);
  }
}

void WordRuns::AddWord(WordId word, RowBits& rows) const {
  const auto found = std::lower_bound(words_.begin(), words_.end(), word);
  if (found == words_.end() || *found != word) return;
  AddRun(static_cast<std::size_t>(found - words_.begin()), rows);
}

void WordRuns::AddExact(const Lookup& word, RowBits& rows) const {
  const auto id = Vocabulary::OfListings().Find(word);
  if (id.has_value()) AddWord(*id, rows);
}

void WordRuns::AddByStem(const Lookup& stem, Language language,
                         RowBits& rows) const {
  const Vocabulary& vocabulary = Vocabulary::OfListings();
  const std::optional<WordId> stem_id = vocabulary.Find(stem);
  if (!stem_id.has_value()) return;
  vocabulary.ForEachWithStem(*stem_id, language,
                             [&](WordId word) { AddWord(word, rows); });
}

void WordRuns::AddByEdit(const Lookup& word, RowBits& rows) const {
  if (LetterCount(word.text()) < kNearLettersMin) return;
  const Vocabulary& vocabulary = Vocabulary::OfListings();
  for (std::size_t at = 0; at < words_.size(); ++at) {
    if (vocabulary.IsNear(word, words_[at])) AddRun(at, rows);
  }
}

void WordRuns::AddPhrase(const WordQuery::Phrase& phrase, Language language,
                         RowBits& rows) const {
  RowBits all(row_count_);
  all.Fill();
  for (const Lookup& stem : phrase) {
    RowBits some(row_count_);
    AddByStem(stem, language, some);
    all &= some;
  }
  rows |= all;
}

RowBits WordRuns::Find(const WordQuery& query) const {
  RowBits found(row_count_);
  found.Fill();
  for (std::size_t i = 0; i < query.words().size(); ++i) {
    RowBits rows(row_count_);
    AddExact(query.word(i), rows);
    AddByStem(query.stem(i), query.language(), rows);
    AddByEdit(query.word(i), rows);
    for (const WordQuery::Phrase& phrase : query.synonyms(i)) {
      AddPhrase(phrase, query.language(), rows);
    }
    found &= rows;
  }
  return found;
}

std::size_t WordRuns::Bytes() const {
  return (words_.capacity() + run_first_.capacity() + run_rows_.capacity()) *
         sizeof(std::uint32_t);
}

}  // namespace handrail::matcher
