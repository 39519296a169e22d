#include "server/row_merger.h"

#include <chrono>

namespace handrail::server {
namespace {

constexpr std::chrono::seconds kQuiet(1);

}  // namespace

void RowMerger::Step(matcher::RowSet& set) {
  {
    MutexLock lock(mu_);
    ++steps_;
  }
  if (merge_.has_value()) {
    if (!ended_) return;
    if (thread_.joinable()) thread_.join();
    set = set.WithMerged(*merge_, std::move(merged_));
    merged_.reset();
    merge_.reset();
  }
  merge_ =
      set.BeginMerge(was_quiet_.exchange(false) ? matcher::MergeWhen::kNow
                                                : matcher::MergeWhen::kLoading);
  if (merge_.has_value()) {
    StartMerge();
  } else if (set.NeedsMerge()) {
    AwaitQuiet();
  }
}

void RowMerger::StartMerge() {
  ended_ = false;
  thread_ = std::thread([this] {
    merged_ = merge_->Run();
    ended_ = true;
    done_();
  });
}

void RowMerger::AwaitQuiet() {
  if (awaiting_.joinable()) {
    // What waits already has seen this step.
    MutexLock lock(mu_);
    if (!over_) return;
  }
  StopAwaiting();
  awaiting_ = std::thread([this] {
    {
      MutexLock lock(mu_);
      std::uint64_t seen = 0;
      while (!over_ && seen != steps_) {
        seen = steps_;
        over_changed_.WaitFor(mu_, kQuiet);
      }
      if (over_) return;
      over_ = true;
    }
    was_quiet_ = true;
    done_();
  });
}

void RowMerger::StopAwaiting() {
  if (!awaiting_.joinable()) return;
  {
    MutexLock lock(mu_);
    over_ = true;
    over_changed_.NotifyAll();
  }
  awaiting_.join();
  MutexLock lock(mu_);
  over_ = false;
}

void RowMerger::Join() {
  StopAwaiting();
  if (thread_.joinable()) thread_.join();
}

}  // namespace handrail::server
