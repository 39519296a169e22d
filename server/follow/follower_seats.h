// How many may follow at a time. Each keeps a thread for as long as it follows,
// and other calls need threads too.
//
//   HANDRAIL_ASSIGN_OR_RETURN(const FollowerSeats::Seat seat, seats.Take());
//   …   followed here; the seat is given back at the end of its life
//
// Thread-safe.
#pragma once

#include <atomic>
#include <memory>

#include "absl/status/statusor.h"
#include "server/limits.h"

namespace handrail::server {

class FollowerSeats {
 public:
  // Gives a seat back. Null: has none.
  struct GiveBack {
    void operator()(FollowerSeats* seats) const { --seats->taken_; }
  };
  // The seats must outlive it.
  using Seat = std::unique_ptr<FollowerSeats, GiveBack>;

  // Errors: RESOURCE_EXHAUSTED (LIMIT_EXCEEDED; metadata limit, maximum).
  absl::StatusOr<Seat> Take();

  // DEFAULT: kFollowersMax. Those who sit stay.
  void SetMost(int most) { most_ = most; }
  // How many follow now.
  int taken() const { return taken_; }

 private:
  std::atomic<int> most_ = kFollowersMax;
  std::atomic<int> taken_ = 0;
};

}  // namespace handrail::server
