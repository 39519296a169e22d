// Merges the segments of the matcher's rows beside the thread that edits them.
//
// A large merge takes seconds, and edits are to be seen meanwhile: so it runs
// on a thread of its own, over segments that never change, and its outcome is
// taken in by the next Step. One merge runs at a time.
//
//   RowMerger merger([&] { /* wake the editing thread */ });
//   set = set.Edited(edits);
//   merger.Step(set);
//
// Belongs to one thread at a time; `done` is called on another.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "matcher/index/row_set.h"

namespace handrail::server {

class RowMerger {
 public:
  // `done` is called when a merge has ended, and never after ~RowMerger.
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
  std::function<void()> done_;
  std::optional<matcher::RowSet::Merge> merge_;
  // Written by the thread, read after `ended_`.
  std::shared_ptr<const matcher::Segment> merged_;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace handrail::server
