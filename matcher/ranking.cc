#include "matcher/ranking.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "matcher/index/sieve.h"
#include "matcher/points.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

// How many candidates are judged between two looks at the deadline.
constexpr int kCandidatesPerLook = 512;

// Smaller is better; what is not known (-1) is last.
int LastIfUnknown(int value) {
  return value < 0 ? std::numeric_limits<int>::max() : value;
}

// The first part of the order, which nothing that comes after it can change.
bool IsSurer(const Ranked& a, const Ranked& b) {
  if (a.verdict != b.verdict) return a.verdict < b.verdict;
  if (HANDRAIL_MUTATE(order_by_doubt, a.doubt != b.doubt, false)) {
    return a.doubt < b.doubt;
  }
  return HANDRAIL_MUTATE(order_by_doubt_count, a.doubt_count < b.doubt_count,
                         false);
}

// `judgment` only lends its memory.
Ranked JudgeOne(const Question& question, const AskedNeed& need,
                AskedTimes& times, const Candidate& candidate,
                Judgment& judgment) {
  if (candidate.refused) {
    return {.candidate = candidate, .verdict = v1::DOES_NOT_FIT};
  }
  Judge(question, need, times, candidate, AfterNo::kStop, judgment);
  Ranked ranked{.candidate = candidate,
                .verdict = judgment.verdict,
                .doubt = judgment.doubt,
                .doubt_count = judgment.doubt_count};
  if (ranked.verdict != v1::DOES_NOT_FIT) {
    ranked.freshness_days = OldestDays(question, *candidate.row, judgment);
  }
  return ranked;
}

// Nothing that is judged depends on how far away a listing is.
bool IsJudgedAlike(const Candidate& a, const Candidate& b) {
  return a.row == b.row && a.in_person == b.in_person &&
         a.without_travel == b.without_travel;
}

bool IsOption(const Ranked& one) { return one.verdict != v1::DOES_NOT_FIT; }

// The cluster of a listing; empty where it stands alone.
std::string_view SharedPlace(const Snapshot& snapshot, const Ranked& one) {
  const std::string* cluster =
      snapshot.clusters().Find(one.candidate.row->listing.id());
  return cluster == nullptr ? std::string_view() : *cluster;
}

int CountRepeats(const Snapshot& snapshot, const std::vector<Ranked>& judged) {
  if (snapshot.clusters().size() == 0) return 0;
  std::set<std::string_view> seen;
  int repeats = 0;
  for (const Ranked& one : judged) {
    if (!IsOption(one)) continue;
    const std::string_view place = SharedPlace(snapshot, one);
    if (!place.empty() && !seen.insert(place).second) ++repeats;
  }
  return repeats;
}

// The best `kept` of `ranked`, in order. Only who is as sure as the last of
// them is scored.
absl::Status KeepBest(const Matching& matching, const AskedNeed& need,
                      AskedTimes& times, const Range& range, int kept,
                      std::vector<Ranked>& ranked) {
  const auto last =
      ranked.begin() + std::min<std::ptrdiff_t>(kept, std::ssize(ranked));
  if (last != ranked.end() && last != ranked.begin()) {
    std::nth_element(ranked.begin(), last - 1, ranked.end(), IsSurer);
    const Ranked bound = *(last - 1);
    std::erase_if(ranked,
                  [&](const Ranked& one) { return IsSurer(bound, one); });
  }
  int count = 0;
  for (Ranked& one : ranked) {
    if (count++ % kCandidatesPerLook == 0) {
      HANDRAIL_RETURN_IF_ERROR(CheckExpired(matching.options));
    }
    one.points = Score(matching.question, need, times, range, one.candidate,
                       one.freshness_days)
                     .total();
  }
  const std::ptrdiff_t size =
      std::min<std::ptrdiff_t>(kept, std::ssize(ranked));
  std::partial_sort(ranked.begin(), ranked.begin() + size, ranked.end(),
                    IsBefore);
  ranked.resize(size);
  return absl::OkStatus();
}

// Options of each place that several listings share.
using Sharers = std::unordered_map<std::string_view, std::vector<Ranked>>;

Sharers FindSharers(const Snapshot& snapshot,
                    const std::vector<Ranked>& options) {
  Sharers sharers;
  if (snapshot.clusters().size() == 0) return sharers;
  for (const Ranked& one : options) {
    const std::string_view place = SharedPlace(snapshot, one);
    if (!place.empty()) sharers[place].push_back(one);
  }
  return sharers;
}

// Lays ordered candidates into slots; the first of a place stands for it.
std::vector<Slot> IntoSlots(const Snapshot& snapshot,
                            std::vector<Ranked> ordered, int shown) {
  std::vector<Slot> slots;
  std::set<std::string_view> places;
  for (Ranked& one : ordered) {
    if (std::ssize(slots) == shown) break;
    const std::string_view place = SharedPlace(snapshot, one);
    if (!place.empty() && !places.insert(place).second) continue;
    slots.push_back({.first = std::move(one), .others = {}});
  }
  return slots;
}

}  // namespace

