// What an operator relies on: backups that come back as they were, a disk that
// fails and takes writes again, and damage that is found.
//
// A full disk is played by a limit on the size of files, which needs no rights;
// the real one is in tests/e2e/disk_full_test.cc.
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
#include <vector>

#include "rocksdb/db.h"
#include "storage/journal/append_plan.h"
#include "storage/journal/rocks_backup.h"
#include "storage/journal/rocks_journal.h"
#include "storage/journal/rocks_layout.h"
#include "tests/storage/journal/file_size_limit.h"
#include "tests/testing/testing.h"

namespace handrail::storage {
namespace {

namespace fs = std::filesystem;
using ::handrail::testing::FileSizeLimit;
using ::handrail::testing::HasMetadata;
using ::handrail::testing::HasReason;
using ::handrail::testing::IsOk;
using ::handrail::testing::IsOkAndHolds;
using ::handrail::testing::NamesField;
using ::handrail::testing::ReadFile;
using ::handrail::testing::StatusIs;
using ::handrail::testing::TempDir;
using ::handrail::testing::WriteFile;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Everything a journal holds, in words: entries, values, audit rows.
std::string Everything(const Journal& journal) {
  std::string all;
  EXPECT_THAT(journal.Tail("directory", 1, 0,
                           [&](const v1::JournalEntry& entry) {
                             all += DeterministicBytes(entry) + "\n";
                             return absl::OkStatus();
                           }),
              IsOk());
  EXPECT_THAT(
      journal.Snapshot()->Scan(
          "directory", {},
          [&](std::string_view key, std::string_view value, uint64_t version) {
            all += std::string(key) + "=" + std::string(value) + "@" +
                   std::to_string(version) + "\n";
            return true;
          }),
      IsOk());
  const auto rows = journal.AuditRows("directory", 1, 0);
  EXPECT_THAT(rows, IsOk());
  for (const v1::AuditRow& row : *rows) all += DeterministicBytes(row) + "\n";
  return all;
}

class RocksUpkeepTest : public ::testing::Test {
 protected:
  static absl::StatusOr<std::unique_ptr<RocksJournal>> OpenAt(
      const fs::path& directory) {
    return RocksJournal::Open(
        {.directory = directory, .block_cache_bytes = 1 << 20});
  }

  void Open() {
    auto opened = OpenAt(data_);
    ASSERT_THAT(opened, IsOk());
    journal_ = *std::move(opened);
  }

  static AppendRequest Request(int i, size_t bytes = 2000) {
    AppendRequest request{.stream = "directory",
                          .mutations = {{"key " + std::to_string(i % 50),
                                         std::string(bytes, 'a' + i % 26)}},
                          .request_id = "request " + std::to_string(i),
                          .at = absl::FromUnixSeconds(1780315200 + i)};
    v1::AuditRow& row = request.audit.emplace_back();
    row.set_actor("loopback");
    row.set_action("test");
    row.set_subject(std::to_string(i));
    // A key that goes again.
    if (i % 7 == 0) request.mutations.push_back({"passing", "1"});
    if (i % 7 == 1) request.mutations.push_back({"passing", std::nullopt});
    return request;
  }

  void Append(int from, int to) {
    for (int i = from; i < to; ++i) {
      ASSERT_THAT(journal_->Append(Request(i)), IsOk());
    }
  }

  // Changes the closed database's own bytes.
  void Change(const std::function<void(rocksdb::DB&)>& change) {
    journal_.reset();
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(rocksdb::Options(),
                                  (data_ / "rocksdb").string(), &raw)
                    .ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    change(*db);
  }
  static void Put(rocksdb::DB& db, const std::string& key,
                  const std::string& value) {
    rocksdb::WriteOptions sync;
    sync.sync = true;
    ASSERT_TRUE(db.Put(sync, key, value).ok());
  }
  static void Remove(rocksdb::DB& db, const std::string& key) {
    rocksdb::WriteOptions sync;
    sync.sync = true;
    ASSERT_TRUE(db.Delete(sync, key).ok());
  }

