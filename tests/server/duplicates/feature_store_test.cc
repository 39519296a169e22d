// Features kept small come back as they were; blocks hold whom they hold.
#include "server/duplicates/feature_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "server/duplicates/block_table.h"
#include "server/duplicates/pair_score.h"
#include "tests/server/duplicates/duplicate_listings.h"

namespace handrail::server {
namespace {

using ::testing::ElementsAre;

Features Everything() {
  return FeaturesFrom(
      "north", R"pb(
        id: 'listing-1'
        name: 'Harbor House for Women #2'
        alternate_names: 'Casa del Puerto'
        email: 'A@example.org'
        phones { number: '+12405550104' extension: '12' type: 'voice' }
        phones { number: '+12405550105' type: 'voice' }
        address { address_1: '100-110 N Main St' city: 'Millbrook' }
        place {
          basis: COORDINATES
          latitude_e7: -390000000
          longitude_e7: -1760000000
          city: 'Millbrook'
          county: 'Kent'
          state: 'MD'
        }
        schedules { freq: WEEKLY byday: 'MO,TU' opens_at: '19:00' }
        zone: 'America/New_York'
        profile {
          support_group { conference_link { text: 'https://a.example.org/b' } }
        }
      )pb",
      {.own = "u", .place = "UPRN:1", .organization = {"a:1"}});
}

TEST(FeatureStoreTest, GivesBackWhatItWasGiven) {
  FeatureStore store;
  const Features given = Everything();
  const FeatureStore::Handle handle = store.HandleOf(given.id);
  EXPECT_FALSE(store.Has(handle));
  EXPECT_FALSE(store.Find(given.id).has_value());
  store.Set(handle, given);
  const Features back = *store.Find(given.id);
  EXPECT_EQ(back.id, given.id);
  EXPECT_EQ(back.name, given.name);
  EXPECT_EQ(back.name_words.words, given.name_words.words);
  EXPECT_EQ(back.name_words.numbers, given.name_words.numbers);
  EXPECT_EQ(back.name_words.telling, given.name_words.telling);
  ASSERT_EQ(back.other_names.size(), 1u);
  EXPECT_EQ(back.other_names[0].words, given.other_names[0].words);
  EXPECT_EQ(back.organization_texts, given.organization_texts);
  EXPECT_EQ(back.city, given.city);
  EXPECT_EQ(back.county, "md/kent");
  EXPECT_EQ(back.street.house_first, 100);
  EXPECT_EQ(back.street.house_last, 110);
  EXPECT_EQ(back.street.name, given.street.name);
  EXPECT_EQ(back.point, given.point);
  EXPECT_EQ(back.phones, given.phones);
  EXPECT_EQ(back.links, given.links);
  EXPECT_EQ(back.terms, given.terms);
  EXPECT_EQ(back.terms_and_above, given.terms_and_above);
  EXPECT_EQ(back.times, given.times);
  EXPECT_EQ(back.identity.own, "u");
  EXPECT_THAT(back.identity.organization, ElementsAre("a:1"));
  // All of it, what is not named above too.
  EXPECT_EQ(PackFeatures(back), PackFeatures(given));
  EXPECT_EQ(ReasonsFor(back, FeaturesFrom("south", "")),
            ReasonsFor(given, FeaturesFrom("south", "")));
  store.Clear(handle);
  EXPECT_FALSE(store.Find(given.id).has_value());
  EXPECT_EQ(store.HandleOf(given.id), handle);
  EXPECT_EQ(store.IdOf(handle), given.id);
}

TEST(BlockTableTest, HoldsWhomItHoldsAfterManyChanges) {
  std::mt19937 random(1);
  BlockTable blocks;
  std::map<uint64_t, std::set<uint32_t>> expected;
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t key = uint64_t{random() % 10} << 60;
    const uint32_t handle = random() % 6;
    std::set<uint32_t>& block = expected[key];
    if (block.contains(handle)) {
      block.erase(handle);
      ASSERT_EQ(blocks.Remove(key, handle), block.size());
    } else {
      ASSERT_EQ(blocks.Remove(key, handle), block.size());
      block.insert(handle);
      ASSERT_EQ(blocks.Add(key, handle), block.size());
    }
    const auto held = blocks.In(key);
    ASSERT_EQ(std::set<uint32_t>(held.begin(), held.end()), block);
    ASSERT_EQ(held.size(), block.size());
  }
}

}  // namespace
}  // namespace handrail::server
