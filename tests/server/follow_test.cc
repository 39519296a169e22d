// Following the directory through the handler: every rule of follow.proto, over
// the journal in memory.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/follow/change_retention.h"
#include "server/limits.h"
#include "storage/base/hash.h"
#include "tests/server/directory_copy.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::DirectoryCopy;
using handrail::testing::HasMetadata;
using handrail::testing::HasReason;
using handrail::testing::IsOk;
using handrail::testing::NamesField;
using handrail::testing::ParseText;
using handrail::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::Not;

struct Watched {
  absl::Status status;
  std::vector<v1::WatchChangesResponse> messages;
};

Watched WatchUntilCaughtUp(TestDirectory& directory,
                           v1::WatchChangesRequest request) {
  request.set_until_caught_up(true);
  Watched watched;
  watched.status = directory->follow().WatchChanges(
      TestContext(), request, [&](const v1::WatchChangesResponse& message) {
        watched.messages.push_back(message);
        return true;
      });
  return watched;
}

Watched WatchFrom(TestDirectory& directory, uint64_t revision) {
  v1::WatchChangesRequest request;
  request.set_from_revision(revision);
  return WatchUntilCaughtUp(directory, request);
}

std::vector<v1::StreamListingsResponse> Stream(TestDirectory& directory,
                                               const std::string& source = "") {
  v1::StreamListingsRequest request;
  request.set_source(source);
  std::vector<v1::StreamListingsResponse> messages;
  EXPECT_THAT(directory->follow().StreamListings(
                  TestContext(), request,
                  [&](const v1::StreamListingsResponse& message) {
                    messages.push_back(message);
                    return true;
                  }),
              IsOk());
  return messages;
}

DirectoryCopy FreshCopy(TestDirectory& directory) {
  DirectoryCopy copy;
  for (const auto& message : Stream(directory)) copy.Apply(message);
  return copy;
}

// The copy goes on from where it is and ends as the directory.
void ExpectFollows(TestDirectory& directory, DirectoryCopy& copy) {
  const Watched watched = WatchFrom(directory, copy.revision());
  ASSERT_THAT(watched.status, IsOk());
  for (const auto& message : watched.messages) copy.Apply(message);
  EXPECT_TRUE(copy.caught_up());
  const DirectoryCopy fresh = FreshCopy(directory);
  EXPECT_EQ(copy.revision(), fresh.revision());
  EXPECT_EQ(copy.DifferenceFrom(fresh), "");
}

// The names told for each listing id; "" for a tombstone.
std::map<std::string, std::string> Told(const Watched& watched) {
  std::map<std::string, std::string> told;
  for (const auto& message : watched.messages) {
    for (const v1::ListingChange& change : message.listings()) {
      told[change.id()] = change.has_listing() ? change.listing().name() : "";
    }
  }
  return told;
}

// A service of an organization at a place.
v1::Row ServiceRow(const std::string& id, const std::string& name,
                   const std::string& organization, const std::string& city) {
  return MakeRow(absl::StrCat(
      "records { organization { id: 'o-", organization, "' name: '",
      organization, "' } } records { location { id: 'l-", id,
      "' location_type: PHYSICAL name: 'Place' addresses { address_1: '1 Pier "
      "St' city: '",
      city,
      "' state_province: 'MD' postal_code: '21201' country: 'US' "
      "address_type: PHYSICAL } } } records { service { id: '",
      id, "' organization_id: 'o-", organization, "' name: '", name,
      "' status: ACTIVE service_at_locations { id: 'sal-", id,
      "' location { id: 'l-", id,
      "' } } x_handrail { terms { term: 'food' } } } }"));
}

// --- The whole directory ----------------------------------------------------

TEST(StreamListingsTest, TellsEveryListingOnceByIdAndCountsThemAtTheEnd) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  const auto messages = Stream(directory);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].listing_count(), 4);
  std::vector<std::string> ids;
  for (const auto& listing : messages[0].listings()) {
    ids.push_back(listing.id());
  }
  EXPECT_EQ(ids.size(), 4u);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(messages[0].directory_revision(),
            directory->state().snapshot()->revision());
}

