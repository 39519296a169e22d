// What an operator relies on, over a real data directory: a doctor that finds
// each kind of damage and mends what follows from records and nothing else, and
// backups that come back as they were.
//
// Damage is planted in the closed database, through RocksDB.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rocksdb/db.h"
#include "server/doctor/snapshot_check.h"
#include "storage/db/keys.h"
#include "storage/db/stored_record.h"
#include "storage/journal/append_plan.h"
#include "storage/journal/rocks_backup.h"
#include "storage/journal/rocks_journal.h"
#include "storage/journal/rocks_layout.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

namespace fs = std::filesystem;
namespace keys = storage::keys;
using ::handrail::testing::EqualsProto;
using ::handrail::testing::HasReason;
using ::handrail::testing::IsOk;
using ::handrail::testing::IsOkAndHolds;
using ::handrail::testing::NamesField;
using ::handrail::testing::ReadFile;
using ::handrail::testing::StatusIs;
using ::handrail::testing::TempDir;
using ::handrail::testing::WriteFile;
using storage::kDirectoryStream;
using storage::v1::StoredRecord;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Property;
using ::testing::SizeIs;

constexpr char kSecret[] = "Larkspur";

// Every value of the directory's stream, by key.
using Values = std::map<std::string, std::string>;

Values AllValues(const storage::Journal& journal) {
  Values values;
  EXPECT_THAT(
      journal.Snapshot()->Scan(
          kDirectoryStream, {},
          [&](std::string_view key, std::string_view value, uint64_t version) {
            values[std::string(key)] =
                absl::StrCat(version, ":", std::string(value));
            return true;
          }),
      IsOk());
  return values;
}

// Everything that is kept: values, entries, audit rows.
std::string Everything(const storage::Journal& journal) {
  std::string all;
  for (const auto& [key, value] : AllValues(journal)) {
    absl::StrAppend(&all, key, "=", value, "\n");
  }
  EXPECT_THAT(journal.Tail(kDirectoryStream, 1, 0,
                           [&](const storage::v1::JournalEntry& entry) {
                             absl::StrAppend(
                                 &all, storage::DeterministicBytes(entry));
                             return absl::OkStatus();
                           }),
              IsOk());
  const auto rows = journal.AuditRows(kDirectoryStream, 1, 0);
  EXPECT_THAT(rows, IsOk());
  for (const auto& row : *rows) {
    absl::StrAppend(&all, storage::DeterministicBytes(row));
  }
  return all;
}

struct Diagnosis {
  std::vector<v1::DoctorFinding> findings;
  v1::DoctorReport report;

  // Those of one check.
  std::vector<v1::DoctorFinding> Of(const std::string& check) const {
    std::vector<v1::DoctorFinding> of;
    for (const auto& finding : findings) {
      if (finding.check() == check) of.push_back(finding);
    }
    return of;
  }
};

class OperateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Open();
    ASSERT_THAT(directory_->Load({.source = "places"}, CentroidRows()).status,
                IsOk());
    ASSERT_THAT(directory_->Load({}, SampleRows(kSecret)).status, IsOk());
  }

  void Open() {
    auto opened = storage::RocksJournal::Open(
        {.directory = data_, .block_cache_bytes = 1 << 20});
    ASSERT_THAT(opened, IsOk());
    journal_ = *std::move(opened);
    directory_ = std::make_unique<TestDirectory>(*journal_);
  }
  void Close() {
    directory_.reset();
    journal_.reset();
  }

  // The id here of what the sample calls "s1", "l2", …; others are themselves.
  std::string Id(const std::string& called) const {
    static const std::map<std::string, std::pair<v1::RecordType, std::string>>
        kNames = {{"s1", {v1::SERVICE, "Harbor Recovery Home"}},
                  {"s2", {v1::SERVICE, "North Shelter"}},
                  {"s3", {v1::SERVICE, "Safe Haven Shelter"}},
                  {"l1", {v1::LOCATION, "Harbor House"}},
                  {"l2", {v1::LOCATION, "North Hall"}}};
    const auto named = kNames.find(called);
    if (named == kNames.end()) return called;
    std::string id = called;
    EXPECT_THAT(storage::DirectoryView(journal_->Snapshot())
                    .ForEachFull(named->second.first,
                                 [&](const StoredRecord& record) {
                                   const auto& of = record.record();
                                   const std::string& name =
                                       of.has_service() ? of.service().name()
                                                        : of.location().name();
                                   if (name != named->second.second)
                                     return true;
                                   id = record.info().id();
                                   return false;
                                 }),
                IsOk());
    return id;
  }
  v1::RecordRef Ref(v1::RecordType type, const std::string& called) const {
    v1::RecordRef ref;
    ref.set_type(type);
    ref.set_id(Id(called));
    return ref;
  }

  // The raw value of a key of the directory's stream, with its version.
  static std::string StateKey(const std::string& key) {
    return storage::layout::StateKey(kDirectoryStream, key);
  }
  void Change(const std::function<void(rocksdb::DB&)>& change) {
    Close();
    {
      rocksdb::DB* raw = nullptr;
      ASSERT_TRUE(rocksdb::DB::Open(rocksdb::Options(),
                                    (data_ / "rocksdb").string(), &raw)
                      .ok());
      const std::unique_ptr<rocksdb::DB> db(raw);
      change(*db);
    }
    Open();
  }
  static void Put(rocksdb::DB& db, const std::string& key,
                  const std::string& value) {
    rocksdb::WriteOptions sync;
    sync.sync = true;
    ASSERT_TRUE(db.Put(sync, key, value).ok());
  }
  // Gives a key of the stream another value, of the same version where it has
  // one.
  void Plant(const std::string& key, const std::string& value) {
    uint64_t version = 2;
    const auto old = journal_->Snapshot()->Get(kDirectoryStream, key);
    if (old.ok() && old->has_value()) version = (*old)->version;
    Change([&](rocksdb::DB& db) {
      Put(db, StateKey(key), storage::layout::StateValue(version, value));
    });
  }
  void Remove(const std::string& key) {
    Change([&](rocksdb::DB& db) {
      rocksdb::WriteOptions sync;
      sync.sync = true;
      ASSERT_TRUE(db.Delete(sync, StateKey(key)).ok());
    });
  }

  Diagnosis Ask(bool repair) {
    Diagnosis diagnosis;
    v1::DoctorRequest request;
    request.set_repair(repair);
    EXPECT_THAT((*directory_)
                    ->admin()
                    .Doctor(RequestContext({.now = TestNow()}), request,
                            [&](const v1::DoctorResponse& step) {
                              if (step.has_finding()) {
                                diagnosis.findings.push_back(step.finding());
                              }
                              if (step.has_report()) {
                                diagnosis.report = step.report();
                              }
                              return true;
                            }),
                IsOk());
    return diagnosis;
  }

  // Something is wrong that the doctor finds by `check`, mends, and finds no
  // more; afterwards everything is as it was before the damage but for what
  // hangs on the time (`apart`: keys whose value does).
  void ExpectMended(const std::string& check, const Values& before,
                    const std::vector<std::string>& apart = {}) {
    const std::string damaged = Everything(*journal_);
    const Diagnosis told = Ask(/*repair=*/false);
    EXPECT_FALSE(told.report.healthy());
    EXPECT_THAT(told.Of(check), SizeIs(1));
    EXPECT_THAT(told.findings,
                Each(Property(&v1::DoctorFinding::repaired, false)));
    EXPECT_EQ(Everything(*journal_), damaged) << "telling changes nothing";

    const Diagnosis mended = Ask(/*repair=*/true);
    EXPECT_TRUE(mended.report.healthy());
    EXPECT_THAT(mended.findings,
                Each(Property(&v1::DoctorFinding::repaired, true)));
    EXPECT_THAT(mended.Of(check), SizeIs(1));
    // The history of a key hangs on its value.
    EXPECT_EQ(mended.findings.size(), 1 + mended.Of("journal").size());
    EXPECT_THAT(mended.Of("journal"),
                Each(Property(&v1::DoctorFinding::message,
                              HasSubstr("history of keys"))));
    const Diagnosis again = Ask(/*repair=*/true);
    EXPECT_TRUE(again.report.healthy());
    EXPECT_THAT(again.findings, IsEmpty());

    Values now = AllValues(*journal_);
    Values then = before;
    for (const std::string& key : apart) {
      EXPECT_TRUE(now.contains(key));
      now.erase(key);
      then.erase(key);
    }
    EXPECT_EQ(Contents(now), Contents(then));
    // And so it stays.
    Close();
    Open();
    EXPECT_THAT(Ask(false).findings, IsEmpty());
  }

  // Values without their versions.
  static Values Contents(const Values& values) {
    Values contents;
    for (const auto& [key, value] : values) {
      contents[key] = value.substr(value.find(':') + 1);
    }
    return contents;
  }

  // Damage that only a backup can mend: found, and left as it is.
  void ExpectFoundAndLeft(const std::string& check) {
    const std::string damaged = Everything(*journal_);
    for (const bool repair : {false, true}) {
      const Diagnosis told = Ask(repair);
      EXPECT_FALSE(told.report.healthy());
      EXPECT_THAT(told.Of(check), Not(IsEmpty()));
      EXPECT_THAT(told.Of(check),
                  Each(Property(&v1::DoctorFinding::repaired, false)));
    }
    EXPECT_EQ(Everything(*journal_), damaged);
  }

  TempDir folder_;
  const fs::path data_ = folder_.path() / "data";
  const fs::path backups_ = folder_.path() / "backups";
  std::unique_ptr<storage::RocksJournal> journal_;
  std::unique_ptr<TestDirectory> directory_;
};

