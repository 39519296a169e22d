// Parting places on the map into cells, and telling at a glance whether a cell
// or a place can be within a distance.
//
// Places are kept as points of the unit sphere in single precision. What they
// let through is measured by DistanceM; they never leave out what it would let
// in, and let in a few metres more.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "s2/s2point.h"

namespace handrail::matcher {

// Most rows of a cell: a bit set of them fits a few lines of the cache.
inline constexpr int kCellRowsMax = 4096;

// A point of the unit sphere; nothing is known of one that is all zero.
struct MapPoint {
  float x = 0, y = 0, z = 0;

  static MapPoint Of(const S2Point& point) {
    return {static_cast<float>(point.x()), static_cast<float>(point.y()),
            static_cast<float>(point.z())};
  }
};

// Everything within an angle of a point.
struct MapCircle {
  S2Point centre;
  // Radians.
  double radius = 0;

  // The least circle about the middle of the points. REQUIRES: not empty.
  static MapCircle Around(std::span<const S2Point> points);
};

// Whether something can be within `metres` of a point.
class Within {
 public:
  Within(const S2Point& from, int metres);

  bool May(const MapPoint& point) const {
    const float x = point.x - from_.x;
    const float y = point.y - from_.y;
    const float z = point.z - from_.z;
    return x * x + y * y + z * z <= chord2_;
  }

  bool May(const MapCircle& circle) const;

 private:
  S2Point exact_from_;
  MapPoint from_;
  double angle_;
  // Square of the straight line through the sphere.
  float chord2_;
};

// Parts places into cells of at most `cell_max`, each lying together: halves
// them across their longest side until they fit. `order` holds indices into
// `points` and is put into the order of the cells; the result has the size of
// each cell.
std::vector<int> PartIntoCells(std::span<const S2Point> points, int cell_max,
                               std::vector<std::uint32_t>& order);

}  // namespace handrail::matcher
