// Points: whole numbers that add up, each component with its own maximum.
//
// Every constant is here and in SCORING.md, which has the worked examples;
// change both together. Points order options inside a verdict and a doubt;
// they never change a verdict, and nothing but these components exists.
//
// Pure; a Points value points into the row and the question.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "matcher/candidates.h"
#include "matcher/judge.h"
#include "matcher/question.h"
#include "matcher/words.h"

namespace handrail::matcher {

// The table of SCORING.md. One line of ScorerVersion each.
inline constexpr int kNeedPointsMax = 300;
inline constexpr int kWordsPointsMax = 150;
inline constexpr WordWeights kWordWeights = {.kind_percent = {100, 80, 70, 50},
                                             .field_percent = {100, 70, 40}};
inline constexpr int kNearPointsMax = 200;
inline constexpr int kNearApproximateMax = 100;
inline constexpr int kNearWithoutTravel = 100;
inline constexpr int kNearUnboundRadiusM = 40'000;
inline constexpr int kWhenPointsMax = 160;
inline constexpr int kWhenPointsEach = 40;
inline constexpr int kPreferPointsEach = 50;
inline constexpr int kAvailabilityPointsMax = 60;
inline constexpr int kPlacesFresh = 60;
inline constexpr int kPlacesAging = 40;
inline constexpr int kAcceptingNew = 30;
inline constexpr int kWaitlistOpen = 10;
inline constexpr int kFreshnessPointsMax = 60;
inline constexpr int kFreshnessDays = 365;

// What is reported about free places, the most telling of it.
struct Availability {
  enum class Kind : std::uint8_t { kNothing, kPlaces, kAccepting, kWaitlist };
  Kind kind = Kind::kNothing;
  int points = 0;
  // kPlaces.
  const v1::PlaceCount* places = nullptr;
  Reading reading;
  v1::AgeState age = v1::AGE_STATE_UNSPECIFIED;
};

// A component that does not apply is absent: no terms, no words, no starting
// point, no free time, no preference, nothing reported.
struct Points {
  std::optional<int> need;
  int answered_halves = 0;
  std::optional<int> words;
  std::optional<int> near;
  std::optional<int> when;
  // Occurrences counted, at most 4; -1: hours are not known.
  int when_count = 0;
  std::optional<int> prefer;
  // One per PREFER, in order, with its points.
  std::vector<Finding> prefer_findings;
  std::vector<int> prefer_points;
  std::optional<int> availability;
  Availability reported;
  int freshness = 0;
  // Whole days of the oldest date; -1 where any is missing.
  int freshness_days = -1;

  int total() const;
};

// `oldest_days` is OldestDays of its judgment.
Points Score(const Question& question, const AskedNeed& need, AskedTimes& times,
             const Range& range, const Candidate& candidate, int oldest_days);

// Whole days since the oldest of hours, phone, address and the judged facts was
// checked; -1 where any is undated or there is none.
int OldestDays(const Question& question, const Row& row,
               const Judgment& judgment);

// The radius that near points are measured against.
int NearRadiusM(const Range& range);

// The single formulas, for Score and its tests. Results are never negative.
int NeedPoints(int answered_halves, int asked);
int NearPoints(int distance_m, int radius_m, bool approximate);
int WordsPoints(const WordQuery& query, const WordBag& bag);
int WhenPoints(int occurrences);
int FreshnessPoints(int days);

}  // namespace handrail::matcher
