// Sorting more than fits into memory, and ids kept by parts of their hashes.
#include "clients/formats/spilled_sort.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>

#include "clients/formats/id_set.h"
#include "tests/testing/testing.h"

namespace handrail::formats {
namespace {

struct Item {
  uint64_t key = 0;
  uint64_t value = 0;

  friend bool operator<(const Item& a, const Item& b) {
    return a.key != b.key ? a.key < b.key : a.value < b.value;
  }
};

// Different counts around the sizes of runs and blocks.
constexpr size_t kInMemory = 1000;
const size_t kCounts[] = {0, 1, 255, 256, 257, 999, 1000, 1001, 2000, 25'123};

std::vector<Item> SomeItems(size_t count) {
  std::mt19937_64 random(count);
  std::vector<Item> items(count);
  for (size_t i = 0; i < count; ++i) items[i] = {random() % 5000, i};
  return items;
}

TEST(SpilledSortTest, GivesEverythingBackInOrder) {
  for (const size_t count : kCounts) {
    SCOPED_TRACE(count);
    std::vector<Item> expected = SomeItems(count);
    SpilledSort<Item> sort(kInMemory);
    for (const Item& item : expected) sort.Add(item);
    ASSERT_TRUE(sort.Finish().ok());
    EXPECT_EQ(sort.size(), static_cast<int64_t>(count));
    std::sort(expected.begin(), expected.end());
    SpilledSort<Item>::Cursor all(sort);
    for (const Item& item : expected) {
      const Item* next = all.Next();
      ASSERT_NE(next, nullptr);
      ASSERT_EQ(next->key, item.key);
      ASSERT_EQ(next->value, item.value);
    }
    EXPECT_EQ(all.Next(), nullptr);
    EXPECT_TRUE(all.status().ok());
  }
}

TEST(SpilledSortTest, FindsTheFirstThatIsNotLess) {
  for (const size_t count : kCounts) {
    SCOPED_TRACE(count);
    std::vector<Item> expected = SomeItems(count);
    SpilledSort<Item> sort(kInMemory);
    for (const Item& item : expected) sort.Add(item);
    ASSERT_TRUE(sort.Finish().ok());
    std::sort(expected.begin(), expected.end());
    SpilledSort<Item>::Cursor cursor(sort);
    for (uint64_t key = 0; key < 5002; key += 7) {
      const Item wanted{.key = key};
      cursor.Seek(wanted);
      auto at = std::lower_bound(expected.begin(), expected.end(), wanted);
      // Past the end of a block, too.
      for (int i = 0; i < 300 && at != expected.end(); ++i, ++at) {
        const Item* next = cursor.Next();
        ASSERT_NE(next, nullptr);
        ASSERT_EQ(next->value, at->value);
      }
      if (at == expected.end()) {
        ASSERT_EQ(cursor.Next(), nullptr);
      }
    }
  }
}

TEST(SpilledSortTest, LeavesNoFileBehind) {
  const testing::TempDir folder;
  setenv("TMPDIR", folder.path().c_str(), 1);
  {
    SpilledSort<Item> sort(kInMemory);
    for (const Item& item : SomeItems(3000)) sort.Add(item);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    ASSERT_TRUE(sort.Finish().ok());
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  }
  unsetenv("TMPDIR");
}

TEST(SpilledSortTest, SaysThatThereIsNoRoom) {
  setenv("TMPDIR", "/proc", 1);
  SpilledSort<Item> sort(kInMemory);
  for (const Item& item : SomeItems(5000)) sort.Add(item);
  const absl::Status status = sort.Finish();
  unsetenv("TMPDIR");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
}

TEST(IdSetTest, HasWhatWasAddedAndNothingElse) {
  for (const size_t count : {0, 1, 7, 300'000}) {
    SCOPED_TRACE(count);
    std::mt19937_64 random(count);
    std::set<uint64_t> expected = {0, 1, ~uint64_t{0}};
    if (count == 0) expected.clear();
    while (expected.size() < count) expected.insert(random());
    IdSet ids;
    for (const uint64_t id : expected) {
      ids.Add(id);
      ids.Add(id);
    }
    ASSERT_TRUE(ids.Finish().ok());
    for (const uint64_t id : expected) ASSERT_TRUE(ids.Has(id));
    for (int i = 0; i < 100'000; ++i) {
      const uint64_t id = random();
      ASSERT_EQ(ids.Has(id), expected.contains(id));
    }
  }
}

}  // namespace
}  // namespace handrail::formats
