#include "matcher/near_miss.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "matcher/changeable.h"
#include "matcher/option.h"
#include "matcher/speaker.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

struct Miss {
  Candidate candidate;
  Range range;
  // Null: it is only too far.
  const Finding* reason = nullptr;
  bool has_doubt = false;
};

bool IsNearer(const Miss& a, const Miss& b) {
  const auto key = [](const Miss& miss) {
    const int metres = miss.candidate.distance_m;
    return std::make_tuple(
        metres < 0 ? std::numeric_limits<int>::max() : metres,
        std::string_view(miss.candidate.row->listing.id()));
  };
  return key(a) < key(b);
}

// What fits one ring further out and was no candidate before.
void AddFurtherOut(const Reached& reached, const Reached& further,
                   std::vector<Miss>& misses) {
  std::set<const Row*> known;
  for (const Ranked& one : reached.judgments.judged) {
    known.insert(one.candidate.row);
  }
  for (const Ranked& one : further.judgments.judged) {
    if (one.verdict != v1::FITS || known.contains(one.candidate.row)) continue;
    misses.push_back({.candidate = one.candidate, .range = further.range});
  }
}

std::string ChangeOf(const Question& question, const Speaker& speaker,
                     const Miss& miss) {
  const Sentences& say = speaker.say();
  if (miss.reason == nullptr) {
    return say.Fill("change.distance",
                    {{"value", speaker.Distance(miss.candidate.distance_m)}});
  }
  const Finding& reason = *miss.reason;
  if (reason.say == Say::kDocument) {
    return say.Fill("change.documents",
                    {{"value", speaker.Documents(DocumentsToBring(
                                   question, *reason.document))}});
  }
  if (reason.rule == "hours") return say.Fill("change.hours");
  const std::string claim = speaker.ClaimOf(reason);
  if (reason.criterion == nullptr) {
    const std::string key = "change." + std::string(reason.rule);
    return say.Fill(say.Has(key) ? key : "change.rule", {{"claim", claim}});
  }
  return say.Fill(reason.criterion->kind == v1::MUST_NOT ? "change.must_not"
                                                         : "change.must",
                  {{"claim", claim}});
}

void Tell(const Question& question, const AskedNeed& need, const Miss& miss,
          v1::NearMiss& out) {
  const Speaker speaker(question, need, miss.candidate);
  *out.mutable_option() =
      MakeOption(question, need, miss.range, miss.candidate);
  out.set_rule(miss.reason == nullptr ? "distance"
                                      : std::string(miss.reason->rule));
  out.set_sentence(
      speaker.say().Fill(miss.has_doubt ? "near_miss.may" : "near_miss.fits",
                         {{"change", ChangeOf(question, speaker, miss)}}));
}

}  // namespace

void AddNearMisses(const Question& question, const AskedNeed& need,
                   const Reached& reached,
                   const std::optional<Reached>& further,
                   const std::vector<Refusal>& refusals,
                   v1::NeedAnswer& answer) {
  std::vector<Miss> misses;
  for (const Refusal& refusal : refusals) {
    if (HANDRAIL_MUTATE(one_reason, refusal.reasons.size() != 1, false)) {
      continue;
    }
    const Finding& reason = refusal.reasons.front();
    if (!IsChangeable(question, reason)) continue;
    misses.push_back({.candidate = refusal.candidate,
                      .range = reached.range,
                      .reason = &reason,
                      .has_doubt = refusal.has_doubt});
  }
  if (further.has_value()) AddFurtherOut(reached, *further, misses);
  std::sort(misses.begin(), misses.end(), IsNearer);
  if (misses.size() > kNearMissesMax) misses.resize(kNearMissesMax);
  for (const Miss& miss : misses) {
    Tell(question, need, miss, *answer.add_near_misses());
  }
}

}  // namespace handrail::matcher
