#include "matcher/judge.h"

#include <algorithm>
#include <utility>

#include "matcher/judging.h"
#include "storage/base/check.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

std::vector<Judged> JudgedOf(const std::vector<Finding>& findings) {
  std::vector<Judged> judged;
  judged.reserve(findings.size());
  for (const Finding& finding : findings) judged.push_back(finding.judged);
  return judged;
}

// The first finding that is judged like the whole.
const Finding& Deciding(const std::vector<Finding>& findings,
                        const Judged& whole) {
  HANDRAIL_CHECK(!findings.empty());
  const auto found = std::find_if(
      findings.begin(), findings.end(),
      [&whole](const Finding& finding) { return finding.judged == whole; });
  return found == findings.end() ? findings.front() : *found;
}

// An obligation binds through its last day, where the listing is.
bool Binds(const Question& question, const AskedCriterion& criterion,
           const Candidate& candidate) {
  if (!criterion.last_day.has_value()) return true;
  const absl::TimeZone zone =
      question.zone.value_or(LocalZone(question, candidate));
  const absl::CivilDay today = absl::ToCivilDay(question.as_of, zone);
  return HANDRAIL_MUTATE(obligation_end, today <= *criterion.last_day, true);
}

void SumUp(Judgment& judgment) {
  bool refused = false;
  for (const Finding& finding : judgment.findings) {
    if (finding.judged.state == v1::NOT_MET) refused = true;
    if (finding.judged.state != v1::UNKNOWN) continue;
    const int doubt = finding.judged.doubt;
    const bool worse =
        HANDRAIL_MUTATE(worst_doubt, doubt > judgment.doubt,
                        judgment.doubt == 0 || doubt < judgment.doubt);
    if (worse) {
      judgment.doubt = doubt;
      judgment.doubt_count = 1;
    } else if (doubt == judgment.doubt) {
      judgment.doubt_count += HANDRAIL_MUTATE(doubt_count, 1, 0);
    }
  }
  if (judgment.doubt > 0) {
    judgment.verdict = HANDRAIL_MUTATE(unknown_is_check, v1::CHECK, v1::FITS);
  }
  if (HANDRAIL_MUTATE(not_met_excludes, refused, false)) {
    judgment.verdict = v1::DOES_NOT_FIT;
  }
  if (judgment.verdict != v1::CHECK) {
    judgment.doubt = judgment.doubt_count = 0;
  }
}

}  // namespace

const Finding& BestOf(const std::vector<Finding>& findings) {
  return Deciding(findings, AnyOf(JudgedOf(findings)));
}

Finding JudgeCriterion(const Question& question,
                       const AskedCriterion& criterion, const Row& row) {
  const FactField& field = *criterion.field;
  const bool not_wanted =
      HANDRAIL_MUTATE(must_not, criterion.kind == v1::MUST_NOT, false);
  std::vector<Finding> findings;
  findings.reserve(criterion.values.size());
  for (const FactValue& value : criterion.values) {
    const Reading reading = row.facts.Read(field, value.code);
    Finding finding;
    finding.rule = field.path;
    finding.owner = criterion.owner;
    finding.field = &field;
    finding.value = &value;
    finding.code = value.code;
    finding.criterion = &criterion;
    finding.words = reading.words;
    finding.answer = AnswerTo(reading, field, value);
    if (finding.answer != v1::ANSWER_UNSPECIFIED) {
      finding.provenance = reading.provenance;
      finding.age =
          AgeOf(reading.provenance, field.ttl, question.as_of, *question.ttls);
    }
    finding.judged = JudgeAnswer(finding.answer, finding.age,
                                 not_wanted ? Wanted::kNo : Wanted::kYes);
    findings.push_back(finding);
  }
  if (findings.size() == 1) return findings.front();
  const std::vector<Judged> judged = JudgedOf(findings);
  return Deciding(findings, not_wanted ? AllOf(judged) : AnyOf(judged));
}

void Judging::Criteria() {
  for (const AskedCriterion& criterion : need_.musts) {
    if (!Binds(question_, criterion, candidate_)) continue;
    Add(JudgeCriterion(question_, criterion, row_));
  }
}

