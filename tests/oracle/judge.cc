// Criteria, place, time and the listing's rules, judged one by one.
#include <algorithm>

#include "tests/oracle/entry.h"

namespace handrail::oracle {
namespace {

constexpr absl::Duration kHorizon = absl::Hours(28 * 24);

Judged Plain(const std::string& rule, v1::Answer answer) {
  Judged out =
      JudgeAnswer(rule, answer, v1::AGE_STATE_UNSPECIFIED, std::nullopt);
  return out;
}

void JudgeCriteria(const Question& question, const Entry& entry,
                   absl::CivilDay today, std::vector<Judged>& out) {
  const auto add = [&](const v1::Criterion& criterion, v1::RuleOwner owner) {
    if (criterion.kind() == v1::PREFER) return;
    out.push_back(JudgeCriterion(entry.profile(), criterion, question.moment));
    out.back().owner = owner;
  };
  for (const auto& one : question.request->criteria()) add(one, v1::PERSON);
  for (const auto& one : question.need->criteria()) add(one, v1::PERSON);
  for (const v1::Obligation& one : question.request->obligations()) {
    const auto end = DateOf(one.end_date());
    if (end.has_value() && today > *end) continue;
    if (one.has_criterion()) add(one.criterion(), v1::OBLIGATION);
    if (!one.proof_wanted()) continue;
    v1::Criterion proof;
    proof.set_kind(v1::MUST);
    proof.set_field("any.proof_of_attendance");
    proof.add_values("yes");
    add(proof, v1::OBLIGATION);
  }
  for (const auto& one : question.settings->policy) add(one, v1::AGENCY);
}

void JudgeAudience(const Question& question, const Entry& entry,
                   std::vector<Judged>& out) {
  const std::string rule = "any.audience";
  const auto read = [&](const char* code) {
    const Recorded said = Read(entry.profile(), rule, code);
    return JudgeRecorded(rule, said, said.answer, question.moment);
  };
  const auto add = [&](const char* own, const std::vector<const char*>& more) {
    std::vector<Judged> said;
    if (Read(entry.profile(), rule, own).said()) {
      out.push_back(read(own));
      return;
    }
    // That one group of the family may not come refuses no other.
    for (const char* code : more) {
      const v1::Answer answer = Read(entry.profile(), rule, code).answer;
      if (answer == v1::YES || answer == v1::CONDITIONAL) {
        said.push_back(read(code));
      }
    }
    if (!said.empty()) {
      out.push_back(AnyOf(said));
    } else if (entry.Asks("audience") || NamesAny(entry.profile(), rule)) {
      out.push_back(Plain(rule, v1::ANSWER_UNSPECIFIED));
    }
  };
  const v1::ForWhom whom = question.need->for_whom();
  if (whom == v1::SELF || whom == v1::BOTH) add("person", {});
  if (whom == v1::FAMILY || whom == v1::BOTH) {
    add("family", {"parent", "teen", "grief"});
  }
}

void JudgePlace(const Question& question, const Reach& reach,
                const Candidate& candidate, std::vector<Judged>& out) {
  const Entry& entry = *candidate.entry;
  if (reach.bound && candidate.in_person && !candidate.without_travel &&
      entry.listing.place().approximate()) {
    out.push_back(Plain("place", v1::ANSWER_UNSPECIFIED));
  }
  if (!question.home_said()) return;
  const v1::Answer serves = Serves(entry.listing, question.home);
  if (entry.listing.coverage().empty()) {
    if (!candidate.in_person) {
      out.push_back(Plain("service_area", serves));
    }
    return;
  }
  const v1::Provenance* from = entry.FieldDate("service_area");
  out.push_back(JudgeAnswer("service_area", serves,
                            AgeOf(from, v1::TTL_ELIGIBILITY, question.moment),
                            DaysOf(from, question.moment), true));
}

// The modes asked for, by their facts.
void JudgeMode(const Question& question, const Candidate& candidate,
               std::vector<Judged>& out) {
  const std::string rule = "any.attendance_mode";
  const Entry& entry = *candidate.entry;
  if (question.need->modes().empty()) return;
  // Nothing recorded: one goes there, if there is a there.
  if (candidate.in_person && entry.Modes("in_person").empty() &&
      entry.StandsSomewhere()) {
    return;
  }
  std::vector<Judged> each;
  for (const std::string& mode : question.need->modes()) {
    const std::vector<Recorded> said = entry.Modes(mode);
    if (said.empty()) each.push_back(Plain(rule, v1::ANSWER_UNSPECIFIED));
    if (mode == "in_person" && !candidate.in_person) continue;
    for (const Recorded& one : said) {
      each.push_back(JudgeRecorded(rule, one, one.answer, question.moment));
    }
  }
  out.push_back(AnyOf(each));
}

Dated DateOfFact(const Question& question, const v1::Fact& fact,
                 v1::FactTtl ttl) {
  const v1::Provenance* from =
      fact.has_provenance() ? &fact.provenance() : nullptr;
  return {AgeOf(from, ttl, question.moment), DaysOf(from, question.moment)};
}

Dated WorstOf(const Dated& a, const Dated& b) {
  const bool undated = a.days < 0 || b.days < 0;
  return {Worse(a.age, b.age), undated ? -1 : std::max(a.days, b.days)};
}

void JudgeIntake(const Question& question, const Entry& entry, absl::Time time,
                 absl::TimeZone zone, std::vector<Judged>& out) {
  const v1::AnyServiceProfile& any = entry.profile().any();
  if (!any.intake_hours().text().empty()) {
    const v1::Provenance* from = any.intake_hours().has_provenance()
                                     ? &any.intake_hours().provenance()
                                     : nullptr;
    out.push_back(JudgeAnswer("any.intake_hours", v1::CONDITIONAL,
                              AgeOf(from, v1::TTL_ELIGIBILITY, question.moment),
                              DaysOf(from, question.moment)));
  }
  const std::string rule = "any.intake_cutoff";
  const Recorded cutoff = Read(entry.profile(), rule);
  if (!cutoff.said()) return;
  const absl::CivilMinute now = absl::ToCivilMinute(time, zone);
  // At the minute of the cut-off it is over.
  const v1::Answer answer =
      Compare(cutoff, rule, '>', now.hour() * 60 + now.minute() + 1);
  out.push_back(JudgeRecorded(rule, cutoff, answer, question.moment));
}

void JudgeHours(const Question& question, const Candidate& candidate,
                const Hours& hours, absl::TimeZone zone,
                std::vector<Judged>& out) {
  const v1::NeedTime& when = question.need->when();
  if (when.time_case() == v1::NeedTime::TIME_NOT_SET) return;
  const Entry& entry = *candidate.entry;
  const absl::Time as_of = question.moment.as_of;
  absl::Time time = as_of;
  if (when.has_at()) {
    time = absl::FromUnixSeconds(when.at().seconds()) +
           absl::Nanoseconds(when.at().nanos());
  }
  const bool windows = when.has_window() || when.tonight();
  const v1::Answer answer =
      windows ? hours.In(AskedWindows(question, zone), ModeOf(question, entry))
              : hours.At(time);
  const v1::Answer activated =
      entry.listing.operating_state().activated().answer();
  // "Round the clock", in words, is what the answer comes from.
  const bool in_words = answer == v1::CONDITIONAL &&
                        (!hours.by_weather() || activated == v1::YES);
  Dated date = HoursDate(question, entry, in_words);
  if (hours.by_weather() && activated == v1::NO) {
    date = DateOfFact(question, entry.listing.operating_state().activated(),
                      v1::TTL_CAPACITY);
  }
  // "Not activated" is asked for again after its lifetime.
  const bool no_stands = !hours.by_weather() || activated != v1::NO;
  // Where nothing is recorded there is no age; "not activated" today says
  // something, though not about a later day.
  const bool nothing = answer == v1::ANSWER_UNSPECIFIED &&
                       !(hours.by_weather() && activated == v1::NO);
  out.push_back(
      nothing ? Plain("hours", answer)
              : JudgeAnswer("hours", answer, date.age, date.days, no_stands));
  // Another time would do, unless it is shut at any time that was asked.
  out.back().another_would_do =
      windows ? !hours.ShutIn(AskedWindows(question, zone))
              : hours.StateAt(time) != v1::NO;
  if (!when.has_window()) JudgeIntake(question, entry, time, zone, out);
}

// What is shut or held back, whatever was asked.
void JudgeClosures(const Question& question, const Entry& entry,
                   const Hours& hours, absl::Time from,
                   std::vector<Judged>& out) {
  if (entry.listing.do_not_refer()) {
    out.push_back(Plain("do_not_refer", v1::NO));
  }
  if (entry.listing.status() == v1::TEMPORARILY_CLOSED) {
    out.push_back(Plain("status", v1::NO));
  }
  if (question.need->has_when()) return;
  const v1::OperatingState& state = entry.listing.operating_state();
  // "Now" is when the person could come.
  const v1::Answer answer = hours.StateAt(from);
  if (!hours.by_weather()) {
    if (answer != v1::YES) out.push_back(Plain("operating_state", answer));
    return;
  }
  const Dated date = DateOfFact(question, state.activated(), v1::TTL_CAPACITY);
  out.push_back(
      answer == v1::ANSWER_UNSPECIFIED
          ? Plain("operating_state", answer)
          : JudgeAnswer("operating_state", answer, date.age, date.days));
}

}  // namespace

absl::TimeZone LocalZone(const Question& question, const Candidate& candidate) {
  const auto own = Hours(candidate.entry->listing, "").zone();
  const auto persons = ZoneNamed(question.request->zone());
  if (candidate.in_person && own.has_value()) return *own;
  if (persons.has_value()) return *persons;
  return own.value_or(absl::UTCTimeZone());
}

absl::Time FromTime(const Question& question, absl::TimeZone zone) {
  const auto day = DateOf(question.person().earliest_start());
  if (!day.has_value()) return question.moment.as_of;
  return std::max(question.moment.as_of, WallTime(*day, 0, zone));
}

v1::WindowMode ModeOf(const Question& question, const Entry& entry) {
  const v1::WindowMode asked = question.need->when().mode();
  if (asked != v1::WINDOW_MODE_UNSPECIFIED) return asked;
  return entry.AttendedWhole(*question.need) ? v1::INSIDE : v1::OVERLAPS;
}

std::vector<Stretch> AskedWindows(const Question& question,
                                  absl::TimeZone zone) {
  const v1::NeedTime& when = question.need->when();
  const absl::Time as_of = question.moment.as_of;
  if (when.tonight()) {
    const absl::CivilSecond now = absl::ToCivilSecond(as_of, zone);
    const absl::CivilDay morning =
        absl::CivilDay(now) + (now.hour() < 6 ? 0 : 1);
    return {{as_of, WallTime(morning, 6 * 3600, zone)}};
  }
  const absl::Time from = FromTime(question, zone);
  const absl::Time to = from + kHorizon;
  if (!when.has_window()) return {};
  std::vector<Stretch> windows = WindowsOf(when.window(), zone, from, to);
  if (when.mode() != v1::THROUGHOUT) {
    // What has passed is taken off.
    return Cut(windows, from, absl::InfiniteFuture());
  }
  // All of a window is asked for: one that is under way is none.
  std::erase_if(windows, [&](const Stretch& one) { return one.start < from; });
  return windows;
}

Dated HoursDate(const Question& question, const Entry& entry, bool in_words) {
  const v1::Fact& always = entry.listing.round_the_clock();
  const v1::OperatingState& state = entry.listing.operating_state();
  // A meeting time lives shorter than opening hours.
  const bool meeting = entry.AttendedWhole({});
  const v1::Provenance* from = entry.FieldDate("hours");
  Dated date = {
      AgeOf(from, meeting ? v1::TTL_MEETING_TIME : v1::TTL_ELIGIBILITY,
            question.moment),
      DaysOf(from, question.moment)};
  if ((always.answer() == v1::YES || in_words) && always.has_provenance()) {
    date = DateOfFact(question, always, v1::TTL_ELIGIBILITY);
  }
  // Hours hold only as long as the activation does.
  return state.kind() == v1::OperatingState::WEATHER_ACTIVATED
             ? WorstOf(date, DateOfFact(question, state.activated(),
                                        v1::TTL_CAPACITY))
             : date;
}

std::vector<Judged> JudgeAll(const Question& question, const Reach& reach,
                             const Candidate& candidate) {
  const Entry& entry = *candidate.entry;
  const Hours hours(entry.listing, question.request->zone());
  const absl::TimeZone zone = LocalZone(question, candidate);
  std::vector<Judged> out;
  JudgeCriteria(
      question, entry,
      absl::ToCivilDay(question.moment.as_of,
                       ZoneNamed(question.request->zone()).value_or(zone)),
      out);
  // For a family member alone nothing that the person said about themself.
  if (question.need->for_whom() != v1::FAMILY) {
    JudgePerson(question, candidate,
                absl::ToCivilDay(FromTime(question, zone), zone), out);
  }
  JudgeAudience(question, entry, out);
  JudgePlace(question, reach, candidate, out);
  JudgeMode(question, candidate, out);
  JudgeHours(question, candidate, hours, zone, out);
  JudgeClosures(question, entry, hours, FromTime(question, zone), out);
  return out;
}

}  // namespace handrail::oracle
