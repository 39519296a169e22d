// What is known for certain about each row of a segment, in columns: which
// facets are a yes, which are a no, the ages that are let in, and when all of
// this was checked.
//
// Only facts that can still be believed at some time stand here: dated, with no
// end of their own (Provenance.expires_at), and plainly yes or no. Whether they
// can be believed at the time asked about is told per class of fact by the
// oldest and the newest of their days; so the columns are right for any `as_of`
// and any lifetimes, and never have to be swept. What is not here is not known,
// never "no".
//
// Immutable after the last Add.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/time/time.h"
#include "handrail/v1/annotations.pb.h"
#include "matcher/row.h"
#include "matcher/ttl.h"

namespace handrail::matcher {

// Classes of fact with a lifetime of their own, by v1::FactTtl.
inline constexpr int kFactClasses = v1::FactTtl_ARRAYSIZE;

// Days since 1970 between which a class of fact can be believed.
struct BelievedDays {
  int first = 0;
  int last = -1;
};

// By class. Takes the shortest lifetime that any source has, so that what it
// lets in can be believed whoever said it.
std::array<BelievedDays, kFactClasses> BelievedAt(absl::Time as_of,
                                                  const TtlTable& ttls);

class KnownFacts {
 public:
  enum class Answer : std::uint8_t { kYes, kNo };

  // Adds one row; the first is row 0.
  void Add(const Row& row);
  // Adds a row as it stands in other columns.
  void Add(const KnownFacts& from, int row);
  // Makes room for so many rows in all.
  void Reserve(int rows);

  // Whether all known facts of a class can be believed.
  bool Believed(int row, int fact_class, const BelievedDays& days) const {
    const Days& known = days_[row * kFactClasses + fact_class];
    return known.oldest >= days.first && known.newest <= days.last;
  }

  // 64 facets of a row: facet f is bit f % 64 of word f / 64.
  std::uint64_t Word(Answer answer, int word, int row) const {
    const std::vector<std::uint64_t>& column =
        words_[static_cast<int>(answer)][word];
    return row < static_cast<int>(column.size()) ? column[row] : 0;
  }

  // 0: no least age is known.
  int least_age(int row) const { return least_age_[row]; }
  // kNoGreatestAge: none is known.
  int greatest_age(int row) const { return greatest_age_[row]; }
  static constexpr int kNoGreatestAge = 255;

  // Bytes held.
  std::size_t Bytes() const;

 private:
  struct Days {
    // Rounded down and up. With no fact nothing is believed.
    std::uint16_t oldest = 0;
    std::uint16_t newest = std::numeric_limits<std::uint16_t>::max();
  };

  // Adds a row of which nothing is known.
  void AddEmpty();
  void AddField(const Row& row, const FactField& field);
  void AddAge(const Row& row);
  // Notes when a fact was checked. False: it cannot be believed for certain.
  bool AddDay(const v1::Provenance* provenance, v1::FactTtl fact_class);
  void SetBit(v1::Answer answer, int facet);

  int rows_ = 0;
  // By answer and word; as long as the last row that has a bit there.
  std::array<std::vector<std::vector<std::uint64_t>>, 2> words_;
  std::vector<Days> days_;
  std::vector<std::uint8_t> least_age_, greatest_age_;
};

}  // namespace handrail::matcher