  std::vector<std::string> Findings() {
    if (journal_ == nullptr) Open();
    std::vector<std::string> messages;
    EXPECT_THAT(journal_->CheckBytes([&](const ByteFinding& finding) {
      messages.push_back(finding.key.empty()
                             ? finding.message
                             : finding.key + ": " + finding.message);
      return true;
    }),
                IsOk());
    return messages;
  }

  // The names below a directory.
  static std::vector<std::string> Names(const fs::path& directory) {
    std::vector<std::string> names;
    if (!fs::exists(directory)) return {"(not there)"};
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      names.push_back(entry.path().string());
    }
    return names;
  }

  TempDir directory_;
  const fs::path data_ = directory_.path() / "data";
  const fs::path backups_ = directory_.path() / "backups" / "here";
  const fs::path restored_ = directory_.path() / "restored";
  std::unique_ptr<RocksJournal> journal_;
};

TEST_F(RocksUpkeepTest, BackupsComeBackAsTheyWere) {
  Open();
  Append(0, 100);
  const std::string first = Everything(*journal_);
  const auto one = journal_->CreateBackup(backups_, 0);
  ASSERT_THAT(one, IsOk());
  EXPECT_EQ(one->id, 1u);
  EXPECT_EQ(one->appends, 100u);
  EXPECT_EQ(one->positions.at("directory"), 100u);
  EXPECT_GT(one->bytes, 0u);
  Append(100, 150);
  const std::string second = Everything(*journal_);
  const auto two = journal_->CreateBackup(backups_, 0);
  ASSERT_THAT(two, IsOk());
  EXPECT_EQ(two->id, 2u);
  Append(150, 160);
  const std::string now = Everything(*journal_);

  const auto listed = ListBackups(backups_);
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->size(), 2u);
  EXPECT_EQ((*listed)[0].id, 2u);
  EXPECT_EQ((*listed)[0].positions.at("directory"), 150u);
  EXPECT_EQ((*listed)[1].positions.at("directory"), 100u);
  EXPECT_THAT(VerifyBackup(backups_, 1), IsOk());
  EXPECT_THAT(VerifyBackup(backups_, 0), IsOk());
  EXPECT_THAT(VerifyBackup(backups_, 3),
              AllOf(StatusIs(absl::StatusCode::kNotFound),
                    HasReason(handrail::v1::ERROR_REASON_RECORD_NOT_FOUND),
                    HasMetadata("id", "3")));

  const auto restored = RestoreBackup(backups_, 1, restored_);
  ASSERT_THAT(restored, IsOk());
  EXPECT_EQ(restored->appends, 100u);
  auto journal = OpenAt(restored_);
  ASSERT_THAT(journal, IsOk());
  EXPECT_EQ(Everything(**journal), first);
  // It goes on from there, and knows what was appended before.
  const auto repeated = (*journal)->Append(Request(3));
  ASSERT_THAT(repeated, IsOk());
  EXPECT_TRUE(repeated->repeated);
  const auto next = (*journal)->Append(Request(1000));
  ASSERT_THAT(next, IsOk());
  EXPECT_EQ(next->position, 101u);

  const fs::path empty = directory_.path() / "empty";
  fs::create_directory(empty);
  ASSERT_THAT(RestoreBackup(backups_, 0, empty), IsOk());
  auto newest = OpenAt(empty);
  ASSERT_THAT(newest, IsOk());
  EXPECT_EQ(Everything(**newest), second);
  EXPECT_EQ(Everything(*journal_), now);
}

