// What usually comes next, and what bridges a wait: kinds of help by kind of
// help (matcher/data/continuum.json, embedded; sources stand there).
//
// Knowledge of the field in general, told as "people often go on to"; never
// advice to a person, and never a level of care.
//
// Thread-safe: immutable after it was read.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "matcher/taxonomy.h"

namespace handrail::matcher {

// Most kinds that are told as next steps of one option.
inline constexpr int kNextStepsMax = 3;

// One kind that follows from another.
struct ContinuumStep {
  TermIndex from = 0;
  TermIndex to = 0;
};

class Continuum {
 public:
  // Reads continuum.json. INVALID_ARGUMENT names what is wrong: not JSON, a
  // term the taxonomy does not have, a list that is empty.
  static absl::StatusOr<Continuum> Parse(std::string_view json,
                                         const Taxonomy& taxonomy);

  // That of this build, parsed once.
  static const Continuum& BuiltIn();

  // What each of the terms usually leads to, in the order of the file, each
  // kind once and none that is among `terms`. A term without an entry has that
  // of its nearest parent.
  std::vector<ContinuumStep> LeadsTo(const TermSet& terms) const;

  // What can help while one waits for something of these kinds.
  std::vector<TermIndex> Bridges(const TermSet& terms) const;

 private:
  using Table = std::map<TermIndex, std::vector<TermIndex>>;

  explicit Continuum(const Taxonomy& taxonomy) : taxonomy_(taxonomy) {}
  std::vector<ContinuumStep> Steps(const Table& table,
                                   const TermSet& terms) const;

  const Taxonomy& taxonomy_;
  Table leads_to_;
  Table bridges_;
};

}  // namespace handrail::matcher
