// Hours, closures and holds.
#include <algorithm>

#include "matcher/judging.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

// What is said of round the clock is no meeting time.
v1::FactTtl HoursTtl(const Row& row, bool always) {
  const bool meeting =
      !always && BuiltInTaxonomy().AttendanceOfAny(
                     row.terms | row.broader_terms) == Attendance::kOccurrence;
  return meeting ? v1::TTL_MEETING_TIME : v1::TTL_ELIGIBILITY;
}

// The one that was checked longer ago, in whole days; undated before any day.
const v1::Provenance* OlderOf(const v1::Provenance* a, const v1::Provenance* b,
                              absl::Time as_of) {
  const int days = DaysSinceVerified(a, as_of);
  const int others = DaysSinceVerified(b, as_of);
  if (days == kUndatedDays) return a;
  return others == kUndatedDays || others > days ? b : a;
}

const v1::Provenance* ActivationDate(const Row& row) {
  const v1::Fact& fact = row.listing.operating_state().activated();
  return fact.has_provenance() ? &fact.provenance() : nullptr;
}

}  // namespace

absl::TimeZone LocalZone(const Question& question, const Candidate& candidate) {
  const OpeningRule& opening = candidate.row->opening;
  if (!candidate.in_person && question.zone.has_value()) return *question.zone;
  if (opening.has_zone()) return opening.zone();
  return question.zone.value_or(absl::UTCTimeZone());
}

absl::Time FromTime(const Question& question, absl::TimeZone zone) {
  if (!question.earliest_start.has_value()) return question.as_of;
  return std::max(question.as_of,
                  absl::FromCivil(*question.earliest_start, zone));
}

v1::WindowMode WindowModeOf(const AskedNeed& need, const Row& row) {
  if (need.need->when().mode() != v1::WINDOW_MODE_UNSPECIFIED) {
    return need.need->when().mode();
  }
  TermSet terms = row.terms | row.broader_terms;
  if (!need.terms.empty()) terms &= need.covered;
  const bool whole =
      BuiltInTaxonomy().AttendanceOfAny(terms) == Attendance::kOccurrence;
  return HANDRAIL_MUTATE(window_mode_default, whole, !whole) ? v1::INSIDE
                                                             : v1::OVERLAPS;
}

const ZonedTimes& AskedTimes::In(absl::TimeZone zone) {
  for (const ZonedTimes& known : zones_) {
    if (known.zone == zone) return known;
  }
  ZonedTimes& times = zones_.emplace_back();
  times.zone = zone;
  times.from = FromTime(question_, zone);
  const absl::Time from = times.from;
  // Four weeks of whoever comes later, too: a weekly window has its weeks.
  const absl::Time to =
      HANDRAIL_MUTATE(weeks_from_start, from, question_.as_of) + kHoursHorizon;
  if (!question_.free.empty() || !question_.anchors.empty()) {
    times.free = FreeTime(question_.free, question_.anchors, zone, from, to);
  }
  if (need_.need->when().tonight()) {
    times.asked = times.asked_whole = {Tonight(zone, question_.as_of)};
  } else if (need_.window.has_value()) {
    for (Interval window : need_.window->Instances(zone, from, to)) {
      // What is left of a window under way; THROUGHOUT wants all of it.
      const bool whole = window.start >= from;
      window.start = std::max(window.start, from);
      if (window.start >= to || window.start >= window.end) continue;
      times.asked.push_back(window);
      if (whole) times.asked_whole.push_back(window);
    }
  }
  return times;
}

const std::vector<Interval>& AskedWindows(AskedTimes& times,
                                          absl::TimeZone zone,
                                          v1::WindowMode mode) {
  const ZonedTimes& zoned = times.In(zone);
  return mode == v1::THROUGHOUT ? zoned.asked_whole : zoned.asked;
}

const OpeningRule& OpeningOf(const Question& question, const Row& row,
                             OpeningRule& own) {
  if (!row.needs_zone || question.zone_name().empty()) return row.opening;
  own = OpeningRule(OpeningRule::Input::Of(row.listing, question.zone_name()));
  return own;
}

v1::AgeState HoursAge(const Question& question, const Row& row,
                      const v1::Provenance** provenance, bool in_words) {
  const v1::Fact& said = row.listing.round_the_clock();
  const bool always = HANDRAIL_MUTATE(
      always_has_its_date,
      said.has_provenance() && (said.answer() == v1::YES || in_words), false);
  *provenance = always ? &said.provenance() : row.FieldDate(HsdsField::kHours);
  v1::AgeState age =
      AgeOf(*provenance, HoursTtl(row, always), question.as_of, *question.ttls);
  if (row.opening.depends_on_activation()) {
    const v1::Provenance* activated = ActivationDate(row);
    age = WorseAge(age, AgeOf(activated, v1::TTL_CAPACITY, question.as_of,
                              *question.ttls));
    *provenance = HANDRAIL_MUTATE(
        older_of_hours_and_weather,
        OlderOf(*provenance, activated, question.as_of), activated);
  }
  return age;
}

