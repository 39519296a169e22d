#include "matcher/place.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "s2/s1angle.h"
#include "s2/s2latlng.h"
#include "storage/base/check.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

// Mean radius of the earth, as in S2Earth.
constexpr double kEarthRadiusM = 6371010.0;

constexpr std::int32_t kLatitudeMaxE7 = 900'000'000;
constexpr std::int32_t kLongitudeMaxE7 = 1'800'000'000;

struct Way {
  std::string_view name;
  int metres_per_minute;
};
constexpr Way kWays[] = {{"bicycle", 180},
                         {"car", 500},
                         {"ride", 500},
                         {"transit", 200},
                         {"walk", 60}};

char Lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}
std::string Lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), Lower);
  return out;
}
std::string Uppered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return out;
}

// "baltimore" of "Baltimore County".
std::string PlainCounty(std::string_view county) {
  std::string plain = Lowered(county);
  constexpr std::string_view kSuffix = " county";
  if (plain.ends_with(kSuffix)) plain.resize(plain.size() - kSuffix.size());
  return plain;
}

std::string CountyKey(std::string_view state, std::string_view county) {
  return Uppered(state) + "/" + PlainCounty(county);
}

// Rounded to the nearest, halves away from zero. REQUIRES: count > 0.
std::int32_t RoundedMean(std::int64_t sum, std::int64_t count) {
  const std::int64_t half = sum >= 0 ? count / 2 : -(count / 2);
  return static_cast<std::int32_t>((sum + half) / count);
}

// YES or NO where both are known, else not.
v1::Answer Same(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return v1::ANSWER_UNSPECIFIED;
  return a == b ? v1::YES : v1::NO;
}

v1::Answer CountyCovers(std::string_view code, const v1::HomeArea& home) {
  const std::size_t slash = code.find('/');
  if (slash == std::string_view::npos) return v1::ANSWER_UNSPECIFIED;
  const v1::Answer state =
      Same(Uppered(code.substr(0, slash)), Uppered(home.state()));
  if (state == v1::NO) return v1::NO;
  const v1::Answer county =
      Same(PlainCounty(code.substr(slash + 1)), PlainCounty(home.county()));
  // The same county name in a state nobody named proves nothing.
  if (county == v1::YES) return state;
  return county;
}

v1::Answer AreaCovers(const v1::CoverageArea& area, const v1::HomeArea& home) {
  switch (area.kind()) {
    case v1::CoverageArea::NATIONWIDE:
      return v1::YES;
    case v1::CoverageArea::STATE:
      return Same(Uppered(area.code()), Uppered(home.state()));
    case v1::CoverageArea::COUNTY:
      return CountyCovers(area.code(), home);
    case v1::CoverageArea::ZIP:
      return Same(FiveDigits(area.code()).value_or(""),
                  FiveDigits(home.postal_code()).value_or(""));
    default:
      return v1::ANSWER_UNSPECIFIED;
  }
}

}  // namespace

GeoPoint::GeoPoint(std::int32_t latitude_e7, std::int32_t longitude_e7)
    : latitude_e7_(latitude_e7),
      longitude_e7_(longitude_e7),
      s2_(S2LatLng::FromE7(latitude_e7, longitude_e7).ToPoint()) {
  HANDRAIL_CHECK(IsOnTheMap(latitude_e7, longitude_e7));
}

bool GeoPoint::IsOnTheMap(std::int32_t latitude_e7, std::int32_t longitude_e7) {
  return latitude_e7 >= -kLatitudeMaxE7 && latitude_e7 <= kLatitudeMaxE7 &&
         longitude_e7 >= -kLongitudeMaxE7 && longitude_e7 <= kLongitudeMaxE7;
}

int DistanceM(const GeoPoint& a, const GeoPoint& b) {
  const S1Angle angle(a.s2(), b.s2());
  return static_cast<int>(std::llround(angle.radians() * kEarthRadiusM));
}

std::optional<int> TravelMinutes(int distance_m, std::string_view way) {
  for (const Way& known : kWays) {
    if (known.name == way) {
      return (distance_m + known.metres_per_minute - 1) /
             known.metres_per_minute;
    }
  }
  return std::nullopt;
}

const std::vector<std::string>& WaysOfTravel() {
  static const auto* const names = [] {
    auto* out = new std::vector<std::string>;
    for (const Way& way : kWays) out->emplace_back(way.name);
    return out;
  }();
  return *names;
}

std::optional<std::string> FiveDigits(std::string_view postal_code) {
  if (postal_code.size() < 5) return std::nullopt;
  const std::string_view five = postal_code.substr(0, 5);
  for (const char c : five) {
    if (c < '0' || c > '9') return std::nullopt;
  }
  if (postal_code.size() > 5 && postal_code[5] != '-' &&
      postal_code[5] != ' ') {
    return std::nullopt;
  }
  return std::string(five);
}