TEST_F(OperateTest, DoctorFindsNothingWhereNothingIsWrong) {
  const std::string before = Everything(*journal_);
  for (const bool repair : {false, true}) {
    const Diagnosis told = Ask(repair);
    EXPECT_TRUE(told.report.healthy());
    EXPECT_THAT(told.findings, IsEmpty());
    std::vector<std::string> checks;
    for (const v1::DoctorCount& count : told.report.counts()) {
      checks.push_back(count.check());
      EXPECT_GT(count.looked_at(), 0) << count.check();
      EXPECT_EQ(count.wrong(), 0) << count.check();
    }
    EXPECT_THAT(checks,
                ElementsAre("records", "references", "projections", "indexes",
                            "counts", "journal", "snapshot"));
    EXPECT_EQ(told.report.directory_revision(),
              (*directory_)->state().snapshot()->revision());
  }
  EXPECT_EQ(Everything(*journal_), before);
}

TEST_F(OperateTest, DoctorMendsAProjectionThatShowsTooMuch) {
  const Values before = AllValues(*journal_);
  const std::string key = keys::PublicKey(Ref(v1::SERVICE, "s3"));
  const auto full = storage::DirectoryView(journal_->Snapshot())
                        .GetFull(Ref(v1::SERVICE, "s3"));
  ASSERT_THAT(full, IsOk());
  Plant(key, storage::EncodePublic(*full));
  EXPECT_THAT(directory_->EverythingShown(), HasSubstr(kSecret));
  ExpectMended("projections", before, {key});
  EXPECT_THAT(directory_->EverythingShown(), Not(HasSubstr(kSecret)));
  const auto shown = storage::DirectoryView(journal_->Snapshot())
                         .GetPublic(Ref(v1::SERVICE, "s3"));
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->info().etag(), storage::PublicEtag(*shown));
}

// A full record that changed without its projection: it is shown as it was
// until the doctor has looked at what may be shown.
TEST_F(OperateTest, DoctorMendsAProjectionOfAnotherVersion) {
  const v1::RecordRef ref = Ref(v1::LOCATION, "l1");
  const storage::DirectoryView view(journal_->Snapshot());
  const auto before = view.GetPublic(ref);
  ASSERT_THAT(before, IsOk());
  ASSERT_FALSE(before->info().redacted());
  const auto full =
      journal_->Snapshot()->Get(kDirectoryStream, keys::FullKey(ref));
  ASSERT_THAT(full, IsOk());
  ASSERT_THAT(
      journal_->Append({.stream = kDirectoryStream,
                        .mutations = {{keys::FullKey(ref), (*full)->value}},
                        .at = TestNow()}),
      IsOk());
  const Diagnosis told = Ask(/*repair=*/true);
  ASSERT_THAT(told.Of("projections"), SizeIs(1));
  EXPECT_THAT(told.Of("projections")[0].message(), HasSubstr("version"));
  EXPECT_TRUE(told.Of("projections")[0].repaired());
  const auto after =
      storage::DirectoryView(journal_->Snapshot()).GetPublic(ref);
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(after->info().etag(), before->info().etag());
  EXPECT_THAT(after->record(), EqualsProto(before->record()));
  EXPECT_THAT(Ask(false).findings, IsEmpty());
}

