#include "server/row_merger.h"

namespace handrail::server {

void RowMerger::Step(matcher::RowSet& set) {
  if (merge_.has_value()) {
    if (!ended_) return;
    Join();
    set = set.WithMerged(*merge_, std::move(merged_));
    merged_.reset();
    merge_.reset();
  }
  merge_ = set.BeginMerge();
  if (!merge_.has_value()) return;
  ended_ = false;
  thread_ = std::thread([this] {
    merged_ = merge_->Run();
    ended_ = true;
    done_();
  });
}

void RowMerger::Join() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace handrail::server
