// Listing and judging duplicates through the handlers, and what a match makes
// of them: a directory in memory, loaded from two sources.
#include "server/handlers/duplicates_handler.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/base/hash.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;

std::string Uuid(const std::string& name) {
  return UuidV5("6f1d3c0a-8e52-4b7e-9a44-2f0c7d5b9e13", name);
}

// One recovery residence at a place, as a source has it. `more` is text of the
// service.
v1::Row House(const std::string& key, const std::string& name,
              const std::string& street, const std::string& more = "",
              const std::string& more_of_location = "") {
  return MakeRow(absl::StrCat(
      "records { organization { id: 'org-", key,
      "' name: 'Tamarack Recovery' } "
      "} records { location { id: 'place-",
      key,
      "' location_type: PHYSICAL "
      "name: '",
      name,
      "' latitude_e7: 392904000 longitude_e7: -766122000 "
      "addresses { address_1: '",
      street,
      "' city: 'Baltimore' "
      "state_province: 'MD' postal_code: '21201' country: 'US' address_type: "
      "PHYSICAL } ",
      more_of_location, " } } records { service { id: 'service-", key,
      "' organization_id: 'org-", key, "' name: '", name,
      "' status: ACTIVE phones { number: '410-555-0104' } "
      "service_at_locations { id: '",
      Uuid(key), "' location { id: 'place-", key,
      "' } } x_handrail { terms { term: 'recovery-residence' } } ", more,
      " } }"));
}

class DuplicatesHandlerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Load("north", {House("a", "Harbor House", "1 Pier St"),
                   House("b", "Bayside Home for Men", "7 Hill Rd")});
    Load("south", {House("c", "Harbor House, Inc.", "1 Pier Street, Suite 2"),
                   House("d", "Bayside Home for Women", "7 Hill Rd")});
  }

  void Load(const std::string& source, const std::vector<v1::Row>& rows) {
    ASSERT_THAT(directory_.Load({.source = source}, rows).status, IsOk());
  }

  absl::StatusOr<v1::ListDuplicatesResponse> List(
      v1::ListDuplicatesRequest request = {}) {
    request.set_min_revision(std::max(request.min_revision(), last_revision_));
    return directory_->duplicates().ListDuplicates(TestContext(), request);
  }

  absl::StatusOr<v1::DecideDuplicatesResponse> Decide(
      const std::vector<std::string>& ids, v1::DuplicateState state,
      const std::string& request_id, const std::string& note = "") {
    v1::DecideDuplicatesRequest request;
    request.set_request_id(request_id);
    for (const std::string& id : ids) request.add_listing_ids(id);
    request.set_state(state);
    request.set_note(note);
    auto response =
        directory_->duplicates().DecideDuplicates(TestContext(), request);
    if (response.ok()) last_revision_ = response->revision();
    return response;
  }

  // "a+c" for each cluster, in order.
  std::string ClustersNow() {
    const auto response = List();
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return "";
    std::string text;
    for (const v1::DuplicateCluster& cluster : response->clusters()) {
      std::set<std::string> keys;
      for (const v1::ListingSummary& listing : cluster.listings()) {
        for (const char* key : {"a", "b", "c", "d", "e", "f"}) {
          if (listing.id() == Uuid(key)) keys.insert(key);
        }
      }
      absl::StrAppend(&text, text.empty() ? "" : " ");
      for (const std::string& key : keys) absl::StrAppend(&text, key);
    }
    return text;
  }

  TestDirectory directory_;
  uint64_t last_revision_ = 0;
};

const std::string kFirst = Uuid("decision 1");
const std::string kSecond = Uuid("decision 2");

TEST_F(DuplicatesHandlerTest, ListsWhatTwoSourcesHaveOfOnePlaceWithReasons) {
  const auto response = List();
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->clusters_size(), 1);
  const v1::DuplicateCluster& cluster = response->clusters(0);
  ASSERT_EQ(cluster.listings_size(), 2);
  EXPECT_EQ(cluster.id(), std::min(Uuid("a"), Uuid("c")));
  EXPECT_EQ(cluster.id(), cluster.listings(0).id());
  ASSERT_EQ(cluster.pairs_size(), 1);
  EXPECT_EQ(cluster.pairs(0).score(), 100);
  EXPECT_EQ(cluster.pairs(0).state(), v1::DUPLICATE_STATE_UNSPECIFIED);
  EXPECT_GE(cluster.pairs(0).reasons_size(), 4);
  EXPECT_GT(response->directory_revision(), 0u);
}

TEST_F(DuplicatesHandlerTest, TheAnswerOfAMatchKnowsTheCluster) {
  const auto snapshot = directory_->state().snapshot();
  const matcher::Row* a = snapshot->Find(Uuid("a"));
  const matcher::Row* b = snapshot->Find(Uuid("b"));
  const matcher::Row* c = snapshot->Find(Uuid("c"));
  ASSERT_TRUE(a != nullptr && b != nullptr && c != nullptr);
  EXPECT_EQ(snapshot->ClusterOf(*a), snapshot->ClusterOf(*c));
  EXPECT_EQ(snapshot->ClusterOf(*b), Uuid("b"));
}