TEST_F(OperateTest, DoctorMendsWhatIsServedAtOnce) {
  const std::string key = keys::PublicKey(Ref(v1::SERVICE, "s3"));
  const auto full = storage::DirectoryView(journal_->Snapshot())
                        .GetFull(Ref(v1::SERVICE, "s3"));
  ASSERT_THAT(full, IsOk());
  Plant(key, storage::EncodePublic(*full));
  EXPECT_THAT(directory_->EverythingShown(), HasSubstr(kSecret));
  Ask(/*repair=*/true);
  EXPECT_THAT(directory_->EverythingShown(), Not(HasSubstr(kSecret)));
  EXPECT_EQ((*directory_)->state().snapshot()->revision(),
            *journal_->Snapshot()->Position(kDirectoryStream));
}

TEST_F(OperateTest, DoctorMendsProjectionsThatAreMissingOrOfNothing) {
  const Values before = AllValues(*journal_);
  const std::string key = keys::PublicKey(Ref(v1::LOCATION, "l2"));
  Remove(key);
  ExpectMended("projections", before, {key});
  const Values mended = AllValues(*journal_);
  const auto some =
      journal_->Snapshot()->Get(kDirectoryStream, key)->value().value;
  Plant(keys::PublicKey(Ref(v1::LOCATION, "nowhere")), some);
  ExpectMended("projections", mended);
}

TEST_F(OperateTest, DoctorMendsReferences) {
  const Values before = AllValues(*journal_);
  Remove(keys::ReferenceKey(Ref(v1::LOCATION, "l1"), Id("s1")));
  ExpectMended("references", before);
  Plant(keys::ReferenceKey(Ref(v1::LOCATION, "l1"), Id("s2")), "");
  ExpectMended("references", before);
  Plant(keys::ReferenceKey(Ref(v1::LOCATION, "l1"), "none"), "");
  ExpectMended("references", before);
}

TEST_F(OperateTest, DoctorMendsIndexes) {
  const Values before = AllValues(*journal_);
  Remove(keys::SourceKey("county", Ref(v1::SERVICE, "s1")));
  ExpectMended("indexes", before);
  Plant(keys::SourceKey("other", Ref(v1::SERVICE, "s1")), "");
  ExpectMended("indexes", before);
  Plant(keys::SourceKey("county", Ref(v1::SERVICE, "none")), "");
  ExpectMended("indexes", before);
  const auto loads =
      storage::DirectoryView(journal_->Snapshot()).ListLoads("", 1);
  ASSERT_THAT(loads, IsOk());
  const v1::Load& load = loads->at(0);
  Remove(keys::LoadStartKey(storage::StartedMicros(load), load.id()));
  ExpectMended("indexes", before);
  Plant(keys::LoadStartKey(5, load.id()), "");
  ExpectMended("indexes", before);
  // The server would not start with it.
  Plant(keys::LoadStartKey(5, "none"), "");
  EXPECT_THAT(Ask(false).findings, IsEmpty());
  EXPECT_EQ(Contents(AllValues(*journal_)), Contents(before));
}

