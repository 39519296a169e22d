// Directories of older format versions are opened, upgraded and read whole,
// also when the upgrade is cut off in the middle.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rocksdb/db.h"
#include "storage/db/directory_store.h"
#include "storage/journal/rocks_journal.h"
#include "tests/testing/testing.h"

namespace handrail::storage {
namespace {

namespace fs = std::filesystem;
using handrail::testing::IsOk;
using handrail::testing::IsOkAndHolds;
using handrail::testing::TempDir;
using handrail::v1::LOCATION;
using handrail::v1::RecordRef;
using handrail::v1::RecordType;
using handrail::v1::SERVICE;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kSafeHome[] = "5263fece-1560-55dd-98d2-4105e5d1396e";
constexpr char kSafePlace[] = "5ae1a573-b915-5bc3-bb59-60fc4bd9da2b";
constexpr char kPantry[] = "6bfaaa8d-3b1c-5d6e-991f-033e1926ca6e";
constexpr char kRides[] = "0c7d0a08-2e43-55ac-8a9d-62db293a52e7";

RecordRef Ref(RecordType type, const std::string& id) {
  RecordRef ref;
  ref.set_type(type);
  ref.set_id(id);
  return ref;
}

// The database without the journal over it.
class RawDatabase {
 public:
  explicit RawDatabase(const fs::path& data, bool writing = false) {
    const std::string path = (data / "rocksdb").string();
    rocksdb::DB* raw = nullptr;
    const rocksdb::Status status =
        writing ? rocksdb::DB::Open({}, path, &raw)
                : rocksdb::DB::OpenForReadOnly({}, path, &raw);
    EXPECT_TRUE(status.ok()) << status.ToString();
    db_.reset(raw);
  }

  std::string Format() const {
    std::string version;
    EXPECT_TRUE(db_->Get({}, "mformat", &version).ok());
    return version;
  }

  // The keys of one table.
  std::vector<std::string> Keys(char table) const {
    std::vector<std::string> keys;
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}));
    for (it->Seek(std::string(1, table)); it->Valid() && it->key()[0] == table;
         it->Next()) {
      keys.push_back(it->key().ToString());
    }
    return keys;
  }

  // What version 2 added is taken out, all of it or every other key.
  void MakeVersion1(bool whole) {
    bool remove = true;
    for (const std::string& key : Keys('h')) {
      if (remove) {
        EXPECT_TRUE(db_->Delete({}, key).ok());
      }
      remove = whole || !remove;
    }
    rocksdb::WriteOptions write;
    write.sync = true;
    EXPECT_TRUE(db_->Put(write, "mformat", "1").ok());
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
};

// The kept directory of one version, unpacked.
class UpgradeTest : public ::testing::Test {
 protected:
  void Unpack(const std::string& name) {
    const fs::path file =
        handrail::testing::SourceData("tests/storage/kept/" + name + ".tar.gz");
    const std::string command = "tar -xzf '" + file.string() + "' -C '" +
                                directory_.path().string() + "'";
    ASSERT_EQ(std::system(command.c_str()), 0);
    data_ = directory_.path() / name;
  }

  void Open() {
    store_.reset();
    journal_.reset();
    auto opened =
        RocksJournal::Open({.directory = data_, .block_cache_bytes = 1 << 20});
    ASSERT_THAT(opened, IsOk());
    journal_ = *std::move(opened);
    store_ = std::make_unique<DirectoryStore>(*journal_);
  }

  void Close() {
    store_.reset();
    journal_.reset();
  }

  // For each key that was ever changed, the entries that did it are found.
  void ExpectEveryChangeFound() {
    std::map<std::string, std::vector<uint64_t>> changes;
    ASSERT_THAT(journal_->Tail(kDirectoryStream, 1, 0,
                               [&](const v1::JournalEntry& entry) {
                                 for (const auto& m : entry.mutations()) {
                                   changes[m.key()].push_back(entry.position());
                                 }
                                 return absl::OkStatus();
                               }),
                IsOk());
    EXPECT_THAT(changes, Not(::testing::IsEmpty()));
    const auto view = journal_->Snapshot();
    for (const auto& [key, positions] : changes) {
      ASSERT_THAT(view->Changes(kDirectoryStream, key),
                  IsOkAndHolds(positions));
    }
  }

