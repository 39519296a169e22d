#include "matcher/index/word_runs.h"

#include <algorithm>
#include <unordered_map>
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
  runs->FillRuns(rows);
  runs->FillStems();
  return runs;
}

void WordRuns::FillRuns(std::span<const std::shared_ptr<const Row>> rows) {
  // Points into the bags of the rows, which the segment holds.
  std::unordered_map<std::string_view, WordIndex> known;
  std::vector<std::string_view> texts;
  std::vector<std::uint32_t> counts;
  // The words of all rows, one after the other, as first numbered.
  std::vector<WordIndex> all;
  for (const auto& row : rows) {
    row->words.ForEachWord([&](std::string_view word) {
      const auto [at, is_new] =
          known.try_emplace(word, static_cast<WordIndex>(texts.size()));
      if (is_new) {
        texts.push_back(word);
        counts.push_back(0);
      }
      ++counts[at->second];
      all.push_back(at->second);
    });
  }
  std::vector<WordIndex> order(texts.size());
  for (WordIndex i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&texts](WordIndex a, WordIndex b) { return texts[a] < texts[b]; });
  std::vector<std::uint32_t> next(texts.size());
  run_first_.reserve(texts.size() + 1);
  words_.reserve(texts.size());
  std::uint32_t first = 0;
  for (const WordIndex word : order) {
    words_.emplace_back(texts[word]);
    run_first_.push_back(first);
    next[word] = first;
    first += counts[word];
  }
  run_first_.push_back(first);
  run_rows_.resize(first);
  std::size_t at = 0;
  for (std::uint32_t number = 0; number < rows.size(); ++number) {
    for (int i = 0; i < rows[number]->words.size(); ++i) {
      run_rows_[next[all[at++]]++] = number;
    }
  }
}

void WordRuns::FillStems() {
  for (const Language language : kAllLanguages) {
    std::vector<std::pair<std::string, WordIndex>> pairs;
    pairs.reserve(words_.size());
    for (WordIndex word = 0; word < words_.size(); ++word) {
      pairs.emplace_back(Stem(words_[word], language), word);
    }
    std::sort(pairs.begin(), pairs.end());
    std::vector<StemGroup>& groups = stems_[static_cast<int>(language)];
    for (auto& [stem, word] : pairs) {
      if (groups.empty() || groups.back().stem != stem) {
        groups.push_back({.stem = std::move(stem), .words = {}});
      }
      groups.back().words.push_back(word);
    }
  }
}

void WordRuns::AddRun(WordIndex word, RowBits& rows) const {
  for (std::uint32_t i = run_first_[word]; i < run_first_[word + 1]; ++i) {
    rows.Add(run_rows_[i]);
  }
}

void WordRuns::AddExact(std::string_view word, RowBits& rows) const {
  const auto found = std::lower_bound(words_.begin(), words_.end(), word);
  if (found == words_.end() || *found != word) return;
  AddRun(static_cast<WordIndex>(found - words_.begin()), rows);
}

void WordRuns::AddByStem(std::string_view stem, Language language,
                         RowBits& rows) const {
  const auto& groups = stems_[static_cast<int>(language)];
  const auto found =
      std::lower_bound(groups.begin(), groups.end(), stem,
                       [](const StemGroup& group, std::string_view text) {
                         return group.stem < text;
                       });
  if (found == groups.end() || found->stem != stem) return;
  for (const WordIndex word : found->words) AddRun(word, rows);
}

void WordRuns::AddByEdit(std::string_view word, RowBits& rows) const {
  if (LetterCount(word) < kNearLettersMin) return;
  for (WordIndex i = 0; i < words_.size(); ++i) {
    if (IsOneEditAway(word, words_[i])) AddRun(i, rows);
  }
}

void WordRuns::AddPhrase(const SynonymTable::Phrase& phrase, Language language,
                         RowBits& rows) const {
  RowBits all(row_count_);
  all.Fill();
  for (const std::string& stem : phrase) {
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
    AddExact(query.words()[i], rows);
    AddByStem(query.stems()[i], query.language(), rows);
    AddByEdit(query.words()[i], rows);
    for (const SynonymTable::Phrase& phrase : query.synonyms(i)) {
      AddPhrase(phrase, query.language(), rows);
    }
    found &= rows;
  }
  return found;
}

std::size_t WordRuns::Bytes() const {
  std::size_t bytes =
      (run_first_.capacity() + run_rows_.capacity()) * sizeof(std::uint32_t);
  for (const std::string& word : words_)
    bytes += sizeof(word) + word.capacity();
  for (const auto& groups : stems_) {
    for (const StemGroup& group : groups) {
      bytes += sizeof(group) + group.stem.capacity() +
               group.words.capacity() * sizeof(WordIndex);
    }
  }
  return bytes;
}

}  // namespace handrail::matcher