TEST_F(OperateTest, DoctorMendsTheListsOfReportsAndConflicts) {
  storage::DirectoryStore store(*journal_);
  storage::DirectoryChange change{.at = TestNow()};
  v1::ErrorReport& report = change.reports.emplace_back();
  report.set_id("report");
  report.set_status(v1::ErrorReport::OPEN);
  report.mutable_reported_at()->set_seconds(1780000000);
  v1::Conflict& conflict = change.conflicts.emplace_back();
  conflict.set_id("conflict");
  *conflict.mutable_ref() = Ref(v1::SERVICE, "s1");
  conflict.mutable_found_at()->set_seconds(1780000001);
  ASSERT_THAT(store.Commit(change), IsOk());
  const Values before = AllValues(*journal_);
  Remove(
      keys::ReportStateKey(v1::ErrorReport::OPEN, 1780000000'000000, "report"));
  ExpectMended("indexes", before);
  Plant(keys::ReportStateKey(v1::ErrorReport::MENDED, 1780000000'000000,
                             "report"),
        "");
  ExpectMended("indexes", before);
  Remove(keys::OpenConflictKey(1780000001'000000, "conflict"));
  ExpectMended("indexes", before);
  Plant(keys::RecordConflictKey(Ref(v1::SERVICE, "s2"), "conflict"), "");
  ExpectMended("indexes", before);
}

TEST_F(OperateTest, DoctorMendsCounts) {
  const Values before = AllValues(*journal_);
  Plant(keys::CountKey("county", v1::SERVICE), storage::EncodeCount(77));
  ExpectMended("counts", before);
  Remove(keys::CountKey("county", v1::SERVICE));
  ExpectMended("counts", before);
  Plant(keys::CountKey("nobody", v1::SERVICE), storage::EncodeCount(1));
  Values with_nobody = before;
  with_nobody[keys::CountKey("nobody", v1::SERVICE)] =
      "0:" + storage::EncodeCount(0);
  ExpectMended("counts", with_nobody);
}

TEST_F(OperateTest, DoctorMendsManyThingsAtOnce) {
  const Values before = AllValues(*journal_);
  const std::string shown = keys::PublicKey(Ref(v1::LOCATION, "l1"));
  Remove(shown);
  Remove(keys::ReferenceKey(Ref(v1::LOCATION, "l1"), Id("s1")));
  Remove(keys::SourceKey("county", Ref(v1::SERVICE, "s1")));
  Plant(keys::CountKey("county", v1::LOCATION), storage::EncodeCount(0));
  const Diagnosis mended = Ask(/*repair=*/true);
  EXPECT_TRUE(mended.report.healthy());
  EXPECT_THAT(mended.findings, SizeIs(4 + mended.Of("journal").size()));
  EXPECT_THAT(mended.Of("journal"), SizeIs(1));
  EXPECT_THAT(Ask(false).findings, IsEmpty());
  Values now = AllValues(*journal_);
  Values then = before;
  now.erase(shown);
  then.erase(shown);
  EXPECT_EQ(Contents(now), Contents(then));
  // What was done is in the audit.
  const auto rows = journal_->AuditRows(kDirectoryStream, 1, 0);
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows->back().action(), "doctor");
  EXPECT_EQ(rows->back().actor(), "loopback");
}

TEST_F(OperateTest, DoctorNeverTouchesRecordsThatAreDamaged) {
  const std::string key = keys::FullKey(Ref(v1::LOCATION, "l2"));
  const auto old = journal_->Snapshot()->Get(kDirectoryStream, key);
  const std::string right = old->value().value;
  Plant(key, "\xff\xff\xff");
  ExpectFoundAndLeft("records");
  Plant(key, right);
  EXPECT_THAT(Ask(false).findings, IsEmpty());
  // Another record in its place.
  const auto other = journal_->Snapshot()->Get(
      kDirectoryStream, keys::FullKey(Ref(v1::LOCATION, "l1")));
  Plant(key, other->value().value);
  ExpectFoundAndLeft("records");
  Plant(key, right);
  EXPECT_THAT(Ask(false).findings, IsEmpty());
}

TEST_F(OperateTest, DoctorFindsDamageOfTheJournal) {
  std::string right;
  const std::string entry = storage::layout::EntryKey(kDirectoryStream, 2);
  Change([&](rocksdb::DB& db) {
    ASSERT_TRUE(db.Get(rocksdb::ReadOptions(), entry, &right).ok());
    ASSERT_TRUE(db.Delete(rocksdb::WriteOptions(), entry).ok());
  });
  for (const bool repair : {false, true}) {
    EXPECT_THAT(Ask(repair).Of("journal"),
                Contains(Property(&v1::DoctorFinding::message,
                                  HasSubstr("entry 2 is missing"))));
  }
  Change([&](rocksdb::DB& db) { Put(db, entry, right); });
  EXPECT_THAT(Ask(false).findings, IsEmpty());
  // A load's report that was changed: a value that no entry wrote.
  const auto loads =
      storage::DirectoryView(journal_->Snapshot()).ListLoads("", 1);
  v1::Load load = loads->at(0);
  load.mutable_report()->clear_revision();
  load.mutable_report()->set_added(999);
  Plant(keys::LoadKey(load.id()), storage::DeterministicBytes(load));
  ExpectFoundAndLeft("journal");
}

TEST_F(OperateTest, DoctorMendsTheHistoryOfKeys) {
  // The entry of a load is written at its start and again.
  const auto loads =
      storage::DirectoryView(journal_->Snapshot()).ListLoads("", 1);
  ASSERT_THAT(loads, IsOk());
  const std::string key = keys::LoadKey(loads->at(0).id());
  const auto changes = journal_->Snapshot()->Changes(kDirectoryStream, key);
  ASSERT_THAT(changes, IsOkAndHolds(SizeIs(Gt(1))));
  Change([&](rocksdb::DB& db) {
    ASSERT_TRUE(db.Delete(rocksdb::WriteOptions(),
                          storage::layout::ChangeKey(kDirectoryStream, key,
                                                     changes->front()))
                    .ok());
  });
  const Values before = AllValues(*journal_);
  EXPECT_THAT(Ask(false).Of("journal"), SizeIs(1));
  const Diagnosis mended = Ask(/*repair=*/true);
  EXPECT_TRUE(mended.report.healthy());
  EXPECT_THAT(mended.Of("journal"),
              ElementsAre(Property(&v1::DoctorFinding::repaired, true)));
  EXPECT_THAT(Ask(false).findings, IsEmpty());
  // And a row too many.
  Change([&](rocksdb::DB& db) {
    Put(db, storage::layout::ChangeKey(kDirectoryStream, "none", 2), "");
  });
  EXPECT_THAT(Ask(/*repair=*/true).findings, SizeIs(1));
  EXPECT_THAT(Ask(false).findings, IsEmpty());
  EXPECT_EQ(AllValues(*journal_), before);
}

// The server would not start with it.
TEST_F(OperateTest, ProjectionThatCannotBeReadIsMendedAtTheStart) {
  const Values before = AllValues(*journal_);
  for (const v1::RecordRef& ref :
       {Ref(v1::LOCATION, "l1"), Ref(v1::SERVICE, "s2")}) {
    const std::string key = keys::PublicKey(ref);
    Plant(key, "\xff\xff\xff");
    EXPECT_THAT(Ask(false).findings, IsEmpty());
    Values now = Contents(AllValues(*journal_));
    Values then = Contents(before);
    for (const auto& each : {keys::PublicKey(Ref(v1::LOCATION, "l1")),
                             keys::PublicKey(Ref(v1::SERVICE, "s2"))}) {
      EXPECT_EQ(now.erase(each), 1u);
      then.erase(each);
    }
    EXPECT_EQ(now, then);
  }
  // Followers can still be told of it.
  storage::DirectoryStore store(*journal_);
  EXPECT_THAT(store.ForEachChange(
                  0, 0, [](const storage::ChangeSeen&) { return true; }),
              IsOk());
}

TEST_F(OperateTest, DoctorFindsListingsThatAreNotWhatRecordsSay) {
  const storage::DirectoryView view(journal_->Snapshot());
  const auto served = (*directory_)->state().snapshot();
  const auto wrongs = [&](const matcher::Snapshot& snapshot) {
    std::vector<std::string> services;
    EXPECT_THAT(CheckSnapshot(view, snapshot,
                              [&](SnapshotWrong wrong) {
                                services.push_back(wrong.service_id);
                                return true;
                              }),
                IsOk());
    return services;
  };
  EXPECT_THAT(wrongs(*served), IsEmpty());
  const auto parts = [&] {
    return matcher::Snapshot::Parts{
        .revision = served->revision(),
        .rows = {served->rows().begin(), served->rows().end()},
        .crisis_resources = served->crisis_resources()};
  };
  const std::string service =
      matcher::ListingOf(**served->rows().begin()).service_id();
  auto fewer = parts();
  fewer.rows.erase(fewer.rows.begin());
  EXPECT_THAT(wrongs(*matcher::Snapshot::Create(std::move(fewer))),
              ElementsAre(service));
  auto other = parts();
  v1::Listing listing = matcher::ListingOf(*other.rows[0]);
  listing.set_name("Another");
  other.rows[0] = matcher::MakeRow(listing);
  EXPECT_THAT(wrongs(*matcher::Snapshot::Create(std::move(other))),
              ElementsAre(service));
  auto more = parts();
  listing.set_id("stray");
  more.rows.push_back(matcher::MakeRow(listing));
  EXPECT_THAT(wrongs(*matcher::Snapshot::Create(std::move(more))),
              ElementsAre(service));
  auto calls = parts();
  calls.crisis_resources.pop_back();
  EXPECT_THAT(wrongs(*matcher::Snapshot::Create(std::move(calls))),
              ElementsAre(""));
}

TEST_F(OperateTest, DoctorLetsWritersGoOn) {
  Remove(keys::PublicKey(Ref(v1::LOCATION, "l1")));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      directory_->Load(
          {.source = "busy"},
          {MakeRow(absl::StrCat("records { service { id: 'busy' name: 'Busy ",
                                i, "' status: ACTIVE } }"))});
    }
  });
  for (int time = 0; time < 5; ++time) {
    const Diagnosis told = Ask(/*repair=*/true);
    EXPECT_TRUE(told.report.healthy());
    EXPECT_THAT(told.Of("projections"), SizeIs(time == 0 ? 1 : 0));
    EXPECT_THAT(told.findings, SizeIs(time == 0 ? 2 : 0));
  }
  stop = true;
  writer.join();
  EXPECT_THAT(Ask(false).findings, IsEmpty());
}