TEST_F(RocksUpkeepTest, BackupsShareFilesAndOldOnesAreDropped) {
  Open();
  Append(0, 300);
  const auto one = journal_->CreateBackup(backups_, 0);
  ASSERT_THAT(one, IsOk());
  const auto size = [&] {
    uint64_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(backups_)) {
      if (entry.is_regular_file()) bytes += entry.file_size();
    }
    return bytes;
  };
  const uint64_t before = size();
  ASSERT_THAT(journal_->CreateBackup(backups_, 0), IsOk());
  EXPECT_LT(size() - before, before / 2);
  const auto third = journal_->CreateBackup(backups_, 2);
  ASSERT_THAT(third, IsOk());
  const auto listed = ListBackups(backups_);
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->size(), 2u);
  EXPECT_EQ((*listed)[1].id, 2u);
  EXPECT_THAT(VerifyBackup(backups_, 2), IsOk());
  EXPECT_THAT(VerifyBackup(backups_, 3), IsOk());
}

TEST_F(RocksUpkeepTest, BackupMadeAmongAppendsHoldsAllThatWereAcknowledged) {
  Open();
  Append(0, 20);
  std::atomic<bool> stop = false;
  std::atomic<int> acknowledged = 20;
  std::thread writer([&] {
    for (int i = 20; !stop; ++i) {
      if (!journal_->Append(Request(i)).ok()) break;
      acknowledged = i + 1;
    }
  });
  std::vector<int> least;
  for (int time = 0; time < 3; ++time) {
    least.push_back(acknowledged);
    EXPECT_THAT(journal_->CreateBackup(backups_, 0), IsOk());
  }
  stop = true;
  writer.join();
  for (uint32_t id = 1; id <= 3; ++id) {
    SCOPED_TRACE(id);
    const fs::path place = directory_.path() / std::to_string(id);
    const auto backup = RestoreBackup(backups_, id, place);
    ASSERT_THAT(backup, IsOk());
    EXPECT_GE(backup->appends, static_cast<uint64_t>(least[id - 1]));
    auto journal = OpenAt(place);
    ASSERT_THAT(journal, IsOk());
    EXPECT_THAT((*journal)->Snapshot()->Position("directory"),
                IsOkAndHolds(backup->positions.at("directory")));
    // Whole appends, from the first one on, and nothing half.
    std::vector<std::string> findings;
    EXPECT_THAT((*journal)->CheckBytes([&](const ByteFinding& finding) {
      findings.push_back(finding.message);
      return true;
    }),
                IsOk());
    EXPECT_THAT(findings, IsEmpty());
    EXPECT_EQ(Everything(**journal).substr(0, 1000),
              Everything(*journal_).substr(0, 1000));
  }
}

TEST_F(RocksUpkeepTest, RefusesFoldersThatCannotHoldBackups) {
  Open();
  Append(0, 3);
  WriteFile(directory_.path() / "file", "text");
  fs::create_directory(directory_.path() / "full");
  WriteFile(directory_.path() / "full" / "letter", "text");
  for (const fs::path& folder :
       {fs::path("relative"), data_, data_ / "rocksdb" / "backups",
        directory_.path(), directory_.path() / "file",
        directory_.path() / "full", fs::path("/proc/nowhere/backups")}) {
    SCOPED_TRACE(folder.string());
    EXPECT_THAT(journal_->CreateBackup(folder, 0), NamesField("folder"));
  }
  EXPECT_THAT(Names(directory_.path() / "full"),
              ElementsAre((directory_.path() / "full" / "letter").string()));
  EXPECT_THAT(journal_->CreateBackup(backups_, -1), NamesField("keep"));
  EXPECT_THAT(ListBackups(directory_.path() / "none"), NamesField("folder"));
  EXPECT_THAT(ListBackups(directory_.path() / "full"), NamesField("folder"));
  // Of another journal.
  ASSERT_THAT(journal_->CreateBackup(backups_, 0), IsOk());
  auto other = OpenAt(directory_.path() / "other");
  ASSERT_THAT(other, IsOk());
  EXPECT_THAT((*other)->CreateBackup(backups_, 0), NamesField("folder"));
  EXPECT_EQ(ListBackups(backups_)->size(), 1u);
}

