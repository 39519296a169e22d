#include "tests/oracle/place.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "s2/s1angle.h"
#include "s2/s2latlng.h"
#include "s2/s2point.h"

namespace handrail::oracle {
namespace {

constexpr double kEarthRadiusM = 6'371'010.0;
constexpr int kStateSearchM = 200'000;

S2Point OnSphere(const Spot& spot) {
  return S2LatLng::FromDegrees(spot.latitude_e7 * 1e-7,
                               spot.longitude_e7 * 1e-7)
      .ToPoint();
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(c));
  return text;
}

// "Baltimore County" and "baltimore" are one.
std::string CountyKey(const std::string& name) {
  std::string key = Lower(name);
  const std::string ending = " county";
  if (key.ends_with(ending)) key.resize(key.size() - ending.size());
  return key;
}

std::string FiveDigits(const std::string& code) {
  const bool plus_four = code.size() == 10 && code[5] == '-';
  if (code.size() != 5 && !plus_four) return "";
  const std::string five = code.substr(0, 5);
  return std::all_of(five.begin(), five.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; })
             ? five
             : "";
}

// Letters before the slash of "MD/Baltimore", and the name after it.
std::pair<std::string, std::string> SplitCounty(const std::string& code) {
  const std::size_t slash = code.find('/');
  if (slash == std::string::npos) return {};
  return {Lower(code.substr(0, slash)), CountyKey(code.substr(slash + 1))};
}

v1::Answer ServesCounty(const std::string& code, const v1::HomeArea& home) {
  const auto [state, county] = SplitCounty(code);
  if (state.empty() || county.empty()) return v1::ANSWER_UNSPECIFIED;
  if (!home.state().empty() && Lower(home.state()) != state) return v1::NO;
  if (!home.county().empty() && CountyKey(home.county()) != county) {
    return v1::NO;
  }
  return home.state().empty() || home.county().empty() ? v1::ANSWER_UNSPECIFIED
                                                       : v1::YES;
}

v1::Answer ServesOne(const v1::CoverageArea& area, const v1::HomeArea& home) {
  const auto same = [](bool said, bool equal) {
    if (!said) return v1::ANSWER_UNSPECIFIED;
    return equal ? v1::YES : v1::NO;
  };
  switch (area.kind()) {
    case v1::CoverageArea::NATIONWIDE:
      return v1::YES;
    case v1::CoverageArea::STATE:
      return same(!home.state().empty(),
                  Lower(home.state()) == Lower(area.code()));
    case v1::CoverageArea::COUNTY:
      return ServesCounty(area.code(), home);
    case v1::CoverageArea::ZIP: {
      const std::string asked = FiveDigits(home.postal_code());
      return same(!asked.empty(), asked == FiveDigits(area.code()));
    }
    default:
      return v1::ANSWER_UNSPECIFIED;
  }
}

}  // namespace

int MetresBetween(const Spot& a, const Spot& b) {
  return static_cast<int>(
      std::lround(S1Angle(OnSphere(a), OnSphere(b)).radians() * kEarthRadiusM));
}

const v1::Centroid* FindZip(const std::vector<v1::Centroid>& centroids,
                            const std::string& postal_code) {
  const v1::Centroid* found = nullptr;
  for (const v1::Centroid& row : centroids) {
    if (row.area() == v1::Centroid::ZIP_CODE && !row.code().empty() &&
        row.code() == FiveDigits(postal_code)) {
      found = &row;
    }
  }
  return found;
}

std::string StateAround(const std::vector<v1::Centroid>& centroids,
                        const Spot& spot) {
  std::string state;
  int best = kStateSearchM + 1;
  for (const v1::Centroid& row : centroids) {
    const std::string letters = row.area() == v1::Centroid::COUNTY_AREA
                                    ? row.code().substr(0, row.code().find('/'))
                                    : row.state();
    const int metres =
        MetresBetween(spot, {row.latitude_e7(), row.longitude_e7()});
    if (!letters.empty() && metres < best) {
      best = metres;
      state = letters;
    }
  }
  return state;
}

v1::HomeArea Completed(const std::vector<v1::Centroid>& centroids,
                       v1::HomeArea home) {
  const v1::Centroid* zip = FindZip(centroids, home.postal_code());
  if (zip == nullptr) return home;
  if (home.state().empty()) home.set_state(zip->state());
  const bool same_state = Lower(home.state()) == Lower(zip->state());
  if (home.county().empty() && same_state) home.set_county(zip->county());
  return home;
}

v1::Answer Serves(const v1::Listing& listing, const v1::HomeArea& home) {
  if (listing.coverage().empty()) return v1::ANSWER_UNSPECIFIED;
  bool all_no = true;
  for (const v1::CoverageArea& area : listing.coverage()) {
    const v1::Answer answer = ServesOne(area, home);
    if (answer == v1::YES) return v1::YES;
    all_no = all_no && answer == v1::NO;
  }
  return all_no ? v1::NO : v1::ANSWER_UNSPECIFIED;
}

}  // namespace handrail::oracle