  // Has another process open the directory and kills it after a while.
  void KillOpener(int delay_ms) {
    const fs::path program =
        fs::read_symlink("/proc/self/exe").parent_path() / "journal_appender";
    const pid_t child = fork();
    if (child == 0) {
      const int nowhere = open("/dev/null", O_WRONLY);
      dup2(nowhere, STDOUT_FILENO);
      execl(program.c_str(), program.c_str(), data_.c_str(), "1", nullptr);
      _exit(127);
    }
    usleep(delay_ms * 1000);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
  }

  std::vector<RecordHistory> History(const RecordRef& ref) {
    auto history = store_->View().History(ref, 0, 100);
    EXPECT_THAT(history, IsOk());
    return history.ok() ? *std::move(history) : std::vector<RecordHistory>();
  }

  TempDir directory_;
  fs::path data_;
  std::unique_ptr<RocksJournal> journal_;
  std::unique_ptr<DirectoryStore> store_;
};

TEST_F(UpgradeTest, ReadsEveryRecordOfVersion1) {
  Unpack("format-1");
  EXPECT_EQ(RawDatabase(data_).Format(), "1");
  Open();
  const DirectoryView view = store_->View();
  EXPECT_THAT(view.Revision(), IsOkAndHolds(14u));
  EXPECT_THAT(view.EarliestRevision(), IsOkAndHolds(0u));
  const auto counts = view.SourceCounts();
  ASSERT_THAT(counts, IsOk());
  uint64_t counted = 0;
  for (const SourceCount& count : *counts) {
    counted += count.count;
    if (count.source != "tamarack-211") continue;
    EXPECT_EQ(count.count, 2u) << count.type;
  }
  EXPECT_EQ(counted, 28u);
  uint64_t seen = 0;
  for (int type = 1; handrail::v1::RecordType_IsValid(type); ++type) {
    ASSERT_THAT(view.ForEachFull(
                    static_cast<RecordType>(type),
                    [&](const v1::StoredRecord& record) {
                      ++seen;
                      const RecordRef ref =
                          Ref(record.info().type(), record.info().id());
                      EXPECT_THAT(view.GetPublic(ref), IsOk());
                      EXPECT_EQ(static_cast<int>(record.record().kind_case()),
                                type);
                      // Where it last changed begins its history.
                      const auto history = History(ref);
                      EXPECT_EQ(history.empty() ? 0 : history[0].revision,
                                record.revision());
                      return true;
                    }),
                IsOk());
  }
  EXPECT_EQ(seen, counted);
  EXPECT_THAT(view.ListLoads("", 10), IsOkAndHolds(SizeIs(4)));
  EXPECT_THAT(view.ListErrorReports(handrail::v1::ErrorReport::OPEN, "", 10),
              IsOkAndHolds(::testing::IsEmpty()));
  ExpectEveryChangeFound();
}

TEST_F(UpgradeTest, FindsTheHistoryOfVersion1) {
  Unpack("format-1");
  Open();
  std::vector<std::string> names;
  for (const RecordHistory& change : History(Ref(SERVICE, kPantry))) {
    ASSERT_TRUE(change.after.has_value());
    if (names.empty() || names.back() != change.after->service().name()) {
      names.push_back(change.after->service().name());
    }
  }
  EXPECT_THAT(names, ElementsAre("Iris Pantry", "Iris Food Pantry and Garden",
                                 "Iris Food Pantry"));
  const auto rides = History(Ref(SERVICE, kRides));
  ASSERT_THAT(rides, Not(::testing::IsEmpty()));
  EXPECT_TRUE(rides.front().retired);
  EXPECT_EQ(rides.front().before->service().name(), "Waypoint Medical Rides");
  EXPECT_FALSE(rides.back().before.has_value());
  // The safe home moved, and its history does not say from where to where.
  const auto place = store_->View().GetFull(Ref(LOCATION, kSafePlace));
  ASSERT_THAT(place, IsOk());
  EXPECT_EQ(place->record().location().addresses(0).address_1(),
            "77 Second Street");
  const auto moves = History(Ref(LOCATION, kSafePlace));
  EXPECT_THAT(moves, SizeIs(::testing::Ge(2)));
  for (const RecordHistory& change : moves) {
    for (const auto& record : {change.before, change.after}) {
      if (!record.has_value()) continue;
      EXPECT_THAT(record->DebugString(), AllOf(Not(HasSubstr("Second Street")),
                                               Not(HasSubstr("62 Main"))));
    }
  }
  EXPECT_THAT(History(Ref(SERVICE, kSafeHome)), SizeIs(::testing::Ge(2)));
}

