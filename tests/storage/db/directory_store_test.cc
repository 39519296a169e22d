// The directory's store, over both journals: what is committed is what is read,
// nothing is lost, and the projections tell nothing they should not.
#include "storage/db/directory_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "storage/db/keys.h"
#include "storage/db/stored_record.h"
#include "storage/journal/append_plan.h"
#include "storage/journal/memory_journal.h"
#include "storage/journal/timestamps.h"
#include "tests/storage/db/stores.h"
#include "tests/testing/testing.h"

namespace handrail::storage {
namespace {

using handrail::testing::EqualsProto;
using handrail::testing::HasMetadata;
using handrail::testing::HasReason;
using handrail::testing::IsOk;
using handrail::testing::IsOkAndHolds;
using handrail::testing::NamesField;
using handrail::testing::StatusIs;
using handrail::v1::Load;
using handrail::v1::LOCATION;
using handrail::v1::ORGANIZATION;
using handrail::v1::PROGRAM;
using handrail::v1::RecordRef;
using handrail::v1::RecordType;
using handrail::v1::SERVICE;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

MATCHER(FindsNothing, "is OK and finds nothing") {
  return arg.ok() && !arg->has_value();
}

class DirectoryStoreTest : public StoreTest {};
HANDRAIL_BOTH_JOURNALS(DirectoryStoreTest);

TEST_P(DirectoryStoreTest, BeginsEmpty) {
  const DirectoryView view = store_->View();
  EXPECT_THAT(view.Revision(), IsOkAndHolds(0u));
  EXPECT_THAT(view.FindFull(Ref(SERVICE, "a")), FindsNothing());
  EXPECT_THAT(view.GetPublic(Ref(SERVICE, "a")),
              AllOf(StatusIs(absl::StatusCode::kNotFound),
                    HasReason(handrail::v1::ERROR_REASON_RECORD_NOT_FOUND),
                    HasMetadata("type", "SERVICE"), HasMetadata("id", "a")));
  EXPECT_THAT(view.ScanPublic(SERVICE, "", 10), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(view.SourceRecords("bchd"), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(view.SourceCounts(), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(view.ListLoads("", 10), IsOkAndHolds(IsEmpty()));
  // Names of nothing are no error either.
  EXPECT_THAT(view.FindFull(RecordRef()), FindsNothing());
  EXPECT_THAT(view.SourceRecords(""), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(view.ServicesAt(RecordRef()), IsOkAndHolds(IsEmpty()));
}

TEST_P(DirectoryStoreTest, KeepsTheFullRecordAndItsProjectionApart) {
  EXPECT_THAT(Commit({ALocation("here", "1 Example Street")}),
              IsOkAndHolds(1u));
  EXPECT_THAT(Full(LOCATION, "here"), EqualsProto(R"pb(
                info {
                  type: LOCATION
                  id: "here"
                  source: "bchd"
                  etag: "1"
                  changed_at { seconds: 86400 }
                }
                record {
                  location {
                    id: "here"
                    addresses { address_1: "1 Example Street" }
                  }
                }
                revision: 1
              )pb"));
  v1::StoredRecord projection = Public(LOCATION, "here");
  EXPECT_EQ(projection.info().etag().size(), 32u);
  projection.mutable_info()->clear_etag();
  EXPECT_THAT(projection, EqualsProto(R"pb(
                info {
                  type: LOCATION
                  id: "here"
                  source: "bchd"
                  changed_at { seconds: 86400 }
                  redacted: true
                }
                record { location { id: "here" } }
                revision: 1
              )pb"));
}

TEST_P(DirectoryStoreTest, RefusesALostUpdate) {
  ASSERT_THAT(Commit({ALocation("here", "1 Example Street")}), IsOk());
  RecordUpsert mine = ALocation("here", "2 Example Street");
  mine.full.set_revision(Full(LOCATION, "here").revision());
  RecordUpsert theirs = mine;
  ASSERT_THAT(Commit({theirs}), IsOkAndHolds(2u));
  EXPECT_THAT(Commit({ALocation("other", "3 Example Street"), mine}),
              AllOf(StatusIs(absl::StatusCode::kAborted),
                    HasReason(handrail::v1::ERROR_REASON_VERSION_CONFLICT),
                    HasMetadata("type", "LOCATION"), HasMetadata("id", "here"),
                    HasMetadata("expected", "1"), HasMetadata("actual", "2")));
  // All or nothing.
  EXPECT_THAT(store_->View().FindFull(Ref(LOCATION, "other")), FindsNothing());
  // Adding what is there, changing or retiring what is not.
  EXPECT_THAT(Commit({ALocation("here", "4 Example Street")}),
              HasReason(handrail::v1::ERROR_REASON_VERSION_CONFLICT));
  RecordUpsert absent = ALocation("absent", "5 Example Street");
  absent.full.set_revision(1);
  EXPECT_THAT(Commit({absent}),
              HasReason(handrail::v1::ERROR_REASON_VERSION_CONFLICT));
  EXPECT_THAT(Commit({}, {{Ref(LOCATION, "absent"), 1}}),
              HasReason(handrail::v1::ERROR_REASON_VERSION_CONFLICT));
  EXPECT_THAT(Commit({}, {{Ref(LOCATION, "here"), 1}}),
              HasReason(handrail::v1::ERROR_REASON_VERSION_CONFLICT));
}

// Two directories that differ only in what is withheld give the public the same
// bytes, however often the withheld part was changed in one of them.
TEST_P(DirectoryStoreTest, ShowsNoConfidentialChangeInTheProjection) {
  ASSERT_THAT(Commit({ALocation("here", "1 Example Street")}), IsOk());
  const v1::StoredRecord before = Public(LOCATION, "here");
  RecordUpsert moved = ALocation("here", "2 Example Street");
  moved.full.set_revision(1);
  ASSERT_THAT(Commit({moved}, {}, 2), IsOkAndHolds(2u));
  EXPECT_EQ(Full(LOCATION, "here").info().etag(), "2");
  EXPECT_THAT(Public(LOCATION, "here"), EqualsProto(before));

  MemoryJournal journal;
  DirectoryStore other(journal);
  ASSERT_THAT(other.Commit({.upserts = {ALocation("here", "9 Elsewhere Road")},
                            .at = Day(1)}),
              IsOk());
  auto same = other.View().GetPublic(Ref(LOCATION, "here"));
  ASSERT_THAT(same, IsOk());
  EXPECT_EQ(same->SerializeAsString(), before.SerializeAsString());
}

// What is public as it is reads as if it were kept twice, whoever asks.
TEST_P(DirectoryStoreTest, ShowsAllOfARecordThatIsKeptOnce) {
  std::vector<RecordUpsert> upserts;
  for (int i = 100; i < 500; ++i) {
    const std::string id = "l" + std::to_string(i);
    upserts.push_back(i % 3 == 0 ? ALocation(id, "1 Secret Street")
                                 : AnOpenLocation(id, id + " Open Street"));
  }
  ASSERT_THAT(Commit(upserts), IsOk());
  const DirectoryView view = store_->View();
  const auto expect_right = [&](const v1::StoredRecord& shown, int i) {
    const std::string id = "l" + std::to_string(i);
    EXPECT_EQ(shown.info().id(), id);
    EXPECT_EQ(shown.info().redacted(), i % 3 == 0);
    EXPECT_EQ(shown.info().etag(), PublicEtag(shown));
    EXPECT_EQ(shown.revision(), 1u);
    EXPECT_FALSE(shown.shows_all());
    const auto& addresses = shown.record().location().addresses();
    ASSERT_EQ(addresses.size(), i % 3 == 0 ? 0 : 1);
    if (i % 3 != 0) {
      EXPECT_EQ(addresses[0].address_1(), id + " Open Street");
    }
  };
  expect_right(Public(LOCATION, "l100"), 100);
  expect_right(Public(LOCATION, "l102"), 102);
  const auto many = view.FindManyPublic(
      {Ref(LOCATION, "l103"), Ref(LOCATION, "nowhere"), Ref(LOCATION, "l105")});
  ASSERT_THAT(many, IsOk());
  expect_right(*(*many)[0], 103);
  EXPECT_FALSE((*many)[1].has_value());
  expect_right(*(*many)[2], 105);
  const auto page = view.ScanPublic(LOCATION, "l109", 3);
  ASSERT_THAT(page, IsOkAndHolds(::testing::SizeIs(3)));
  for (int i = 0; i < 3; ++i) expect_right((*page)[i], 110 + i);
  int next = 100;
  ASSERT_THAT(view.ForEachPublic(LOCATION,
                                 [&](const v1::StoredRecord& shown) {
                                   expect_right(shown, next++);
                                   return true;
                                 }),
              IsOk());
  EXPECT_EQ(next, 500);
  for (const int last : {100, 227, 228, 300}) {
    next = 100;
    ASSERT_THAT(
        view.ForEachPublic(
            LOCATION, [&](const v1::StoredRecord&) { return next++ != last; }),
        IsOk());
    EXPECT_EQ(next, last + 1);
  }
  // It is there once.
  const auto kept = journal_->Snapshot()->Get(
      kDirectoryStream, keys::PublicKey(Ref(LOCATION, "l100")));
  ASSERT_THAT(kept, IsOk());
  EXPECT_EQ((*kept)->value.find("Open Street"), std::string::npos);
}

// Something that is withheld is added to a record that showed all, changed, and
// taken away again: nobody sees it, and nobody is told.
TEST_P(DirectoryStoreTest, ShowsNothingThatIsWithheldLater) {
  const auto bare = [](uint64_t revision) {
    RecordUpsert upsert = AnOpenLocation("here", "");
    upsert.full.mutable_record()->mutable_location()->clear_addresses();
    upsert.full.set_revision(revision);
    return upsert;
  };
  const auto with_secret = [](const std::string& street, uint64_t revision) {
    RecordUpsert upsert = ALocation("here", street);
    upsert.projection.mutable_info()->set_redacted(false);
    upsert.full.set_revision(revision);
    return upsert;
  };
  ASSERT_THAT(Commit({bare(0)}), IsOk());
  v1::StoredRecord before = Public(LOCATION, "here");
  RecordUpsert confirmed = bare(1);
  confirmed.full.add_confirmed()->set_field("name");
  int day = 2;
  for (const RecordUpsert& upsert :
       {confirmed, with_secret("1 Secret Street", 2),
        with_secret("2 Secret Street", 3), bare(4), bare(5)}) {
    SCOPED_TRACE(day);
    ASSERT_THAT(Commit({upsert}, {}, day++), IsOk());
    v1::StoredRecord after = Public(LOCATION, "here");
    before.set_revision(after.revision());
    EXPECT_THAT(after, EqualsProto(before));
  }
  ASSERT_THAT(store_->ForEachChange(1, 0,
                                    [](const ChangeSeen& change) {
                                      EXPECT_THAT(change.records, IsEmpty());
                                      return true;
                                    }),
              IsOkAndHolds(6u));
  // It needs no entry for that.
  ASSERT_THAT(store_->TrimChanges(6), IsOk());
  EXPECT_THAT(Public(LOCATION, "here"), EqualsProto(before));
  ASSERT_THAT(Commit({}, {{Ref(LOCATION, "here"), 6}}), IsOk());
  EXPECT_THAT(store_->View().FindPublic(Ref(LOCATION, "here")), FindsNothing());
}

// Whatever went wrong: of another version than was decided to be public, nobody
// is shown anything. That one is in its entry, as long as it is kept.
TEST_P(DirectoryStoreTest, ShowsNoOtherVersionThanWasDecided) {
  ASSERT_THAT(Commit({AnOpenLocation("here", "1 Open Street")}), IsOk());
  v1::StoredRecord full = Full(LOCATION, "here");
  full.mutable_record()->mutable_location()->set_name("secret");
  ASSERT_THAT(
      journal_->Append(
          {.stream = kDirectoryStream,
           .mutations = {{keys::FullKey(Ref(LOCATION, "here")),
                          EncodeFull(full, DeterministicBytes(full.record()))}},
           .at = Day(2)}),
      IsOk());
  EXPECT_EQ(Public(LOCATION, "here").record().location().name(), "");
  EXPECT_EQ(Public(LOCATION, "here").info().etag(),
            PublicEtag(Public(LOCATION, "here")));
  ASSERT_THAT(store_->TrimChanges(1), IsOk());
  const DirectoryView view = store_->View();
  const auto is_damaged = StatusIs(absl::StatusCode::kDataLoss);
  EXPECT_THAT(view.FindPublic(Ref(LOCATION, "here")), is_damaged);
  EXPECT_THAT(view.FindManyPublic({Ref(LOCATION, "here")}), is_damaged);
  EXPECT_THAT(view.ScanPublic(LOCATION, "", 9), is_damaged);
  EXPECT_THAT(view.ForEachPublic(LOCATION,
                                 [](const v1::StoredRecord&) {
                                   ADD_FAILURE() << "was shown";
                                   return true;
                                 }),
              is_damaged);
}

TEST_P(DirectoryStoreTest, GivesAChangedProjectionANewEtag) {
  ASSERT_THAT(Commit({ALocation("here", "1 Example Street")}), IsOk());
  const v1::StoredRecord before = Public(LOCATION, "here");
  RecordUpsert open = ALocation("here", "1 Example Street");
  open.full.set_revision(1);
  open.projection.mutable_info()->set_redacted(false);
  ASSERT_THAT(Commit({open}, {}, 2), IsOk());
  const v1::StoredRecord after = Public(LOCATION, "here");
  EXPECT_NE(after.info().etag(), before.info().etag());
  EXPECT_EQ(after.revision(), 2u);
  EXPECT_EQ(after.info().changed_at().seconds(), 2 * 86400);
  // Back as it was, it has its old etag again: that follows from the bytes.
  RecordUpsert back = ALocation("here", "1 Example Street");
  back.full.set_revision(2);
  ASSERT_THAT(Commit({back}, {}, 3), IsOk());
  EXPECT_EQ(Public(LOCATION, "here").info().etag(), before.info().etag());
}

TEST_P(DirectoryStoreTest, RetiresARecordWithAllThatPointsAtIt) {
  ASSERT_THAT(Commit({ALocation("here", "1 Example Street"),
                      AService("s1", "org", {"here"})}),
              IsOk());
  ASSERT_THAT(Commit({}, {{Ref(SERVICE, "s1"), 1}}), IsOkAndHolds(2u));
  const DirectoryView view = store_->View();
  EXPECT_THAT(view.FindFull(Ref(SERVICE, "s1")), FindsNothing());
  EXPECT_THAT(view.FindPublic(Ref(SERVICE, "s1")), FindsNothing());
  EXPECT_THAT(view.ServicesAt(Ref(LOCATION, "here")), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(view.SourceRecords("bchd"),
              IsOkAndHolds(ElementsAre(EqualsProto(Ref(LOCATION, "here")))));
  EXPECT_THAT(view.SourceCounts(),
              IsOkAndHolds(ElementsAre(SourceCount{"bchd", SERVICE, 0},
                                       SourceCount{"bchd", LOCATION, 1})));
  // It stays in the journal.
  std::string before;
  ASSERT_THAT(journal_->Tail(kDirectoryStream, 2, 1,
                             [&](const v1::JournalEntry& entry) {
                               before = entry.mutations(0).before();
                               return absl::OkStatus();
                             }),
              IsOk());
  EXPECT_THAT(DecodeRecord(Form::kFull, before, 1),
              IsOkAndHolds(::testing::Property(
                  &v1::StoredRecord::record,
                  EqualsProto(AService("s1", "org", {"here"}).full.record()))));
  // And may come again.
  EXPECT_THAT(Commit({AService("s1", "org", {"here"})}), IsOkAndHolds(3u));
}

TEST_P(DirectoryStoreTest, FindsTheServicesThatReferToARecord) {
  RecordUpsert second = AService("s2", "org", {"there"});
  second.full.mutable_record()->mutable_service()->set_program_id("program");
  second.full.mutable_record()
      ->mutable_service()
      ->add_service_at_locations()
      ->set_location_id("here");
  ASSERT_THAT(Commit({AService("s1", "org", {"here", "there", "here"}), second,
                      AService("s3", "org 2", {})}),
              IsOk());
  const auto at = [&](RecordType type, const std::string& id) {
    return *store_->View().ServicesAt(Ref(type, id));
  };
  EXPECT_THAT(at(LOCATION, "here"), ElementsAre("s1", "s2"));
  EXPECT_THAT(at(LOCATION, "there"), ElementsAre("s1", "s2"));
  EXPECT_THAT(at(LOCATION, "her"), IsEmpty());
  EXPECT_THAT(at(ORGANIZATION, "org"), ElementsAre("s1", "s2"));
  EXPECT_THAT(at(ORGANIZATION, "org 2"), ElementsAre("s3"));
  EXPECT_THAT(at(PROGRAM, "program"), ElementsAre("s2"));
  EXPECT_THAT(at(PROGRAM, "org"), IsEmpty());
  // A service that moves is found at its new place only.
  RecordUpsert moved = AService("s1", "org 2", {"elsewhere"});
  moved.full.set_revision(1);
  ASSERT_THAT(Commit({moved}), IsOk());
  EXPECT_THAT(at(LOCATION, "here"), ElementsAre("s2"));
  EXPECT_THAT(at(LOCATION, "elsewhere"), ElementsAre("s1"));
  EXPECT_THAT(at(ORGANIZATION, "org 2"), ElementsAre("s1", "s3"));
}

TEST_P(DirectoryStoreTest, ListsWhatASourceOwns) {
  ASSERT_THAT(
      Commit({ALocation("l2", "2 Example Street"),
              ALocation("l1", "1 Example Street"), AService("s1", "org", {}),
              AService("s2", "org", {}), AService("m1", "org", {}, "marin")}),
      IsOk());
  EXPECT_THAT(
      store_->View().SourceRecords("bchd"),
      IsOkAndHolds(ElementsAre(
          EqualsProto(Ref(SERVICE, "s1")), EqualsProto(Ref(SERVICE, "s2")),
          EqualsProto(Ref(LOCATION, "l1")), EqualsProto(Ref(LOCATION, "l2")))));
  EXPECT_THAT(store_->View().SourceCounts(),
              IsOkAndHolds(ElementsAre(SourceCount{"bchd", SERVICE, 2},
                                       SourceCount{"bchd", LOCATION, 2},
                                       SourceCount{"marin", SERVICE, 1})));
  // A record can change hands.
  RecordUpsert taken = AService("s2", "org", {}, "marin");
  taken.full.set_revision(1);
  ASSERT_THAT(Commit({taken}), IsOk());
  EXPECT_THAT(store_->View().SourceRecords("marin"),
              IsOkAndHolds(ElementsAre(EqualsProto(Ref(SERVICE, "m1")),
                                       EqualsProto(Ref(SERVICE, "s2")))));
  EXPECT_THAT(store_->View().SourceCounts(),
              IsOkAndHolds(ElementsAre(SourceCount{"bchd", SERVICE, 1},
                                       SourceCount{"bchd", LOCATION, 2},
                                       SourceCount{"marin", SERVICE, 2})));
}

TEST_P(DirectoryStoreTest, PagesThroughOneTypeByIdUnderOneView) {
  ASSERT_THAT(
      Commit({AService("c", "o", {}), AService("a", "o", {}),
              AService("b", "o", {}), ALocation("aa", "1 Example Street")}),
      IsOk());
  const DirectoryView view = store_->View();
  ASSERT_THAT(Commit({AService("ab", "o", {})}, {{Ref(SERVICE, "b"), 1}}),
              IsOk());
  const auto ids =
      [](const absl::StatusOr<std::vector<v1::StoredRecord>>& page) {
        std::vector<std::string> found;
        EXPECT_THAT(page, IsOk());
        for (const v1::StoredRecord& record : *page) {
          found.push_back(record.info().id());
        }
        return found;
      };
  EXPECT_THAT(ids(view.ScanPublic(SERVICE, "", 2)), ElementsAre("a", "b"));
  EXPECT_THAT(ids(view.ScanPublic(SERVICE, "b", 2)), ElementsAre("c"));
  EXPECT_THAT(ids(view.ScanPublic(SERVICE, "c", 2)), IsEmpty());
  EXPECT_THAT(ids(view.ScanPublic(SERVICE, "", 0)), IsEmpty());
  EXPECT_THAT(ids(view.ScanFull(SERVICE, "a", 9)), ElementsAre("b", "c"));
  EXPECT_THAT(ids(store_->View().ScanPublic(SERVICE, "", 9)),
              ElementsAre("a", "ab", "c"));
  // The projection of a location never shows what the full record has.
  std::vector<std::string> streets;
  ASSERT_THAT(
      view.ForEachPublic(LOCATION,
                         [&](const v1::StoredRecord& record) {
                           for (const auto& address :
                                record.record().location().addresses()) {
                             streets.push_back(address.address_1());
                           }
                           return true;
                         }),
      IsOk());
  EXPECT_THAT(streets, IsEmpty());
  int seen = 0;
  ASSERT_THAT(view.ForEachFull(
                  SERVICE, [&](const v1::StoredRecord&) { return ++seen < 2; }),
              IsOk());
  EXPECT_EQ(seen, 2);
}

TEST_P(DirectoryStoreTest, FindsManyInTheOrderAsked) {
  ASSERT_THAT(Commit({AService("a", "o", {}), AService("b", "o", {})}), IsOk());
  const auto found = store_->View().FindManyPublic(
      {Ref(SERVICE, "b"), RecordRef(), Ref(LOCATION, "a"), Ref(SERVICE, "a")});
  ASSERT_THAT(found, IsOk());
  ASSERT_EQ(found->size(), 4u);
  EXPECT_EQ((*found)[0]->info().id(), "b");
  EXPECT_FALSE((*found)[1].has_value());
  EXPECT_FALSE((*found)[2].has_value());
  EXPECT_EQ((*found)[3]->info().id(), "a");
}

TEST_P(DirectoryStoreTest, KeepsTheHistoryOfLoadsNewestFirst) {
  const auto load = [](const std::string& id, int day) {
    Load load;
    load.set_id(id);
    load.set_source("bchd");
    load.set_state(handrail::v1::RUNNING);
    *load.mutable_started_at() = ToTimestamp(Day(day));
    load.mutable_report()->set_revision(99);
    return load;
  };
  const auto put = [&](const Load& load) {
    return store_->Commit({.load = load, .at = Day(1)});
  };
  ASSERT_THAT(put(load("b", 2)), IsOkAndHolds(1u));
  ASSERT_THAT(put(load("a", 1)), IsOk());
  ASSERT_THAT(put(load("d", 3)), IsOk());
  ASSERT_THAT(put(load("c", 2)), IsOk());
  Load done = load("b", 2);
  done.set_state(handrail::v1::DONE);
  ASSERT_THAT(put(done), IsOkAndHolds(5u));

  const DirectoryView view = store_->View();
  const auto kept = view.GetLoad("b");
  ASSERT_THAT(kept, IsOk());
  EXPECT_EQ(kept->state(), handrail::v1::DONE);
  EXPECT_EQ(kept->report().revision(), 5u);
  const auto ids = [&](const std::string& after, size_t limit) {
    std::vector<std::string> found;
    const auto loads = view.ListLoads(after, limit);
    EXPECT_THAT(loads, IsOk());
    for (const Load& load : *loads) found.push_back(load.id());
    return found;
  };
  EXPECT_THAT(ids("", 9), ElementsAre("d", "b", "c", "a"));
  EXPECT_THAT(ids("", 2), ElementsAre("d", "b"));
  EXPECT_THAT(ids("b", 2), ElementsAre("c", "a"));
  EXPECT_THAT(ids("a", 2), IsEmpty());
  EXPECT_THAT(view.ListLoads("unknown", 2),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(view.GetLoad("unknown"),
              AllOf(StatusIs(absl::StatusCode::kNotFound),
                    HasMetadata("type", "load")));
  // One whose start was corrected is listed once.
  ASSERT_THAT(put(load("a", 9)), IsOk());
  const auto listed = store_->View().ListLoads("", 9);
  ASSERT_THAT(listed, IsOk());
  std::vector<std::string> corrected;
  for (const Load& l : *listed) corrected.push_back(l.id());
  EXPECT_THAT(corrected, ElementsAre("a", "d", "b", "c"));
}

TEST_P(DirectoryStoreTest, CommitsRecordsLoadAndAuditTogetherAndOnce) {
  DirectoryChange change{.upserts = {AService("s1", "org", {})},
                         .request_id = "batch 1",
                         .at = Day(1)};
  change.load.emplace().set_id("load");
  change.audit.emplace_back().set_action("load");
  ASSERT_THAT(store_->Commit(change), IsOkAndHolds(1u));
  RecordUpsert later = AService("s1", "org 2", {});
  later.full.set_revision(1);
  ASSERT_THAT(Commit({later}), IsOkAndHolds(2u));
  // A retry gets the first answer, although the record has moved on.
  EXPECT_THAT(store_->Commit(change), IsOkAndHolds(1u));
  EXPECT_EQ(Full(SERVICE, "s1").revision(), 2u);
  const auto audit = journal_->AuditRows(kDirectoryStream, 1, 0);
  ASSERT_THAT(audit, IsOk());
  EXPECT_THAT(*audit,
              ElementsAre(EqualsProto("action: 'load' at { seconds: 86400 }")));
  EXPECT_THAT(store_->View().GetLoad("load"), IsOk());
}

TEST_P(DirectoryStoreTest, RefusesARecordItCouldNotKeep) {
  const auto broken = [](const auto& change) {
    RecordUpsert upsert = AService("s1", "org", {});
    change(upsert);
    return upsert;
  };
  struct Case {
    const char* field;
    DirectoryChange change;
  };
  const Case cases[] = {
      {"upserts[0].full.info.type", {.upserts = {broken([](auto& u) {
                                       u.full.mutable_info()->clear_type();
                                     })}}},
      {"upserts[0].full.info.id", {.upserts = {broken([](auto& u) {
                                     u.full.mutable_info()->clear_id();
                                   })}}},
      {"upserts[0].full.info.source", {.upserts = {broken([](auto& u) {
                                         u.full.mutable_info()->clear_source();
                                       })}}},
      {"upserts[0].full.record", {.upserts = {broken([](auto& u) {
                                    u.full.mutable_record()->mutable_location();
                                  })}}},
      {"upserts[0].projection.record",
       {.upserts = {broken([](auto& u) { u.projection.Clear(); })}}},
      {"upserts[1]",
       {.upserts = {AService("s1", "org", {}), AService("s1", "org", {})}}},
      {"retires[0]",
       {.upserts = {AService("s1", "org", {})},
        .retires = {{Ref(SERVICE, "s1"), 1}}}},
      {"retires[0].ref", {.retires = {{RecordRef(), 1}}}},
      {"retires[0].revision", {.retires = {{Ref(SERVICE, "s1"), 0}}}},
      {"load.id", {.load = Load()}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.field);
    EXPECT_THAT(store_->Commit(c.change), NamesField(c.field));
  }
  EXPECT_THAT(store_->View().Revision(), IsOkAndHolds(0u));
}

// Writers of different records share a count. None fails, none is forgotten.
TEST_P(DirectoryStoreTest, CountsRightWhenManyCommitAtOnce) {
  constexpr int kWriters = 4;
  constexpr int kCommits = 15;
  std::atomic<int> failed = 0;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < kCommits; ++i) {
        const std::string id = std::to_string(w) + "-" + std::to_string(i);
        if (!Commit({AService(id, "org", {})}).ok()) ++failed;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(failed, 0);
  EXPECT_THAT(store_->View().SourceCounts(),
              IsOkAndHolds(ElementsAre(
                  SourceCount{"bchd", SERVICE, kWriters * kCommits})));
  EXPECT_EQ(store_->View().ServicesAt(Ref(ORGANIZATION, "org"))->size(),
            size_t{kWriters * kCommits});
}

// What a source calls a record by now: added, replaced, taken away, by source
// and kind, and told with the commit.
TEST_P(DirectoryStoreTest, KeepsWhatASourceCallsARecordByNow) {
  const auto find = [&](const char* source, handrail::v1::RecordType type) {
    return store_->View().FindAlias(source, type, "12");
  };
  v1::AuditRow audit;
  audit.set_action("load");
  audit.set_subject("L");
  ASSERT_THAT(store_->Commit({.aliases = {{"bchd", SERVICE, "12", "a"}},
                              .audit = {audit},
                              .at = Day(1)}),
              IsOk());
  EXPECT_THAT(find("bchd", SERVICE), IsOkAndHolds(std::string("a")));
  EXPECT_THAT(find("bchd", LOCATION), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(find("bchd", handrail::v1::RECORD_TYPE_UNSPECIFIED),
              IsOkAndHolds(std::nullopt));
  EXPECT_THAT(find("bchd2", SERVICE), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(store_->View().HasAliases("bchd"), IsOkAndHolds(true));
  EXPECT_THAT(store_->View().HasAliases("bch"), IsOkAndHolds(false));
  ASSERT_THAT(store_->Commit({.aliases = {{"bchd", SERVICE, "12", "b"}},
                              .audit = {audit},
                              .at = Day(2)}),
              IsOk());
  const auto revision = store_->View().Revision();
  ASSERT_THAT(revision, IsOk());
  const auto commit = store_->View().FindCommit(*revision, "load", "L");
  ASSERT_THAT(commit, IsOk());
  ASSERT_EQ((*commit)->aliases.size(), 1u);
  EXPECT_EQ((*commit)->aliases[0].before, "a");
  EXPECT_EQ((*commit)->aliases[0].after, "b");
  EXPECT_EQ((*commit)->aliases[0].name, "12");
  ASSERT_THAT(
      store_->Commit({.aliases = {{"bchd", SERVICE, "12", ""}}, .at = Day(3)}),
      IsOk());
  EXPECT_THAT(find("bchd", SERVICE), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(store_->View().HasAliases("bchd"), IsOkAndHolds(false));
  EXPECT_THAT(store_->Commit({.aliases = {{"bchd", SERVICE, "12", "a"},
                                          {"bchd", SERVICE, "12", "b"}},
                              .at = Day(4)}),
              HasReason(handrail::v1::ERROR_REASON_INVALID_FIELD));
}

// Equal changes make equal bytes, whatever order maps came in.
TEST(StoredRecordTest, IsTheSameBytesForTheSameRecord) {
  v1::StoredRecord record = AService("s1", "org", {"here"}).full;
  record.set_revision(7);
  record.mutable_info()->set_etag("whatever");
  const std::string content = DeterministicBytes(record.record());
  const std::string bytes = EncodeFull(record, content);
  record.clear_revision();
  record.mutable_info()->clear_etag();
  EXPECT_EQ(EncodeFull(record, content), bytes);
  EXPECT_EQ(FullEtag(255), "ff");
}

// They are written by hand, in the order in which protobuf writes the fields.
TEST(StoredRecordTest, IsTheBytesThatProtobufMakesOfIt) {
  v1::StoredRecord record = AService("s1", "org", {"here"}).full;
  record.clear_revision();
  record.mutable_info()->clear_etag();
  for (const char* field : {"name", "url"}) {
    v1::ConfirmedField& confirmed = *record.add_confirmed();
    confirmed.set_field(field);
    confirmed.mutable_provenance()->set_source("a person");
  }
  EXPECT_EQ(EncodeFull(record, DeterministicBytes(record.record())),
            DeterministicBytes(record));
}

TEST(StoredRecordTest, RefusesBytesThatAreNoRecord) {
  EXPECT_THAT(DecodeRecord(Form::kPublic, "\xff\xff\xff", 1),
              AllOf(StatusIs(absl::StatusCode::kDataLoss),
                    HasReason(handrail::v1::ERROR_REASON_DATA_CORRUPT)));
}

}  // namespace
}  // namespace handrail::storage
