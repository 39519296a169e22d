// Merges the segments of the matcher's rows beside the thread that edits them.
//
// A large merge takes seconds, and edits are to be seen meanwhile: so it runs
// on a thread of its own, over segments that never change, and its outcome is
// taken in by the next Step. One merge runs at a time.
//
// While edits keep coming, as they do in a load, segments are merged in few
// large steps; once none came for a second, they are merged until they are few.
//
//   RowMerger merger([&] { /* wake the editing thread, which calls Step */ });
//   set = set.Edited(edits);
//   merger.Step(set);
//
// Belongs to one thread at a time; `done` is called on others.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "matcher/index/row_set.h"
#include "storage/base/mutex.h"

namespace handrail::server {

class RowMerger {
 public:
  // `done` is called when Step has something to do: when a merge has ended, and
  // when there was quiet. Never after Join, before the next Step.
  explicit RowMerger(std::function<void()> done) : done_(std::move(done)) {}

  // Waits for the merge under way.
  ~RowMerger() { Join(); }
  RowMerger(const RowMerger&) = delete;
  RowMerger& operator=(const RowMerger&) = delete;

  // Takes in a merge that has ended, and begins the next one where it is due.
  // REQUIRES: `set` is what Step left, or was edited from it.
  void Step(matcher::RowSet& set);

  // Waits until the merge under way has ended. Nothing happens where none is.
  void Join();

 private:
  void StartMerge();
  // Calls done_ when a while has passed without a Step.
  void AwaitQuiet();
  void StopAwaiting();

  std::function<void()> done_;
  std::optional<matcher::RowSet::Merge> merge_;
  // Written by the thread, read after `ended_`.
  std::shared_ptr<const matcher::Segment> merged_;
  std::atomic<bool> ended_ = false;
  std::thread thread_;

  // Waits for quiet.
  std::thread awaiting_;
  std::atomic<bool> was_quiet_ = false;
  Mutex mu_;
  CondVar over_changed_;
  // There was quiet, or nobody waits for it any more.
  bool over_ ABSL_GUARDED_BY(mu_) = false;
  std::uint64_t steps_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace handrail::server
