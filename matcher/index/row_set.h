// All rows of one revision: a few segments, newest last, and which of their
// rows are no more.
//
// A change to a few listings makes a new set that shares all segments with the
// one before: the old rows are struck off and the new ones stand in a small
// segment of their own. So that segments stay few, each has several times the
// rows of all that come after it; where one has not, they are merged. Small
// merges are done at once, large ones when their owner has the time:
//
//   set = set.Edited(edits);                       // microseconds
//   if (const auto merge = set.BeginMerge()) {
//     const auto merged = merge->Run();            // long; on any thread
//     set = set.Edited(…);                         // meanwhile
//     set = set.WithMerged(*merge, merged);        // microseconds
//   }
//
// What a set answers does not depend on how it is cut into segments.
//
// A plain value, cheap to copy. Thread-safe: immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "matcher/index/segment.h"

namespace handrail::matcher {

// Listing ids, sorted, each once, and the row of each now; null: it has gone.
using RowEdits = std::vector<std::pair<std::string, RowPtr>>;

// Merges of at most so many rows are done by Edited.
inline constexpr int kMergeAtOnceMax = 1024;

// When segments are too many: merged now, they are few and found in fast; while
// much is loaded, more of them are left, because each merge would soon be done
// again.
enum class MergeWhen : std::uint8_t { kNow, kLoading };

class RowSet {
 public:
  // A segment and its rows that are no more.
  struct Part {
    std::shared_ptr<const Segment> segment;
    // A bit a row; null: all are there.
    std::shared_ptr<const std::vector<std::uint64_t>> gone;
    int gone_count = 0;

    bool Has(int number) const {
      return gone == nullptr || ((*gone)[number / 64] >> number % 64 & 1) == 0;
    }
    int count() const { return segment->size() - gone_count; }
  };

  // A merge of neighbouring parts. Holds all that it needs.
  class Merge {
   public:
    // Makes the segment that replaces them.
    std::shared_ptr<const Segment> Run() const;

   private:
    friend class RowSet;
    // Position of the first in RowSet::parts_.
    std::size_t first_ = 0;
    std::vector<Part> parts_;
    SegmentSizes sizes_;
  };

  // In the order of listing ids.
  class Iterator;

  RowSet() = default;

  // One segment. REQUIRES: no two rows have the same listing id, none is null.
  static RowSet Of(std::vector<RowPtr> rows, const SegmentSizes& sizes = {});

  // The set after these edits.
  RowSet Edited(const RowEdits& edits) const;

  // A merge too large to be done at once; absent: none is due, or one is under
  // way. The parts to be merged are left alone until WithMerged.
  std::optional<Merge> BeginMerge(MergeWhen when = MergeWhen::kNow);
  // BeginMerge would begin one now.
  bool NeedsMerge() const;

  // The set with `merged`, the outcome of the merge that this set, or one that
  // it was edited from, began.
  RowSet WithMerged(const Merge& merge,
                    std::shared_ptr<const Segment> merged) const;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Null where the id is not there.
  const Row* Find(std::string_view listing_id) const;

  Iterator begin() const;
  Iterator end() const;
  // The first row whose id is greater.
  Iterator After(std::string_view listing_id) const;

  const std::vector<Part>& parts() const { return parts_; }

  // Bytes held beside the rows.
  std::size_t Bytes() const;

 private:
  void StrikeOff(const std::vector<std::string_view>& ids);
  void MergeSmall();
  // The first part, from this one on, that has too few rows for those after
  // it; parts_.size() where each has enough.
  std::size_t FirstToMerge(std::size_t from, MergeWhen when) const;

  std::vector<Part> parts_;
  std::size_t size_ = 0;
  SegmentSizes sizes_;
  // So many parts are left alone by smaller merges; 0: no merge is under way.
  std::size_t left_alone_ = 0;
};

class RowSet::Iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = RowPtr;
  using difference_type = std::ptrdiff_t;
  using pointer = const RowPtr*;
  using reference = const RowPtr&;

  Iterator() = default;

  reference operator*() const;
  pointer operator->() const { return &**this; }
  Iterator& operator++();
  Iterator operator++(int) {
    Iterator old = *this;
    ++*this;
    return old;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) {
    return a.at_ == b.at_;
  }

 private:
  friend class RowSet;

  const RowPtr& RowAt(std::size_t part) const;
  // Passes over rows that are no more.
  void SkipGone(std::size_t part);
  // Finds the part with the least id.
  void Choose();

  const std::vector<Part>* parts_ = nullptr;
  // By part: the position in Segment::by_id.
  std::vector<std::uint32_t> at_;
  // The part of the row here; the number of parts at the end.
  std::size_t part_ = 0;
};

}  // namespace handrail::matcher
