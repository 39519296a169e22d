// Bounds and thresholds of the search for duplicates. README.md has the
// arithmetic they belong to: change both together.
#pragma once

#include <cstddef>
#include <cstdint>

namespace handrail::server {

// From this score on two listings are joined.
inline constexpr int kJoinScore = 80;
// The most that a pair can have which lacks something it must have.
inline constexpr int kLackingScoreMax = kJoinScore - 1;
// What a pair of one source is lowered by: the source gave them two ids.
inline constexpr int kSameSourceHandicap = 12;

// Listings of one block that are compared with each other. A larger block is a
// switchboard's number or a whole office park, and is left out.
inline constexpr size_t kBlockListingsMax = 200;
// Listings that scores alone may bring together.
inline constexpr size_t kScoredClusterMax = 32;

// Words of a name, telephone numbers and meeting times that are looked at.
inline constexpr size_t kNameWordsMax = 24;
inline constexpr size_t kPhonesMax = 8;
inline constexpr size_t kMeetingTimesMax = 64;

// Metres between two points that are one place, near, and far apart.
inline constexpr int kOnePlaceM = 60;
inline constexpr int kNearM = 200;
inline constexpr int kFarM = 1000;

// Clusters of one page: larger page sizes are lowered.
inline constexpr int32_t kDuplicatesPageSizeMax = 200;

// Listings of one decision.
inline constexpr int kDecidedListingsMin = 2;
inline constexpr int kDecidedListingsMax = 20;
// Characters of a decision's note.
inline constexpr size_t kDecisionNoteMax = 500;

}  // namespace handrail::server
