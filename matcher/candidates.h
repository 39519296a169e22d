// Which listings answer a need at all, and how one gets there.
//
// A candidate answers the kind of need (and the words, where they decide) and
// is within reach: in person within the distance, or without travel. Need,
// distance and mode take listings out here; everything else is judged
// (judge.h). Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "matcher/question.h"
#include "matcher/row.h"
#include "matcher/snapshot.h"

namespace handrail::matcher {

// See index/sieve.h.
class Sieve;

// Rings of `widen`, metres; after the last comes the state.
inline constexpr int kRingsM[] = {5'000,  10'000,  25'000,
                                  50'000, 100'000, 200'000};

// How far options may come from.
struct Range {
  // Metres; 0: no bound.
  int within_m = 0;
  // Also the whole state of the starting point.
  bool whole_state = false;
};

struct Candidate {
  const Row* row = nullptr;
  // One can go there (and, with a bound, it is within it).
  bool in_person = false;
  // One can take part without travel, by a mode that was asked for.
  bool without_travel = false;
  // Metres from the starting point; -1 where not measured or where one only
  // takes part without travel. Of a listing that is too far it says how far.
  int distance_m = -1;
  // A look at the columns was enough to tell that it does not fit.
  bool refused = false;
};

// Why a listing is no candidate; kNone: it is one.
enum class WhyNot : std::uint8_t {
  kNone,
  kInactive,
  kExcluded,
  kOtherNeed,
  kWords,
  kMode,
  kNoPlace,
  kTooFar,
};

// Judges one row. Fills `candidate` in any case as far as it goes.
WhyNot ConsiderRow(const Question& question, const AskedNeed& need,
                   const Range& range, const Row& row, Candidate& candidate);

struct Candidates {
  // In an order of the snapshot's own: that of its segments. What is found in a
  // wider range too comes in the same order.
  std::vector<Candidate> found;
  // Answer the need, but stand nowhere, where distance was asked.
  int place_unknown = 0;
};

// Looks the rows up in the snapshot's index. With a sieve it also tells of some
// that they do not fit.
Candidates FindCandidates(const Snapshot& snapshot, const Question& question,
                          const AskedNeed& need, const Range& range,
                          const Sieve* sieve = nullptr);

// The first range of a need, and the next wider one where the need asks to
// widen; absent: there is none.
Range FirstRange(const AskedNeed& need);
std::optional<Range> WiderRange(const Question& question, const AskedNeed& need,
                                const Range& range);

// The ring around a range, whether the need asks to widen or not: the next of
// kRingsM, then the state. Absent where there is no bound or nothing further.
std::optional<Range> NextRing(const Question& question, const Range& range);

// Half answers to the asked terms: 2 for each term answered, 1 where only
// through a broader code.
int AnsweredHalves(const AskedNeed& need, const Row& row);

}  // namespace handrail::matcher
