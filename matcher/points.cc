#include "matcher/points.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "matcher/fact_age.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

// Whether free places for this group can be for the person. What the person
// did not say rules nothing out.
bool MayBeFor(const v1::Person& person, const std::string& population) {
  const std::string& gender = person.gender();
  if (population == "women") {
    return gender != "man" && gender != "transgender_man";
  }
  if (population == "men") {
    return gender != "woman" && gender != "transgender_woman";
  }
  if (population == "veterans") {
    return !person.has_veteran() || person.veteran();
  }
  if (population == "pregnant_postpartum") {
    return !person.has_pregnant_or_postpartum() ||
           person.pregnant_or_postpartum();
  }
  return true;
}

Availability Reported(const Question& question, const Reading& reading,
                      v1::FactTtl ttl, Availability::Kind kind) {
  Availability reported;
  if (reading.answer == v1::ANSWER_UNSPECIFIED) return reported;
  reported.kind = kind;
  reported.reading = reading;
  reported.age = AgeOf(reading.provenance, ttl, question.as_of, *question.ttls);
  return reported;
}

Availability PlacesReported(const Question& question,
                            const v1::PlaceCount& count) {
  const v1::NumberFact& fact = count.available();
  const Reading reading = {
      .answer = fact.answer(),
      .words = fact.words(),
      .provenance = fact.has_provenance() ? &fact.provenance() : nullptr,
      .number = fact.value(),
      .code = count.population()};
  Availability reported = Reported(question, reading, v1::TTL_CAPACITY,
                                   Availability::Kind::kPlaces);
  reported.places = &count;
  if (fact.answer() == v1::YES && fact.value() > 0) {
    if (reported.age == v1::CONFIRMED) reported.points = kPlacesFresh;
    if (reported.age == v1::AGING) reported.points = kPlacesAging;
  }
  return reported;
}

Availability AvailabilityOf(const Question& question, const Row& row) {
  static const FactField& accepting_field = KnownField("any.accepting_new");
  static const FactField& waitlist_field = KnownField("any.waitlist");
  Availability best;
  const auto consider = [&best](const Availability& reported) {
    if (reported.kind == Availability::Kind::kNothing) return;
    if (best.kind == Availability::Kind::kNothing ||
        reported.points > best.points) {
      best = reported;
    }
  };
  for (const v1::PlaceCount& count : row.listing.profile().any().places()) {
    if (!MayBeFor(question.person(), count.population())) continue;
    consider(PlacesReported(question, count));
  }
  Availability accepting =
      Reported(question, row.facts.Read(accepting_field), v1::TTL_ACCEPTING_NEW,
               Availability::Kind::kAccepting);
  if (accepting.reading.answer == v1::YES && !IsOld(accepting.age)) {
    accepting.points = kAcceptingNew;
  }
  consider(accepting);
  for (const Reading& reading : row.facts.All(waitlist_field)) {
    Availability waitlist = Reported(question, reading, v1::TTL_WAITLIST,
                                     Availability::Kind::kWaitlist);
    if (reading.answer == v1::YES && reading.code == "open" &&
        !IsOld(waitlist.age)) {
      waitlist.points = kWaitlistOpen;
    }
    consider(waitlist);
  }
  return best;
}

// Times one could use within the person's free time and, where the need has a
// window, within that too; at most kWhenPointsMax / kWhenPointsEach.
int UsableCount(const Question& question, const AskedNeed& need,
                AskedTimes& times, const Candidate& candidate,
                const OpeningRule& opening) {
  const absl::TimeZone zone = LocalZone(question, candidate);
  const v1::WindowMode mode = WindowModeOf(need, *candidate.row);
  const std::vector<Interval>& windows = times.In(zone).free;
  const bool asked = need.window.has_value() || need.need->when().tonight();
  // Round the clock is one endless occurrence: count the free windows instead.
  if (opening.round_the_clock()) {
    if (!asked) return static_cast<int>(opening.Usable(windows, mode).size());
    std::vector<Interval> both;
    for (const Interval& window : AskedWindows(times, zone, mode)) {
      for (const Interval& free : windows) {
        both.push_back(Intersect(window, free));
      }
    }
    return static_cast<int>(
        opening.Usable(Merge(std::move(both)), mode).size());
  }
  if (windows.empty()) return 0;
  // Both look at the same occurrences: two cuts of one are not two.
  absl::Time from = windows.front().start;
  absl::Time to = windows.back().end;
  const std::vector<Interval> nothing;
  const std::vector<Interval>& wanted =
      asked ? AskedWindows(times, zone, mode) : nothing;
  for (const Interval& window : wanted) {
    from = std::min(from, window.start);
    to = std::max(to, window.end);
  }
  const std::vector<Interval> open = opening.Occurrences(from, to);
  std::set<absl::Time> starts;
  for (const UsableTime& usable : OpeningRule::UsableOf(open, windows, mode)) {
    starts.insert(usable.occurrence.start);
  }
  if (!asked) return static_cast<int>(starts.size());
  std::set<absl::Time> in_both;
  for (const UsableTime& usable : HANDRAIL_MUTATE(
           one_cut_of_occurrences, OpeningRule::UsableOf(open, wanted, mode),
           opening.Usable(wanted, mode))) {
    if (starts.contains(usable.occurrence.start)) {
      in_both.insert(usable.occurrence.start);
    }
  }
  return static_cast<int>(in_both.size());
}

