// Following the directory: all listings of one snapshot, and the changes after
// a revision for as long as the caller reads.
//
// Stateless: what a follower is told comes from the journal and the snapshot,
// and where it is comes with its request. Only the number of those who follow
// at a time is bounded.
//
// Everything comes from public projections. Thread-safe.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "handrail/v1/follow.pb.h"
#include "server/directory_state.h"
#include "server/follow/follower_seats.h"
#include "server/request_context.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

class FollowHandler {
 public:
  // Store and state must outlive the handler.
  FollowHandler(const storage::DirectoryStore& store,
                const DirectoryState& state)
      : store_(store), state_(state) {}

  // How many may follow at a time. DEFAULT: kFollowersMax.
  void LimitFollowers(int most) { seats_.SetMost(most); }
  int followers() const { return seats_.taken(); }

  // Both hand over message after message until `write` is false: the caller is
  // gone. Errors: see follow.proto; RESOURCE_EXHAUSTED (LIMIT_EXCEEDED) where
  // too many follow.
  absl::Status StreamListings(
      const RequestContext& context, const v1::StreamListingsRequest& request,
      const std::function<bool(const v1::StreamListingsResponse&)>& write);
  absl::Status WatchChanges(
      const RequestContext& context, const v1::WatchChangesRequest& request,
      const std::function<bool(const v1::WatchChangesResponse&)>& write);

 private:
  const storage::DirectoryStore& store_;
  const DirectoryState& state_;
  FollowerSeats seats_;
};

}  // namespace handrail::server