TEST_F(DuplicatesHandlerTest, ADismissedPairIsPartedAndListedApart) {
  const auto decided = Decide({Uuid("c"), Uuid("a")}, v1::DISMISSED, kFirst,
                              "called: two houses");
  ASSERT_THAT(decided, IsOk());
  ASSERT_EQ(decided->pairs_size(), 1);
  EXPECT_EQ(decided->pairs(0).state(), v1::DISMISSED);
  EXPECT_EQ(decided->pairs(0).decided_by(), "loopback");
  EXPECT_EQ(decided->pairs(0).score(), 100);
  // The note is for whoever may see confidential data: nobody yet.
  EXPECT_EQ(decided->pairs(0).note(), "");
  EXPECT_EQ(ClustersNow(), "");
  v1::ListDuplicatesRequest request;
  request.set_dismissed(true);
  const auto dismissed = List(request);
  ASSERT_THAT(dismissed, IsOk());
  ASSERT_EQ(dismissed->clusters_size(), 1);
  EXPECT_EQ(dismissed->clusters(0).listings_size(), 2);
  EXPECT_EQ(dismissed->clusters(0).pairs(0).state(), v1::DISMISSED);
  EXPECT_EQ(dismissed->clusters(0).pairs(0).note(), "");
  // Taken back, they are one again.
  ASSERT_THAT(
      Decide({Uuid("a"), Uuid("c")}, v1::DUPLICATE_STATE_UNSPECIFIED, kSecond),
      IsOk());
  EXPECT_EQ(ClustersNow(), "ac");
}

TEST_F(DuplicatesHandlerTest, AMergeJoinsWhateverTheScoreAndEveryPairOfIt) {
  const auto decided =
      Decide({Uuid("b"), Uuid("d"), Uuid("a")}, v1::MERGED, kFirst);
  ASSERT_THAT(decided, IsOk());
  EXPECT_EQ(decided->pairs_size(), 3);
  EXPECT_EQ(ClustersNow(), "abcd");
  v1::ListDuplicatesRequest undecided;
  undecided.set_undecided(true);
  // Nobody has judged "a" and "c".
  EXPECT_EQ(List(undecided)->clusters_size(), 1);
  ASSERT_THAT(Decide({Uuid("a"), Uuid("c")}, v1::MERGED, kSecond), IsOk());
  EXPECT_EQ(List(undecided)->clusters_size(), 0);
}

TEST_F(DuplicatesHandlerTest, ARepeatedDecisionIsTheSameOne) {
  const auto first = Decide({Uuid("b"), Uuid("d")}, v1::MERGED, kFirst);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(Decide({Uuid("b"), Uuid("d")}, v1::DISMISSED, kSecond), IsOk());
  const auto again = Decide({Uuid("b"), Uuid("d")}, v1::MERGED, kFirst);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->revision(), first->revision());
  // Nothing was done twice: the later word stands.
  EXPECT_EQ(again->pairs(0).state(), v1::DISMISSED);
}

TEST_F(DuplicatesHandlerTest, DecisionsOutliveTheServer) {
  storage::MemoryJournal journal;
  const std::vector<v1::Row> one = {House("a", "Harbor House", "1 Pier St")};
  const std::vector<v1::Row> other = {House("c", "Harbor House", "1 Pier St")};
  {
    TestDirectory before(journal);
    ASSERT_THAT(before.Load({.source = "north"}, one).status, IsOk());
    ASSERT_THAT(before.Load({.source = "south"}, other).status, IsOk());
    v1::DecideDuplicatesRequest request;
    request.set_request_id(kFirst);
    request.add_listing_ids(Uuid("a"));
    request.add_listing_ids(Uuid("c"));
    request.set_state(v1::DISMISSED);
    ASSERT_THAT(before->duplicates().DecideDuplicates(TestContext(), request),
                IsOk());
  }
  TestDirectory after(journal);
  v1::ListDuplicatesRequest request;
  EXPECT_EQ(after->duplicates()
                .ListDuplicates(TestContext(), request)
                ->clusters_size(),
            0);
  request.set_dismissed(true);
  EXPECT_EQ(after->duplicates()
                .ListDuplicates(TestContext(), request)
                ->clusters_size(),
            1);
}

