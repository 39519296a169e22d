// Rows by service: what is taken as edits, and that a list that was edited is
// the one that would be made from nothing.
#include "server/row_table.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What a service of these listings comes to; none has a place.
ServiceListings Listings(const std::vector<std::string>& ids,
                         const std::string& name = "Harbor Steps") {
  ServiceListings made{.arena = std::make_shared<google::protobuf::Arena>()};
  for (const std::string& id : ids) {
    auto* listing =
        google::protobuf::Arena::CreateMessage<v1::Listing>(made.arena.get());
    listing->set_id(id);
    listing->set_name(name);
    made.listings.push_back(listing);
  }
  return made;
}

std::vector<std::string> IdsIn(const RowEdits& edits) {
  std::vector<std::string> ids;
  for (const auto& [id, row] : edits) ids.push_back(id);
  return ids;
}

std::string NameOf(const RowPtr& row) {
  return row == nullptr ? "" : matcher::ListingOf(*row).name();
}

TEST(RowTableTest, TakesWhatWasSetOrErasedSinceTheLastTime) {
  RowTable table;
  table.Set("s1", Listings({"b", "a"}));
  table.Set("s2", Listings({"c"}));
  EXPECT_THAT(IdsIn(table.TakeEdits()), ElementsAre("a", "b", "c"));
  EXPECT_THAT(table.TakeEdits(), IsEmpty());

  table.Set("s1", Listings({"a"}, "Harbor Rest"));
  const RowEdits edits = table.TakeEdits();
  ASSERT_THAT(IdsIn(edits), ElementsAre("a", "b"));
  EXPECT_EQ(NameOf(edits[0].second), "Harbor Rest");
  EXPECT_EQ(edits[1].second, nullptr);

  table.Erase("s2");
  table.Erase("never there");
  EXPECT_THAT(IdsIn(table.TakeEdits()), ElementsAre("c"));
}

TEST(RowTableTest, GivesAnIdThatTwoServicesUseToTheFirst) {
  RowTable table;
  table.Set("s2", Listings({"x"}, "Second"));
  table.Set("s1", Listings({"x"}, "First"));
  EXPECT_EQ(NameOf(table.TakeEdits().at(0).second), "First");
  table.Erase("s1");
  EXPECT_EQ(NameOf(table.TakeEdits().at(0).second), "Second");
  table.Erase("s2");
  EXPECT_EQ(table.TakeEdits().at(0).second, nullptr);
}

TEST(RowTableTest, FindsServicesByTheTermsTheyName) {
  RowTable table;
  ServiceListings made = Listings({"a"});
  made.term_ids = {"t1", "t2"};
  table.Set("s1", made);
  made = Listings({"b"});
  made.term_ids = {"t2"};
  table.Set("s2", made);
  EXPECT_THAT(table.ServicesNaming({}), IsEmpty());
  EXPECT_THAT(table.ServicesNaming({"t1", "t9"}), ElementsAre("s1"));
  EXPECT_THAT(table.ServicesNaming({"t1", "t2"}), ElementsAre("s1", "s2"));
  table.Set("s1", Listings({"a"}));
  EXPECT_THAT(table.ServicesNaming({"t1", "t2"}), ElementsAre("s2"));
}

TEST(RowTableTest, FindsServicesThatAskedCentroids) {
  RowTable table;
  ServiceListings made = Listings({"b"});
  made.asks_centroids = true;
  table.Set("s1", Listings({"a"}));
  table.Set("s2", made);
  EXPECT_THAT(table.services_asking_centroids(), ElementsAre("s2"));
  table.Set("s2", Listings({}));
  EXPECT_THAT(table.services_asking_centroids(), IsEmpty());
}

// Few ids and services, so that they meet often.
TEST(RowTableTest, EditsASetIntoTheOneThatIsMadeFromNothing) {
  std::mt19937 random(20261122);
  RowTable table;
  // By service: the ids of its listings, and what they are called.
  std::map<std::string, std::pair<std::vector<std::string>, std::string>>
      services;
  matcher::RowSet rows;
  for (int step = 0; step < 2000; ++step) {
    SCOPED_TRACE(step);
    const std::string service = "s" + std::to_string(random() % 12);
    if (random() % 3 == 0) {
      table.Erase(service);
      services.erase(service);
    } else {
      std::vector<std::string> ids;
      for (size_t i = random() % 4; i > 0; --i) {
        ids.push_back("l" + std::to_string(random() % 30));
      }
      services[service] = {ids, std::to_string(step)};
      table.Set(service, Listings(ids, std::to_string(step)));
    }
    if (random() % 4 != 0) continue;
    rows = rows.Edited(table.TakeEdits());

    // By listing id: the name that the first service gives it.
    std::map<std::string, std::string> expected;
    for (const auto& [id, made] : services) {
      for (const std::string& listing : made.first) {
        expected.emplace(listing, made.second);
      }
    }
    std::vector<std::pair<std::string, std::string>> listed;
    for (const RowPtr& row : rows) {
      listed.emplace_back(matcher::IdOf(*row), NameOf(row));
    }
    ASSERT_EQ(listed, (std::vector<std::pair<std::string, std::string>>(
                          expected.begin(), expected.end())));
  }
}

}  // namespace
}  // namespace handrail::server