TEST(StreamListingsTest, EmptyDirectoryIsOneMessageWithRevisionAndZero) {
  TestDirectory directory;
  const auto messages = Stream(directory);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_TRUE(messages[0].has_listing_count());
  EXPECT_EQ(messages[0].listing_count(), 0);
  EXPECT_GE(messages[0].directory_revision(), 1u);
}

TEST(StreamListingsTest, ManyListingsComeInMessagesOfAtMostOneMebibyte) {
  TestDirectory directory;
  std::vector<v1::Row> rows;
  for (int i = 0; i < 600; ++i) {
    rows.push_back(ServiceRow(absl::StrCat("s", i), "Pantry", "Harbor", "X"));
    rows.back().mutable_records(2)->mutable_service()->set_description(
        std::string(5000, 'd'));
  }
  ASSERT_THAT(directory.Load({}, rows).status, IsOk());
  const auto messages = Stream(directory);
  ASSERT_GE(messages.size(), 3u);
  std::set<std::string> ids;
  for (size_t i = 0; i < messages.size(); ++i) {
    EXPECT_LE(messages[i].ByteSizeLong(), kFollowMessageBytes);
    EXPECT_EQ(messages[i].directory_revision(),
              messages[0].directory_revision());
    EXPECT_EQ(messages[i].has_listing_count(), i + 1 == messages.size());
    for (const auto& listing : messages[i].listings()) ids.insert(listing.id());
  }
  EXPECT_EQ(ids.size(), 600u);
  EXPECT_EQ(messages.back().listing_count(), 600);
}

TEST(StreamListingsTest, SourceTellsItsOwnListingsAlone) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  ASSERT_THAT(directory
                  .Load({.source = "other"},
                        {ServiceRow("s1", "Pantry", "Harbor", "Baltimore")})
                  .status,
              IsOk());
  const auto messages = Stream(directory, "other");
  ASSERT_EQ(messages.size(), 1u);
  ASSERT_EQ(messages[0].listings_size(), 1);
  EXPECT_EQ(messages[0].listings(0).name(), "Pantry");
  EXPECT_EQ(messages[0].listing_count(), 1);
  EXPECT_EQ(Stream(directory, "nobody")[0].listing_count(), 0);
}

TEST(StreamListingsTest, WaitsForTheRevisionAndRefusesALongSource) {
  TestDirectory directory;
  const auto nothing = [](const v1::StreamListingsResponse&) { return true; };
  v1::StreamListingsRequest request;
  request.set_min_revision(1'000'000);
  const RequestContext brief({.now = TestNow(),
                              .deadline = absl::Now() + absl::Milliseconds(50),
                              .clock = absl::Now});
  EXPECT_THAT(directory->follow().StreamListings(brief, request, nothing),
              HasReason(v1::ERROR_REASON_REVISION_NOT_REACHED));
  request.Clear();
  request.set_source(std::string(65, 'x'));
  EXPECT_THAT(
      directory->follow().StreamListings(TestContext(), request, nothing),
      NamesField("source"));
}

// --- Changes ----------------------------------------------------------------

TEST(WatchChangesTest, FromTheBeginningMakesACopyThatIsTheDirectory) {
  TestDirectory directory;
  DirectoryCopy copy;
  ExpectFollows(directory, copy);
  ASSERT_THAT(directory.Load({}, CentroidRows()).status, IsOk());
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  ExpectFollows(directory, copy);
  EXPECT_EQ(copy.listings().size(), 4u);
  DirectoryCopy from_zero;
  ExpectFollows(directory, from_zero);
}

TEST(WatchChangesTest, WhoIsCaughtUpIsToldSoAtOnce) {
  TestDirectory directory;
  const uint64_t now = directory->state().snapshot()->revision();
  const Watched watched = WatchFrom(directory, now);
  ASSERT_THAT(watched.status, IsOk());
  ASSERT_EQ(watched.messages.size(), 1u);
  EXPECT_EQ(watched.messages[0].revision(), now);
  EXPECT_TRUE(watched.messages[0].caught_up());
  EXPECT_EQ(watched.messages[0].listings_size(), 0);
}

