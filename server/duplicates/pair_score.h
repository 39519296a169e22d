// How surely two listings are the same help at the same place, 0 to 100, and
// why. README.md has the arithmetic.
//
//   const PairScore score = ScorePair(a, b);
//   if (score.Joins()) …
//   for (const std::string& reason : ReasonsFor(a, b)) …
//
// Pure, symmetric functions of two listings: what else is in the directory
// changes nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/duplicates/features.h"
#include "server/duplicates/limits.h"

namespace handrail::server {

// What tells of most pairs that they do not join, without a look at their
// features: a directory has as many listings in one block as it likes.
struct Glance {
  // Stands for the source.
  uint64_t source = 0;
  // A bit for each of its ids, telephone numbers and addresses on the web. Two
  // listings that share one have a bit in common.
  uint64_t shared = 0;
};

Glance GlanceOf(const Features& features);

// False: ScorePair does not join them. What one source lists twice needs more
// than names, places and kinds of help can give.
inline bool MayJoin(const Glance& a, const Glance& b) {
  return a.source != b.source || (a.shared & b.shared) != 0;
}

// Why two listings are not one, whatever else they share.
enum class Apart : std::uint8_t {
  kNo,
  // One of them keeps its place private: joined, the other would tell it.
  kPrivacy,
  kHouseNumber,
  kNameNumber,
  kTellingWord,
  kKind,
  kMeetingTime,
};

struct PairScore {
  // 0 to 100; 0 where they are apart.
  int score = 0;
  // Before it was bounded and lowered: to tell two good pairs from each other.
  int points = 0;
  Apart apart = Apart::kNo;
  // Both sources mean the same record.
  bool same_id = false;

  bool Joins() const { return score >= kJoinScore; }
};

PairScore ScorePair(const Features& a, const Features& b);

// True where no score of other pairs may bring the two together: they are
// apart, or one source has both and they do not join by themselves.
bool MustStayApart(const Features& a, const Features& b,
                   const PairScore& score);

// What speaks for it and then what speaks against it, in plain sentences, the
// strongest first.
std::vector<std::string> ReasonsFor(const Features& a, const Features& b);

}  // namespace handrail::server
