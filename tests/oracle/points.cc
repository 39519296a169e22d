// The table of SCORING.md.
#include <algorithm>

#include "tests/oracle/entry.h"

namespace handrail::oracle {
namespace {

constexpr int kStateRadiusM = 200'000;
constexpr int kUnboundRadiusM = 40'000;
constexpr absl::Duration kHorizon = absl::Hours(28 * 24);

int NeedPoints(const v1::Need& need, const Entry& entry) {
  int halves = 0;
  for (const std::string& term : need.terms()) {
    halves += entry.answers.contains(term)           ? 2
              : entry.answers_broadly.contains(term) ? 1
                                                     : 0;
  }
  return 300 * halves / (2 * need.terms_size());
}

int WordPoints(const std::vector<int>& parts) {
  long long sum = 0;
  for (const int part : parts) sum += part;
  return static_cast<int>(150 * sum /
                          (10'000 * static_cast<long long>(parts.size())));
}

int NearPoints(const Reach& reach, const Candidate& candidate) {
  int points = candidate.without_travel ? 100 : 0;
  if (candidate.distance_m < 0) return points;
  const long long radius = reach.whole_state    ? kStateRadiusM
                           : reach.within_m > 0 ? reach.within_m
                                                : kUnboundRadiusM;
  const long long left = std::max<long long>(0, radius - candidate.distance_m);
  int there = static_cast<int>(200 * left / radius);
  if (candidate.entry->listing.place().approximate()) {
    there = std::min(there, 100);
  }
  return std::max(points, there);
}

// Free windows (the whole week, where only anchors are given) without the
// anchors, as far ahead as is looked at.
std::vector<Stretch> FreeTime(const Question& question, absl::TimeZone zone) {
  const v1::Person& person = question.person();
  const absl::Time from = FromTime(question, zone);
  const absl::Time to = from + kHorizon;
  std::vector<Stretch> free, taken;
  for (const v1::WeekWindow& window : person.free()) {
    const auto some = WindowsOf(window, zone, from, to);
    free.insert(free.end(), some.begin(), some.end());
  }
  if (person.free().empty()) free = {{from, to}};
  for (const v1::Anchor& anchor : person.anchors()) {
    const auto some = WindowsOf(anchor.window(), zone, from, to);
    taken.insert(taken.end(), some.begin(), some.end());
  }
  return Joined(Cut(Without(Joined(free), Joined(taken)), from, to));
}

// Openings, or free windows where it never closes, that one can use.
int UsableCount(const Question& question, const Candidate& candidate) {
  const Entry& entry = *candidate.entry;
  const Hours hours(entry.listing, question.request->zone());
  const absl::TimeZone zone = LocalZone(question, candidate);
  const v1::WindowMode mode = ModeOf(question, entry);
  const std::vector<Stretch> free = FreeTime(question, zone);
  if (free.empty()) return 0;
  const std::vector<Stretch> asked = AskedWindows(question, zone);
  const bool windowed =
      question.need->when().has_window() || question.need->when().tonight();
  const auto any = [&](const Stretch& opening,
                       const std::vector<Stretch>& windows) {
    return std::any_of(windows.begin(), windows.end(), [&](const auto& window) {
      return Satisfies(opening, window, mode);
    });
  };
  absl::Time first = free.front().start, last = free.back().end;
  for (const Stretch& window : windowed ? asked : std::vector<Stretch>()) {
    first = std::min(first, window.start);
    last = std::max(last, window.end);
  }
  const std::vector<Stretch> openings = hours.Openings(first, last);
  int count = 0;
  if (hours.always()) {
    if (mode == v1::INSIDE) return 0;
    // What is free of the windows that the need asks for, where it asks.
    std::vector<Stretch> windows = free;
    if (windowed) {
      windows.clear();
      for (const Stretch& window : Joined(asked)) {
        for (const Stretch& one : Cut(free, window.start, window.end)) {
          windows.push_back(one);
        }
      }
    }
    return static_cast<int>(std::count_if(
        windows.begin(), windows.end(), [&](const Stretch& window) {
          return std::any_of(openings.begin(), openings.end(),
                             [&](const Stretch& opening) {
                               return Satisfies(opening, window, mode);
                             });
        }));
  }
  for (const Stretch& opening : openings) {
    if (any(opening, free) && (!windowed || any(opening, asked))) ++count;
  }
  return count;
}

// PREFER criteria: weight × 50 for each that is met.
std::optional<int> PreferPoints(const Question& question, const Entry& entry) {
  std::optional<int> points;
  const auto add = [&](const auto& criteria) {
    for (const v1::Criterion& one : criteria) {
      if (one.kind() != v1::PREFER) continue;
      const Judged judged =
          JudgeCriterion(entry.profile(), one, question.moment);
      const int weight = one.weight() == 0 ? 1 : one.weight();
      points = points.value_or(0) + (judged.state == v1::MET ? 50 * weight : 0);
    }
  };
  add(question.request->criteria());
  add(question.need->criteria());
  return points;
}

// Free places for a group that the person said not to be of.
bool ForOthers(const v1::Person& person, const std::string& population) {
  const std::string& gender = person.gender();
  const bool woman = gender == "woman" || gender == "transgender_woman";
  const bool man = gender == "man" || gender == "transgender_man";
  if (population == "women") return man;
  if (population == "men") return woman;
  if (population == "veterans") {
    return person.has_veteran() && !person.veteran();
  }
  if (population == "pregnant_postpartum") {
    return person.has_pregnant_or_postpartum() &&
           !person.pregnant_or_postpartum();
  }
  return false;
}

int AvailabilityPoints(const Question& question, const Entry& entry) {
  int points = 0;
  const Moment& moment = question.moment;
  for (const v1::PlaceCount& one : entry.profile().any().places()) {
    const v1::NumberFact& count = one.available();
    if (count.answer() != v1::YES || count.value() <= 0 ||
        ForOthers(question.person(), one.population())) {
      continue;
    }
    const v1::AgeState age =
        AgeOf(count.has_provenance() ? &count.provenance() : nullptr,
              v1::TTL_CAPACITY, moment);
    if (!IsOld(age)) {
      points = std::max(points, age == v1::CONFIRMED ? 60 : 40);
    }
  }
  const auto fresh_yes = [&](const char* path, const char* code) {
    const Recorded said = Read(entry.profile(), path, code);
    return said.answer == v1::YES && !IsOld(AgeOf(said.from, said.ttl, moment));
  };
  if (fresh_yes("any.accepting_new", "")) points = std::max(points, 30);
  if (fresh_yes("any.waitlist", "open")) points = std::max(points, 10);
  return points;
}

// The oldest of hours, phone, address and what was judged; -1: one of them is
// undated, or there is none.
int FreshnessDays(const Question& question, const Candidate& candidate,
                  const std::vector<Judged>& judged) {
  const Entry& entry = *candidate.entry;
  const v1::Listing& listing = entry.listing;
  std::vector<int> days;
  if (!listing.schedules().empty() ||
      listing.round_the_clock().answer() == v1::YES) {
    days.push_back(HoursDate(question, entry).days);
  }
  if (!listing.phones().empty()) {
    days.push_back(DaysOf(entry.FieldDate("phone"), question.moment));
  }
  if (entry.StandsSomewhere()) {
    days.push_back(DaysOf(entry.FieldDate("address"), question.moment));
  }
  for (const Judged& one : judged) {
    if (one.days.has_value()) days.push_back(*one.days);
  }
  if (days.empty() || *std::min_element(days.begin(), days.end()) < 0) {
    return -1;
  }
  return *std::max_element(days.begin(), days.end());
}

}  // namespace

void Score(const Question& question, const Reach& reach,
           const Candidate& candidate, Option& option) {
  const Entry& entry = *candidate.entry;
  const v1::Person& person = question.person();
  std::map<std::string, int>& parts = option.components;
  if (!question.need->terms().empty()) {
    parts["need"] = NeedPoints(*question.need, entry);
  }
  if (!question.words.empty()) {
    parts["words"] = WordPoints(candidate.word_parts);
  }
  if (question.start.has_value()) parts["near"] = NearPoints(reach, candidate);
  if (!person.free().empty() || !person.anchors().empty()) {
    parts["when"] = 40 * std::min(4, UsableCount(question, candidate));
  }
  if (const auto points = PreferPoints(question, entry)) {
    parts["prefer"] = *points;
  }
  parts["availability"] = AvailabilityPoints(question, entry);
  const int days = FreshnessDays(question, candidate, option.judged);
  parts["freshness"] = days < 0 ? 0 : 60 * std::max(0, 365 - days) / 365;
  option.freshness_days = days;
  option.distance_m = candidate.distance_m;
  option.points = 0;
  for (const auto& [name, points] : parts) option.points += points;
}

}  // namespace handrail::oracle
