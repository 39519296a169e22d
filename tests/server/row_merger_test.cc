// When segments are merged: not while edits keep coming, and soon after the
// last one.
#include "server/row_merger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "matcher/snapshot.h"

namespace handrail::server {
namespace {

using ::testing::SizeIs;

// More than are merged at once (row_set.h).
constexpr int kMany = 2 * matcher::kMergeAtOnceMax;

matcher::RowEdits Rows(const std::string& prefix, int count) {
  matcher::RowEdits rows;
  for (int i = 0; i < count; ++i) {
    v1::Listing listing;
    listing.set_id(prefix + std::to_string(100'000 + i));
    listing.set_name("A Place");
    const std::string id = listing.id();
    rows.emplace_back(id, matcher::MakeRow(std::move(listing)));
  }
  return rows;
}

// Counts the times that the merger wants a Step.
class Calls {
 public:
  void Add() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  int count() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return count_;
  }
  // False where there are fewer after a minute.
  bool Await(int count) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1),
                             [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

TEST(RowMergerTest, MergesOnceNoEditsCame) {
  Calls calls;
  RowMerger merger([&] { calls.Add(); });
  matcher::RowSet set = matcher::RowSet().Edited(Rows("a", kMany));
  merger.Step(set);
  set = set.Edited(Rows("b", kMany - 1));
  ASSERT_TRUE(set.NeedsMerge());
  merger.Step(set);
  // A load goes on: neither is merged into the other yet.
  EXPECT_THAT(set.parts(), SizeIs(2));
  EXPECT_EQ(calls.count(), 0);

  ASSERT_TRUE(calls.Await(1)) << "nothing was said of the quiet";
  merger.Step(set);
  ASSERT_TRUE(calls.Await(2)) << "nothing was said of the merge";
  merger.Step(set);
  EXPECT_THAT(set.parts(), SizeIs(1));
  EXPECT_EQ(set.size(), 2u * kMany - 1);
  EXPECT_FALSE(set.NeedsMerge());
}

TEST(RowMergerTest, EndsWhileItAwaitsQuiet) {
  Calls calls;
  {
    RowMerger merger([&] { calls.Add(); });
    matcher::RowSet set = matcher::RowSet().Edited(Rows("a", kMany));
    set = set.Edited(Rows("b", kMany - 1));
    merger.Step(set);
    merger.Join();
  }
  EXPECT_EQ(calls.count(), 0);
}

}  // namespace
}  // namespace handrail::server
