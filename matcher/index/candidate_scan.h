// Finds the rows of a segment that a need can be about, without opening them.
//
// What is visited may turn out to be no candidate; what is not visited is none,
// nor is it one whose place is unknown.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "matcher/candidates.h"
#include "matcher/index/map_cells.h"
#include "matcher/index/row_set.h"
#include "matcher/question.h"

namespace handrail::matcher {

class CandidateScan {
 public:
  CandidateScan(const Question& question, const AskedNeed& need,
                const Range& range);

  // Calls visit(number) for rows of the part, ascending.
  template <typename Visit>
  void ForEach(const RowSet::Part& part, const Visit& visit) const {
    const Segment& segment = *part.segment;
    for (int c = 0; c < static_cast<int>(segment.cells().size()); ++c) {
      const Segment::Cell& cell = segment.cells()[c];
      const bool whole = IsWhole(segment, cell);
      if (!whole && !MayHold(cell)) continue;
      Wanted wanted;
      FillWanted(segment, c, wanted);
      for (std::size_t i = wanted._Find_first(); i < wanted.size();
           i = wanted._Find_next(i)) {
        const int number = cell.first + static_cast<int>(i);
        if (part.Has(number) && (whole || MayBe(segment, number))) {
          visit(number);
        }
      }
    }
  }

 private:
  // Rows of one cell.
  using Wanted = std::bitset<kCellRowsMax>;

  // No row of the cell can be left out for where it is.
  bool IsWhole(const Segment& segment, const Segment::Cell& cell) const {
    return !within_.has_value() || !cell.circle.has_value() ||
           !segment.indexed();
  }
  // Some row of the cell may be near enough.
  bool MayHold(const Segment::Cell& cell) const {
    return state_.has_value() || within_->May(*cell.circle);
  }
  bool MayBe(const Segment& segment, int number) const {
    if (within_->May(segment.point(number))) return true;
    return state_.has_value() && segment.MayBeIn(*state_, number);
  }
  // The rows that answer the kind of need.
  void FillWanted(const Segment& segment, int cell, Wanted& wanted) const;

  const AskedNeed& need_;
  // Absent: it does not matter where rows are.
  std::optional<Within> within_;
  // The state that counts as near as a whole.
  std::optional<std::uint16_t> state_;
};

}  // namespace handrail::matcher