TEST_F(OperateTest, CommitsThatNobodyWasToldOfAreServed) {
  // Past the writer, as one that was kept although it seemed to fail.
  storage::DirectoryStore store(*journal_);
  auto stored = store.View().GetFull(Ref(v1::SERVICE, "s2"));
  ASSERT_THAT(stored, IsOk());
  storage::DirectoryChange change{.at = TestNow()};
  storage::RecordUpsert& upsert = change.upserts.emplace_back();
  upsert.full = *stored;
  upsert.full.mutable_record()->mutable_service()->set_name("South Shelter");
  *upsert.projection.mutable_record() = upsert.full.record();
  const auto revision = store.Commit(change);
  ASSERT_THAT(revision, IsOk());
  EXPECT_THAT(Ask(false).findings, IsEmpty());
  EXPECT_EQ((*directory_)->state().snapshot()->revision(), *revision);
  EXPECT_THAT(directory_->EverythingShown(), HasSubstr("South Shelter"));
}

TEST_F(OperateTest, BackupsComeBackAsTheyWere) {
  v1::CreateBackupRequest create;
  create.set_folder(backups_.string());
  const RequestContext context({.now = TestNow()});
  const auto made = (*directory_)->admin().CreateBackup(context, create);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->backup().id(), 1);
  EXPECT_EQ(made->backup().directory_revision(),
            (*directory_)->state().snapshot()->revision());
  const std::string kept = Everything(*journal_);
  const std::string shown = directory_->EverythingShown();
  // What comes later is not in it.
  ASSERT_THAT(
      directory_
          ->Load({}, {MakeRow("records { service { id: 'late' name: 'Late' "
                              "status: ACTIVE } }")})
          .status,
      IsOk());

  v1::ListBackupsRequest list;
  list.set_folder(backups_.string());
  const auto listed = (*directory_)->admin().ListBackups(context, list);
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->backups_size(), 1);
  EXPECT_EQ(listed->backups(0).directory_revision(),
            made->backup().directory_revision());
  v1::VerifyBackupRequest verify;
  verify.set_folder(backups_.string());
  EXPECT_THAT((*directory_)->admin().VerifyBackup(context, verify), IsOk());

  Close();
  fs::rename(data_, folder_.path() / "away");
  ASSERT_THAT(storage::RestoreBackup(backups_, 0, data_), IsOk());
  Open();
  EXPECT_EQ(Everything(*journal_), kept);
  EXPECT_EQ(directory_->EverythingShown(), shown);
  EXPECT_THAT(Ask(false).findings, IsEmpty());
}