TEST_F(RocksUpkeepTest, RestoresIntoEmptyDirectoriesOnly) {
  Open();
  Append(0, 3);
  ASSERT_THAT(journal_->CreateBackup(backups_, 0), IsOk());
  fs::create_directory(restored_);
  WriteFile(restored_ / "letter", "text");
  EXPECT_THAT(RestoreBackup(backups_, 0, restored_),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Names(restored_), ElementsAre((restored_ / "letter").string()));
  const std::string before = Everything(*journal_);
  EXPECT_THAT(RestoreBackup(backups_, 0, data_),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Everything(*journal_), before);
}

// Every file of the backup in turn, cut short, changed, and taken away.
TEST_F(RocksUpkeepTest, RefusesADamagedBackupAndLeavesNothing) {
  Open();
  Append(0, 60);
  ASSERT_THAT(journal_->CreateBackup(backups_, 0), IsOk());
  int damaged = 0;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(backups_)) {
    if (!entry.is_regular_file() || entry.path().filename() == "lock" ||
        entry.path().filename() == "handrail-backups") {
      continue;
    }
    files.push_back(entry.path());
  }
  for (const fs::path& file : files) {
    const std::string whole = ReadFile(file);
    if (whole.empty()) continue;
    std::vector<std::string> changes = {whole.substr(0, whole.size() / 2)};
    for (const size_t at :
         {size_t{0}, whole.size() / 3, whole.size() / 2, whole.size() - 2}) {
      changes.push_back(whole);
      changes.back()[at] ^= 0x01;
    }
    for (const std::string& change : changes) {
      SCOPED_TRACE(file.string());
      WriteFile(file, change);
      EXPECT_THAT(VerifyBackup(backups_, 1), ::testing::Not(IsOk()));
      EXPECT_THAT(RestoreBackup(backups_, 1, restored_),
                  ::testing::Not(IsOk()));
      EXPECT_THAT(Names(restored_), ElementsAre("(not there)"));
      EXPECT_THAT(ListBackups(backups_), IsOk());
      ++damaged;
    }
    fs::remove(file);
    EXPECT_THAT(VerifyBackup(backups_, 1), ::testing::Not(IsOk()));
    EXPECT_THAT(RestoreBackup(backups_, 1, restored_), ::testing::Not(IsOk()));
    EXPECT_THAT(Names(restored_), ElementsAre("(not there)"));
    WriteFile(file, whole);
  }
  EXPECT_GT(damaged, 15);
  EXPECT_THAT(VerifyBackup(backups_, 1), IsOk());
  EXPECT_THAT(RestoreBackup(backups_, 1, restored_), IsOk());
}

TEST_F(RocksUpkeepTest, DamagedBytesAreCalledDamaged) {
  Open();
  Append(0, 60);
  ASSERT_THAT(journal_->CreateBackup(backups_, 0), IsOk());
  for (const auto& entry :
       fs::recursive_directory_iterator(backups_ / "shared_checksum")) {
    std::string bytes = ReadFile(entry.path());
    bytes[bytes.size() / 2] ^= 0x40;
    WriteFile(entry.path(), bytes);
  }
  EXPECT_THAT(VerifyBackup(backups_, 0),
              AllOf(StatusIs(absl::StatusCode::kDataLoss),
                    HasReason(handrail::v1::ERROR_REASON_DATA_CORRUPT),
                    HasMetadata("key", "backup 1")));
}