TEST_F(UpgradeTest, TellsFollowersTheChangesOfVersion1) {
  Unpack("format-1");
  Open();
  std::map<std::pair<int, std::string>, std::string> replayed;
  ASSERT_THAT(
      store_->ForEachChange(
          0, 0,
          [&](const ChangeSeen& change) {
            for (const TouchedRecord& touched : change.records) {
              auto& kept = replayed[{touched.ref.type(), touched.ref.id()}];
              kept.clear();
              if (touched.after.has_value()) {
                kept = touched.after->record().SerializeAsString();
              }
            }
            return true;
          }),
      IsOkAndHolds(14u));
  std::erase_if(replayed, [](const auto& kept) { return kept.second.empty(); });
  EXPECT_THAT(replayed, SizeIs(28));
  for (const auto& [key, bytes] : replayed) {
    const auto now = store_->View().GetPublic(
        Ref(static_cast<RecordType>(key.first), key.second));
    ASSERT_THAT(now, IsOk());
    EXPECT_EQ(now->record().SerializeAsString(), bytes);
  }
}

TEST_F(UpgradeTest, UpgradesOnceAndGoesOn) {
  Unpack("format-1");
  Open();
  auto pantry = store_->View().GetFull(Ref(SERVICE, kPantry));
  ASSERT_THAT(pantry, IsOk());
  RecordUpsert upsert{.full = *pantry};
  upsert.full.mutable_record()->mutable_service()->set_name("New Pantry");
  *upsert.projection.mutable_record() = upsert.full.record();
  EXPECT_THAT(store_->Commit({.upserts = {upsert}, .at = absl::UnixEpoch()}),
              IsOkAndHolds(15u));
  Close();
  EXPECT_EQ(RawDatabase(data_).Format(), std::to_string(kFormatVersion));
  Open();
  EXPECT_EQ(History(Ref(SERVICE, kPantry))[0].after->service().name(),
            "New Pantry");
  ExpectEveryChangeFound();
}

// Of version 2: an edit, a conflict, a report and a decision are still there,
// and aliases are taken in.
TEST_F(UpgradeTest, ReadsWhatPeopleSaidInVersion2AndTakesAliases) {
  Unpack("format-2");
  EXPECT_EQ(RawDatabase(data_).Format(), "2");
  Open();
  EXPECT_THAT(store_->View().Revision(), IsOkAndHolds(14u));
  const RecordRef pantry = Ref(SERVICE, "eb74f5c4-63fd-5a97-98e7-cac6719996eb");
  const auto record = store_->View().GetFull(pantry);
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(record->record().service().description(), "Groceries on Mondays.");
  ASSERT_EQ(record->confirmed_size(), 1);
  EXPECT_THAT(History(pantry), SizeIs(3));
  EXPECT_THAT(store_->View().ConflictsOf(pantry), IsOkAndHolds(SizeIs(1)));
  EXPECT_THAT(
      store_->View().ListErrorReports(handrail::v1::ErrorReport::OPEN, "", 10),
      IsOkAndHolds(SizeIs(1)));
  EXPECT_THAT(
      store_->View().FindDecision("c143aea5-ed48-59b3-94ca-e85654824d55",
                                  "c40db353-bc5d-5d94-9e89-d780a508534b"),
      IsOkAndHolds(::testing::Ne(std::nullopt)));
  ExpectEveryChangeFound();
  EXPECT_THAT(store_->View().HasAliases("tamarack-211"), IsOkAndHolds(false));
  EXPECT_THAT(
      store_->Commit({.aliases = {{"tamarack-211", SERVICE, "9", pantry.id()}},
                      .at = absl::UnixEpoch()}),
      IsOkAndHolds(15u));
  Close();
  EXPECT_EQ(RawDatabase(data_).Format(), std::to_string(kFormatVersion));
  Open();
  EXPECT_THAT(store_->View().FindAlias("tamarack-211", SERVICE, "9"),
              IsOkAndHolds(pantry.id()));
}

