// Which rows of a segment have a word: one run of row numbers per word of all
// their bags, so that a search for words looks at the words there are and not
// at every listing.
//
// Finds exactly the rows of which WordQuery::MatchesAll is true: a bag matches
// a word by the words it holds, one by one, so that what one of these words
// matches is matched by all rows that hold it.
//
//   const auto runs = WordRuns::Of(rows);
//   const RowBits found = runs->Find(*need.words);
//   if (found.Has(number)) …
//
// Thread-safe: immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "matcher/row.h"
#include "matcher/words.h"

namespace handrail::matcher {

// A set of row numbers of one segment.
class RowBits {
 public:
  explicit RowBits(std::size_t rows) : bits_((rows + 63) / 64) {}

  bool Has(int number) const {
    return (bits_[number / 64] >> number % 64 & 1) != 0;
  }
  void Add(std::uint32_t number) {
    bits_[number / 64] |= std::uint64_t{1} << number % 64;
  }
  void Fill();
  RowBits& operator|=(const RowBits& other);
  RowBits& operator&=(const RowBits& other);

 private:
  std::vector<std::uint64_t> bits_;
};

class WordRuns {
 public:
  // Rows by their numbers.
  static std::unique_ptr<const WordRuns> Of(
      std::span<const std::shared_ptr<const Row>> rows);

  // The rows that have every word of the query, in any kind.
  RowBits Find(const WordQuery& query) const;

  std::size_t Bytes() const;

 private:
  WordRuns() = default;

  // Adds the rows that hold a word.
  void AddRun(std::size_t at, RowBits& rows) const;
  void AddWord(WordId word, RowBits& rows) const;
  void AddExact(const Lookup& word, RowBits& rows) const;
  void AddByStem(const Lookup& stem, Language language, RowBits& rows) const;
  void AddByEdit(const Lookup& word, RowBits& rows) const;
  // Those that have every stem of a phrase.
  void AddPhrase(const WordQuery::Phrase& phrase, Language language,
                 RowBits& rows) const;

  std::size_t row_count_ = 0;
  // Ascending.
  std::vector<WordId> words_;
  // Rows of the word at w: run_rows_ from run_first_[w] to the next, ascending.
  std::vector<std::uint32_t> run_first_;
  std::vector<std::uint32_t> run_rows_;
};

}  // namespace handrail::matcher