// As a process that was killed in the middle leaves it.
TEST_F(RocksUpkeepTest, UnfinishedRestoreIsNotOpenedAndCanBeMadeAgain) {
  Open();
  Append(0, 60);
  const std::string before = Everything(*journal_);
  ASSERT_THAT(journal_->CreateBackup(backups_, 0), IsOk());
  ASSERT_THAT(RestoreBackup(backups_, 0, restored_), IsOk());
  fs::rename(restored_ / "rocksdb", restored_ / "rocksdb.restoring");
  EXPECT_THAT(OpenAt(restored_),
              HasReason(handrail::v1::ERROR_REASON_JOURNAL_TRUNCATED));
  fs::remove_all(restored_ / "rocksdb");
  ASSERT_THAT(RestoreBackup(backups_, 0, restored_), IsOk());
  auto journal = OpenAt(restored_);
  ASSERT_THAT(journal, IsOk());
  EXPECT_EQ(Everything(**journal), before);
}

TEST_F(RocksUpkeepTest, FailedDiskRefusesWritesAndReadsGoOnUntilItIsResumed) {
  Open();
  Append(0, 20);
  int i = 20;
  {
    const FileSizeLimit limit(200 << 10);
    absl::Status failed;
    for (; i < 2000 && failed.ok(); ++i) {
      failed = journal_->Append(Request(i)).status();
    }
    --i;
    EXPECT_THAT(failed, AllOf(StatusIs(absl::StatusCode::kUnavailable),
                              HasReason(handrail::v1::ERROR_REASON_READ_ONLY)));
    EXPECT_TRUE(journal_->read_only());
    EXPECT_TRUE(journal_->needs_resume());
    EXPECT_THAT(journal_->Append(Request(5000)),
                HasReason(handrail::v1::ERROR_REASON_READ_ONLY));
    EXPECT_THAT(journal_->Snapshot()->Get("directory", "key 7"), IsOk());
    EXPECT_THAT(journal_->Snapshot()->Position("directory"),
                IsOkAndHolds(static_cast<uint64_t>(i)));
  }
  EXPECT_THAT(journal_->Resume(), IsOk());
  EXPECT_FALSE(journal_->read_only());
  EXPECT_FALSE(journal_->needs_resume());
  // The one that failed is made again, once.
  Append(i, i + 30);
  EXPECT_THAT(journal_->Snapshot()->Position("directory"),
              IsOkAndHolds(static_cast<uint64_t>(i + 30)));
  const std::string before = Everything(*journal_);
  EXPECT_THAT(Findings(), IsEmpty());
  journal_.reset();
  Open();
  EXPECT_EQ(Everything(*journal_), before);
  EXPECT_THAT(Findings(), IsEmpty());
}

TEST_F(RocksUpkeepTest, FailsAndResumesAgainAndAgain) {
  Open();
  int i = 0;
  for (int time = 0; time < 6; ++time) {
    {
      // Sometimes the very first byte of a log is refused.
      std::optional<FileSizeLimit> limit(time % 2 == 0 ? 40 << 10 : 0);
      absl::Status failed;
      while (failed.ok()) failed = journal_->Append(Request(i++)).status();
      --i;
      EXPECT_THAT(failed, HasReason(handrail::v1::ERROR_REASON_READ_ONLY));
      limit.reset();
      limit.emplace(0);
      EXPECT_THAT(journal_->Resume(), ::testing::Not(IsOk()));
      EXPECT_THAT(journal_->Resume(), ::testing::Not(IsOk()));
      EXPECT_TRUE(journal_->read_only());
    }
    ASSERT_THAT(journal_->Resume(), IsOk());
    // Right after: nothing but a few bytes are in memory.
    if (time % 3 == 0) Append(i, i + 1), ++i;
  }
  EXPECT_THAT(Findings(), IsEmpty());
  const std::string before = Everything(*journal_);
  journal_.reset();
  Open();
  EXPECT_EQ(Everything(*journal_), before);
}

TEST_F(RocksUpkeepTest, ProcessThatEndsWhileItsDiskFailsForgetsNothing) {
  Open();
  Append(0, 20);
  int i = 20;
  {
    const FileSizeLimit limit(150 << 10);
    absl::Status failed;
    while (failed.ok()) failed = journal_->Append(Request(i++)).status();
    --i;
    journal_.reset();
  }
  Open();
  const auto position = journal_->Snapshot()->Position("directory");
  ASSERT_THAT(position, IsOk());
  // The one that failed is there whole or not at all.
  EXPECT_GE(*position, static_cast<uint64_t>(i));
  EXPECT_LE(*position, static_cast<uint64_t>(i + 1));
  EXPECT_THAT(Findings(), IsEmpty());
}

