// Judges one listing against one need: every criterion, obligation and agency
// rule, and the listing's own rules about what the person did say.
//
// The judgement is numbers and pointers, no text: thousands of candidates are
// judged, ten are explained (explain.h turns findings into sentences). A rule
// about something the person did not say makes no finding; TheirRules in
// explain.h shows it.
//
//   const Judgment judgment = Judge(question, need, candidate);
//   if (judgment.verdict == v1::DOES_NOT_FIT) …
//
// Pure; findings point into the question and the row.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "handrail/v1/match.pb.h"
#include "matcher/candidates.h"
#include "matcher/fact_register.h"
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

Judgment Judge(const Question& question, const AskedNeed& need,
               const Candidate& candidate);

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
std::vector<Interval> AskedWindows(const Question& question,
                                   const AskedNeed& need, const Row& row,
                                   absl::TimeZone zone);

// The opening rule; where the listing has no zone, read in the person's.
// Stored in `own` where it had to be made.
const OpeningRule& OpeningOf(const Question& question, const Row& row,
                             OpeningRule& own);

// Age and date of the hours.
v1::AgeState HoursAge(const Question& question, const Row& row,
                      const v1::Provenance** provenance);

}  // namespace handrail::matcher