CentroidTable::CentroidTable(const std::vector<v1::Centroid>& centroids) {
  for (const v1::Centroid& row : centroids) {
    if (!GeoPoint::IsOnTheMap(row.latitude_e7(), row.longitude_e7())) continue;
    const GeoPoint point(row.latitude_e7(), row.longitude_e7());
    if (row.area() == v1::Centroid::ZIP_CODE) {
      const std::optional<std::string> code = FiveDigits(row.code());
      if (!code.has_value()) continue;
      zips_.insert_or_assign(
          *code,
          Zip{.point = point, .state = row.state(), .county = row.county()});
    } else if (row.area() == v1::Centroid::COUNTY_AREA) {
      const std::size_t slash = row.code().find('/');
      if (slash == std::string::npos) continue;
      const std::string_view code = row.code();
      counties_.insert_or_assign(
          CountyKey(code.substr(0, slash), code.substr(slash + 1)), point);
    }
  }
  for (const auto& [code, zip] : zips_) {
    Sum& sum = zip3_[code.substr(0, 3)];
    sum.latitude_e7 += zip.point.latitude_e7();
    sum.longitude_e7 += zip.point.longitude_e7();
    ++sum.count;
  }
}

const CentroidTable::Zip* CentroidTable::FindZip(
    std::string_view postal_code) const {
  const std::optional<std::string> code = FiveDigits(postal_code);
  if (!code.has_value()) return nullptr;
  const auto found = zips_.find(*code);
  return found == zips_.end() ? nullptr : &found->second;
}

std::optional<GeoPoint> CentroidTable::FindZip3(
    std::string_view postal_code) const {
  const auto found = zip3_.find(postal_code.substr(0, 3));
  if (found == zip3_.end()) return std::nullopt;
  const Sum& sum = found->second;
  return GeoPoint(RoundedMean(sum.latitude_e7, sum.count),
                  RoundedMean(sum.longitude_e7, sum.count));
}

std::string CentroidTable::NearestState(const GeoPoint& point,
                                        int within_m) const {
  std::string_view state;
  // The cosine of the angle between: larger is nearer. Ties: the first code.
  double best = -2;
  const GeoPoint* nearest = nullptr;
  const auto consider = [&](const GeoPoint& at, std::string_view its_state) {
    const double cosine = point.s2().DotProd(at.s2());
    if (its_state.empty() || cosine <= best) return;
    best = cosine;
    nearest = &at;
    state = its_state;
  };
  for (const auto& [code, zip] : zips_) consider(zip.point, zip.state);
  for (const auto& [code, at] : counties_) {
    consider(at, std::string_view(code).substr(0, code.find('/')));
  }
  if (nearest == nullptr || DistanceM(point, *nearest) > within_m) return "";
  return std::string(state);
}

std::optional<GeoPoint> CentroidTable::FindCounty(
    std::string_view state, std::string_view county) const {
  const auto found = counties_.find(CountyKey(state, county));
  if (found == counties_.end()) return std::nullopt;
  return found->second;
}

std::optional<CentroidTable::Found> CentroidTable::Locate(
    std::string_view postal_code, std::string_view state,
    std::string_view county) const {
  if (const Zip* const zip = FindZip(postal_code)) {
    return Found{.point = zip->point, .basis = v1::Place::ZIP_CENTROID};
  }
  if (const std::optional<GeoPoint> point = FindCounty(state, county)) {
    return Found{.point = *point, .basis = v1::Place::COUNTY_CENTROID};
  }
  return std::nullopt;
}

v1::HomeArea CentroidTable::Complete(v1::HomeArea home) const {
  const Zip* const zip = FindZip(home.postal_code());
  if (zip == nullptr) return home;
  if (home.state().empty()) home.set_state(zip->state);
  // A county of another state than the one the person named is not theirs.
  if (home.county().empty() && Uppered(home.state()) == Uppered(zip->state)) {
    home.set_county(zip->county);
  }
  return home;
}

v1::Answer CoverageCovers(
    const google::protobuf::RepeatedPtrField<v1::CoverageArea>& coverage,
    const v1::HomeArea& home) {
  if (coverage.empty()) {
    return HANDRAIL_MUTATE(no_service_area_is_unknown, v1::ANSWER_UNSPECIFIED,
                           v1::YES);
  }
  bool unknown = false;
  for (const v1::CoverageArea& area : coverage) {
    const v1::Answer answer = AreaCovers(area, home);
    if (answer == v1::YES) return v1::YES;
    if (answer != v1::NO) unknown = true;
  }
  return HANDRAIL_MUTATE(service_area_unknown_home, unknown, false)
             ? v1::ANSWER_UNSPECIFIED
             : HANDRAIL_MUTATE(service_area_leaves_out, v1::NO,
                               v1::ANSWER_UNSPECIFIED);
}

bool IsStated(const v1::HomeArea& home) {
  return !home.state().empty() || !home.county().empty() ||
         !home.postal_code().empty();
}

}  // namespace handrail::matcher
