// The index: clusters are right for awkward neighbourhoods, the same in
// whatever order listings and decisions came, and after any edits what starting
// over gives.
#include "server/duplicates/duplicate_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/server/duplicates/duplicate_listings.h"

namespace handrail::server {
namespace {

using Clusters = std::vector<std::vector<std::string>>;

Clusters ClustersOf(const DuplicateTable& table) {
  Clusters clusters;
  table.clusters.ForEach([&](const std::string&, const ClusterPtr& cluster) {
    clusters.push_back(cluster->listing_ids);
  });
  std::sort(clusters.begin(), clusters.end());
  return clusters;
}

// Everything in a table, as text.
std::string TextOf(const DuplicateTable& table) {
  std::map<std::string, std::string> lines;
  table.cluster_of.ForEach(
      [&](const std::string& id, const std::string& in) { lines[id] = in; });
  table.clusters.ForEach([&](const std::string& id, const ClusterPtr& cluster) {
    std::string& line = lines["cluster " + id];
    for (const std::string& member : cluster->listing_ids) {
      absl::StrAppend(&line, member, " ");
    }
    for (const v1::DuplicatePair& pair : cluster->pairs) {
      absl::StrAppend(&line, pair.ShortDebugString(), "\n");
    }
  });
  table.dismissed.ForEach(
      [&](const std::string& key, const v1::DuplicatePair& pair) {
        lines["dismissed " + key] = pair.ShortDebugString();
      });
  std::string text;
  for (const auto& [key, line] : lines) {
    absl::StrAppend(&text, key, ": ", line, "\n");
  }
  return text;
}

Features Listing(const std::string& id, const std::string& source,
                 const std::string& more) {
  return FeaturesFrom(source, absl::StrCat("id: '", id, "' ", more));
}

Decisions Decided(
    const std::vector<std::tuple<std::string, std::string, v1::DuplicateState>>&
        said) {
  Decisions decisions;
  for (const auto& [a, b, state] : said) {
    const PairKey key = PairKeyOf(a, b);
    v1::DuplicatePair& pair = decisions[key];
    pair.set_first_id(key.first);
    pair.set_second_id(key.second);
    pair.set_state(state);
    pair.set_note("private");
  }
  return decisions;
}

TEST(DuplicateIndexTest, JoinsThreeSourcesOfOnePlace) {
  DuplicateIndex index;
  index.Set(Listing("c", "east", ""));
  index.Set(Listing("a", "north", ""));
  index.Set(Listing("b", "south", "name: 'Harbour House'"));
  index.Set(Listing("d", "west", "name: 'Bayside Home'"));
  const auto table = index.Update();
  EXPECT_EQ(ClustersOf(*table), (Clusters{{"a", "b", "c"}}));
  EXPECT_EQ(*table->cluster_of.Find("c"), "a");
  EXPECT_EQ(table->cluster_of.Find("d"), nullptr);
  EXPECT_EQ((*table->clusters.Find("a"))->pairs.size(), 3u);
}

TEST(DuplicateIndexTest, AChainDoesNotJoinGroupTwoAndGroupThree) {
  // "b" looks like both by its other name; it goes with the surer one.
  DuplicateIndex index;
  index.Set(Listing("a", "north", "name: 'Harbor Group 2'"));
  index.Set(Listing("b", "south",
                    "name: 'Harbor Group 2' alternate_names: 'Harbor Group'"));
  index.Set(Listing("c", "east", "name: 'Harbor Group 3'"));
  index.Set(Listing("d", "west", "name: 'Harbor Group 3'"));
  EXPECT_EQ(ClustersOf(*index.Update()), (Clusters{{"a", "b"}, {"c", "d"}}));
}

TEST(DuplicateIndexTest, AChainDoesNotJoinMenAndWomen) {
  // "b" is near enough to both, who are apart; it goes with one of them.
  DuplicateIndex index;
  const std::string name = "name: 'Saint Clare Serenity Grove Harbor House";
  index.Set(Listing("a", "north", name + " for Men'"));
  index.Set(Listing("b", "south", name + "'"));
  index.Set(Listing("c", "east", name + " for Women'"));
  EXPECT_EQ(ClustersOf(*index.Update()), (Clusters{{"a", "b"}}));
}

TEST(DuplicateIndexTest, AThirdSourceDoesNotJoinTwoListingsOfOne) {
  // "a" and "b" are of one source and not alike enough for that; "c" is like
  // both and goes with one of them.
  const std::string sparse = "url: '-' organization_name: '-'";
  DuplicateIndex index;
  index.Set(Listing("a", "north", sparse));
  index.Set(Listing("b", "north", sparse));
  index.Set(Listing("c", "south", sparse));
  EXPECT_EQ(ClustersOf(*index.Update()), (Clusters{{"a", "c"}}));
}

TEST(DuplicateIndexTest, ADismissedPairIsPartedInsideABiggerCluster) {
  DuplicateIndex index;
  for (const std::string id : {"a", "b", "c", "d"}) {
    index.Set(Listing(id, "source-" + id, ""));
  }
  EXPECT_EQ(ClustersOf(*index.Update()), (Clusters{{"a", "b", "c", "d"}}));
  index.Decide(Decided({{"b", "a", v1::DISMISSED}}));
  const auto parted = index.Update();
  // "a" took "c" and then "d" first; "b" is alone.
  EXPECT_EQ(ClustersOf(*parted), (Clusters{{"a", "c", "d"}}));
  ASSERT_EQ(parted->dismissed.size(), 1u);
  parted->dismissed.ForEach(
      [](const std::string&, const v1::DuplicatePair& pair) {
        EXPECT_EQ(pair.score(), 100);
        EXPECT_EQ(pair.note(), "");
      });
  index.Decide({});
  EXPECT_EQ(ClustersOf(*index.Update()), (Clusters{{"a", "b", "c", "d"}}));
}

TEST(DuplicateIndexTest, MergedJoinsWhateverTheScore) {
  DuplicateIndex index;
  index.Set(Listing("a", "north", "name: 'Harbor Group 2'"));
  index.Set(Listing("b", "south", "name: 'Harbor Group 3'"));
  EXPECT_EQ(ClustersOf(*index.Update()), Clusters{});
  index.Decide(Decided({{"a", "b", v1::MERGED}}));
  const auto merged = index.Update();
  EXPECT_EQ(ClustersOf(*merged), (Clusters{{"a", "b"}}));
  EXPECT_EQ((*merged->clusters.Find("a"))->pairs[0].state(), v1::MERGED);
  // A merge waits for a listing that is not there.
  index.Erase("b");
  EXPECT_EQ(ClustersOf(*index.Update()), Clusters{});
  index.Set(Listing("b", "south", "name: 'Harbor Group 3'"));
  EXPECT_EQ(ClustersOf(*index.Update()), (Clusters{{"a", "b"}}));
}

TEST(DuplicateIndexTest, WhatIsLikeOneOfAMergeJoinsIt) {
  DuplicateIndex index;
  index.Set(Listing("a", "north", "name: 'Harbor Group 2'"));
  index.Set(Listing("b", "south", "name: 'Harbor Group 3'"));
  index.Set(Listing("c", "east", "name: 'Harbor Group 3'"));
  index.Decide(Decided({{"a", "b", v1::MERGED}}));
  EXPECT_EQ(ClustersOf(*index.Update()), (Clusters{{"a", "b", "c"}}));
  // But not where a curator said that it is not.
  index.Decide(Decided({{"a", "b", v1::MERGED}, {"a", "c", v1::DISMISSED}}));
  EXPECT_EQ(ClustersOf(*index.Update()), (Clusters{{"a", "b"}}));
}

TEST(DuplicateIndexTest, NothingJoinsAPrivatePlaceWithAnOpenOne) {
  DuplicateIndex index;
  index.Set(Listing("a", "north", "confidential: true address {} place {}"));
  index.Set(Listing("b", "south", ""));
  index.Decide(Decided({{"a", "b", v1::MERGED}}));
  EXPECT_EQ(ClustersOf(*index.Update()), Clusters{});
}

TEST(DuplicateIndexTest, ABlockThatIsTooLargeIsLeftOutUntilItShrinks) {
  // One switchboard for all; no place, so that nothing else brings them
  // together.
  const auto branch = [](size_t i) {
    return Listing(absl::StrCat("id-", 1000 + i), absl::StrCat("source-", i),
                   "address {} place {}");
  };
  DuplicateIndex index;
  for (size_t i = 0; i < kBlockListingsMax; ++i) index.Set(branch(i));
  EXPECT_FALSE(ClustersOf(*index.Update()).empty());
  index.Set(branch(kBlockListingsMax));
  EXPECT_TRUE(ClustersOf(*index.Update()).empty());
  index.Erase(branch(3).id);
  const Clusters clusters = ClustersOf(*index.Update());
  EXPECT_FALSE(clusters.empty());
  for (const auto& cluster : clusters) {
    EXPECT_LE(cluster.size(), kScoredClusterMax);
  }
}

TEST(DuplicateIndexTest, GivesTheLastTableWhereNothingChanged) {
  DuplicateIndex index;
  index.Set(Listing("a", "north", ""));
  const auto table = index.Update();
  EXPECT_EQ(index.Update(), table);
}

// --- Any order, any edits ---------------------------------------------------

// A listing of a small and crowded world, where much is alike.
Features RandomListing(std::mt19937& random, const std::string& id) {
  const auto one_of = [&](const std::vector<std::string>& texts) {
    return texts[random() % texts.size()];
  };
  return Listing(
      id, one_of({"north", "south", "east"}),
      absl::StrCat("name: '",
                   one_of({"Harbor House", "Harbour House", "Harbor House 2",
                           "Harbor House for Men", "Harbor House for Women",
                           "Harbor Home", "Bayside House"}),
                   "' ",
                   one_of({"", "", "phones { number: '-' }",
                           "phones { number: '+12405550177' }"}),
                   one_of({"", "", "address { address_1: '14 Main St' } ",
                           "address { address_1: '12 Main St #4' } ",
                           "address {} place {} "}),
                   one_of({"", "", "url: '-' ", "organization_name: '-' "}),
                   one_of({"", "", "", "terms { term: 'food' } "}),
                   one_of({"", "", "", "", "confidential: true "})));
}

std::string RandomId(std::mt19937& random) {
  return absl::StrCat("id-", 100 + random() % 60);
}

TEST(DuplicateIndexPropertyTest, TheOrderOfLoadingDoesNotMatter) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    std::map<std::string, Features> listings;
    for (int i = 0; i < 60; ++i) {
      const std::string id = RandomId(random);
      listings.insert_or_assign(id, RandomListing(random, id));
    }
    std::vector<std::string> order;
    for (const auto& [id, features] : listings) order.push_back(id);
    std::string expected;
    for (int round = 0; round < 4; ++round) {
      std::shuffle(order.begin(), order.end(), random);
      DuplicateIndex index;
      for (const std::string& id : order) {
        index.Set(listings.at(id));
        if (random() % 3 == 0) index.Update();
      }
      const std::string text = TextOf(*index.Update());
      if (round == 0) expected = text;
      ASSERT_EQ(text, expected);
    }
  }
}

