#include "matcher/candidates.h"

#include <algorithm>
#include <iterator>

#include "matcher/index/candidate_scan.h"
#include "matcher/index/sieve.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

bool IsExcluded(const Question& question, const Row& row) {
  if (question.excluded_listings.empty() &&
      question.excluded_organizations.empty()) {
    return false;
  }
  return question.excluded_listings.contains(row.listing.id()) ||
         question.excluded_organizations.contains(
             row.listing.organization_id());
}

// Offered to anyone on the day it is there.
bool IsPublished(const Question& question, const Row& row) {
  if (!row.publish_from.has_value() && !row.publish_until.has_value()) {
    return true;
  }
  std::optional<absl::TimeZone> zone = FindZone(row.listing.zone());
  if (!zone.has_value() && row.opening.has_zone()) zone = row.opening.zone();
  if (!zone.has_value()) zone = question.zone;
  const absl::CivilDay today =
      absl::ToCivilDay(question.as_of, zone.value_or(absl::UTCTimeZone()));
  const bool begun =
      !row.publish_from.has_value() || *row.publish_from <= today;
  const bool over = row.publish_until.has_value() && *row.publish_until < today;
  return HANDRAIL_MUTATE(publish_window, begun && !over, true);
}

bool AnswersTerms(const AskedNeed& need, const Row& row) {
  return ((row.terms | row.broader_terms) & need.covered).any();
}

bool IsAsked(const AskedNeed& need, Mode mode) {
  return need.modes.empty() || std::find(need.modes.begin(), need.modes.end(),
                                         mode) != need.modes.end();
}

// Sets the two ways of taking part by the modes asked for. False: none.
bool FillModes(const AskedNeed& need, const Row& row, Candidate& candidate) {
  candidate.in_person = row.InPerson() && IsAsked(need, Mode::kInPerson);
  for (const Mode mode : {Mode::kOnline, Mode::kPhone, Mode::kComesToYou}) {
    if (row.Offers(mode) && IsAsked(need, mode)) {
      candidate.without_travel = true;
    }
  }
  // Nothing at all is recorded about how one takes part: a question, not a no.
  const bool remote_asked =
      std::any_of(need.modes.begin(), need.modes.end(),
                  [](Mode mode) { return mode != Mode::kInPerson; });
  if (!row.any_mode_recorded && remote_asked) candidate.without_travel = true;
  return candidate.in_person || candidate.without_travel;
}

bool IsInState(const Question& question, const Row& row) {
  return !question.start_state.empty() && row.state == question.start_state;
}

bool IsWithin(const Question& question, const Range& range,
              const Candidate& candidate) {
  if (candidate.distance_m <= range.within_m) return true;
  return range.whole_state && IsInState(question, *candidate.row);
}

}  // namespace

WhyNot ConsiderRow(const Question& question, const AskedNeed& need,
                   const Range& range, const Row& row, Candidate& candidate) {
  candidate = Candidate{.row = &row};
  if (row.inactive || !IsPublished(question, row)) return WhyNot::kInactive;
  if (!need.terms.empty() && !AnswersTerms(need, row)) {
    return WhyNot::kOtherNeed;
  }
  if (IsExcluded(question, row)) return WhyNot::kExcluded;
  if (!FillModes(need, row, candidate)) return WhyNot::kMode;
  const bool measured = question.start.has_value() && row.point.has_value() &&
                        candidate.in_person;
  if (measured) candidate.distance_m = DistanceM(*question.start, *row.point);
  const bool bound = range.within_m > 0;
  const bool near =
      !bound || (measured && IsWithin(question, range, candidate));
  if (!near) candidate.in_person = false;
  // Where one can go there, that is the way that is known.
  if (candidate.in_person && !row.any_mode_recorded && row.has_place) {
    candidate.without_travel = false;
  }
  if (need.words_required && !need.words->MatchesAny(row.words)) {
    return WhyNot::kWords;
  }
  if (near || candidate.without_travel) {
    // Nobody goes there, so nothing is measured.
    if (!candidate.in_person) {
      candidate.distance_m =
          HANDRAIL_MUTATE(remote_is_not_measured, -1, candidate.distance_m);
    }
    return WhyNot::kNone;
  }
  return measured ? WhyNot::kTooFar : WhyNot::kNoPlace;
}

Candidates FindCandidates(const Snapshot& snapshot, const Question& question,
                          const AskedNeed& need, const Range& range,
                          const Sieve* sieve) {
  Candidates result;
  Candidate candidate;
  const CandidateScan scan(question, need, range);
  for (const RowSet::Part& part : snapshot.rows().parts()) {
    const Segment& segment = *part.segment;
    scan.ForEach(part, [&](int number) {
      const Row& row = *segment.row(number);
      switch (ConsiderRow(question, need, range, row, candidate)) {
        case WhyNot::kNone:
          candidate.refused =
              sieve != nullptr &&
              sieve->Refuses(segment, number, candidate.in_person);
          result.found.push_back(candidate);
          break;
        case WhyNot::kNoPlace:
          ++result.place_unknown;
          break;
        default:
          break;
      }
    });
  }
  return result;
}

Range FirstRange(const AskedNeed& need) {
  if (need.need->within_m() > 0) return {.within_m = need.need->within_m()};
  if (need.need->widen()) return {.within_m = kRingsM[0]};
  return {};
}

std::optional<Range> NextRing(const Question& question, const Range& range) {
  if (range.within_m == 0 || range.whole_state) return std::nullopt;
  for (const int ring : kRingsM) {
    if (ring > range.within_m) return Range{.within_m = ring};
  }
  if (question.start_state.empty()) return std::nullopt;
  return Range{.within_m = range.within_m, .whole_state = true};
}

std::optional<Range> WiderRange(const Question& question, const AskedNeed& need,
                                const Range& range) {
  if (!need.need->widen()) return std::nullopt;
  return NextRing(question, range);
}

int AnsweredHalves(const AskedNeed& need, const Row& row) {
  const Taxonomy& taxonomy = BuiltInTaxonomy();
  int halves = 0;
  for (const TermIndex term : need.terms) {
    const TermSet& covered = taxonomy.SubTree(term);
    if ((row.terms & covered).any()) {
      halves += 2;
    } else if ((row.broader_terms & covered).any()) {
      halves += 1;
    }
  }
  return halves;
}

}  // namespace handrail::matcher
