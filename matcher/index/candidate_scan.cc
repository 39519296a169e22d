#include "matcher/index/candidate_scan.h"

#include <algorithm>

namespace handrail::matcher {
namespace {

// With a mode without travel asked for, where a place is counts for nothing as
// long as no mode is recorded.
bool AsksWithoutTravel(const AskedNeed& need) {
  return std::any_of(need.modes.begin(), need.modes.end(),
                     [](Mode mode) { return mode != Mode::kInPerson; });
}

}  // namespace

CandidateScan::CandidateScan(const Question& question, const AskedNeed& need,
                             const Range& range)
    : need_(need) {
  if (range.within_m <= 0 || !question.start.has_value()) return;
  if (AsksWithoutTravel(need)) return;
  within_.emplace(question.start->s2(), range.within_m);
  if (range.whole_state && !question.start_state.empty()) {
    state_ = Segment::StateMark(question.start_state);
  }
}

void CandidateScan::FillWanted(const Segment& segment, int cell,
                               Wanted& wanted) const {
  if (need_.terms.empty() || !segment.indexed()) {
    const int size = segment.cells()[cell].size;
    for (int i = 0; i < size; ++i) wanted.set(i);
    return;
  }
  for (const TermIndex term : need_.terms) {
    for (const std::uint16_t row : segment.AtOrBelow(cell, term)) {
      wanted.set(row);
    }
  }
}

}  // namespace handrail::matcher
