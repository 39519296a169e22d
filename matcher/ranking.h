// Judges the candidates of one need and puts the best of them in order.
//
// The order is MATCHING's: verdict, doubt, points, fresher, nearer, id. Judging
// is cheap and is done for every candidate; scoring is done for those that can
// still be shown; sentences are made for the shown alone (option.h).
//
//   AskedTimes times(question, need);
//   HANDRAIL_ASSIGN_OR_RETURN(const Reached reached,
//                             Reach(matching, need, times));
//   HANDRAIL_ASSIGN_OR_RETURN(
//       const std::vector<Ranked> best,
//       BestOf(matching, need, times, reached, question.max_results));
//
// Pure; what is returned points into the snapshot and the question.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/v1/match.pb.h"
#include "matcher/candidates.h"
#include "matcher/judge.h"
#include "matcher/matcher.h"
#include "matcher/question.h"
#include "matcher/snapshot.h"

namespace handrail::matcher {

// What every step of one match works with. Points to what it was made from.
struct Matching {
  const Snapshot& snapshot;
  const Question& question;
  const MatchOptions& options;
};

// DEADLINE_EXCEEDED (EXPIRED) once nobody waits any longer.
absl::Status CheckExpired(const MatchOptions& options);

// A candidate with what the order needs of it. Points and freshness are set
// where it was scored.
struct Ranked {
  Candidate candidate;
  v1::Verdict verdict = v1::FITS;
  int doubt = 0;
  int doubt_count = 0;
  int points = 0;
  int freshness_days = -1;
};

// MATCHING's order, total.
bool IsBefore(const Ranked& a, const Ranked& b);

struct Judgments {
  // Every candidate, also who does not fit, in the order of FindCandidates.
  std::vector<Ranked> judged;
  int fits = 0;
  int checks = 0;
  int misfits = 0;
  int place_unknown = 0;
  // Of those that fit or are to be checked: how many take no option slot,
  // because another listing of the same place does.
  int repeats = 0;
};

// Judges every candidate in `range`. `narrower` was judged before in a range
// within this one: what it found stands here too.
absl::StatusOr<Judgments> JudgeAll(const Matching& matching,
                                   const AskedNeed& need, AskedTimes& times,
                                   const Range& range,
                                   const std::vector<Ranked>& narrower = {});

struct Reached {
  Range range;
  Judgments judgments;

  // How many fit or are to be checked.
  int options() const { return judgments.fits + judgments.checks; }
};

// Judges, in wider and wider rings where the need says so, until there are
// enough options.
absl::StatusOr<Reached> Reach(const Matching& matching, const AskedNeed& need,
                              AskedTimes& times);

// The next ring beyond what was reached, judged; absent where there is none, or
// where the need has no bound.
absl::StatusOr<std::optional<Reached>> ReachFurther(const Matching& matching,
                                                    const AskedNeed& need,
                                                    AskedTimes& times,
                                                    const Reached& reached);

// One option slot: the candidate that stands for it, and the other listings of
// the same place that fit or are to be checked, in order.
struct Slot {
  Ranked first;
  std::vector<Ranked> others;
};

// The best `shown` of what fits or is to be checked, in order; listings of one
// place share a slot.
absl::StatusOr<std::vector<Slot>> BestSlots(const Matching& matching,
                                            const AskedNeed& need,
                                            AskedTimes& times,
                                            const Reached& reached, int shown);

}  // namespace handrail::matcher
