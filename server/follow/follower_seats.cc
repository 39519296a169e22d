#include "server/follow/follower_seats.h"

#include <string>

#include "storage/base/status.h"

namespace handrail::server {

absl::StatusOr<FollowerSeats::Seat> FollowerSeats::Take() {
  const int most = most_;
  if (++taken_ <= most) return Seat(this);
  --taken_;
  return ResourceExhausted(
      v1::ERROR_REASON_LIMIT_EXCEEDED,
      "as many follow the directory as this server lets: try again later, or "
      "follow one who follows",
      {{"limit", "kFollowersMax"}, {"maximum", std::to_string(most)}});
}

}  // namespace handrail::server
