#include "matcher/exclusions.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "matcher/speaker.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

// How many different claims one sentence names.
constexpr size_t kClaimsTold = 3;

// Reasons that are one: the same rule of the same owner.
using ReasonKey = std::pair<std::string_view, v1::RuleOwner>;

struct Tally {
  int count = 0;
  int only = 0;
  // What is said of it, in the order met.
  std::vector<std::string> claims;
};

ReasonKey KeyOf(const Finding& finding) {
  return {finding.rule, finding.owner};
}

std::string ReasonText(const Speaker& speaker, const Finding& finding) {
  const Sentences& say = speaker.say();
  switch (finding.say) {
    case Say::kDocument:
      return say.Fill("exclusion.documents");
    case Say::kHours:
      return say.Fill("exclusion.hours", {{"when", speaker.WhenText()}});
    case Say::kStatus:
    case Say::kOperatingState:
      return say.Fill("exclusion.shut");
    case Say::kDoNotRefer:
      return say.Fill("exclusion.hold");
    default:
      break;
  }
  const std::string claim = speaker.ClaimOf(finding);
  const bool not_wanted =
      finding.criterion != nullptr && finding.criterion->kind == v1::MUST_NOT;
  return say.Fill(not_wanted                    ? "exclusion.not_wanted"
                  : finding.owner == v1::AGENCY ? "exclusion.agency"
                                                : "exclusion.claim",
                  {{"claim", claim}});
}

void Count(const Question& question, const AskedNeed& need,
           const Refusal& refusal, std::map<ReasonKey, Tally>& tallies) {
  const Speaker speaker(question, need, refusal.candidate);
  std::set<ReasonKey> keys;
  for (const Finding& finding : refusal.reasons) {
    Tally& tally = tallies[KeyOf(finding)];
    keys.insert(KeyOf(finding));
    if (tally.claims.size() >= kClaimsTold) continue;
    std::string text = ReasonText(speaker, finding);
    if (std::find(tally.claims.begin(), tally.claims.end(), text) ==
        tally.claims.end()) {
      tally.claims.push_back(std::move(text));
    }
  }
  for (const ReasonKey& key : keys) {
    ++tallies[key].count;
    if (HANDRAIL_MUTATE(only_reason, keys.size() == 1, true)) {
      ++tallies[key].only;
    }
  }
}

std::string SentenceOf(const Sentences& say, const Tally& tally) {
  CommaList claims;
  for (const std::string& claim : tally.claims) claims.Add(claim);
  std::string sentence =
      say.Count("exclusion.count", tally.count, {{"reason", claims.text()}});
  if (tally.only == 0 || tally.only == tally.count) {
    return say.Fill(
        tally.only == 0 ? "exclusion.never_only" : "exclusion.always_only",
        {{"sentence", sentence}});
  }
  return say.Count("exclusion.only", tally.only, {{"sentence", sentence}});
}

}  // namespace

void AddExclusions(const Matching& matching, const AskedNeed& need,
                   const Reached& reached, const std::vector<Refusal>& refusals,
                   v1::NeedAnswer& answer) {
  const Sentences& say = *matching.question.say;
  std::map<ReasonKey, Tally> tallies;
  for (const Refusal& refusal : refusals) {
    Count(matching.question, need, refusal, tallies);
  }
  // The map is by rule and owner already.
  std::vector<std::pair<ReasonKey, Tally>> sorted(tallies.begin(),
                                                  tallies.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) {
                     return a.second.count > b.second.count;
                   });
  for (const auto& [key, tally] : sorted) {
    v1::Exclusion& exclusion = *answer.add_exclusions();
    exclusion.set_rule(std::string(key.first));
    exclusion.set_owner(key.second);
    exclusion.set_count(tally.count);
    exclusion.set_only_count(tally.only);
    exclusion.set_sentence(SentenceOf(say, tally));
  }
  const int nowhere = reached.judgments.place_unknown;
  if (nowhere == 0) return;
  v1::Exclusion& exclusion = *answer.add_exclusions();
  exclusion.set_rule("place_unknown");
  exclusion.set_owner(v1::LISTING);
  exclusion.set_count(nowhere);
  exclusion.set_only_count(nowhere);
  exclusion.set_sentence(say.Count("exclusion.place_unknown", nowhere));
}

}  // namespace handrail::matcher