// Who comes as family needs a yes to family; `family` decides where it is
// recorded, else any of the narrower groups is enough.
Finding Judging::FamilyFinding() const {
  static const FactField& field = KnownField("any.audience");
  Finding family = Of(field, facts().Read(field, "family"));
  family.code = "family";
  if (family.recorded()) return family;
  std::vector<Finding> found = {family};
  for (const char* code : {"parent", "teen", "grief"}) {
    const Reading reading = facts().Read(field, code);
    if (reading.answer != v1::ANSWER_UNSPECIFIED) {
      found.push_back(Of(field, reading));
    }
  }
  return BestOf(found);
}

void Judging::Audience() {
  const v1::ForWhom whom = need_.need->for_whom();
  if (whom == v1::FOR_WHOM_UNSPECIFIED) return;
  static const FactField& field = KnownField("any.audience");
  const bool usual = !facts().All(field).empty() || Asks(AskedRule::kAudience);
  if (!HANDRAIL_MUTATE(audience, usual, false)) return;
  if (whom == v1::FAMILY || whom == v1::BOTH) Add(FamilyFinding());
  if (whom == v1::SELF || whom == v1::BOTH) {
    Finding person = Of(field, facts().Read(field, "person"));
    person.code = "person";
    Add(person);
  }
}

void Judging::ServiceArea() {
  if (!question_.home_stated) return;
  const bool recorded = !row_.listing.coverage().empty();
  // A place one goes to has no such rule unless it says so.
  if (!recorded && candidate_.in_person) return;
  Finding finding;
  finding.rule = "service_area";
  if (recorded) {
    finding.answer = CoverageCovers(row_.listing.coverage(), question_.home);
    finding.provenance = row_.FieldDate(HsdsField::kServiceArea);
    finding.age = Age(finding.provenance, v1::TTL_ELIGIBILITY);
  }
  finding.judged = JudgeAnswer(
      finding.answer, finding.age, Wanted::kYes,
      HANDRAIL_MUTATE(old_area_no_stands, OldNo::kStands, OldNo::kIsAQuestion));
  Add(finding);
}

void Judging::Place() {
  if (!need_.distance_bound() || candidate_.without_travel) return;
  if (!HANDRAIL_MUTATE(approximate_place, row_.listing.place().approximate(),
                       false)) {
    return;
  }
  Finding finding = Absent("place", nullptr);
  finding.say = Say::kPlace;
  Add(finding);
}

void Judging::ModeAsked() {
  if (need_.modes.empty()) return;
  static const FactField& field = KnownField("any.attendance_mode");
  std::vector<Finding> found;
  for (const Mode mode : need_.modes) {
    const bool implied = mode == Mode::kInPerson && candidate_.in_person &&
                         !row_.Offers(Mode::kInPerson);
    // Nothing is recorded, but there is a place to go to.
    if (implied && row_.has_place) return;
    std::vector<const char*> codes = {ModeCode(mode)};
    // Two names of one way; any is enough.
    if (HANDRAIL_MUTATE(delivery_comes_to_you, mode == Mode::kComesToYou,
                        false)) {
      codes.push_back("delivery");
    }
    bool recorded = false;
    for (const char* code : codes) {
      Finding finding = Of(field, facts().Read(field, code));
      if (!finding.recorded()) continue;
      recorded = true;
      finding.code = ModeCode(mode);
      // Too far to go: that one could go there answers nothing.
      const bool too_far =
          mode == Mode::kInPerson &&
          HANDRAIL_MUTATE(mode_within_reach, !candidate_.in_person, false);
      if (!too_far) found.push_back(finding);
    }
    if (recorded) continue;
    Finding finding = Absent(field.path, &field, ModeCode(mode));
    finding.say = Say::kMode;
    found.push_back(finding);
  }
  Add(BestOf(found));
}

void Judging::AllRules() {
  constexpr void (Judging::*kRules[])() = {
      &Judging::Criteria,  &Judging::Audience, &Judging::PersonRules,
      &Judging::Hours,     &Judging::Closures, &Judging::ServiceArea,
      &Judging::ModeAsked, &Judging::Place};
  for (const auto rule : kRules) {
    if (done()) return;
    (this->*rule)();
  }
}

void Judge(const Question& question, const AskedNeed& need, AskedTimes& times,
           const Candidate& candidate, AfterNo after_no, Judgment& judgment) {
  judgment.findings.clear();
  judgment.verdict = v1::FITS;
  judgment.doubt = judgment.doubt_count = 0;
  Judging(question, need, times, candidate, after_no, judgment.findings)
      .AllRules();
  SumUp(judgment);
}

}  // namespace handrail::matcher
