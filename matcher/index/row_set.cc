#include "matcher/index/row_set.h"

#include <algorithm>
#include <span>

#include "storage/base/check.h"

namespace handrail::matcher {
namespace {

// A part has at least so many times the rows of all parts after it; while a
// load is under way it has more than a fifth of them. So a row is merged about
// once for every factor of six that the directory grows by, and not five times
// for every factor of four.
constexpr int kShrink = 4;
constexpr int kLoadingGrowth = 5;
// A part of which so few rows in a hundred are still there is made anew.
constexpr int kThereMinPercent = 50;

int CountOf(std::span<const RowSet::Part> parts) {
  int count = 0;
  for (const RowSet::Part& part : parts) count += part.count();
  return count;
}

RowSet::Part MergedPart(std::span<const RowSet::Part> parts,
                        const SegmentSizes& sizes) {
  std::vector<Segment::Incoming> rows;
  rows.reserve(static_cast<std::size_t>(CountOf(parts)));
  for (const RowSet::Part& part : parts) {
    for (int i = 0; i < part.segment->size(); ++i) {
      if (!part.Has(i)) continue;
      rows.push_back({.row = part.segment->row(i),
                      .from = part.segment.get(),
                      .number = i});
    }
  }
  return {.segment = Segment::Make(std::move(rows), sizes)};
}

// Strikes off the rows of these listings.
void StrikeOffIn(RowSet::Part& part, std::span<const std::string_view> ids) {
  std::shared_ptr<std::vector<std::uint64_t>> gone;
  for (const std::string_view id : ids) {
    const std::optional<int> number = part.segment->Find(id);
    if (!number.has_value() || !part.Has(*number)) continue;
    if (gone == nullptr) {
      gone = std::make_shared<std::vector<std::uint64_t>>(
          part.segment->size() / 64 + 1);
      if (part.gone != nullptr) *gone = *part.gone;
      part.gone = gone;
    }
    (*gone)[*number / 64] |= std::uint64_t{1} << *number % 64;
    ++part.gone_count;
  }
}
}  // namespace

std::shared_ptr<const Segment> RowSet::Merge::Run() const {
  return MergedPart(parts_, sizes_).segment;
}

RowSet RowSet::Of(std::vector<RowPtr> rows, const SegmentSizes& sizes) {
  RowSet set;
  set.sizes_ = sizes;
  set.size_ = rows.size();
  if (!rows.empty()) {
    set.parts_.push_back({.segment = Segment::Make(std::move(rows), sizes)});
  }
  return set;
}

RowSet RowSet::Edited(const RowEdits& edits) const {
  RowSet next = *this;
  std::vector<std::string_view> ids;
  std::vector<RowPtr> rows;
  for (const auto& [id, row] : edits) {
    ids.push_back(id);
    if (row != nullptr) rows.push_back(row);
  }
  next.StrikeOff(ids);
  if (!rows.empty()) {
    next.size_ += rows.size();
    next.parts_.push_back({.segment = Segment::Make(std::move(rows), sizes_)});
  }
  next.MergeSmall();
  return next;
}

void RowSet::StrikeOff(const std::vector<std::string_view>& ids) {
  size_ = 0;
  for (Part& part : parts_) {
    StrikeOffIn(part, ids);
    size_ += part.count();
  }
  // A merge under way counts on the places of the parts.
  if (left_alone_ > 0) return;
  std::erase_if(parts_, [](const Part& part) { return part.count() == 0; });
}

std::size_t RowSet::FirstToMerge(std::size_t from, MergeWhen when) const {
  for (std::size_t i = from; i < parts_.size(); ++i) {
    const std::int64_t after = CountOf(std::span(parts_).subspan(i + 1));
    const std::int64_t count = parts_[i].count();
    if (when == MergeWhen::kLoading
            ? after > 0 && count * kLoadingGrowth <= after
            : count < kShrink * after) {
      return i;
    }
    if (parts_[i].count() * 100LL <
        parts_[i].segment->size() * kThereMinPercent) {
      return i;
    }
  }
  return parts_.size();
}

void RowSet::MergeSmall() {
  // The parts that together are small enough.
  std::size_t small = parts_.size();
  int count = 0;
  while (small > left_alone_ &&
         count + parts_[small - 1].count() <= kMergeAtOnceMax) {
    count += parts_[--small].count();
  }
  const std::size_t first = FirstToMerge(small, MergeWhen::kNow);
  if (first >= parts_.size()) return;
  const auto from = parts_.begin() + static_cast<std::ptrdiff_t>(first);
  Part merged = MergedPart(std::span(from, parts_.end()), sizes_);
  parts_.erase(from, parts_.end());
  if (merged.count() > 0) parts_.push_back(std::move(merged));
}

bool RowSet::NeedsMerge() const {
  return left_alone_ == 0 && FirstToMerge(0, MergeWhen::kNow) < parts_.size();
}

std::optional<RowSet::Merge> RowSet::BeginMerge(MergeWhen when) {
  if (left_alone_ > 0) return std::nullopt;
  Merge merge;
  merge.first_ = FirstToMerge(0, when);
  if (merge.first_ >= parts_.size()) return std::nullopt;
  merge.sizes_ = sizes_;
  merge.parts_.assign(
      parts_.begin() + static_cast<std::ptrdiff_t>(merge.first_), parts_.end());
  left_alone_ = parts_.size();
  return merge;
}

RowSet RowSet::WithMerged(const Merge& merge,
                          std::shared_ptr<const Segment> merged) const {
  RowSet next = *this;
  // What was struck off since the merge began is in it still.
  std::vector<std::string_view> gone;
  for (std::size_t i = 0; i < merge.parts_.size(); ++i) {
    const Part& before = merge.parts_[i];
    const Part& now = parts_[merge.first_ + i];
    HANDRAIL_CHECK(before.segment == now.segment);
    if (before.gone_count == now.gone_count) continue;
    for (int row = 0; row < now.segment->size(); ++row) {
      if (before.Has(row) && !now.Has(row)) {
        gone.push_back(now.segment->row(row)->listing.id());
      }
    }
  }
  Part part = {.segment = std::move(merged)};
  StrikeOffIn(part, gone);
  const auto first =
      next.parts_.begin() + static_cast<std::ptrdiff_t>(merge.first_);
  const auto last = first + static_cast<std::ptrdiff_t>(merge.parts_.size());
  next.parts_.erase(first + 1, last);
  next.parts_[merge.first_] = std::move(part);
  next.left_alone_ = 0;
  std::erase_if(next.parts_, [](const Part& one) { return one.count() == 0; });
  return next;
}

const Row* RowSet::Find(std::string_view listing_id) const {
  for (const Part& part : parts_) {
    const std::optional<int> number = part.segment->Find(listing_id);
    if (number.has_value() && part.Has(*number)) {
      return part.segment->row(*number).get();
    }
  }
  return nullptr;
}

std::size_t RowSet::Bytes() const {
  std::size_t bytes = 0;
  for (const Part& part : parts_) {
    bytes += part.segment->Bytes();
    if (part.gone != nullptr) bytes += part.gone->size() * 8;
  }
  return bytes;
}

RowSet::Iterator RowSet::begin() const { return After({}); }

RowSet::Iterator RowSet::end() const {
  Iterator end;
  end.parts_ = &parts_;
  end.part_ = parts_.size();
  for (const Part& part : parts_) {
    end.at_.push_back(static_cast<std::uint32_t>(part.segment->size()));
  }
  return end;
}

RowSet::Iterator RowSet::After(std::string_view listing_id) const {
  Iterator here;
  here.parts_ = &parts_;
  for (const Part& part : parts_) {
    const auto& by_id = part.segment->by_id();
    const auto next = std::upper_bound(
        by_id.begin(), by_id.end(), listing_id,
        [&part](std::string_view id, std::uint32_t number) {
          return id < std::string_view(part.segment->row(number)->listing.id());
        });
    here.at_.push_back(static_cast<std::uint32_t>(next - by_id.begin()));
    here.SkipGone(here.at_.size() - 1);
  }
  here.Choose();
  return here;
}

RowSet::Iterator::reference RowSet::Iterator::operator*() const {
  return RowAt(part_);
}

RowSet::Iterator& RowSet::Iterator::operator++() {
  ++at_[part_];
  SkipGone(part_);
  Choose();
  return *this;
}

const RowPtr& RowSet::Iterator::RowAt(std::size_t part) const {
  const Segment& segment = *(*parts_)[part].segment;
  return segment.row(static_cast<int>(segment.by_id()[at_[part]]));
}

void RowSet::Iterator::SkipGone(std::size_t part) {
  const Part& skipped = (*parts_)[part];
  const auto& by_id = skipped.segment->by_id();
  while (at_[part] < by_id.size() &&
         !skipped.Has(static_cast<int>(by_id[at_[part]]))) {
    ++at_[part];
  }
}

void RowSet::Iterator::Choose() {
  part_ = parts_->size();
  for (std::size_t i = 0; i < parts_->size(); ++i) {
    if (at_[i] >= (*parts_)[i].segment->by_id().size()) continue;
    if (part_ == parts_->size() ||
        RowAt(i)->listing.id() < RowAt(part_)->listing.id()) {
      part_ = i;
    }
  }
}

}  // namespace handrail::matcher
