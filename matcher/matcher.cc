#include "matcher/matcher.h"

#include <string>

#include "matcher/candidates.h"
#include "matcher/crisis_blocks.h"
#include "matcher/need_answer.h"
#include "matcher/option.h"
#include "matcher/ranking.h"
#include "matcher/request_check.h"
#include "matcher/speaker.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

const TtlTable& TtlsOf(const MatchOptions& options) {
  return options.ttls == nullptr ? DefaultTtlTable() : *options.ttls;
}

std::string WhySentence(WhyNot why, const Question& question,
                        const AskedNeed& need, const Candidate& candidate) {
  const Speaker speaker(question, need, candidate);
  const Sentences& say = speaker.say();
  switch (why) {
    case WhyNot::kNone:
      return "";
    case WhyNot::kInactive:
      return say.Fill("why.inactive");
    case WhyNot::kExcluded:
      return say.Fill("why.excluded");
    case WhyNot::kOtherNeed:
      return say.Fill("why.term");
    case WhyNot::kWords:
      return say.Fill("why.words");
    case WhyNot::kMode:
      return say.Fill("why.mode", {{"value", speaker.ModesText()}});
    case WhyNot::kNoPlace:
      return say.Fill("why.no_place");
    case WhyNot::kTooFar:
      return say.Fill("why.far",
                      {{"value", speaker.Distance(candidate.distance_m)}});
  }
  return "";
}

std::string Summary(const Sentences& say, const v1::Option& option) {
  if (option.verdict() == v1::FITS) return say.Fill("summary.fits");
  if (option.verdict() == v1::CHECK) {
    return say.Count("summary.check", option.questions_size());
  }
  for (const v1::Judgement& judgement : option.explanation().judgements()) {
    if (judgement.state() != v1::NOT_MET) continue;
    return say.Fill("summary.not", {{"sentence", judgement.sentence()}});
  }
  return "";
}

}  // namespace

absl::StatusOr<v1::MatchResponse> Match(const Snapshot& snapshot,
                                        const v1::MatchRequest& request,
                                        absl::Time now,
                                        const MatchOptions& options) {
  HANDRAIL_ASSIGN_OR_RETURN(
      const Question question,
      CheckRequest(request, snapshot, now, options.policy, TtlsOf(options)));
  const Matching matching{snapshot, question, options};
  v1::MatchResponse answer;
  AddCrisisBlocks(snapshot, question, answer);
  for (const AskedNeed& need : question.needs) {
    HANDRAIL_RETURN_IF_ERROR(CheckExpired(options));
    HANDRAIL_RETURN_IF_ERROR(AnswerNeed(matching, need, *answer.add_needs()));
  }
  answer.set_directory_revision(snapshot.revision());
  SetTime(question.as_of, *answer.mutable_as_of());
  answer.set_scorer_version(ScorerVersion());
  return answer;
}

absl::StatusOr<v1::ExplainResponse> Explain(const Snapshot& snapshot,
                                            const v1::ExplainRequest& request,
                                            absl::Time now,
                                            const MatchOptions& options) {
  HANDRAIL_ASSIGN_OR_RETURN(const Question question,
                            CheckRequest(request.request(), snapshot, now,
                                         options.policy, TtlsOf(options)));
  const Row* row = snapshot.Find(request.listing_id());
  if (row == nullptr) {
    return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
                    "there is no listing with this id",
                    {{"type", "listing"}, {"id", request.listing_id()}});
  }
  v1::ExplainResponse answer;
  for (const AskedNeed& need : question.needs) {
    Range range = FirstRange(need);
    if (need.need->widen()) {
      AskedTimes times(question, need);
      HANDRAIL_ASSIGN_OR_RETURN(
          const Reached reached,
          Reach({snapshot, question, options}, need, times));
      range = reached.range;
    }
    v1::NeedExplanation& explanation = *answer.add_needs();
    Candidate candidate;
    const WhyNot why = ConsiderRow(question, need, range, *row, candidate);
    explanation.set_candidate(why == WhyNot::kNone);
    explanation.set_why_no_candidate(
        WhySentence(why, question, need, candidate));
    if (why != WhyNot::kNone) {
      explanation.set_summary(explanation.why_no_candidate());
      continue;
    }
    *explanation.mutable_option() =
        MakeOption(question, need, range, candidate);
    explanation.set_summary(Summary(*question.say, explanation.option()));
  }
  answer.set_directory_revision(snapshot.revision());
  answer.set_scorer_version(ScorerVersion());
  return answer;
}

}  // namespace handrail::matcher
