// The order of a search, and places in it.
//
// Every order is: a rank, then the name as a phone book has it, then the id.
// The rank says what was asked to come first: more points, fewer metres, or
// nothing. So a place in the order can be told without the listing that stood
// there, and a page goes on after it whatever came and went meanwhile.
//
// Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "handrail/v1/search.pb.h"
#include "matcher/candidates.h"

namespace handrail::matcher {

// A listing that answers.
struct Found {
  Candidate candidate;
  v1::Verdict verdict = v1::FITS;
  // What it is put in order by, smaller first.
  std::int64_t rank = 0;
};

// The rank by points of words and kinds of help, and by distance.
std::int64_t RankByPoints(int points);
std::int64_t RankByDistance(int distance_m);

// Where a page ended, and the instant that all of its search is about.
struct SearchPosition {
  absl::Time as_of;
  std::int64_t rank = 0;
  // Row::sort_name.
  std::string name;
  std::string id;
};

bool IsBefore(const Found& a, const Found& b);
bool IsAfter(const Found& found, const SearchPosition& position);

SearchPosition PositionOf(const Found& found, absl::Time as_of);

// A position as bytes, and back; absent where they are no position.
std::string EncodePosition(const SearchPosition& position);
std::optional<SearchPosition> DecodePosition(std::string_view bytes);

}  // namespace handrail::matcher
