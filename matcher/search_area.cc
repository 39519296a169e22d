#include "matcher/search_area.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "matcher/place.h"

namespace handrail::matcher {
namespace {

bool IsSame(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(absl::string_view(a.data(), a.size()),
                                absl::string_view(b.data(), b.size()));
}

}  // namespace

std::string_view BareCounty(std::string_view county) {
  constexpr std::string_view kWord = " County";
  if (county.size() > kWord.size() &&
      IsSame(county.substr(county.size() - kWord.size()), kWord)) {
    county.remove_suffix(kWord.size());
  }
  return county;
}

std::string SmallLetters(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return small;
}

SearchArea::SearchArea(const v1::HomeArea& area)
    : state_(area.state()),
      county_(BareCounty(area.county())),
      zip_(FiveDigits(area.postal_code()).value_or("")) {}

bool SearchArea::Holds(const Row& row) const {
  const v1::Place& place = row.listing.place();
  if (!state_.empty() && !IsSame(row.state, state_)) return false;
  if (!county_.empty() && !IsSame(BareCounty(place.county()), county_)) {
    return false;
  }
  return zip_.empty() ||
         std::string_view(place.postal_code()).substr(0, zip_.size()) == zip_;
}

}  // namespace handrail::matcher
