// What is told of changes: a record's history and the changes for followers.
// Neither ever shows what the projections withhold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "storage/db/directory_store.h"
#include "tests/storage/db/stores.h"
#include "tests/testing/testing.h"

namespace handrail::storage {
namespace {

using handrail::testing::EqualsProto;
using handrail::testing::HasMetadata;
using handrail::testing::HasReason;
using handrail::testing::IsOk;
using handrail::testing::IsOkAndHolds;
using handrail::testing::StatusIs;
using handrail::v1::LOCATION;
using handrail::v1::RecordRef;
using handrail::v1::SERVICE;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

RecordUpsert ANamedService(const std::string& name, uint64_t revision) {
  RecordUpsert upsert = AService("s1", "org", {});
  upsert.full.mutable_record()->mutable_service()->set_name(name);
  *upsert.projection.mutable_record() = upsert.full.record();
  upsert.full.set_revision(revision);
  return upsert;
}

class DirectoryHistoryTest : public StoreTest {
 protected:
  std::vector<RecordHistory> History(const RecordRef& ref, uint64_t before = 0,
                                     size_t limit = 100) {
    auto history = store_->View().History(ref, before, limit);
    EXPECT_THAT(history, IsOk());
    return history.ok() ? *std::move(history) : std::vector<RecordHistory>();
  }

  std::vector<ChangeSeen> Changes(uint64_t after, size_t limit = 0) {
    std::vector<ChangeSeen> changes;
    EXPECT_THAT(store_->ForEachChange(after, limit,
                                      [&](const ChangeSeen& change) {
                                        changes.push_back(change);
                                        return true;
                                      }),
                IsOk());
    return changes;
  }