TEST_F(OperateTest, BackupInTheMiddleOfALoadIsWholeAndTheLoadCanBeMadeAgain) {
  std::vector<v1::Row> rows;
  for (int i = 0; i < 2000; ++i) {
    rows.push_back(
        MakeRow(absl::StrCat("records { service { id: 'n", i,
                             "' name: 'Number ", i, "' status: ACTIVE } }")));
  }
  std::thread loading([&] {
    EXPECT_THAT(
        directory_->Load({.source = "many", .rows_per_batch = 2}, rows).status,
        IsOk());
  });
  // Somewhere in it.
  while (*journal_->Snapshot()->Position(kDirectoryStream) < 40) {
  }
  v1::CreateBackupRequest create;
  create.set_folder(backups_.string());
  const auto made =
      (*directory_)
          ->admin()
          .CreateBackup(RequestContext({.now = TestNow()}), create);
  loading.join();
  ASSERT_THAT(made, IsOk());
  EXPECT_GE(made->backup().directory_revision(), 40u);
  EXPECT_LT(made->backup().directory_revision(),
            *journal_->Snapshot()->Position(kDirectoryStream));
  const Values whole = AllValues(*journal_);

  Close();
  fs::rename(data_, folder_.path() / "away");
  ASSERT_THAT(storage::RestoreBackup(backups_, 0, data_), IsOk());
  Open();
  EXPECT_THAT(Ask(false).findings, IsEmpty());
  const auto loads =
      storage::DirectoryView(journal_->Snapshot()).ListLoads("", 10);
  ASSERT_THAT(loads, IsOk());
  for (const v1::Load& load : *loads) {
    EXPECT_EQ(load.state(),
              load.source() == "many" ? v1::BROKEN_OFF : v1::DONE);
  }
  ASSERT_THAT(directory_->Load({.source = "many"}, rows).status, IsOk());
  const storage::DirectoryView view(journal_->Snapshot());
  EXPECT_EQ(view.SourceRecords("many")->size(), 2000u);
}

