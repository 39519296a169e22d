// Judges one listing against one need: every criterion, obligation and agency
// rule, and the listing's own rules about what the person did say.
//
// The judgement is numbers and pointers, no text: thousands of candidates are
// judged, ten are explained (explain.h turns findings into sentences). A rule
// about something the person did not say makes no finding; TheirRules in
// explain.h shows it.
//
//   AskedTimes times(question, need);
//   Judgment judgment;
//   Judge(question, need, times, candidate, AfterNo::kStop, judgment);
//   if (judgment.verdict == v1::DOES_NOT_FIT) …
//
// Pure; findings point into the question and the row.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "handrail/v1/match.pb.h"
#include "matcher/candidates.h"
#include "matcher/fact_register.h"
#include "matcher/intervals.h"
#include "matcher/judge_value.h"
#include "matcher/question.h"

namespace handrail::matcher {

// How a finding is said (explain.cc): most say a claim and its answer.
enum class Say : std::uint8_t {
  kClaim,
  kMode,
  kPlace,
  kHours,
  kStatus,
  kOperatingState,
  kDoNotRefer,
  kDocument,
  kCoverageNotInForce,
  kFree,
  kPayLess,
  kNoCoverage,
  kReentry,
  kNoCutoff,
  kIntakeHours,
};

// One thing judged.
struct Finding {
  // Field path, or "hours", "service_area", "place", …: Judgement.rule.
  std::string_view rule;
  Say say = Say::kClaim;
  v1::RuleOwner owner = v1::LISTING;
  Judged judged;

  // What is recorded about the claim, before any negation.
  v1::Answer answer = v1::ANSWER_UNSPECIFIED;
  v1::AgeState age = v1::AGE_STATE_UNSPECIFIED;
  std::string_view words;
  // Null where nothing is recorded or it is undated.
  const v1::Provenance* provenance = nullptr;

  // The value of the claim: a code, a number with the field's unit, or, for a
  // criterion, the value that decided.
  std::string_view code;
  int number = 0;
  const FactField* field = nullptr;
  const FactValue* value = nullptr;

  const AskedCriterion* criterion = nullptr;
  const v1::DocumentRule* document = nullptr;
  // The person will hold the document in time, but not yet.
  bool held_later = false;
  HoursReason hours_reason = HoursReason::kNotRecorded;

  // Something is recorded, so that its date counts for freshness.
  bool recorded() const { return age != v1::AGE_STATE_UNSPECIFIED; }
};

struct Judgment {
  std::vector<Finding> findings;
  v1::Verdict verdict = v1::FITS;
  // Worst doubt of a CHECK and how many findings have it; 0 otherwise.
  int doubt = 0;
  int doubt_count = 0;
};

// The times a question is about in one zone: the same for every listing there.
struct ZonedTimes {
  absl::TimeZone zone;
  // FromTime.
  absl::Time from;
  // AskedWindows from `from` over 28 days; with THROUGHOUT only those that are
  // still whole. Empty where the need asks for none.
  std::vector<Interval> asked, asked_whole;
  // Free time from `from` over 28 days; empty where none is given.
  std::vector<Interval> free;
};

// Works them out once a zone. Not thread-safe: one for each thread.
class AskedTimes {
 public:
  AskedTimes(const Question& question, const AskedNeed& need)
      : question_(question), need_(need) {}

  // Stays where it is.
  const ZonedTimes& In(absl::TimeZone zone);

 private:
  const Question& question_;
  const AskedNeed& need_;
  std::deque<ZonedTimes> zones_;
};

// Whether the rest of a listing is judged after something that is not met.
enum class AfterNo : std::uint8_t { kGoOn, kStop };

// Sets `judgment`; what it held before only lends its memory. With kStop a
// DOES_NOT_FIT may have fewer findings; nothing else differs.
void Judge(const Question& question, const AskedNeed& need, AskedTimes& times,
           const Candidate& candidate, AfterNo after_no, Judgment& judgment);

// One criterion against what is recorded. For PREFER too.
Finding JudgeCriterion(const Question& question,
                       const AskedCriterion& criterion, const Row& row);

// The zone in which a listing's local days and times are meant: its own in
// person, the person's otherwise; UTC where neither is known.
absl::TimeZone LocalZone(const Question& question, const Candidate& candidate);

// The moment from which the person could come: as_of, or the first moment of
// earliest_start where that is later.
absl::Time FromTime(const Question& question, absl::TimeZone zone);

// The window mode of a need at a listing: asked, else by the kind of help.
v1::WindowMode WindowModeOf(const AskedNeed& need, const Row& row);

// The instances of the need's weekly window or of tonight, from FromTime over
// 28 days. REQUIRES: the need asks for one of the two.
const std::vector<Interval>& AskedWindows(AskedTimes& times,
                                          absl::TimeZone zone,
                                          v1::WindowMode mode);

// The opening rule; where the listing has no zone, read in the person's.
// Stored in `own` where it had to be made.
const OpeningRule& OpeningOf(const Question& question, const Row& row,
                             OpeningRule& own);

// Age of the hours, and the date that is the longest ago of what they hang on.
// `in_words`: what is told is "round the clock", in words.
v1::AgeState HoursAge(const Question& question, const Row& row,
                      const v1::Provenance** provenance, bool in_words = false);

}  // namespace handrail::matcher