TEST_F(DuplicatesHandlerTest, PagesGoThroughAllClusters) {
  std::vector<v1::Row> more;
  for (int i = 0; i < 5; ++i) {
    more.push_back(House(absl::StrCat("more-", i), absl::StrCat("House ", i),
                         absl::StrCat(100 + i, " Oak Ave")));
  }
  Load("north", more);
  for (v1::Row& row : more) {
    for (v1::Record& record : *row.mutable_records()) {
      if (!record.has_service()) continue;
      for (auto& at :
           *record.mutable_service()->mutable_service_at_locations()) {
        at.set_id(Uuid("twin of " + at.id()));
      }
    }
  }
  Load("south", more);
  v1::ListDuplicatesRequest request;
  request.set_page_size(2);
  std::vector<std::string> ids;
  do {
    const auto page = List(request);
    ASSERT_THAT(page, IsOk());
    EXPECT_LE(page->clusters_size(), 2);
    for (const auto& cluster : page->clusters()) ids.push_back(cluster.id());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(ids.size(), 6u);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  // A token belongs to its query.
  request.set_page_token(List([] {
                           v1::ListDuplicatesRequest first;
                           first.set_page_size(1);
                           return first;
                         }())
                             ->next_page_token());
  request.set_source("south");
  EXPECT_THAT(List(request), HasReason(v1::ERROR_REASON_PAGE_TOKEN_INVALID));
}

TEST_F(DuplicatesHandlerTest, ListsBySourceAndByListing) {
  v1::ListDuplicatesRequest request;
  request.set_source("south");
  EXPECT_EQ(List(request)->clusters_size(), 1);
  request.set_source("nobody");
  EXPECT_EQ(List(request)->clusters_size(), 0);
  request.clear_source();
  request.set_listing_id(Uuid("c"));
  EXPECT_EQ(List(request)->clusters_size(), 1);
  request.set_listing_id(Uuid("b"));
  EXPECT_EQ(List(request)->clusters_size(), 0);
  request.set_listing_id("nobody");
  EXPECT_THAT(List(request), HasReason(v1::ERROR_REASON_RECORD_NOT_FOUND));
}

TEST_F(DuplicatesHandlerTest, RefusesWhatIsWrongByItsField) {
  const auto wrong = [&](const std::vector<std::string>& ids, int state,
                         const std::string& request_id,
                         const std::string& note) {
    const auto response =
        Decide(ids, static_cast<v1::DuplicateState>(state), request_id, note);
    EXPECT_THAT(response, HasReason(v1::ERROR_REASON_INVALID_FIELD));
    return testing::Describe(response.status());
  };
  const std::vector<std::string> good = {Uuid("a"), Uuid("c")};
  EXPECT_THAT(wrong(good, v1::MERGED, "no uuid", ""),
              ::testing::HasSubstr("request_id"));
  EXPECT_THAT(wrong({Uuid("a")}, v1::MERGED, kFirst, ""),
              ::testing::HasSubstr("listing_ids"));
  EXPECT_THAT(wrong({Uuid("a"), Uuid("a")}, v1::MERGED, kFirst, ""),
              ::testing::HasSubstr("listing_ids[1]"));
  EXPECT_THAT(wrong({Uuid("a"), ""}, v1::MERGED, kFirst, ""),
              ::testing::HasSubstr("listing_ids[1]"));
  EXPECT_THAT(wrong(std::vector<std::string>(21, "x"), v1::MERGED, kFirst, ""),
              ::testing::HasSubstr("listing_ids"));
  EXPECT_THAT(wrong(good, 7, kFirst, ""), ::testing::HasSubstr("state"));
  EXPECT_THAT(wrong(good, v1::MERGED, kFirst, std::string(501, 'x')),
              ::testing::HasSubstr("note"));
  EXPECT_THAT(wrong(good, v1::MERGED, kFirst, "\xff"),
              ::testing::HasSubstr("note"));
  EXPECT_THAT(Decide({Uuid("a"), "nobody"}, v1::MERGED, kFirst),
              HasReason(v1::ERROR_REASON_RECORD_NOT_FOUND));
  v1::ListDuplicatesRequest request;
  request.set_page_size(-1);
  EXPECT_THAT(List(request), HasReason(v1::ERROR_REASON_INVALID_FIELD));
  request.clear_page_size();
  request.set_dismissed(true);
  request.set_undecided(true);
  EXPECT_THAT(List(request), HasReason(v1::ERROR_REASON_INVALID_FIELD));
  request.Clear();
  request.set_page_token("nonsense");
  EXPECT_THAT(List(request), HasReason(v1::ERROR_REASON_PAGE_TOKEN_INVALID));
}

TEST_F(DuplicatesHandlerTest, APrivatePlaceIsNeverJoinedWithAnOpenOne) {
  Load("south",
       {House("e", "Harbor House", "1 Pier St", "",
              "x_handrail { visibility { confidential_location: true } }")});
  EXPECT_EQ(ClustersNow(), "ac");
  EXPECT_THAT(Decide({Uuid("a"), Uuid("e")}, v1::MERGED, kFirst),
              HasReason(v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_THAT(Decide({Uuid("a"), Uuid("e")}, v1::DISMISSED, kSecond), IsOk());
}

TEST_F(DuplicatesHandlerTest, AnEditIsFollowed) {
  // The other source corrects the house number: two places after all.
  Load("south", {House("c", "Harbor House, Inc.", "99 Pier Street"),
                 House("d", "Bayside Home for Women", "7 Hill Rd")});
  const auto response = List([&] {
    v1::ListDuplicatesRequest request;
    request.set_min_revision(directory_->state().snapshot()->revision());
    return request;
  }());
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(ClustersNow(), "");
}

}  // namespace
}  // namespace handrail::server
