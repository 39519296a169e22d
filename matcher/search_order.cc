#include "matcher/search_order.h"

#include <limits>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "matcher/row.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

using Place = std::tuple<std::int64_t, std::string_view, std::string_view>;

Place PlaceOf(const Found& found) {
  const Row& row = *found.candidate.row;
  return {found.rank, row.sort_name, row.listing.id()};
}

// Takes a number and the blank after it off the front.
std::optional<std::int64_t> TakeNumber(std::string_view& bytes) {
  const std::size_t blank = bytes.find(' ');
  std::int64_t number = 0;
  if (blank == std::string_view::npos ||
      !absl::SimpleAtoi(absl::string_view(bytes.data(), blank), &number)) {
    return std::nullopt;
  }
  bytes.remove_prefix(blank + 1);
  return number;
}

}  // namespace

std::int64_t RankByPoints(int points) { return -std::int64_t{points}; }

std::int64_t RankByDistance(int distance_m) {
  return distance_m >= 0 ? distance_m
                         : std::numeric_limits<std::int32_t>::max();
}

bool IsBefore(const Found& a, const Found& b) {
  return PlaceOf(a) < PlaceOf(b);
}

bool IsAfter(const Found& found, const SearchPosition& position) {
  const Place place(position.rank, position.name, position.id);
  return HANDRAIL_MUTATE(search_after, PlaceOf(found) > place,
                         PlaceOf(found) >= place);
}

SearchPosition PositionOf(const Found& found, absl::Time as_of) {
  const Row& row = *found.candidate.row;
  return {.as_of = as_of,
          .rank = found.rank,
          .name = row.sort_name,
          .id = std::string(row.listing.id())};
}

std::string EncodePosition(const SearchPosition& position) {
  return absl::StrCat(absl::ToUnixNanos(position.as_of), " ", position.rank,
                      " ", position.name.size(), " ", position.name,
                      position.id);
}

std::optional<SearchPosition> DecodePosition(std::string_view bytes) {
  const auto as_of = TakeNumber(bytes);
  const auto rank = as_of.has_value() ? TakeNumber(bytes) : std::nullopt;
  const auto name = rank.has_value() ? TakeNumber(bytes) : std::nullopt;
  if (!name.has_value() || *as_of < 0 || *name < 0 ||
      *name > static_cast<std::int64_t>(bytes.size())) {
    return std::nullopt;
  }
  const auto name_size = static_cast<std::size_t>(*name);
  return SearchPosition{.as_of = absl::FromUnixNanos(*as_of),
                        .rank = *rank,
                        .name = std::string(bytes.substr(0, name_size)),
                        .id = std::string(bytes.substr(name_size))};
}

}  // namespace handrail::matcher
