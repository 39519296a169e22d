// Listing ids that two services use: compared is what the row table shows under
// the id, whichever service came, changed or went last.
#include "server/duplicates/duplicate_builder.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server/row_table.h"
#include "tests/server/duplicates/duplicate_listings.h"

namespace handrail::server {
namespace {

// A service with one listing: Harbor House with what `more` changes.
ServiceListings OneListing(const std::string& service_id,
                           const std::string& listing_id,
                           const std::string& source, const std::string& more) {
  ServiceListings made{.arena = std::make_shared<google::protobuf::Arena>()};
  auto* listing =
      google::protobuf::Arena::CreateMessage<v1::Listing>(made.arena.get());
  *listing = HarborHouse(source, more);
  listing->set_id(listing_id);
  listing->set_service_id(service_id);
  made.listings.push_back(listing);
  made.identities.emplace_back();
  return made;
}

// As the builder of snapshots does.
class DuplicateBuilderTest : public ::testing::Test {
 protected:
  DuplicateBuilderTest() { Set("far", OneListing("far", "twin", "south", "")); }

  void Set(const std::string& service_id, ServiceListings made) {
    builder_.Remember(service_id, made);
    rows_.Set(service_id, std::move(made));
  }

  // Two services of one source that use the id "x".
  void SetLike(const std::string& service_id) {
    Set(service_id, OneListing(service_id, "x", "north", ""));
  }
  void SetUnlike(const std::string& service_id) {
    Set(service_id, OneListing(service_id, "x", "north", "name: 'Bayside'"));
  }

  // Whether "x" is joined with its twin of another source.
  bool IsJoined() {
    builder_.Take(rows_.TakeEdits());
    return builder_.Update()->cluster_of.Find("x") != nullptr;
  }

  RowTable rows_;
  DuplicateBuilder builder_;
};

TEST_F(DuplicateBuilderTest, ComparesTheServiceThatHasTheId) {
  SetLike("b");
  EXPECT_TRUE(IsJoined());
  SetUnlike("a");
  EXPECT_FALSE(IsJoined());
  SetLike("a");
  EXPECT_TRUE(IsJoined());
}

TEST_F(DuplicateBuilderTest, AServiceThatComesSecondChangesNothing) {
  SetUnlike("a");
  SetLike("b");
  EXPECT_FALSE(IsJoined());
  SetLike("b");
  EXPECT_FALSE(IsJoined());
}

TEST_F(DuplicateBuilderTest, TheSecondIsComparedWhenTheFirstGoes) {
  SetUnlike("a");
  SetLike("b");
  EXPECT_FALSE(IsJoined());
  rows_.Erase("a");
  EXPECT_TRUE(IsJoined());
  SetUnlike("a");
  EXPECT_FALSE(IsJoined());
  rows_.Erase("a");
  EXPECT_TRUE(IsJoined());
  rows_.Erase("b");
  EXPECT_FALSE(IsJoined());
}

// What it is by now counts, not what it was when it lost the id.
TEST_F(DuplicateBuilderTest, TheSecondMayHaveChangedMeanwhile) {
  SetLike("b");
  SetUnlike("a");
  EXPECT_FALSE(IsJoined());
  SetUnlike("b");
  rows_.Erase("a");
  EXPECT_FALSE(IsJoined());
}

}  // namespace
}  // namespace handrail::server