TEST_F(RocksUpkeepTest, MarkThatCannotBeRaisedCountsWhenItIsResumed) {
  Open();
  Append(0, 5);
  fs::rename(data_ / "high-water", data_ / "away");
  fs::create_directory(data_ / "high-water");
  EXPECT_THAT(journal_->Append(Request(5)), ::testing::Not(IsOk()));
  EXPECT_TRUE(journal_->read_only());
  EXPECT_THAT(journal_->Resume(), ::testing::Not(IsOk()));
  fs::remove(data_ / "high-water");
  fs::rename(data_ / "away", data_ / "high-water");
  EXPECT_THAT(journal_->Resume(), IsOk());
  // It was kept, and its retry is told so.
  const auto repeated = journal_->Append(Request(5));
  ASSERT_THAT(repeated, IsOk());
  EXPECT_TRUE(repeated->repeated);
  journal_.reset();
  Open();
  EXPECT_THAT(journal_->Snapshot()->Position("directory"), IsOkAndHolds(6u));
}

TEST_F(RocksUpkeepTest, ResumeRefusesToForget) {
  Open();
  Append(0, 5);
  // As if the mark knew of an append that is not there.
  const std::string mark = ReadFile(data_ / "high-water");
  journal_.reset();
  Open();
  EXPECT_THAT(journal_->Resume(), IsOk());
  EXPECT_EQ(ReadFile(data_ / "high-water"), mark);
}

TEST_F(RocksUpkeepTest, FindsNothingWhereNothingIsWrong) {
  Open();
  EXPECT_THAT(Findings(), IsEmpty());
  Append(0, 120);
  EXPECT_THAT(Findings(), IsEmpty());
  journal_.reset();
  EXPECT_THAT(Findings(), IsEmpty());
  // Keys whose last change was trimmed change again.
  ASSERT_THAT(journal_->Trim("directory", 90), IsOk());
  EXPECT_THAT(Findings(), IsEmpty());
  Append(120, 180);
  EXPECT_THAT(Findings(), IsEmpty());
}

// "key 7" was set by entries 8 and 58: the first is written down, the last
// follows from the value and may be.
TEST_F(RocksUpkeepTest, FindsAndMendsAHistoryThatIsNotWhatEntriesChanged) {
  Open();
  Append(0, 60);
  const std::string needed = layout::ChangeKey("directory", "key 7", 8);
  const std::string last = layout::ChangeKey("directory", "key 7", 58);
  const auto expect_mended = [&] {
    const auto findings = Findings();
    ASSERT_THAT(findings, ElementsAre(HasSubstr("history of keys")));
    ASSERT_THAT(journal_->MendHistory("directory"), IsOk());
    EXPECT_THAT(Findings(), IsEmpty());
    EXPECT_THAT(journal_->Snapshot()->Changes("directory", "key 7"),
                IsOkAndHolds(ElementsAre(8, 58)));
  };
  Change([&](rocksdb::DB& db) {
    std::string value;
    EXPECT_TRUE(db.Get({}, needed, &value).ok());
    EXPECT_TRUE(db.Get({}, last, &value).IsNotFound());
    Put(db, last, "");
  });
  EXPECT_THAT(Findings(), IsEmpty());
  Change([&](rocksdb::DB& db) { Remove(db, needed); });
  expect_mended();
  Change([&](rocksdb::DB& db) {
    Put(db, layout::ChangeKey("directory", "key 7", 9), "");
  });
  expect_mended();
  Change([&](rocksdb::DB& db) {
    Remove(db, needed);
    Put(db, layout::ChangeKey("directory", "key 7", 9), "");
  });
  expect_mended();
  Change([&](rocksdb::DB& db) { Put(db, needed.substr(0, 15), ""); });
  expect_mended();
  Append(60, 120);
  EXPECT_THAT(Findings(), IsEmpty());
}