TEST(WatchChangesTest, EditOfOneServiceTellsItsListingAlone) {
  TestDirectory directory;
  ASSERT_THAT(
      directory
          .Load({}, {ServiceRow("s1", "Pantry", "Harbor", "Baltimore"),
                     ServiceRow("s2", "Kitchen", "Harbor", "Baltimore")})
          .status,
      IsOk());
  DirectoryCopy copy = FreshCopy(directory);
  ASSERT_THAT(
      directory.Load({}, {ServiceRow("s1", "Food Bank", "Harbor", "Baltimore")})
          .status,
      IsOk());
  const auto told = Told(WatchFrom(directory, copy.revision()));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told.begin()->second, "Food Bank");
  ExpectFollows(directory, copy);
}

TEST(WatchChangesTest, WhatAListingIsFoldedFromTellsItToo) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  DirectoryCopy copy = FreshCopy(directory);
  // The organization of three listings.
  ASSERT_THAT(
      directory
          .Load({}, {MakeRow("records { organization { id: 'o1' name: 'Harbor "
                             "House Inc' } }")})
          .status,
      IsOk());
  EXPECT_EQ(Told(WatchFrom(directory, copy.revision())).size(), 3u);
  ExpectFollows(directory, copy);
  // A place.
  ASSERT_THAT(directory
                  .Load({}, {MakeRow(R"pb(
                          records {
                            location {
                              id: "l2"
                              location_type: PHYSICAL
                              name: "South Hall"
                              addresses {
                                address_1: "3 Hill Rd"
                                city: "Towson"
                                state_province: "MD"
                                postal_code: "21202"
                                country: "US"
                                address_type: PHYSICAL
                              }
                            }
                          }
                        )pb")})
                  .status,
              IsOk());
  EXPECT_EQ(Told(WatchFrom(directory, copy.revision())).size(), 1u);
  ExpectFollows(directory, copy);
  // The middles of ZIP codes, where listings without coordinates stand.
  ASSERT_THAT(directory.Load({}, CentroidRows()).status, IsOk());
  EXPECT_THAT(Told(WatchFrom(directory, copy.revision())), Not(IsEmpty()));
  ExpectFollows(directory, copy);
}

TEST(WatchChangesTest, ProgramAndTermReachTheListingsThatNameThem) {
  TestDirectory directory;
  const auto rows = [](const std::string& program, const std::string& term) {
    return std::vector<v1::Row>{MakeRow(absl::StrCat(
        "records { organization { id: 'o1' name: 'Harbor' } } "
        "records { program { id: 'p1' organization_id: 'o1' name: '",
        program, "' attributes { taxonomy_term_id: 't1' } } } ",
        "records { taxonomy { id: 'x' name: 'Kinds' } } "
        "records { taxonomy_term { id: 't1' taxonomy_id: 'x' code: 'T' name: '",
        term,
        "' description: 'd' } } records { service { id: 's1' "
        "organization_id: 'o1' program_id: 'p1' name: 'Pantry' status: ACTIVE "
        "x_handrail { terms { term: 'food' } } } }"))};
  };
  ASSERT_THAT(directory.Load({}, rows("Winter", "Meals")).status, IsOk());
  DirectoryCopy copy = FreshCopy(directory);
  ASSERT_THAT(directory.Load({}, rows("Summer", "Meals")).status, IsOk());
  ExpectFollows(directory, copy);
  const DirectoryCopy before = copy;
  ASSERT_THAT(directory.Load({}, rows("Summer", "Groceries")).status, IsOk());
  ExpectFollows(directory, copy);
  EXPECT_NE(copy.Bytes(), before.Bytes());
}

TEST(WatchChangesTest, OrganizationOfAProgramReachesItsServices) {
  TestDirectory directory;
  const auto load = [&](const std::string& organization) {
    return directory
        .Load({}, {MakeRow(absl::StrCat(
                      "records { organization { id: 'o1' name: '", organization,
                      "' } } records { program { id: 'p1' organization_id: "
                      "'o1' name: 'Winter' } } records { service { id: 's1' "
                      "program_id: 'p1' name: 'Pantry' status: ACTIVE "
                      "x_handrail { terms { term: 'food' } } } }"))})
        .status;
  };
  ASSERT_THAT(load("Harbor"), IsOk());
  DirectoryCopy copy = FreshCopy(directory);
  ASSERT_THAT(load("Pier"), IsOk());
  ExpectFollows(directory, copy);
  EXPECT_NE(copy.Bytes().find("Pier"), std::string::npos);
}

TEST(WatchChangesTest, WhatIsGoneIsToldAsATombstone) {
  TestDirectory directory;
  ASSERT_THAT(directory
                  .Load({}, {ServiceRow("s1", "Pantry", "Harbor", "Baltimore"),
                             ServiceRow("s2", "Kitchen", "Harbor", "Baltimore"),
                             ServiceRow("s3", "Closet", "Harbor", "Baltimore")})
                  .status,
              IsOk());
  DirectoryCopy copy = FreshCopy(directory);
  ASSERT_EQ(copy.listings().size(), 3u);
  // Retired with its source's next load; no longer offered; moved to another
  // place, and so another listing.
  v1::Row inactive = ServiceRow("s2", "Kitchen", "Harbor", "Baltimore");
  inactive.mutable_records(2)->mutable_service()->set_status(v1::INACTIVE);
  v1::Row moved = ServiceRow("s3", "Closet", "Harbor", "Baltimore");
  moved.mutable_records(2)
      ->mutable_service()
      ->mutable_service_at_locations(0)
      ->set_id("elsewhere");
  ASSERT_THAT(directory.Load({.replace = true}, {inactive, moved}).status,
              IsOk());
  const auto told = Told(WatchFrom(directory, copy.revision()));
  int tombstones = 0;
  for (const auto& [id, name] : told) tombstones += name.empty() ? 1 : 0;
  EXPECT_EQ(tombstones, 3);
  ExpectFollows(directory, copy);
  EXPECT_EQ(copy.listings().size(), 1u);
}

TEST(WatchChangesTest, RecordsOfTheTypesAskedAreToldAsThePublicSeesThem) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  v1::WatchChangesRequest request;
  request.add_record_types(v1::SERVICE);
  request.add_record_types(v1::LOCATION);
  Watched watched = WatchUntilCaughtUp(directory, request);
  ASSERT_THAT(watched.status, IsOk());
  DirectoryCopy copy;
  for (const auto& message : watched.messages) copy.Apply(message);
  EXPECT_EQ(copy.records().size(), 7u);
  // Exactly what GetRecord gives.
  for (const auto& [key, bytes] : copy.records()) {
    v1::GetRecordRequest get;
    get.mutable_ref()->set_type(static_cast<v1::RecordType>(key.first));
    get.mutable_ref()->set_id(key.second);
    const auto got = directory->records().GetRecord(TestContext(), get);
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(handrail::testing::FixedBytes(got->record()), bytes);
  }
  // Tombstones too.
  std::vector<v1::Row> rows = SampleRows("Nook");
  rows.pop_back();
  ASSERT_THAT(directory.Load({.replace = true}, rows).status, IsOk());
  request.set_from_revision(copy.revision());
  watched = WatchUntilCaughtUp(directory, request);
  for (const auto& message : watched.messages) copy.Apply(message);
  EXPECT_EQ(copy.records().size(), 6u);
}