absl::Status CheckExpired(const MatchOptions& options) {
  if (!options.expired || !options.expired()) return absl::OkStatus();
  return Error(absl::StatusCode::kDeadlineExceeded, v1::ERROR_REASON_EXPIRED,
               "the deadline passed while matching");
}

bool IsBefore(const Ranked& a, const Ranked& b) {
  if (IsSurer(a, b)) return true;
  if (IsSurer(b, a)) return false;
  if (a.points != b.points) return a.points > b.points;
  if (a.freshness_days != b.freshness_days) {
    return LastIfUnknown(a.freshness_days) < LastIfUnknown(b.freshness_days);
  }
  if (a.candidate.distance_m != b.candidate.distance_m) {
    return LastIfUnknown(a.candidate.distance_m) <
           LastIfUnknown(b.candidate.distance_m);
  }
  return a.candidate.row->listing.id() < b.candidate.row->listing.id();
}

absl::StatusOr<Judgments> JudgeAll(const Matching& matching,
                                   const AskedNeed& need, AskedTimes& times,
                                   const Range& range,
                                   const std::vector<Ranked>& narrower) {
  Judgments result;
  const Sieve sieve(matching.question, need);
  const Candidates candidates =
      FindCandidates(matching.snapshot, matching.question, need, range, &sieve);
  result.place_unknown = candidates.place_unknown;
  result.judged.reserve(candidates.found.size());
  Judgment judgment;
  auto known = narrower.begin();
  for (const Candidate& candidate : candidates.found) {
    if (result.judged.size() % kCandidatesPerLook == 0) {
      HANDRAIL_RETURN_IF_ERROR(CheckExpired(matching.options));
    }
    const bool again =
        known != narrower.end() && IsJudgedAlike(known->candidate, candidate);
    Ranked& judged = result.judged.emplace_back(
        again ? *known
              : JudgeOne(matching.question, need, times, candidate, judgment));
    judged.candidate = candidate;
    if (known != narrower.end() && known->candidate.row == candidate.row) {
      ++known;
    }
    ++(judged.verdict == v1::FITS    ? result.fits
       : judged.verdict == v1::CHECK ? result.checks
                                     : result.misfits);
  }
  result.repeats = CountRepeats(matching.snapshot, result.judged);
  return result;
}

absl::StatusOr<Reached> Reach(const Matching& matching, const AskedNeed& need,
                              AskedTimes& times) {
  Reached reached{.range = FirstRange(need), .judgments = {}};
  while (true) {
    HANDRAIL_ASSIGN_OR_RETURN(reached.judgments,
                              JudgeAll(matching, need, times, reached.range,
                                       reached.judgments.judged));
    const Judgments& judgments = reached.judgments;
    const int slots = judgments.fits + judgments.checks - judgments.repeats;
    if (slots >= matching.question.max_results) return reached;
    const std::optional<Range> wider =
        WiderRange(matching.question, need, reached.range);
    if (!wider.has_value()) return reached;
    reached.range = *wider;
  }
}

absl::StatusOr<std::optional<Reached>> ReachFurther(const Matching& matching,
                                                    const AskedNeed& need,
                                                    AskedTimes& times,
                                                    const Reached& reached) {
  if (!need.distance_bound()) return std::nullopt;
  const std::optional<Range> ring = NextRing(matching.question, reached.range);
  if (!ring.has_value()) return std::nullopt;
  Reached further{.range = *ring, .judgments = {}};
  HANDRAIL_ASSIGN_OR_RETURN(
      further.judgments,
      JudgeAll(matching, need, times, *ring, reached.judgments.judged));
  return further;
}

absl::StatusOr<std::vector<Slot>> BestSlots(const Matching& matching,
                                            const AskedNeed& need,
                                            AskedTimes& times,
                                            const Reached& reached, int shown) {
  std::vector<Ranked> ranked = reached.judgments.judged;
  std::erase_if(ranked, [](const Ranked& one) { return !IsOption(one); });
  Sharers sharers = reached.judgments.repeats == 0
                        ? Sharers()
                        : FindSharers(matching.snapshot, ranked);
  // Each repeat can take the place of an option in what is kept.
  HANDRAIL_RETURN_IF_ERROR(KeepBest(matching, need, times, reached.range,
                                    shown + reached.judgments.repeats, ranked));
  std::vector<Slot> slots =
      IntoSlots(matching.snapshot, std::move(ranked), shown);
  // Wherever they stand in the order, they are named under the first.
  for (Slot& slot : slots) {
    const auto found = sharers.find(SharedPlace(matching.snapshot, slot.first));
    if (found == sharers.end()) continue;
    if (HANDRAIL_MUTATE(one_place_names_all, false, true)) continue;
    slot.others = std::move(found->second);
    std::erase_if(slot.others, [&slot](const Ranked& one) {
      return one.candidate.row == slot.first.candidate.row;
    });
    HANDRAIL_RETURN_IF_ERROR(KeepBest(matching, need, times, reached.range,
                                      static_cast<int>(slot.others.size()),
                                      slot.others));
  }
  return slots;
}

}  // namespace handrail::matcher