TEST_F(RocksUpkeepTest, FindsEachKindOfDamage) {
  Open();
  Append(0, 60);
  const auto expect =
      [&](const char* what, const std::function<void(rocksdb::DB&)>& change,
          const std::function<void(rocksdb::DB&)>& undo,
          const ::testing::Matcher<std::vector<std::string>>& findings) {
        SCOPED_TRACE(what);
        Change(change);
        EXPECT_THAT(Findings(), findings);
        Change(undo);
        EXPECT_THAT(Findings(), IsEmpty());
      };
  const auto of_key =
      [&](const std::string& key, const std::string& wrong, const char* what,
          const ::testing::Matcher<std::vector<std::string>>& findings) {
        std::string right;
        expect(
            what,
            [&](rocksdb::DB& db) {
              ASSERT_TRUE(db.Get(rocksdb::ReadOptions(), key, &right).ok());
              if (wrong == "(remove)") {
                Remove(db, key);
              } else {
                Put(db, key, wrong);
              }
            },
            [&](rocksdb::DB& db) { Put(db, key, right); }, findings);
      };
  const auto one = [](const std::string& part) {
    return ElementsAre(HasSubstr(part));
  };
  of_key(layout::EntryKey("directory", 10), "(remove)", "a gap",
         one("entry 10 is missing"));
  of_key(layout::EntryKey("directory", 60), "(remove)", "the last entry",
         one("entry 60 is missing"));
  of_key(layout::EntryKey("directory", 10), "\xff\xff", "no entry",
         one("entry 10 does not parse"));
  of_key(layout::StateKey("directory", "key 7"),
         layout::StateValue(58, "other"), "another value",
         one("key 7: a value is not what"));
  of_key(layout::StateKey("directory", "key 7"),
         layout::StateValue(99, "other"), "a version to come",
         one("key 7: a value has the version of no"));
  of_key(layout::StateKey("directory", "key 7"), "", "no version",
         one("key 7: a value has no version"));
  of_key(layout::StateKey("directory", "key 7"), "(remove)", "no value",
         one("key 7: a value that an entry wrote is missing"));
  of_key(layout::AuditKey("directory", 9, 0), "(remove)", "no audit row",
         one("audit rows of entry 9 are missing"));
  of_key(layout::AuditKey("directory", 9, 0), "\x0a\x01x", "other audit row",
         one("audit rows of entry 9 are not its own"));
  of_key(layout::RequestKey("directory", "request 9"), "(remove)",
         "no request id", one("the request id of entry 10 is missing"));
  of_key(layout::RequestKey("directory", "request 9"), layout::NumberValue(99),
         "another request", ::testing::SizeIs(2));
  const std::string stray = layout::StateKey("directory", "stray");
  expect(
      "a value of no entry",
      [&](rocksdb::DB& db) { Put(db, stray, layout::StateValue(3, "x")); },
      [&](rocksdb::DB& db) { Remove(db, stray); },
      one("stray: a value is there that no entry wrote"));
  const std::string passing = layout::StateKey("directory", "passing");
  expect(
      "a value that was removed",
      [&](rocksdb::DB& db) { Put(db, passing, layout::StateValue(3, "x")); },
      [&](rocksdb::DB& db) { Remove(db, passing); },
      one("passing: a value is there that an entry removed"));
  // Last: opening it raises the mark, so there is no way back.
  Change([&](rocksdb::DB& db) {
    Put(db, layout::kAppendsKey, layout::NumberValue(61));
  });
  EXPECT_THAT(Findings(), one("the number of appends"));
}

}  // namespace
}  // namespace handrail::storage
