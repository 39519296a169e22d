#include "matcher/refusals.h"

#include <algorithm>

#include "storage/base/status.h"

namespace handrail::matcher {

absl::StatusOr<std::vector<Refusal>> FindRefusals(const Matching& matching,
                                                  const AskedNeed& need,
                                                  AskedTimes& times,
                                                  const Judgments& judgments) {
  std::vector<Refusal> refusals;
  Judgment judgment;
  for (const Ranked& one : judgments.judged) {
    if (one.verdict != v1::DOES_NOT_FIT) continue;
    HANDRAIL_RETURN_IF_ERROR(CheckExpired(matching.options));
    Judge(matching.question, need, times, one.candidate, AfterNo::kGoOn,
          judgment);
    Refusal& refusal = refusals.emplace_back();
    refusal.candidate = one.candidate;
    for (const Finding& finding : judgment.findings) {
      if (finding.judged.state == v1::NOT_MET) {
        refusal.reasons.push_back(finding);
      } else if (finding.judged.state == v1::UNKNOWN) {
        refusal.has_doubt = true;
      }
    }
  }
  // Candidates come as the index has them; an answer must not.
  std::sort(
      refusals.begin(), refusals.end(), [](const Refusal& a, const Refusal& b) {
        return a.candidate.row->listing.id() < b.candidate.row->listing.id();
      });
  return refusals;
}

}  // namespace handrail::matcher