  static std::vector<uint64_t> Revisions(
      const std::vector<RecordHistory>& history) {
    std::vector<uint64_t> revisions;
    for (const RecordHistory& change : history) {
      revisions.push_back(change.revision);
    }
    return revisions;
  }
};

HANDRAIL_BOTH_JOURNALS(DirectoryHistoryTest);

TEST_P(DirectoryHistoryTest, BeginsEmpty) {
  EXPECT_THAT(History(Ref(SERVICE, "s1")), IsEmpty());
  EXPECT_THAT(History(RecordRef()), IsEmpty());
  EXPECT_THAT(Changes(0), IsEmpty());
  EXPECT_THAT(store_->View().EarliestRevision(), IsOkAndHolds(0u));
  EXPECT_THAT(store_->TrimChanges(9), IsOk());
  EXPECT_THAT(store_->View().EarliestRevision(), IsOkAndHolds(0u));
}

TEST_P(DirectoryHistoryTest, TellsWhoWhenBeforeAndAfterNewestFirst) {
  DirectoryChange change{
      .upserts = {ANamedService("Hope House", 0)}, .note = "new", .at = Day(1)};
  change.audit.emplace_back().set_action("create");
  Made(change);
  Made({.upserts = {AService("s2", "org", {})}, .at = Day(2)});
  change = {.upserts = {ANamedService("Hope Home", 1)},
            .note = "called, they changed their name",
            .at = Day(3)};
  change.audit.emplace_back().set_action("update");
  Made(change);
  Made({.retires = {{Ref(SERVICE, "s1"), 3}}, .at = Day(4)});

  const auto history = History(Ref(SERVICE, "s1"));
  ASSERT_THAT(Revisions(history), ElementsAre(4, 3, 1));
  EXPECT_TRUE(history[0].retired);
  EXPECT_FALSE(history[0].after.has_value());
  EXPECT_EQ(history[0].before->service().name(), "Hope Home");
  EXPECT_EQ(history[1].before->service().name(), "Hope House");
  EXPECT_EQ(history[1].after->service().name(), "Hope Home");
  EXPECT_EQ(history[1].note, "called, they changed their name");
  EXPECT_EQ(history[1].at, Day(3));
  EXPECT_THAT(history[1].audit, ElementsAre(EqualsProto(R"pb(
                at { seconds: 259200 }
                action: "update"
              )pb")));
  EXPECT_FALSE(history[1].retired);
  EXPECT_FALSE(history[2].before.has_value());
  EXPECT_EQ(history[2].after->service().name(), "Hope House");
  EXPECT_EQ(history[2].note, "new");

  // In pages.
  EXPECT_THAT(Revisions(History(Ref(SERVICE, "s1"), 0, 2)), ElementsAre(4, 3));
  const auto rest = History(Ref(SERVICE, "s1"), 3, 2);
  ASSERT_THAT(Revisions(rest), ElementsAre(1));
  EXPECT_EQ(rest[0].after->service().name(), "Hope House");
  EXPECT_THAT(History(Ref(SERVICE, "s1"), 1), IsEmpty());
  EXPECT_THAT(History(Ref(SERVICE, "s1"), 0, 0), IsEmpty());
}

// A street moved twice, a flag taken off and set again: the history of the
// public shows the same projection before and after where only the street
// moved, and no street anywhere but where it was open.
TEST_P(DirectoryHistoryTest, ShowsNoConfidentialValue) {
  Made({.upserts = {ALocation("here", "1 Secret Street")}, .at = Day(1)});
  RecordUpsert moved = ALocation("here", "2 Secret Street");
  moved.full.set_revision(1);
  Made({.upserts = {moved}, .at = Day(2)});
  RecordUpsert open = ALocation("here", "3 Open Street");
  open.full.set_revision(2);
  *open.projection.mutable_record() = open.full.record();
  open.projection.mutable_info()->set_redacted(false);
  Made({.upserts = {open}, .at = Day(3)});
  RecordUpsert closed = ALocation("here", "4 Secret Street");
  closed.full.set_revision(3);
  Made({.upserts = {closed}, .at = Day(4)});
  RecordUpsert last = ALocation("here", "5 Secret Street");
  last.full.set_revision(4);
  Made({.upserts = {last}, .at = Day(5)});

  const auto expect_withheld = [](const auto& record) {
    ASSERT_TRUE(record.has_value());
    EXPECT_THAT(*record, EqualsProto("location { id: 'here' }"));
  };
  for (const uint64_t page : {1u, 2u, 100u}) {
    SCOPED_TRACE(page);
    std::vector<RecordHistory> history;
    for (uint64_t before = 0;;) {
      const auto part = History(Ref(LOCATION, "here"), before, page);
      if (part.empty()) break;
      history.insert(history.end(), part.begin(), part.end());
      before = part.back().revision;
    }
    ASSERT_THAT(Revisions(history), ElementsAre(5, 4, 3, 2, 1));
    expect_withheld(history[0].before);
    expect_withheld(history[0].after);
    EXPECT_EQ(history[1].before->location().addresses(0).address_1(),
              "3 Open Street");
    expect_withheld(history[1].after);
    expect_withheld(history[2].before);
    EXPECT_EQ(history[2].after->location().addresses(0).address_1(),
              "3 Open Street");
    expect_withheld(history[3].before);
    expect_withheld(history[3].after);
    EXPECT_FALSE(history[4].before.has_value());
    expect_withheld(history[4].after);
  }
  for (const ChangeSeen& change : Changes(0)) {
    for (const TouchedRecord& record : change.records) {
      for (const auto& projection : {record.before, record.after}) {
        if (!projection.has_value()) continue;
        EXPECT_EQ(projection->DebugString().find("Secret"), std::string::npos);
      }
    }
  }
  // Changes of what is withheld alone are changes of nothing.
  EXPECT_THAT(Changes(1, 1)[0].records, IsEmpty());
}

TEST_P(DirectoryHistoryTest, ShowsFollowersEachChangeOfTheProjections) {
  Made({.upserts = {AService("s1", "org", {}),
                    ALocation("here", "1 Example Street")},
        .at = Day(1)});
  Made({.upserts = {ANamedService("Other", 1)},
        .retires = {{Ref(LOCATION, "here"), 1}},
        .at = Day(2)});
  DirectoryChange load{.at = Day(3)};
  load.load.emplace().set_id("load");
  Made(load);

  const auto changes = Changes(0);
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0].revision, 1u);
  EXPECT_EQ(changes[0].at, Day(1));
  ASSERT_EQ(changes[0].records.size(), 2u);
  EXPECT_FALSE(changes[0].records[0].before.has_value());
  ASSERT_EQ(changes[1].records.size(), 2u);
  EXPECT_THAT(changes[1].records[0].ref, EqualsProto(Ref(SERVICE, "s1")));
  EXPECT_EQ(changes[1].records[0].before->record().service().name(),
            "Service s1");
  EXPECT_THAT(*changes[1].records[0].after, EqualsProto(Public(SERVICE, "s1")));
  EXPECT_THAT(changes[1].records[1].ref, EqualsProto(Ref(LOCATION, "here")));
  EXPECT_TRUE(changes[1].records[1].before.has_value());
  EXPECT_FALSE(changes[1].records[1].after.has_value());
  EXPECT_THAT(changes[2].records, IsEmpty());

  // From somewhere, up to a limit, and as long as the visitor wants.
  EXPECT_EQ(Changes(2).size(), 1u);
  EXPECT_THAT(Changes(3), IsEmpty());
  const auto all = [](const ChangeSeen&) { return true; };
  EXPECT_THAT(store_->ForEachChange(0, 2, all), IsOkAndHolds(2u));
  EXPECT_THAT(store_->ForEachChange(1, 0, all), IsOkAndHolds(3u));
  EXPECT_THAT(store_->ForEachChange(3, 0, all), IsOkAndHolds(3u));
  EXPECT_THAT(
      store_->ForEachChange(0, 0, [](const ChangeSeen&) { return false; }),
      IsOkAndHolds(1u));
  EXPECT_THAT(
      store_->ForEachChange(4, 0, all),
      AllOf(StatusIs(absl::StatusCode::kOutOfRange),
            HasReason(handrail::v1::ERROR_REASON_REVISION_NOT_REACHED),
            HasMetadata("min_revision", "4"), HasMetadata("revision", "3")));
}

TEST_P(DirectoryHistoryTest, ForgetsChangesAndNoRecordWhenTrimmed) {
  Made({.upserts = {AService("s1", "org", {}), AService("old", "org", {})},
        .request_id = "first",
        .at = Day(1)});
  Made({.upserts = {ANamedService("Second", 1)}, .at = Day(2)});
  Made({.upserts = {ANamedService("Third", 2)}, .at = Day(3)});
  const auto before = Full(SERVICE, "s1");
  ASSERT_THAT(store_->TrimChanges(2), IsOk());
  EXPECT_THAT(store_->View().EarliestRevision(), IsOkAndHolds(2u));
  EXPECT_THAT(store_->View().Revision(), IsOkAndHolds(3u));
  EXPECT_THAT(Full(SERVICE, "s1"), EqualsProto(before));
  EXPECT_THAT(store_->View().FindFull(Ref(SERVICE, "old")), IsOk());
  EXPECT_EQ(Changes(2).size(), 1u);
  EXPECT_THAT(
      store_->ForEachChange(1, 0, [](const ChangeSeen&) { return true; }),
      AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
            HasReason(handrail::v1::ERROR_REASON_REVISION_GONE),
            HasMetadata("revision", "1"), HasMetadata("earliest", "2")));
  const auto history = History(Ref(SERVICE, "s1"));
  ASSERT_THAT(Revisions(history), ElementsAre(3));
  EXPECT_EQ(history[0].before->service().name(), "Second");
  EXPECT_THAT(History(Ref(SERVICE, "old")), IsEmpty());
  // A retry of what is forgotten is still known.
  EXPECT_THAT(store_->Commit({.upserts = {AService("s9", "org", {})},
                              .request_id = "first",
                              .at = Day(9)}),
              IsOkAndHolds(1u));
}

// Random edits; at every revision the projections of all records are kept
// beside. The history of each record, read in pages of random size, tells
// exactly these, and the changes replayed make each directory from the one
// before.
TEST_P(DirectoryHistoryTest, AgreesWithWhatTheDirectoryWas) {
  constexpr unsigned kSeed = 20261122;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  using Directory = std::map<std::string, std::string>;
  std::vector<Directory> was(1);
  std::map<std::string, uint64_t> full;
  for (int step = 0; step < 120; ++step) {
    DirectoryChange change{.at = Day(step)};
    for (const std::string id : {"a", "b", "c"}) {
      const unsigned what = random() % 4;
      if (what == 0 && full[id] != 0) {
        change.retires.push_back({Ref(LOCATION, id), full[id]});
      } else if (what < 3) {
        // What is public changes in one of two, what is withheld always, and
        // in one of two nothing is, whether or not the store is told so.
        RecordUpsert upsert = ALocation(id, std::to_string(random()));
        upsert.projection.mutable_record()->mutable_location()->set_name(
            std::to_string(random() % 2));
        upsert.projection.mutable_info()->set_redacted(random() % 4 == 0);
        if (random() % 2 == 0) {
          upsert.full.mutable_record()->CopyFrom(upsert.projection.record());
          upsert.projection.mutable_info()->set_redacted(false);
          upsert.shows_all = random() % 2 == 0;
          if (upsert.shows_all) upsert.projection.Clear();
        }
        upsert.full.set_revision(full[id]);
        change.upserts.push_back(upsert);
      }
    }
    const uint64_t revision = Made(change);
    ASSERT_EQ(revision, was.size());
    for (const auto& retire : change.retires) full[retire.ref.id()] = 0;
    for (const auto& upsert : change.upserts) {
      full[upsert.full.info().id()] = revision;
    }
    Directory expected = was.back();
    for (const auto& retire : change.retires) expected.erase(retire.ref.id());
    for (const auto& upsert : change.upserts) {
      expected[upsert.full.info().id()] = upsert.shown().SerializeAsString();
    }
    Directory& now = was.emplace_back();
    ASSERT_THAT(
        store_->View().ForEachPublic(LOCATION,
                                     [&](const v1::StoredRecord& record) {
                                       now[record.info().id()] =
                                           record.record().SerializeAsString();
                                       return true;
                                     }),
        IsOk());
    ASSERT_EQ(now, expected);
  }
  const auto text = [](const std::optional<handrail::v1::Record>& record) {
    return record.has_value()
               ? std::optional<std::string>(record->SerializeAsString())
               : std::nullopt;
  };
  const auto at = [&](uint64_t revision, const std::string& id) {
    const auto found = was[revision].find(id);
    return found == was[revision].end()
               ? std::nullopt
               : std::optional<std::string>(found->second);
  };
  for (const std::string id : {"a", "b", "c"}) {
    uint64_t before = 0;
    size_t told = 0;
    for (;;) {
      const auto page = History(Ref(LOCATION, id), before, 1 + random() % 5);
      if (page.empty()) break;
      for (const RecordHistory& change : page) {
        ++told;
        before = change.revision;
        ASSERT_EQ(text(change.before), at(change.revision - 1, id));
        ASSERT_EQ(text(change.after), at(change.revision, id));
        ASSERT_EQ(change.retired, !change.after.has_value());
      }
    }
    EXPECT_GT(told, 10u);
  }
  Directory replayed;
  for (const ChangeSeen& change : Changes(0)) {
    for (const TouchedRecord& record : change.records) {
      ASSERT_EQ(record.before.has_value(), replayed.contains(record.ref.id()));
      if (record.after.has_value()) {
        replayed[record.ref.id()] = record.after->record().SerializeAsString();
      } else {
        replayed.erase(record.ref.id());
      }
    }
    ASSERT_EQ(replayed, was[change.revision]);
  }
}

}  // namespace
}  // namespace handrail::storage
