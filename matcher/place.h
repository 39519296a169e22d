// Where things are: distances, travel minutes, centroids, areas served.
//
// All pure. Distances come from one function, in whole metres, so that a
// radius, the points and the answer never disagree.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handrail/v1/fact.pb.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/match.pb.h"
#include "handrail/v1/profile.pb.h"
#include "handrail/v1/record.pb.h"
#include "s2/s2point.h"

namespace handrail::matcher {

// A point on the map, with its place on the unit sphere computed once.
class GeoPoint {
 public:
  // Degrees × 10^7, WGS 84 read as a sphere.
  // REQUIRES: IsOnTheMap(latitude_e7, longitude_e7).
  GeoPoint(std::int32_t latitude_e7, std::int32_t longitude_e7);

  // Latitude within ±90°, longitude within ±180°.
  static bool IsOnTheMap(std::int32_t latitude_e7, std::int32_t longitude_e7);

  std::int32_t latitude_e7() const { return latitude_e7_; }
  std::int32_t longitude_e7() const { return longitude_e7_; }
  const S2Point& s2() const { return s2_; }

  friend bool operator==(const GeoPoint& a, const GeoPoint& b) {
    return a.latitude_e7_ == b.latitude_e7_ &&
           a.longitude_e7_ == b.longitude_e7_;
  }

 private:
  std::int32_t latitude_e7_;
  std::int32_t longitude_e7_;
  S2Point s2_;
};

// Great-circle distance in whole metres, rounded to the nearest, on a sphere of
// 6,371,010 m. Symmetric; 0 for the same point.
int DistanceM(const GeoPoint& a, const GeoPoint& b);

// Minutes for a great-circle distance by a way of travel of Person.travel: the
// distance times a fixed factor, rounded up. Absent for an unknown way. The
// factors hold the detour of streets and usual waits; no routing is claimed.
//   walk 60 m/min, bicycle 180 m/min, transit 200 m/min, car and ride 500 m/min
std::optional<int> TravelMinutes(int distance_m, std::string_view way);

// The ways TravelMinutes knows, sorted: for messages.
const std::vector<std::string>& WaysOfTravel();

// The first five digits of a ZIP code or ZIP+4; absent for other text.
std::optional<std::string> FiveDigits(std::string_view postal_code);

// Middle points of ZIP codes and counties. Immutable after construction.
class CentroidTable {
 public:
  struct Zip {
    GeoPoint point;
    std::string state;
    std::string county;
  };
  struct Found {
    GeoPoint point;
    v1::Place::Basis basis;
  };

  CentroidTable() = default;
  // Later rows of the same code win; rows off the map or with a code of the
  // wrong form are left out (loading reports them).
  explicit CentroidTable(const std::vector<v1::Centroid>& centroids);

  // ZIP or ZIP+4. Null where the table has none.
  const Zip* FindZip(std::string_view postal_code) const;

  // Mean of all ZIP codes of the table with the same first three digits: sums
  // of whole numbers, divided once, rounded to the nearest (halves away from
  // zero). Takes three digits or more.
  std::optional<GeoPoint> FindZip3(std::string_view postal_code) const;

  // State letters and county name, compared without case and "County".
  std::optional<GeoPoint> FindCounty(std::string_view state,
                                     std::string_view county) const;

  // The ZIP's centroid, else the county's, else absent.
  std::optional<Found> Locate(std::string_view postal_code,
                              std::string_view state,
                              std::string_view county) const;

  // State letters of the ZIP centroid, or the county centroid, that is nearest
  // to a point and at most `within_m` away; empty: there is none.
  std::string NearestState(const GeoPoint& point, int within_m) const;

  // `home` with state and county filled in from its ZIP code where it has none.
  v1::HomeArea Complete(v1::HomeArea home) const;

  bool empty() const { return zips_.empty() && counties_.empty(); }

 private:
  struct Sum {
    std::int64_t latitude_e7 = 0;
    std::int64_t longitude_e7 = 0;
    std::int64_t count = 0;
  };
  std::map<std::string, Zip, std::less<>> zips_;
  std::map<std::string, Sum, std::less<>> zip3_;
  // "MD/baltimore".
  std::map<std::string, GeoPoint, std::less<>> counties_;
};

// Whether a service with this coverage serves people from `home`.
//   YES          some area holds it
//   UNSPECIFIED  no area is recorded, or what the person said is too little to
//                tell (a ZIP code list and only the county is known)
//   NO           every area leaves it out
// Pass a completed home (CentroidTable::Complete).
v1::Answer CoverageCovers(
    const google::protobuf::RepeatedPtrField<v1::CoverageArea>& coverage,
    const v1::HomeArea& home);

// True where the person said anything about where home is.
bool IsStated(const v1::HomeArea& home);

}  // namespace handrail::matcher
