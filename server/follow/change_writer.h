// Tells a run of changes in messages of at most 1 MiB, one at a time: the next
// one is made when the caller has taken the one before.
//
// A listing is told as it is when its message is made, which can be later than
// the run. What is kept between two messages is the run's ids, no listing and
// no snapshot, so a caller who reads slowly costs nothing more.
//
//   ChangeWriter writer(state, write);
//   HANDRAIL_ASSIGN_OR_RETURN(const bool caught_up, writer.Write(run));
//
// Belongs to one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/v1/follow.pb.h"
#include "matcher/snapshot.h"
#include "server/directory_state.h"
#include "server/follow/change_run.h"

namespace handrail::server {

// Bytes around one item of a message, its tag and length, and of what a message
// holds beside its items: room left for them is room enough.
inline constexpr size_t kItemWrapping = 6;
inline constexpr size_t kMessageRest = 32;

class ChangeWriter {
 public:
  // Sends one message; false when the caller is gone.
  using Send = std::function<bool(const v1::WatchChangesResponse& message)>;

  ChangeWriter(const DirectoryState& state, Send send)
      : state_(state), send_(std::move(send)) {}

  // Tells the whole run. True where the directory has nothing later yet.
  // Errors: CANCELLED (EXPIRED) when the caller is gone; those of
  // DirectoryView.
  absl::StatusOr<bool> Write(const ChangeRun& run);

 private:
  // Makes room for so many bytes: sends what is there if it has to.
  absl::Status MakeRoom(const ChangeRun& run, size_t bytes);
  absl::Status Flush();

  const DirectoryState& state_;
  const Send send_;
  // The message that is being made, and the snapshot it is made from.
  v1::WatchChangesResponse message_;
  size_t bytes_ = 0;
  std::shared_ptr<const matcher::Snapshot> snapshot_;
};

// The error of a call whose caller is gone.
absl::Status CallerGone();

}  // namespace handrail::server
