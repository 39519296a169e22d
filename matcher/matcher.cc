#include "matcher/matcher.h"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "matcher/candidates.h"
#include "matcher/crisis_blocks.h"
#include "matcher/judge.h"
#include "matcher/option.h"
#include "matcher/points.h"
#include "matcher/request_check.h"
#include "matcher/speaker.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"

namespace handrail::matcher {
namespace {

// What the order needs of a candidate; the rest is made again for the shown.
struct Ranked {
  Candidate candidate;
  v1::Verdict verdict = v1::FITS;
  int doubt = 0;
  int doubt_count = 0;
  int points = 0;
  int freshness_days = -1;
};

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

// MATCHING's order, total: verdict, doubt, points, fresher, nearer, id.
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

struct Judgments {
  // Every candidate, also who does not fit, in the order of listing ids.
  std::vector<Ranked> judged;
  int fits = 0;
  int checks = 0;
  int misfits = 0;
  int place_unknown = 0;
};

// How many candidates are judged between two looks at the deadline.
constexpr int kCandidatesPerLook = 512;

absl::Status CheckExpired(const MatchOptions& options) {
  if (!options.expired || !options.expired()) return absl::OkStatus();
  return Error(absl::StatusCode::kDeadlineExceeded, v1::ERROR_REASON_EXPIRED,
               "the deadline passed while matching");
}

// `judgment` only lends its memory.
Ranked JudgeOne(const Question& question, const AskedNeed& need,
                AskedTimes& times, const Candidate& candidate,
                Judgment& judgment) {
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

// `narrower` was judged in the ring before: what it found stands here too.
absl::StatusOr<Judgments> JudgeAll(const Snapshot& snapshot,
                                   const Question& question,
                                   const AskedNeed& need, AskedTimes& times,
                                   const Range& range,
                                   const std::vector<Ranked>& narrower,
                                   const MatchOptions& options) {
  Judgments result;
  const Candidates candidates = FindCandidates(snapshot, question, need, range);
  result.place_unknown = candidates.place_unknown;
  result.judged.reserve(candidates.found.size());
  Judgment judgment;
  auto known = narrower.begin();
  for (const Candidate& candidate : candidates.found) {
    if (result.judged.size() % kCandidatesPerLook == 0) {
      HANDRAIL_RETURN_IF_ERROR(CheckExpired(options));
    }
    const bool again =
        known != narrower.end() && IsJudgedAlike(known->candidate, candidate);
    Ranked& judged = result.judged.emplace_back(
        again ? *known : JudgeOne(question, need, times, candidate, judgment));
    judged.candidate = candidate;
    if (known != narrower.end() && known->candidate.row == candidate.row) {
      ++known;
    }
    ++(judged.verdict == v1::FITS    ? result.fits
       : judged.verdict == v1::CHECK ? result.checks
                                     : result.misfits);
  }
  return result;
}

// The best `shown`, in order. Only who is as sure as the last of them is
// scored.
absl::Status KeepBest(const Question& question, const AskedNeed& need,
                      AskedTimes& times, const Range& range, int shown,
                      const MatchOptions& options,
                      std::vector<Ranked>& ranked) {
  const auto last =
      ranked.begin() + std::min<std::ptrdiff_t>(shown, std::ssize(ranked));
  if (last != ranked.end()) {
    std::nth_element(ranked.begin(), last - 1, ranked.end(), IsSurer);
    const Ranked bound = *(last - 1);
    std::erase_if(ranked,
                  [&](const Ranked& one) { return IsSurer(bound, one); });
  }
  int count = 0;
  for (Ranked& one : ranked) {
    if (count++ % kCandidatesPerLook == 0) {
      HANDRAIL_RETURN_IF_ERROR(CheckExpired(options));
    }
    one.points =
        Score(question, need, times, range, one.candidate, one.freshness_days)
            .total();
  }
  const std::ptrdiff_t kept =
      std::min<std::ptrdiff_t>(shown, std::ssize(ranked));
  std::partial_sort(ranked.begin(), ranked.begin() + kept, ranked.end(),
                    IsBefore);
  ranked.resize(kept);
  return absl::OkStatus();
}

struct Reached {
  Range range;
  Judgments judgments;
};

// Judges, in wider and wider rings where the need says so, until there are
// enough options.
absl::StatusOr<Reached> Reach(const Snapshot& snapshot,
                              const Question& question, const AskedNeed& need,
                              AskedTimes& times, const MatchOptions& options) {
  Reached reached{.range = FirstRange(need), .judgments = {}};
  while (true) {
    HANDRAIL_ASSIGN_OR_RETURN(
        reached.judgments,
        JudgeAll(snapshot, question, need, times, reached.range,
                 reached.judgments.judged, options));
    const int found = reached.judgments.fits + reached.judgments.checks;
    if (found >= question.max_results) return reached;
    const std::optional<Range> wider =
        WiderRange(question, need, reached.range);
    if (!wider.has_value()) return reached;
    reached.range = *wider;
  }
}

absl::Status AnswerNeed(const Snapshot& snapshot, const Question& question,
                        const AskedNeed& need, const MatchOptions& options,
                        v1::NeedAnswer& answer) {
  AskedTimes times(question, need);
  HANDRAIL_ASSIGN_OR_RETURN(Reached reached,
                            Reach(snapshot, question, need, times, options));
  Judgments& judgments = reached.judgments;
  answer.set_fits_count(judgments.fits);
  answer.set_check_count(judgments.checks);
  answer.set_does_not_fit_count(judgments.misfits);
  answer.set_place_unknown_count(judgments.place_unknown);
  answer.set_within_m(reached.range.within_m);
  answer.set_whole_state(reached.range.whole_state);
  std::vector<Ranked>& ranked = judgments.judged;
  std::erase_if(ranked, [](const Ranked& one) {
    return one.verdict == v1::DOES_NOT_FIT;
  });
  HANDRAIL_RETURN_IF_ERROR(KeepBest(question, need, times, reached.range,
                                    question.max_results, options, ranked));
  HANDRAIL_RETURN_IF_ERROR(CheckExpired(options));
  for (const Ranked& one : ranked) {
    *answer.add_options() =
        MakeOption(question, need, reached.range, one.candidate);
  }
  return absl::OkStatus();
}

const TtlTable& TtlsOf(const MatchOptions& options) {
  return options.ttls == nullptr ? DefaultTtlTable() : *options.ttls;
}

void SetTime(absl::Time time, google::protobuf::Timestamp& out) {
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
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
  v1::MatchResponse answer;
  AddCrisisBlocks(snapshot, question, answer);
  for (const AskedNeed& need : question.needs) {
    HANDRAIL_RETURN_IF_ERROR(CheckExpired(options));
    HANDRAIL_RETURN_IF_ERROR(
        AnswerNeed(snapshot, question, need, options, *answer.add_needs()));
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
          Reach(snapshot, question, need, times, options));
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