// Of version 3: what a source calls its records by now is still known, the
// history is whole, and what is written from now on is written as today.
TEST_F(UpgradeTest, ReadsTheAliasesOfVersion3AndGoesOn) {
  Unpack("format-3");
  EXPECT_EQ(RawDatabase(data_).Format(), "3");
  Open();
  EXPECT_THAT(store_->View().Revision(), IsOkAndHolds(11u));
  const RecordRef pantry = Ref(SERVICE, "19094dda-f1db-5ad5-8485-58666035d10d");
  EXPECT_THAT(store_->View().FindAlias("tamarack-211", SERVICE, "S100"),
              IsOkAndHolds(pantry.id()));
  EXPECT_THAT(History(pantry), SizeIs(3));
  const RecordRef safe = Ref(LOCATION, "74feca4f-5d91-5990-9b27-6f56d142484a");
  for (const RecordHistory& change : History(safe)) {
    ASSERT_TRUE(change.after.has_value());
    EXPECT_THAT(change.after->DebugString(),
                AllOf(Not(HasSubstr("77 Second")), Not(HasSubstr("62 Main"))));
  }
  ExpectEveryChangeFound();

  auto full = store_->View().GetFull(pantry);
  ASSERT_THAT(full, IsOk());
  RecordUpsert upsert{.full = *full, .shows_all = true};
  upsert.full.mutable_record()->mutable_service()->set_name("New Pantry");
  EXPECT_THAT(store_->Commit({.upserts = {upsert}, .at = absl::UnixEpoch()}),
              IsOkAndHolds(12u));
  Close();
  EXPECT_EQ(RawDatabase(data_).Format(), std::to_string(kFormatVersion));
  Open();
  const auto history = History(pantry);
  ASSERT_THAT(history, SizeIs(4));
  EXPECT_EQ(history[0].before->service().name(), "Iris Food Pantry");
  EXPECT_EQ(history[0].after->service().name(), "New Pantry");
  ExpectEveryChangeFound();
}

// An upgrade that ended anywhere is begun again, and ends the same.
TEST_F(UpgradeTest, FinishesWhatWasCutOff) {
  Unpack("format-1");
  Open();
  Close();
  const auto whole = RawDatabase(data_).Keys('h');
  EXPECT_GT(whole.size(), 100u);
  RawDatabase(data_, /*writing=*/true).MakeVersion1(/*whole=*/false);
  EXPECT_LT(RawDatabase(data_).Keys('h').size(), whole.size());
  Open();
  ExpectEveryChangeFound();
  Close();
  EXPECT_EQ(RawDatabase(data_).Keys('h'), whole);
}

// A program of its own opens a larger directory of version 1 and is killed,
// each time a little later, until it gets through.
TEST_F(UpgradeTest, FinishesWhenKilledAtAnyMoment) {
  data_ = directory_.path() / "data";
  Open();
  constexpr int kAppends = 30;
  constexpr int kKeys = 4000;
  for (int append = 0; append < kAppends; ++append) {
    AppendRequest request{.stream = kDirectoryStream, .at = absl::UnixEpoch()};
    for (int key = 0; key < kKeys; ++key) {
      request.mutations.push_back({"key " + std::to_string(key), "value"});
    }
    ASSERT_THAT(journal_->Append(std::move(request)), IsOk());
  }
  Close();
  const auto whole = RawDatabase(data_).Keys('h');
  // The last change of a key is known from its value.
  EXPECT_EQ(whole.size(), size_t{kAppends - 1} * kKeys);
  // Once in the middle is enough; where none was, all of it comes again.
  int in_the_middle = 0;
  for (int round = 0; round < 5 && in_the_middle == 0; ++round) {
    RawDatabase(data_, /*writing=*/true).MakeVersion1(/*whole=*/true);
    for (int delay_ms = 5 + round; RawDatabase(data_).Format() == "1";
         delay_ms += 5 + delay_ms / 6) {
      ASSERT_LT(delay_ms, 60'000);
      KillOpener(delay_ms);
      const RawDatabase left(data_);
      if (left.Format() == "1" && !left.Keys('h').empty()) ++in_the_middle;
    }
  }
  EXPECT_GT(in_the_middle, 0);
  Open();
  const auto view = journal_->Snapshot();
  for (int key = 0; key < kKeys; key += 97) {
    const auto found =
        view->Changes(kDirectoryStream, "key " + std::to_string(key));
    ASSERT_THAT(found, IsOkAndHolds(SizeIs(kAppends)));
  }
  Close();
  const auto rows = RawDatabase(data_).Keys('h');
  EXPECT_TRUE(
      std::includes(rows.begin(), rows.end(), whole.begin(), whole.end()));
}

}  // namespace
}  // namespace handrail::storage