TEST(WatchChangesTest, NoMessageHoldsWhatIsConfidential) {
  constexpr char kSecret[] = "Quillfeather";
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  const uint64_t before = directory->state().snapshot()->revision();
  ASSERT_THAT(directory.Load({}, SampleRows(kSecret)).status, IsOk());
  v1::WatchChangesRequest request;
  for (int type = 1; type <= 8; ++type) {
    request.add_record_types(static_cast<v1::RecordType>(type));
  }
  for (const uint64_t from : {uint64_t{0}, before}) {
    request.set_from_revision(from);
    const Watched watched = WatchUntilCaughtUp(directory, request);
    ASSERT_THAT(watched.status, IsOk());
    for (const auto& message : watched.messages) {
      EXPECT_EQ(message.SerializeAsString().find(kSecret), std::string::npos);
      // A change of what is confidential alone is none.
      if (from == before) {
        EXPECT_EQ(message.records_size(), 0);
      }
    }
  }
}

TEST(WatchChangesTest, LongRunComesInMessagesThatBeginItAgain) {
  TestDirectory directory;
  const uint64_t start = directory->state().snapshot()->revision();
  std::vector<v1::Row> rows;
  for (int i = 0; i < 600; ++i) {
    rows.push_back(ServiceRow(absl::StrCat("s", i), "Pantry", "Harbor", "X"));
    rows.back().mutable_records(2)->mutable_service()->set_description(
        std::string(5000, 'd'));
  }
  ASSERT_THAT(directory.Load({.rows_per_batch = 100}, rows).status, IsOk());
  const Watched watched = WatchFrom(directory, start);
  ASSERT_THAT(watched.status, IsOk());
  ASSERT_GE(watched.messages.size(), 3u);
  std::set<std::string> ids;
  for (size_t i = 0; i < watched.messages.size(); ++i) {
    const auto& message = watched.messages[i];
    const bool last = i + 1 == watched.messages.size();
    EXPECT_LE(message.ByteSizeLong(), kFollowMessageBytes);
    EXPECT_EQ(message.caught_up(), last);
    if (!last) {
      EXPECT_EQ(message.revision(), start);
    }
    for (const auto& change : message.listings()) {
      EXPECT_TRUE(ids.insert(change.id()).second) << "told twice";
    }
  }
  EXPECT_EQ(ids.size(), 600u);
  // Whoever breaks off after any message and goes on from its revision ends at
  // the same.
  for (size_t broken = 0; broken < watched.messages.size(); ++broken) {
    DirectoryCopy copy;
    for (size_t i = 0; i <= broken; ++i) copy.Apply(watched.messages[i]);
    ExpectFollows(directory, copy);
  }
}