void Judging::IntakeCutoff(absl::Time time) {
  static const FactField& field = KnownField("any.intake_cutoff");
  const Reading cutoff = facts().Read(field);
  if (cutoff.answer == v1::ANSWER_UNSPECIFIED) return;
  const absl::TimeZone zone = LocalZone(question_, candidate_);
  const absl::CivilMinute local = absl::ToCivilMinute(time, zone);
  const int minutes = local.hour() * 60 + local.minute();
  v1::Answer answer = cutoff.answer;
  const bool none =
      HANDRAIL_MUTATE(no_cutoff_is_a_yes, answer == v1::NO, false);
  if (none) answer = v1::YES;
  if (cutoff.answer == v1::YES && minutes >= cutoff.number) {
    answer = HANDRAIL_MUTATE(intake_cutoff, v1::NO, v1::YES);
  }
  Finding finding = Of(field, cutoff, answer);
  finding.number = cutoff.number;
  if (none) finding.say = Say::kNoCutoff;
  Add(finding);
}

// Words that nobody can compute with: who asks about a moment is told to ask.
void Judging::IntakeHours() {
  const v1::TextFact& intake = profile().any().intake_hours();
  if (intake.text().empty()) return;
  Finding finding;
  finding.rule = "any.intake_hours";
  finding.say = Say::kIntakeHours;
  finding.answer = v1::CONDITIONAL;
  finding.words = intake.text();
  finding.provenance = intake.has_provenance() ? &intake.provenance() : nullptr;
  finding.age = Age(finding.provenance, v1::TTL_ELIGIBILITY);
  finding.judged = JudgeAnswer(finding.answer, finding.age);
  if (HANDRAIL_MUTATE(intake_hours, true, false)) Add(finding);
}

void Judging::Hours() {
  const v1::NeedTime& when = need_.need->when();
  if (when.time_case() == v1::NeedTime::TIME_NOT_SET) return;
  OpeningRule own;
  const OpeningRule& opening = OpeningOf(question_, row_, own);
  const absl::TimeZone zone = LocalZone(question_, candidate_);
  absl::Time moment = question_.as_of;
  HoursAnswer open;
  if (when.has_window() || when.has_tonight()) {
    const v1::WindowMode mode = WindowModeOf(need_, row_);
    open = opening.In(AskedWindows(times_, zone, mode), mode);
  } else {
    if (when.has_at()) {
      moment = absl::FromUnixSeconds(when.at().seconds()) +
               absl::Nanoseconds(when.at().nanos());
    }
    open = opening.At(moment);
  }
  Finding finding;
  finding.rule = "hours";
  finding.say = Say::kHours;
  finding.answer = open.answer;
  finding.hours_reason = open.reason;
  OldNo old_no =
      HANDRAIL_MUTATE(old_hours_no_stands, OldNo::kStands, OldNo::kIsAQuestion);
  if (open.reason == HoursReason::kNotActivated) {
    finding.provenance = ActivationDate(row_);
    finding.age = Age(finding.provenance, v1::TTL_CAPACITY);
    old_no = OldNo::kIsAQuestion;
  } else if (open.answer != v1::ANSWER_UNSPECIFIED) {
    const bool in_words = open.answer == v1::CONDITIONAL &&
                          open.reason == HoursReason::kRoundTheClock;
    finding.age = HoursAge(question_, row_, &finding.provenance, in_words);
  }
  finding.judged = JudgeAnswer(open.answer, finding.age, Wanted::kYes, old_no);
  Add(finding);
  if (when.has_window()) return;
  IntakeCutoff(moment);
  IntakeHours();
}

// A closure or a hold is about today, so it stands at any age; weather is
// asked for again.
void Judging::Closures() {
  const auto no = [this](std::string_view rule, Say say, HoursReason reason) {
    Finding finding;
    finding.rule = rule;
    finding.say = say;
    finding.answer = v1::NO;
    finding.hours_reason = reason;
    finding.judged.state = v1::NOT_MET;
    Add(finding);
  };
  if (HANDRAIL_MUTATE(do_not_refer, row_.listing.do_not_refer(), false)) {
    no("do_not_refer", Say::kDoNotRefer, HoursReason::kSchedule);
  }
  if (HANDRAIL_MUTATE(temporarily_closed,
                      row_.listing.status() == v1::TEMPORARILY_CLOSED, false)) {
    no("status", Say::kStatus, HoursReason::kTemporarilyShut);
  }
  if (need_.need->when().time_case() != v1::NeedTime::TIME_NOT_SET) return;
  OpeningRule own;
  const OpeningRule& opening = OpeningOf(question_, row_, own);
  if (opening.depends_on_activation()) {
    const v1::Fact& fact = row_.listing.operating_state().activated();
    Finding finding;
    finding.rule = "operating_state";
    finding.say = Say::kOperatingState;
    finding.answer = fact.answer();
    finding.words = fact.words();
    if (fact.answer() != v1::ANSWER_UNSPECIFIED) {
      finding.provenance = ActivationDate(row_);
      finding.age = Age(finding.provenance, v1::TTL_CAPACITY);
    }
    finding.hours_reason = HoursReason::kActivationNotRecorded;
    finding.judged = JudgeAnswer(finding.answer, finding.age);
    Add(finding);
    return;
  }
  if (!opening.may_be_shut()) return;
  const absl::TimeZone zone = LocalZone(question_, candidate_);
  const HoursReason reason = opening.At(FromTime(question_, zone)).reason;
  if (HANDRAIL_MUTATE(operating_state,
                      reason == HoursReason::kTemporarilyShut ||
                          reason == HoursReason::kOutOfSeason,
                      false)) {
    no("operating_state", Say::kOperatingState, reason);
  } else if (reason == HoursReason::kSeasonNotRecorded) {
    Finding finding = Absent("operating_state", nullptr);
    finding.say = Say::kOperatingState;
    finding.hours_reason = reason;
    Add(finding);
  }
}

}  // namespace handrail::matcher
