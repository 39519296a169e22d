// Sets of rows cut into segments: what is in them does not depend on the cut.
#include "matcher/index/row_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "matcher/snapshot.h"

namespace handrail::matcher {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr SegmentSizes kSmall = {.indexed_min = 2, .cell_max = 3};

RowPtr RowOf(const std::string& id, const std::string& name = "A Place") {
  v1::Listing listing;
  listing.set_id(id);
  listing.set_name(name);
  return MakeRow(std::move(listing));
}

std::vector<std::string> IdsIn(const RowSet& set) {
  std::vector<std::string> ids;
  for (const RowPtr& row : set) ids.emplace_back(IdOf(*row));
  return ids;
}

TEST(RowSetTest, GoesThroughItsRowsById) {
  EXPECT_THAT(IdsIn(RowSet()), IsEmpty());
  const RowSet set = RowSet::Of({RowOf("c"), RowOf("a"), RowOf("b")});
  EXPECT_THAT(IdsIn(set), ElementsAre("a", "b", "c"));
  EXPECT_EQ(IdOf(**set.After("a")), "b");
  EXPECT_EQ(IdOf(**set.After("aa")), "b");
  EXPECT_TRUE(set.After("c") == set.end());
  EXPECT_NE(set.Find("b"), nullptr);
  EXPECT_EQ(set.Find("bb"), nullptr);
}

TEST(RowSetTest, AnEditedSetLeavesTheOneBeforeAsItWas) {
  const RowSet before = RowSet::Of({RowOf("a"), RowOf("b")});
  const RowSet after = before.Edited({{"a", nullptr},
                                      {"b", RowOf("b", "New")},
                                      {"c", RowOf("c")},
                                      {"d", nullptr}});
  EXPECT_THAT(IdsIn(before), ElementsAre("a", "b"));
  EXPECT_THAT(IdsIn(after), ElementsAre("b", "c"));
  EXPECT_EQ(ListingOf(*before.Find("b")).name(), "A Place");
  EXPECT_EQ(ListingOf(*after.Find("b")).name(), "New");
  EXPECT_EQ(after.size(), 2u);
}

// Random edits with merges that end some edits after they began.
TEST(RowSetTest, IsWhatIsLeftOfAllEdits) {
  std::mt19937 random(20261122);
  RowSet set = RowSet::Of({}, kSmall);
  std::map<std::string, RowPtr> expected;
  std::optional<RowSet::Merge> merge;
  for (int step = 0; step < 1500; ++step) {
    SCOPED_TRACE(step);
    std::map<std::string, RowPtr> edits;
    for (std::size_t i = 1 + random() % 4; i > 0; --i) {
      const std::string id = "l" + std::to_string(random() % 60);
      edits[id] = random() % 3 == 0 ? nullptr : RowOf(id);
    }
    set = set.Edited(RowEdits(edits.begin(), edits.end()));
    for (const auto& [id, row] : edits) {
      if (row == nullptr) {
        expected.erase(id);
      } else {
        expected[id] = row;
      }
    }
    if (merge.has_value() && random() % 3 == 0) {
      set = set.WithMerged(*merge, merge->Run());
      merge.reset();
    } else if (!merge.has_value()) {
      merge = set.BeginMerge();
    }
    ASSERT_EQ(set.size(), expected.size());
    auto at = set.begin();
    for (const auto& [id, row] : expected) {
      ASSERT_EQ(*at, row);
      ASSERT_EQ(set.Find(id), row.get());
      ++at;
    }
    ASSERT_TRUE(at == set.end());
  }
}

// Rows enough for merges that are not done at once.
TEST(RowSetTest, ALargeMergeTakesInWhatHappenedMeanwhile) {
  const auto id_of = [](int number) {
    return std::to_string(100'000 + number);
  };
  std::vector<RowPtr> rows;
  constexpr int kRows = 2 * kMergeAtOnceMax;
  for (int i = 0; i < kRows; ++i) rows.push_back(RowOf(id_of(i)));
  RowSet set = RowSet::Of(rows);
  RowEdits edits;
  for (int i = 0; i < kRows; i += 2) {
    edits.emplace_back(id_of(i), RowOf(id_of(i), "New"));
  }
  set = set.Edited(edits);
  const std::optional<RowSet::Merge> merge = set.BeginMerge();
  ASSERT_TRUE(merge.has_value());
  EXPECT_FALSE(set.BeginMerge().has_value());
  const auto merged = merge->Run();
  set = set.Edited({{id_of(0), nullptr}, {id_of(1), RowOf(id_of(1), "Newer")}});
  set = set.WithMerged(*merge, merged);
  EXPECT_EQ(set.size(), static_cast<std::size_t>(kRows - 1));
  EXPECT_EQ(set.Find(id_of(0)), nullptr);
  EXPECT_EQ(ListingOf(*set.Find(id_of(1))).name(), "Newer");
  EXPECT_EQ(ListingOf(*set.Find(id_of(2))).name(), "New");
  EXPECT_EQ(ListingOf(*set.Find(id_of(3))).name(), "A Place");
  EXPECT_EQ(set.parts().size(), 2u);
}

// Single edits cost little however many there were: segments stay few.
TEST(RowSetTest, ManyEditsLeaveFewSegments) {
  RowSet set;
  for (int i = 0; i < 3000; ++i) {
    const std::string id = std::to_string(10'000 + i);
    set = set.Edited({{id, RowOf(id)}});
    if (const auto merge = set.BeginMerge()) {
      set = set.WithMerged(*merge, merge->Run());
    }
    ASSERT_LE(set.parts().size(), 8u);
  }
  EXPECT_EQ(set.size(), 3000u);
}

}  // namespace
}  // namespace handrail::matcher