TEST(DuplicateIndexPropertyTest, AnyEditsComeToWhatStartingOverGives) {
  for (uint32_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    std::map<std::string, Features> listings;
    Decisions decisions;
    DuplicateIndex index;
    for (int step = 0; step < 60; ++step) {
      const std::string id = RandomId(random);
      switch (random() % 6) {
        case 0:
          listings.erase(id);
          index.Erase(id);
          break;
        case 1: {
          const std::string other = RandomId(random);
          if (other == id) break;
          const PairKey key = PairKeyOf(id, other);
          if (decisions.erase(key) == 0) {
            decisions.merge(Decided(
                {{id, other, random() % 2 ? v1::MERGED : v1::DISMISSED}}));
          }
          index.Decide(decisions);
          break;
        }
        default: {
          const Features features = RandomListing(random, id);
          listings.insert_or_assign(id, features);
          index.Set(features);
        }
      }
      if (random() % 2 == 0) continue;
      DuplicateIndex anew;
      for (const auto& [id_of, features] : listings) anew.Set(features);
      anew.Decide(decisions);
      ASSERT_EQ(TextOf(*index.Update()), TextOf(*anew.Update()))
          << "step " << step;
    }
  }
}

TEST(DuplicateIndexPropertyTest, NoClusterHoldsAPairThatMustStayApart) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    std::map<std::string, Features> listings;
    DuplicateIndex index;
    for (int i = 0; i < 80; ++i) {
      const std::string id = RandomId(random);
      listings.insert_or_assign(id, RandomListing(random, id));
      index.Set(listings.at(id));
    }
    for (const auto& cluster : ClustersOf(*index.Update())) {
      for (const std::string& a : cluster) {
        for (const std::string& b : cluster) {
          if (a == b) continue;
          const Features& one = listings.at(a);
          const Features& other = listings.at(b);
          EXPECT_FALSE(MustStayApart(one, other, ScorePair(one, other)))
              << a << " " << b;
        }
      }
    }
  }
}