void ScoreNear(const Question& question, const Range& range,
               const Candidate& candidate, Points& points) {
  if (!question.start.has_value()) return;
  int near = 0;
  if (candidate.in_person && candidate.distance_m >= 0) {
    near = NearPoints(candidate.distance_m, NearRadiusM(range),
                      candidate.row->listing.place().approximate());
  }
  // Where no way of taking part is recorded, nothing says "without travel".
  if (candidate.without_travel && candidate.row->any_mode_recorded) {
    near = std::max(near, kNearWithoutTravel);
  }
  points.near = near;
}

void ScoreWhen(const Question& question, const AskedNeed& need,
               AskedTimes& times, const Candidate& candidate, Points& points) {
  if (question.free.empty() && question.anchors.empty()) return;
  OpeningRule own;
  const OpeningRule& opening = OpeningOf(question, *candidate.row, own);
  points.when_count =
      opening.known()
          ? std::min(UsableCount(question, need, times, candidate, opening),
                     kWhenPointsMax / kWhenPointsEach)
          : -1;
  points.when = WhenPoints(points.when_count);
}

void ScorePrefers(const Question& question, const AskedNeed& need,
                  const Row& row, Points& points) {
  if (need.prefers.empty()) return;
  int sum = 0;
  for (const AskedCriterion& prefer : need.prefers) {
    Finding finding = JudgeCriterion(question, prefer, row);
    const bool met =
        HANDRAIL_MUTATE(prefer_met, finding.judged.state == v1::MET,
                        finding.judged.state != v1::NOT_MET);
    const int earned = met ? prefer.weight * kPreferPointsEach : 0;
    sum += earned;
    points.prefer_findings.push_back(finding);
    points.prefer_points.push_back(earned);
  }
  points.prefer = sum;
}

}  // namespace

int OldestDays(const Question& question, const Row& row,
               const Judgment& judgment) {
  int oldest = -1;
  bool undated = false;
  const auto consider = [&](const v1::Provenance* provenance) {
    const int days = DaysSinceVerified(provenance, question.as_of);
    if (days == kUndatedDays) undated = true;
    oldest = std::max(oldest, days);
  };
  if (row.has_schedules || row.opening.round_the_clock()) {
    const v1::Provenance* hours = nullptr;
    HoursAge(question, row, &hours);
    consider(hours);
  }
  if (row.has_phones) {
    consider(row.FieldDate(HsdsField::kPhone));
  }
  if (row.has_place) consider(row.FieldDate(HsdsField::kAddress));
  for (const Finding& finding : judgment.findings) {
    if (finding.recorded()) consider(finding.provenance);
  }
  return undated ? kUndatedDays : oldest;
}

int NearRadiusM(const Range& range) {
  if (range.whole_state) return kRingsM[std::size(kRingsM) - 1];
  return range.within_m > 0 ? range.within_m : kNearUnboundRadiusM;
}

int NeedPoints(int answered_halves, int asked) {
  return kNeedPointsMax * answered_halves / (2 * asked);
}

int NearPoints(int distance_m, int radius_m, bool approximate) {
  const std::int64_t left = std::max(radius_m - distance_m, 0);
  const int near = static_cast<int>(kNearPointsMax * left / radius_m);
  return approximate ? std::min(near, kNearApproximateMax) : near;
}

int WordsPoints(const WordQuery& query, const WordBag& bag) {
  if (query.words().empty()) return 0;
  std::int64_t parts = 0;
  for (int i = 0; i < static_cast<int>(query.words().size()); ++i) {
    const std::optional<BestWord> best = query.Best(i, bag, kWordWeights);
    if (best.has_value()) parts += best->parts;
  }
  return static_cast<int>(kWordsPointsMax * parts /
                          (10'000 * static_cast<int>(query.words().size())));
}

int WhenPoints(int occurrences) {
  return std::clamp(occurrences * kWhenPointsEach, 0, kWhenPointsMax);
}

int FreshnessPoints(int days) {
  if (days < 0) return 0;
  return kFreshnessPointsMax * std::max(0, kFreshnessDays - days) /
         kFreshnessDays;
}

int Points::total() const {
  return need.value_or(0) + words.value_or(0) + near.value_or(0) +
         when.value_or(0) + prefer.value_or(0) + availability.value_or(0) +
         freshness;
}

Points Score(const Question& question, const AskedNeed& need, AskedTimes& times,
             const Range& range, const Candidate& candidate, int oldest_days) {
  const Row& row = *candidate.row;
  Points points;
  if (!need.terms.empty()) {
    points.answered_halves = AnsweredHalves(need, row);
    points.need =
        NeedPoints(points.answered_halves, static_cast<int>(need.terms.size()));
  }
  if (need.words.has_value()) {
    points.words = WordsPoints(*need.words, row.words);
  }
  ScoreNear(question, range, candidate, points);
  ScoreWhen(question, need, times, candidate, points);
  ScorePrefers(question, need, row, points);
  points.reported = AvailabilityOf(question, row);
  if (points.reported.kind != Availability::Kind::kNothing) {
    points.availability = points.reported.points;
  }
  points.freshness_days = oldest_days;
  points.freshness = FreshnessPoints(points.freshness_days);
  return points;
}

}  // namespace handrail::matcher
