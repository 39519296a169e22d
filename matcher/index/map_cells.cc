#include "matcher/index/map_cells.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace handrail::matcher {
namespace {

// As DistanceM measures.
constexpr double kEarthRadiusM = 6371010.0;
// Covers rounding: of whole metres, and of single precision (0.4 m in each
// coordinate of either point).
constexpr double kSlackM = 8;
// Farther away than anything is.
constexpr double kWholeSphere = 4;

// Which coordinate spreads most over these points.
int LongestSide(std::span<const S2Point> points,
                std::span<const std::uint32_t> order) {
  std::array<double, 3> least, most;
  least.fill(2);
  most.fill(-2);
  for (const std::uint32_t index : order) {
    for (int axis = 0; axis < 3; ++axis) {
      least[axis] = std::min(least[axis], points[index][axis]);
      most[axis] = std::max(most[axis], points[index][axis]);
    }
  }
  int longest = 0;
  for (int axis = 1; axis < 3; ++axis) {
    if (most[axis] - least[axis] > most[longest] - least[longest]) {
      longest = axis;
    }
  }
  return longest;
}

void Halve(std::span<const S2Point> points, int cell_max,
           std::span<std::uint32_t> order, std::vector<int>& sizes) {
  if (static_cast<int>(order.size()) <= cell_max) {
    if (!order.empty()) sizes.push_back(static_cast<int>(order.size()));
    return;
  }
  const int axis = LongestSide(points, order);
  const std::size_t half = order.size() / 2;
  std::nth_element(order.begin(), order.begin() + half, order.end(),
                   [&](std::uint32_t a, std::uint32_t b) {
                     return points[a][axis] < points[b][axis];
                   });
  Halve(points, cell_max, order.first(half), sizes);
  Halve(points, cell_max, order.subspan(half), sizes);
}

}  // namespace

MapCircle MapCircle::Around(std::span<const S2Point> points) {
  S2Point sum;
  for (const S2Point& point : points) sum += point;
  MapCircle circle;
  // Points all around the sphere have no middle: any will do.
  circle.centre = sum.Norm() > 0 ? sum.Normalize() : points.front();
  for (const S2Point& point : points) {
    circle.radius = std::max(circle.radius, circle.centre.Angle(point));
  }
  return circle;
}

Within::Within(const S2Point& from, int metres)
    : exact_from_(from),
      from_(MapPoint::Of(from)),
      angle_((metres + kSlackM) / kEarthRadiusM),
      chord2_(kWholeSphere * 2) {
  if (angle_ >= M_PI) return;
  const double chord = 2 * std::sin(angle_ / 2);
  // Single precision keeps seven digits of the square.
  chord2_ = static_cast<float>(chord * chord * (1 + 1e-6));
}

bool Within::May(const MapCircle& circle) const {
  return exact_from_.Angle(circle.centre) <=
         angle_ + circle.radius + kSlackM / kEarthRadiusM;
}

std::vector<int> PartIntoCells(std::span<const S2Point> points, int cell_max,
                               std::vector<std::uint32_t>& order) {
  std::vector<int> sizes;
  Halve(points, cell_max, order, sizes);
  return sizes;
}

}  // namespace handrail::matcher