// --- Size -------------------------------------------------------------------

// Not a pass-or-fail timing: it prints what a county or a state costs.
TEST(DuplicateIndexSizeTest, PrintsWhatAHundredThousandListingsCost) {
  constexpr int kListings = 100'000;
  const std::vector<std::string> first = {
      "Harbor",  "Bayside", "Grace",  "Turning", "Hope",  "Cedar", "Maple",
      "River",   "Summit",  "Mercy",  "Phoenix", "Dawn",  "Unity", "Beacon",
      "Trinity", "Valley",  "Spring", "Oak",     "Stone", "Light"};
  const std::vector<std::string> second = {
      "House", "Center", "Pantry", "Shelter",    "Clinic",   "Recovery",
      "Home",  "Group",  "Place",  "Counseling", "Outreach", "Ministries"};
  std::mt19937 random(7);
  std::vector<Features> made;
  made.reserve(kListings);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kListings; ++i) {
    const int place = i / 2;  // each one is in two sources
    std::mt19937 of_place(static_cast<uint32_t>(place));
    const int64_t street = of_place() % 3000;
    v1::Listing listing = HarborHouse(
        i % 2 == 0 ? "north" : "south",
        absl::StrCat(
            "id: 'id-", 1'000'000 + i, "' name: '",
            first[of_place() % first.size()], " ",
            second[of_place() % second.size()], " ",
            first[of_place() % first.size()], "' phones { number: '+1240",
            1'000'000 + of_place() % 60'000, "' } address { address_1: '",
            of_place() % 4000 + 1, " Street", street, " Rd' city: 'Town",
            street % 100,
            "' } url: '-' place { basis: "
            "COORDINATES latitude_e7: ",
            390000000 + of_place() % 20'000'000, " longitude_e7: ",
            -760000000 - static_cast<int64_t>(of_place() % 20'000'000), " }"));
    made.push_back(FeaturesOf(listing, {}));
  }
  const auto seconds = [](auto from) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         from)
        .count();
  };
  std::cout << "made: " << seconds(start) << " s (with parsing)\n";
  const auto loading = std::chrono::steady_clock::now();
  DuplicateIndex index;
  for (Features& features : made) index.Set(features);
  const auto table = index.Update();
  std::cout << "loaded and clustered: " << seconds(loading) << " s, "
            << table->clusters.size() << " clusters\n";
  const auto editing = std::chrono::steady_clock::now();
  constexpr int kEdits = 1000;
  for (int i = 0; i < kEdits; ++i) {
    index.Set(made[random() % made.size()]);
    index.Update();
  }
  std::cout << "one edit: " << seconds(editing) / kEdits * 1e6 << " us\n";
  EXPECT_GT(table->clusters.size(), 45'000u);
}

}  // namespace
}  // namespace handrail::server