TEST_F(OperateTest, AdminCallsNameWhatIsWrongWithTheirFields) {
  const RequestContext context({.now = TestNow()});
  AdminHandler& admin = (*directory_)->admin();
  for (const std::string& folder :
       {std::string(), std::string("relative"), std::string("/a\0b", 4),
        std::string(5000, 'a'), data_.string()}) {
    v1::CreateBackupRequest create;
    create.set_folder(folder);
    EXPECT_THAT(admin.CreateBackup(context, create), NamesField("folder"));
    v1::ListBackupsRequest list;
    list.set_folder(folder);
    EXPECT_THAT(admin.ListBackups(context, list), NamesField("folder"));
    v1::VerifyBackupRequest verify;
    verify.set_folder(folder);
    EXPECT_THAT(admin.VerifyBackup(context, verify), NamesField("folder"));
  }
  v1::CreateBackupRequest create;
  create.set_folder(backups_.string());
  create.set_keep(-1);
  EXPECT_THAT(admin.CreateBackup(context, create), NamesField("keep"));
  v1::VerifyBackupRequest verify;
  verify.set_folder(backups_.string());
  verify.set_id(-1);
  EXPECT_THAT(admin.VerifyBackup(context, verify), NamesField("id"));
  TestDirectory in_memory;
  create.set_keep(0);
  EXPECT_THAT(in_memory->admin().CreateBackup(context, create),
              StatusIs(absl::StatusCode::kUnimplemented));
}

}  // namespace
}  // namespace handrail::server
