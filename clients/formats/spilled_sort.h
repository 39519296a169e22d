// Sorts small items of a fixed size, more of them than fit into memory: what
// does not fit is sorted in runs on disk, and the runs are merged.
//
//   SpilledSort<Place> places;
//   for (…) places.Add(place);
//   HANDRAIL_RETURN_IF_ERROR(places.Finish());
//   SpilledSort<Place>::Cursor all(places);
//   while (const Place* place = all.Next()) …
//   HANDRAIL_RETURN_IF_ERROR(all.status());
//
// T is trivially copyable, without padding that matters, and has operator<.
// Equal items are all kept. Memory: kSpillItems items, and when finished one of
// every kSpillBlock of those that are on disk.
//
// One thread until it is finished; const members and cursors of their own are
// safe to share then. It must outlive its cursors.
#pragma once

#include <algorithm>
#include <cstdint>
#include <queue>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "clients/formats/limits.h"
#include "clients/formats/spill_file.h"
#include "storage/base/status.h"

namespace handrail::formats {

template <typename T>
class SpilledSort {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  class Cursor;

  explicit SpilledSort(size_t items_in_memory = kSpillItems)
      : items_in_memory_(items_in_memory) {}

  // What goes wrong is told by Finish.
  void Add(const T& item) {
    items_.push_back(item);
    ++size_;
    if (items_.size() < items_in_memory_) return;
    if (status_.ok()) status_ = Spill();
    items_.clear();
  }

  // Sorts. Nothing can be added afterwards.
  absl::Status Finish() {
    HANDRAIL_RETURN_IF_ERROR(status_);
    if (runs_.empty()) {
      std::sort(items_.begin(), items_.end());
      return absl::OkStatus();
    }
    HANDRAIL_RETURN_IF_ERROR(Spill());
    std::vector<T>().swap(items_);
    return Merge();
  }

  int64_t size() const { return size_; }

 private:
  // Part of the unsorted file that is sorted by itself, in items.
  struct Run {
    int64_t begin = 0;
    int64_t end = 0;
  };

  absl::Status Spill() {
    if (items_.empty()) return absl::OkStatus();
    std::sort(items_.begin(), items_.end());
    const int64_t begin = unsorted_.bytes() / kBytes;
    HANDRAIL_RETURN_IF_ERROR(
        unsorted_.Append(items_.data(), items_.size() * sizeof(T)));
    runs_.push_back({begin, begin + static_cast<int64_t>(items_.size())});
    items_.clear();
    return absl::OkStatus();
  }

  absl::Status Merge();
  absl::Status ReadItems(const SpillFile& file, int64_t at, size_t count,
                         std::vector<T>& into) const {
    into.resize(count);
    return file.ReadAt(at * kBytes, into.data(), count * sizeof(T));
  }

  static constexpr int64_t kBytes = sizeof(T);

  size_t items_in_memory_;
  int64_t size_ = 0;
  // All of them, or those of the run that is being filled.
  std::vector<T> items_;
  std::vector<Run> runs_;
  SpillFile unsorted_;
  // Finished, where there are runs: all items, and the first of every block.
  SpillFile sorted_;
  std::vector<T> first_of_block_;
  absl::Status status_;
};

// Goes through the items in order.
template <typename T>
class SpilledSort<T>::Cursor {
 public:
  explicit Cursor(const SpilledSort& sort) : sort_(sort) {}

  // The next item, valid until the next call; nullptr after the last, or where
  // the status is an error.
  const T* Next() {
    if (!sort_.first_of_block_.empty() && at_ >= block_.size()) Read(next_);
    const std::vector<T>& items = Items();
    return at_ < items.size() ? &items[at_++] : nullptr;
  }

  // Goes to the first item that is not less than `item`, which Next returns.
  void Seek(const T& item) {
    const std::vector<T>& firsts = sort_.first_of_block_;
    if (!firsts.empty()) {
      // The last block that begins with less.
      auto block = std::lower_bound(firsts.begin(), firsts.end(), item);
      if (block != firsts.begin()) --block;
      Read((block - firsts.begin()) * kSpillBlock);
    }
    const std::vector<T>& items = Items();
    at_ = static_cast<size_t>(
        std::lower_bound(items.begin(), items.end(), item) - items.begin());
  }

  const absl::Status& status() const { return status_; }

 private:
  const std::vector<T>& Items() const {
    return sort_.first_of_block_.empty() ? sort_.items_ : block_;
  }

  void Read(int64_t from) {
    at_ = 0;
    const int64_t count = std::min(kSpillBlock, sort_.size_ - from);
    if (count <= 0 || !status_.ok()) {
      block_.clear();
      return;
    }
    if (block_from_ != from || block_.empty()) {
      status_ = sort_.ReadItems(sort_.sorted_, from, static_cast<size_t>(count),
                                block_);
      if (!status_.ok()) block_.clear();
    }
    block_from_ = from;
    next_ = from + count;
  }

  const SpilledSort& sort_;
  std::vector<T> block_;
  int64_t block_from_ = 0;
  int64_t next_ = 0;
  size_t at_ = 0;
  absl::Status status_;
};

template <typename T>
absl::Status SpilledSort<T>::Merge() {
  struct Head {
    std::vector<T> items;
    size_t at = 0;
    Run rest;
  };
  std::vector<Head> heads(runs_.size());
  const auto fill = [&](Head& head) -> absl::Status {
    head.at = 0;
    const int64_t count =
        std::min(kSpillBlock, head.rest.end - head.rest.begin);
    head.items.clear();
    if (count == 0) return absl::OkStatus();
    HANDRAIL_RETURN_IF_ERROR(ReadItems(unsorted_, head.rest.begin,
                                       static_cast<size_t>(count), head.items));
    head.rest.begin += count;
    return absl::OkStatus();
  };
  const auto later = [&](size_t a, size_t b) {
    return heads[b].items[heads[b].at] < heads[a].items[heads[a].at];
  };
  std::priority_queue<size_t, std::vector<size_t>, decltype(later)> next(later);
  for (size_t i = 0; i < runs_.size(); ++i) {
    heads[i].rest = runs_[i];
    HANDRAIL_RETURN_IF_ERROR(fill(heads[i]));
    if (!heads[i].items.empty()) next.push(i);
  }
  std::vector<T> out;
  while (!next.empty()) {
    const size_t i = next.top();
    next.pop();
    Head& head = heads[i];
    out.push_back(head.items[head.at++]);
    if (head.at == head.items.size()) HANDRAIL_RETURN_IF_ERROR(fill(head));
    if (!head.items.empty()) next.push(i);
    if (static_cast<int64_t>(out.size()) < kSpillBlock && !next.empty()) {
      continue;
    }
    first_of_block_.push_back(out.front());
    HANDRAIL_RETURN_IF_ERROR(
        sorted_.Append(out.data(), out.size() * sizeof(T)));
    out.clear();
  }
  unsorted_ = SpillFile();
  runs_.clear();
  return absl::OkStatus();
}

}  // namespace handrail::formats