TEST(WatchChangesTest, WrongStartsAreRefusedWithWhatWouldBeRight) {
  TestDirectory directory;
  const uint64_t newest = directory->state().snapshot()->revision();
  Watched watched = WatchFrom(directory, newest + 1);
  EXPECT_THAT(watched.status, StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(watched.status, HasReason(v1::ERROR_REASON_REVISION_NOT_REACHED));
  EXPECT_THAT(watched.status, HasMetadata("revision", std::to_string(newest)));
  v1::WatchChangesRequest request;
  request.add_record_types(v1::SERVICE);
  request.add_record_types(static_cast<v1::RecordType>(99));
  EXPECT_THAT(WatchUntilCaughtUp(directory, request).status,
              NamesField("record_types[1]"));
  request.set_record_types(1, v1::RECORD_TYPE_UNSPECIFIED);
  EXPECT_THAT(WatchUntilCaughtUp(directory, request).status,
              NamesField("record_types[1]"));
}

// --- Waiting ----------------------------------------------------------------

// One follower in a thread of its own, which keeps a copy.
class Follower {
 public:
  // `gate` is called with each message before it counts as read.
  Follower(
      TestDirectory& directory, uint64_t from,
      std::function<void()> gate = [] {})
      : thread_([this, &directory, from, gate] {
          v1::WatchChangesRequest request;
          request.set_from_revision(from);
          const RequestContext context({.now = TestNow(), .cancelled = [this] {
                                          return ended_.load();
                                        }});
          status_ = directory->follow().WatchChanges(
              context, request, [&](const v1::WatchChangesResponse& message) {
                gate();
                std::lock_guard lock(mu_);
                copy_.Apply(message);
                ++messages_;
                bytes_ += message.ByteSizeLong();
                return !ended_;
              });
        }) {}
  ~Follower() { (void)End(); }

  absl::Status End() {
    ended_ = true;
    if (thread_.joinable()) thread_.join();
    return status_;
  }

  // Waits until the follower is caught up at `revision` or later.
  bool Reaches(uint64_t revision) {
    for (int i = 0; i < 1000; ++i) {
      {
        std::lock_guard lock(mu_);
        if (copy_.caught_up() && copy_.revision() >= revision) return true;
      }
      absl::SleepFor(absl::Milliseconds(10));
    }
    return false;
  }

  DirectoryCopy copy() {
    std::lock_guard lock(mu_);
    return copy_;
  }
  int messages() {
    std::lock_guard lock(mu_);
    return messages_;
  }

 private:
  std::mutex mu_;
  DirectoryCopy copy_;
  int messages_ = 0;
  size_t bytes_ = 0;
  std::atomic<bool> ended_ = false;
  absl::Status status_;
  std::thread thread_;
};

TEST(WatchChangesTest, WaitsForWhatComesAndTellsItSoon) {
  TestDirectory directory;
  Follower follower(directory, 0);
  ASSERT_TRUE(follower.Reaches(1));
  const LoadOutcome done = directory.Load({}, SampleRows("Nook"));
  const absl::Time start = absl::Now();
  ASSERT_TRUE(follower.Reaches(done.report.revision()));
  EXPECT_LT(absl::Now() - start, absl::Seconds(2));
  EXPECT_EQ(follower.copy().DifferenceFrom(FreshCopy(directory)), "");
  EXPECT_THAT(follower.End(), StatusIs(absl::StatusCode::kCancelled));
}

TEST(WatchChangesTest, EndsAtTheDeadlineOfTheCall) {
  TestDirectory directory;
  const RequestContext brief({.now = TestNow(),
                              .deadline = absl::Now() + absl::Milliseconds(80),
                              .clock = absl::Now});
  const absl::Time start = absl::Now();
  EXPECT_THAT(
      directory->follow().WatchChanges(
          brief, {}, [](const v1::WatchChangesResponse&) { return true; }),
      HasReason(v1::ERROR_REASON_EXPIRED));
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

// 2,000 commits in which 40 services change again and again.
uint64_t EditTwoThousandTimes(TestDirectory& directory) {
  uint64_t revision = 0;
  for (int round = 0; round < 50; ++round) {
    std::vector<v1::Row> rows;
    for (int i = 0; i < 40; ++i) {
      rows.push_back(ServiceRow(absl::StrCat("s", i),
                                absl::StrCat("Pantry ", round), "Harbor", "X"));
    }
    const LoadOutcome done = directory.Load({.rows_per_batch = 1}, rows);
    EXPECT_THAT(done.status, IsOk());
    revision = done.report.revision();
  }
  return revision;
}

TEST(WatchChangesTest, WhoDoesNotReadIsToldLaterNotMoreAtOnce) {
  TestDirectory directory;
  const uint64_t start = directory->state().snapshot()->revision();
  std::mutex mu;
  std::condition_variable opened;
  bool open = false;
  Follower slow(directory, start, [&] {
    std::unique_lock lock(mu);
    opened.wait(lock, [&] { return open; });
  });
  const uint64_t newest = EditTwoThousandTimes(directory);
  EXPECT_GE(newest, start + 2000);
  // Nobody waits for it, and the one message it was offered is all there is.
  EXPECT_EQ(slow.messages(), 0);
  {
    std::lock_guard lock(mu);
    open = true;
  }
  opened.notify_all();
  ASSERT_TRUE(slow.Reaches(newest));
  // What it was offered, and then everything since, each listing once.
  EXPECT_LE(slow.messages(), 3);
  EXPECT_EQ(slow.copy().DifferenceFrom(FreshCopy(directory)), "");
}

constexpr char kUuid[] = "11111111-2222-4333-8444-555555555555";

TEST(WatchChangesTest, EditsOfEveryKindAtFullSpeedEndInTheSameBytes) {
  storage::MemoryJournal journal;
  TestDirectory directory(journal);
  ASSERT_THAT(directory.Load({}, CentroidRows()).status, IsOk());
  std::vector<std::unique_ptr<Follower>> followers;
  for (int i = 0; i < 3; ++i) {
    followers.push_back(std::make_unique<Follower>(directory, 0));
  }
  std::vector<std::thread> editors;
  for (const std::string source : {"one", "two"}) {
    editors.emplace_back([&directory, source] {
      std::mt19937 random(source == "one" ? 1 : 2);
      for (int round = 0; round < 40; ++round) {
        std::vector<v1::Row> rows;
        for (int i = 0; i < 12; ++i) {
          v1::Row row = ServiceRow(absl::StrCat("s", random() % 20),
                                   absl::StrCat("Service ", random() % 5),
                                   absl::StrCat("Org", random() % 4),
                                   random() % 2 == 0 ? "Baltimore" : "Towson");
          v1::Service& service = *row.mutable_records(2)->mutable_service();
          if (random() % 8 == 0) service.set_status(v1::INACTIVE);
          if (random() % 8 == 0) service.clear_service_at_locations();
          if (random() % 4 == 0) {
            row.mutable_records(0)->mutable_organization()->set_website(
                absl::StrCat("https://example.org/", random() % 3));
          }
          if (random() % 8 == 0) {
            row.mutable_records(1)
                ->mutable_location()
                ->mutable_x_handrail()
                ->mutable_visibility()
                ->set_confidential_location(true);
          }
          rows.push_back(row);
        }
        EXPECT_THAT(
            directory
                .Load({.source = source,
                       .replace = random() % 4 == 0,
                       .request_id =
                           UuidV5(kUuid, source + std::to_string(round)),
                       .rows_per_batch = 1 + static_cast<int>(random() % 4)},
                      rows)
                .status,
            IsOk());
      }
    });
  }
  for (std::thread& editor : editors) editor.join();
  const DirectoryCopy fresh = FreshCopy(directory);
  for (auto& follower : followers) {
    ASSERT_TRUE(follower->Reaches(fresh.revision()));
    EXPECT_EQ(follower->copy().DifferenceFrom(fresh), "");
  }
  followers.clear();
  // A server that starts anew tells the same.
  TestDirectory restarted(journal);
  EXPECT_EQ(FreshCopy(restarted).DifferenceFrom(fresh), "");
}

TEST(WatchChangesTest, NotMoreThanTheLimitFollowAtATime) {
  TestDirectory directory;
  directory->follow().LimitFollowers(2);
  Follower first(directory, 0);
  Follower second(directory, 0);
  ASSERT_TRUE(first.Reaches(1));
  ASSERT_TRUE(second.Reaches(1));
  Watched third = WatchFrom(directory, 0);
  EXPECT_THAT(third.status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(third.status, HasReason(v1::ERROR_REASON_LIMIT_EXCEEDED));
  EXPECT_THAT(third.status, HasMetadata("limit", "kFollowersMax"));
  EXPECT_THAT(third.status, HasMetadata("maximum", "2"));
  EXPECT_THAT(first.End(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(WatchFrom(directory, 0).status, IsOk());
}

// --- Retention --------------------------------------------------------------

// The changes are a day old, and those of the last hour are kept.
TEST(ChangeRetentionTest, OldChangesGoAndThoseWhoNeedThemAreSentToTheStream) {
  storage::MemoryJournal journal;
  TestDirectory directory(journal);
  storage::DirectoryStore store(journal);
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  const uint64_t newest = directory->state().snapshot()->revision();
  DirectoryCopy copy = FreshCopy(directory);
  // Nothing is older than itself.
  EXPECT_THAT(TrimChangesBefore(store, TestNow()),
              handrail::testing::IsOkAndHolds(0u));
  const auto trimmed = TrimChangesBefore(store, TestNow() + absl::Hours(1));
  ASSERT_THAT(trimmed, IsOk());
  EXPECT_EQ(*trimmed, newest - 1);
  const Watched late = WatchFrom(directory, 1);
  EXPECT_THAT(late.status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(late.status, HasReason(v1::ERROR_REASON_REVISION_GONE));
  EXPECT_THAT(late.status, HasMetadata("revision", "1"));
  EXPECT_THAT(late.status, HasMetadata("earliest", std::to_string(newest - 1)));
  EXPECT_THAT(WatchFrom(directory, 0).status,
              HasReason(v1::ERROR_REASON_REVISION_GONE));
  // Who has got so far goes on, and the records are all there.
  EXPECT_THAT(WatchFrom(directory, newest - 1).status, IsOk());
  ExpectFollows(directory, copy);
  EXPECT_EQ(copy.listings().size(), 4u);
  EXPECT_THAT(TrimChangesBefore(store, TestNow() + absl::Hours(1)),
              handrail::testing::IsOkAndHolds(0u));
  ASSERT_THAT(directory.Load({}, SampleRows("Nook")).status, IsOk());
  ExpectFollows(directory, copy);
}

}  // namespace
}  // namespace handrail::server
