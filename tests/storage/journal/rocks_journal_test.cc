// What only the embedded journal has to do: come back from the disk as it was,
// also after a crash, and refuse what it cannot vouch for.
//
// The crash test kills a process of its own (journal_appender) in the middle of
// its appends, at a moment nobody chose, and looks at what is left.
#include "storage/journal/rocks_journal.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rocksdb/db.h"
#include "storage/journal/files.h"
#include "tests/testing/testing.h"

namespace handrail::storage {
namespace {

namespace fs = std::filesystem;
using ::handrail::testing::HasMetadata;
using ::handrail::testing::HasReason;
using ::handrail::testing::IsOk;
using ::handrail::testing::IsOkAndHolds;
using ::handrail::testing::ReadFile;
using ::handrail::testing::StatusIs;
using ::handrail::testing::TempDir;
using ::handrail::testing::WriteFile;
using ::testing::AllOf;
using ::testing::HasSubstr;

class RocksJournalTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<RocksJournal>> Open() {
    return RocksJournal::Open(
        {.directory = data_, .block_cache_bytes = 1 << 20});
  }

  static void AppendTo(Journal& journal, int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_THAT(journal.Append({.stream = "directory",
                                  .mutations = {{"key " + std::to_string(i),
                                                 std::string(2000, 'v')}},
                                  .request_id = "request " + std::to_string(i),
                                  .at = absl::UnixEpoch()}),
                  IsOk());
    }
  }

  // A journal of ten appends, closed.
  void MakeTen() {
    auto journal = Open();
    ASSERT_THAT(journal, IsOk());
    AppendTo(**journal, 10);
  }

  // The newest write-ahead log.
  fs::path Log() {
    fs::path newest;
    for (const auto& file : fs::directory_iterator(data_ / "rocksdb")) {
      if (file.path().extension() == ".log" && newest < file.path()) {
        newest = file.path();
      }
    }
    return newest;
  }

  // Every file's bytes but those of the lock.
  std::map<std::string, std::string> Files() {
    std::map<std::string, std::string> files;
    for (const auto& file : fs::recursive_directory_iterator(data_)) {
      if (!file.is_regular_file() || file.path().filename() == "lock" ||
          file.path().filename() == "LOCK") {
        continue;
      }
      files[file.path().string()] = ReadFile(file.path());
    }
    return files;
  }

  // Opening is refused with DATA_LOSS / JOURNAL_TRUNCATED and changes nothing.
  void ExpectRefusedAsTruncated() {
    const auto before = Files();
    EXPECT_THAT(Open(),
                AllOf(StatusIs(absl::StatusCode::kDataLoss),
                      HasReason(handrail::v1::ERROR_REASON_JOURNAL_TRUNCATED)));
    EXPECT_EQ(Files(), before);
  }

  void SetFormat(const std::string& version) {
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(rocksdb::Options(),
                                  (data_ / "rocksdb").string(), &raw)
                    .ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    rocksdb::WriteOptions write;
    write.sync = true;
    ASSERT_TRUE(db->Put(write, "mformat", version).ok());
  }

  TempDir directory_;
  const fs::path data_ = directory_.path() / "data";
};

TEST_F(RocksJournalTest, ComesBackAsItWas) {
  MakeTen();
  for (int time = 0; time < 2; ++time) {
    auto journal = Open();
    ASSERT_THAT(journal, IsOk());
    const auto view = (*journal)->Snapshot();
    EXPECT_THAT(view->Position("directory"), IsOkAndHolds(10u));
    EXPECT_THAT(view->Get("directory", "key 6"),
                IsOkAndHolds(VersionedValue{std::string(2000, 'v'), 7}));
    int entries = 0;
    EXPECT_THAT((*journal)->Tail("directory", 1, 0,
                                 [&](const v1::JournalEntry&) {
                                   ++entries;
                                   return absl::OkStatus();
                                 }),
                IsOkAndHolds(11u));
    EXPECT_EQ(entries, 10);
    auto repeated = (*journal)->Append({.stream = "directory",
                                        .request_id = "request 3",
                                        .at = absl::UnixEpoch()});
    ASSERT_THAT(repeated, IsOk());
    EXPECT_TRUE(repeated->repeated);
    EXPECT_EQ(repeated->position, 4u);
  }
}

// Group scans pass over what a filter says is not there. Everything they pass
// over is held against a map, in memory and in files, old and new.
TEST_F(RocksJournalTest, FindsEveryKeyOfAGroup) {
  constexpr unsigned kSeed = 20261123;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  constexpr unsigned kGroups = 400;
  const auto group = [](unsigned i) {
    return "r" + std::to_string(i) + std::string("\0\1", 2);
  };
  std::set<std::string> model;
  const auto scan = [](const JournalSnapshot& view, const ScanRange& range) {
    std::vector<std::string> keys;
    EXPECT_THAT(
        view.Scan("directory", range,
                  [&](std::string_view key, std::string_view, uint64_t) {
                    keys.emplace_back(key);
                    return true;
                  }),
        IsOk());
    return keys;
  };
  const auto expected = [&](const ScanRange& range) {
    std::vector<std::string> keys;
    for (const std::string& key : model) {
      if (key.starts_with(range.prefix) && key > range.after) {
        keys.push_back(key);
      }
    }
    return keys;
  };
  for (int round = 0; round < 3; ++round) {
    auto journal = RocksJournal::Open({.directory = data_,
                                       .block_cache_bytes = 1 << 20,
                                       .write_buffer_bytes = 64 << 10});
    ASSERT_THAT(journal, IsOk());
    for (int append = 0; append < 200; ++append) {
      std::map<std::string, std::optional<std::string>> changes;
      for (int i = 0; i < 5; ++i) {
        const std::string key =
            group(random() % kGroups) + std::to_string(random() % 4);
        if (random() % 3 == 0) {
          changes[key] = std::nullopt;
          model.erase(key);
        } else {
          changes[key] = std::string(200, 'v');
          model.insert(key);
        }
      }
      AppendRequest request{.stream = "directory", .at = absl::UnixEpoch()};
      for (auto& [key, value] : changes) {
        request.mutations.push_back({key, std::move(value)});
      }
      ASSERT_THAT((*journal)->Append(std::move(request)), IsOk());
    }
    const auto view = (*journal)->Snapshot();
    for (unsigned i = 0; i < kGroups + 10; ++i) {
      const ScanRange whole{.prefix = group(i)};
      ASSERT_EQ(scan(*view, whole), expected(whole)) << i;
      const ScanRange rest{.prefix = group(i), .after = group(i) + "1"};
      ASSERT_EQ(scan(*view, rest), expected(rest)) << i;
    }
    // No group: all of them, and from the middle of one on.
    ASSERT_EQ(scan(*view, {}), expected({}));
    const ScanRange from{.prefix = "r", .after = group(77) + "9"};
    ASSERT_EQ(scan(*view, from), expected(from));
  }
}

TEST_F(RocksJournalTest, RefusesASecondOpenerByTheDirectorysName) {
  auto first = Open();
  ASSERT_THAT(first, IsOk());
  auto second = Open();
  EXPECT_THAT(second,
              AllOf(StatusIs(absl::StatusCode::kUnavailable),
                    HasReason(handrail::v1::ERROR_REASON_STORAGE_FAILED)));
  EXPECT_THAT(MessageOf(second.status()), HasSubstr(data_.string()));
  EXPECT_THAT(MessageOf(second.status()), HasSubstr(std::to_string(getpid())));
  first->reset();
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(RocksJournalTest, SaysWhichDirectoryCannotBeMade) {
  auto journal =
      RocksJournal::Open({.directory = directory_.path() / "no" / "parent"});
  EXPECT_THAT(journal, HasReason(handrail::v1::ERROR_REASON_STORAGE_FAILED));
  EXPECT_THAT(MessageOf(journal.status()), HasSubstr("no/parent"));
}

TEST_F(RocksJournalTest, RefusesNewerData) {
  MakeTen();
  SetFormat("5");
  const auto before = Files();
  EXPECT_THAT(Open(),
              AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                    HasReason(handrail::v1::ERROR_REASON_FORMAT_TOO_NEW),
                    HasMetadata("found", "5"), HasMetadata("supported", "4")));
  EXPECT_EQ(Files(), before);
  SetFormat("4");
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(RocksJournalTest, RefusesAFormatThatIsNoNumber) {
  MakeTen();
  for (const char* format : {"", "0", "one", "1x", "-1"}) {
    SCOPED_TRACE(format);
    SetFormat(format);
    EXPECT_THAT(Open(), HasReason(handrail::v1::ERROR_REASON_DATA_CORRUPT));
  }
}

// A log that ends early at the boundary of a record looks to RocksDB exactly
// like one that was never longer.
TEST_F(RocksJournalTest, RefusesAShortenedLogAndLeavesItAlone) {
  MakeTen();
  const fs::path log = Log();
  const std::string whole = ReadFile(log);
  for (const size_t size :
       {whole.size() - 1, whole.size() / 2, size_t{10}, size_t{0}}) {
    SCOPED_TRACE(size);
    WriteFile(log, whole.substr(0, size));
    ExpectRefusedAsTruncated();
  }
  fs::remove(log);
  ExpectRefusedAsTruncated();
  // Nothing was lost by trying.
  WriteFile(log, whole);
  auto journal = Open();
  ASSERT_THAT(journal, IsOk());
  EXPECT_THAT((*journal)->Snapshot()->Position("directory"), IsOkAndHolds(10u));
}

TEST_F(RocksJournalTest, TellsHowManyAppendsAreMissing) {
  MakeTen();
  const fs::path log = Log();
  WriteFile(log, ReadFile(log).substr(0, fs::file_size(log) - 1));
  EXPECT_THAT(Open(),
              AllOf(HasMetadata("expected", "10"), HasMetadata("found", "9")));
}

TEST_F(RocksJournalTest, RefusesADamagedLog) {
  MakeTen();
  const fs::path log = Log();
  std::string bytes = ReadFile(log);
  bytes[bytes.size() / 2] ^= 1;
  WriteFile(log, bytes);
  ExpectRefusedAsTruncated();
}

// What a crash in the middle of a write leaves behind.
TEST_F(RocksJournalTest, DropsATornRecordThatWasNeverAcknowledged) {
  std::string mark;
  {
    auto journal = Open();
    ASSERT_THAT(journal, IsOk());
    AppendTo(**journal, 10);
    mark = ReadFile(data_ / "high-water");
    ASSERT_THAT((*journal)->Append({.stream = "directory",
                                    .mutations = {{"torn", "1"}},
                                    .at = absl::UnixEpoch()}),
                IsOk());
  }
  WriteFile(data_ / "high-water", mark);
  const fs::path log = Log();
  WriteFile(log, ReadFile(log).substr(0, fs::file_size(log) - 1));
  auto journal = Open();
  ASSERT_THAT(journal, IsOk());
  const auto view = (*journal)->Snapshot();
  EXPECT_THAT(view->Position("directory"), IsOkAndHolds(10u));
  EXPECT_THAT(view->Get("directory", "torn"), IsOkAndHolds(std::nullopt));
  EXPECT_THAT((*journal)->Append({.stream = "directory",
                                  .mutations = {{"next", "1"}},
                                  .at = absl::UnixEpoch()}),
              IsOk());
}

// A crash between the sync of the log and the mark.
TEST_F(RocksJournalTest, AcceptsAMarkThatIsBehind) {
  {
    auto journal = Open();
    ASSERT_THAT(journal, IsOk());
    AppendTo(**journal, 5);
  }
  const std::string behind = ReadFile(data_ / "high-water");
  const HighWaterMark mark_behind = *HighWaterFile::Open(data_)->mark();
  {
    auto journal = Open();
    ASSERT_THAT(journal, IsOk());
    ASSERT_THAT((*journal)->Append({.stream = "agency",
                                    .mutations = {{"x", "1"}},
                                    .at = absl::UnixEpoch()}),
                IsOk());
  }
  const HighWaterMark reached = *HighWaterFile::Open(data_)->mark();
  EXPECT_EQ(mark_behind.appends, 5u);
  EXPECT_EQ(reached.appends, 6u);
  WriteFile(data_ / "high-water", behind);
  EXPECT_THAT(Open(), IsOk());
  // What was found on opening is on the disk, so it counts from then on.
  EXPECT_EQ(*HighWaterFile::Open(data_)->mark(), reached);
}

TEST_F(RocksJournalTest, RefusesWithoutItsMark) {
  MakeTen();
  fs::remove(data_ / "high-water");
  ExpectRefusedAsTruncated();
}

TEST_F(RocksJournalTest, RefusesTheMarkOfAnotherJournal) {
  const fs::path other = directory_.path() / "other";
  ASSERT_THAT(RocksJournal::Open({.directory = other}), IsOk());
  MakeTen();
  WriteFile(data_ / "high-water", ReadFile(other / "high-water"));
  ExpectRefusedAsTruncated();
}

TEST_F(RocksJournalTest, RefusesADamagedMark) {
  MakeTen();
  const std::string mark = ReadFile(data_ / "high-water");
  std::string damaged = mark;
  damaged[0] ^= 1;
  damaged[4096] ^= 1;
  for (const std::string& bytes :
       {damaged, std::string(), mark.substr(0, 30), std::string(8192, '\0')}) {
    WriteFile(data_ / "high-water", bytes);
    EXPECT_THAT(Open(), HasReason(handrail::v1::ERROR_REASON_DATA_CORRUPT));
  }
  WriteFile(data_ / "high-water", mark);
  EXPECT_THAT(Open(), IsOk());
}

// A crash while the mark is written tears one of the two.
TEST_F(RocksJournalTest, ReadsTheMarkThatIsNotTorn) {
  MakeTen();
  const std::string marks = ReadFile(data_ / "high-water");
  const auto file = HighWaterFile::Open(data_);
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(file->mark()->appends, 10u);
  const size_t newest = marks.find("appends 10") < 4096 ? 0 : 4096;
  const size_t text_end = marks.find('\0', newest);
  for (size_t i = newest; i <= text_end; ++i) {
    std::string torn = marks;
    torn[i] ^= 1;
    WriteFile(data_ / "high-water", torn);
    const auto read = HighWaterFile::Open(data_);
    ASSERT_THAT(read, IsOk());
    ASSERT_EQ(read->mark()->appends, 9u) << "byte " << i;
    ASSERT_EQ(read->mark()->journal_id, file->mark()->journal_id);
  }
  EXPECT_THAT(Open(), IsOk());
  EXPECT_EQ(HighWaterFile::Open(data_)->mark()->appends, 10u);
}

TEST_F(RocksJournalTest, RefusesAMarkWithoutItsDatabase) {
  MakeTen();
  fs::remove_all(data_ / "rocksdb");
  ExpectRefusedAsTruncated();
}

TEST_F(RocksJournalTest, BeginsAgainWhereAFirstStartWasCutShort) {
  // After the directory, after the lock, after RocksDB's own first files.
  ASSERT_THAT(MakeDirectory(data_), IsOk());
  ASSERT_THAT(DirectoryLock::Acquire(data_), IsOk());
  {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(
        rocksdb::DB::Open(options, (data_ / "rocksdb").string(), &raw).ok());
    delete raw;
  }
  MakeTen();
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(RocksJournalTest, TakesNoMoreAppendsAfterAWriteFailed) {
  auto journal = Open();
  ASSERT_THAT(journal, IsOk());
  AppendTo(**journal, 1);
  // The mark cannot be written where a folder has its file's name.
  fs::rename(data_ / "high-water", data_ / "away");
  fs::create_directory(data_ / "high-water");
  const AppendRequest request{.stream = "directory",
                              .mutations = {{"doubtful", "1"}},
                              .request_id = "doubtful",
                              .at = absl::UnixEpoch()};
  EXPECT_THAT((*journal)->Append(request),
              AllOf(StatusIs(absl::StatusCode::kInternal),
                    HasReason(handrail::v1::ERROR_REASON_STORAGE_FAILED)));
  fs::remove(data_ / "high-water");
  fs::rename(data_ / "away", data_ / "high-water");
  EXPECT_THAT((*journal)->Append(request),
              AllOf(StatusIs(absl::StatusCode::kUnavailable),
                    HasReason(handrail::v1::ERROR_REASON_READ_ONLY)));
  EXPECT_THAT((*journal)->Snapshot()->Get("directory", "key 0"), IsOk());
  journal->reset();
  // Opened again it knows, and the caller's retry is answered truly.
  journal = Open();
  ASSERT_THAT(journal, IsOk());
  auto again = (*journal)->Append(request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->position, 2u);
}

TEST_F(RocksJournalTest, LetsSnapshotsOutliveIt) {
  auto journal = Open();
  ASSERT_THAT(journal, IsOk());
  AppendTo(**journal, 1);
  auto snapshot = (*journal)->Snapshot();
  journal->reset();
  EXPECT_THAT(snapshot->Position("directory"), IsOkAndHolds(1u));
  // Until then the directory is in use.
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kUnavailable));
  snapshot.reset();
  EXPECT_THAT(Open(), IsOk());
}

// A running journal_appender and what it has acknowledged.
class Appender {
 public:
  Appender(const fs::path& directory, const std::string& rows) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const std::string program =
        fs::read_symlink("/proc/self/exe").parent_path() / "journal_appender";
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(program.c_str(), program.c_str(), directory.c_str(), rows.c_str(),
            nullptr);
      _exit(127);
    }
    close(ends[1]);
    out_ = fdopen(ends[0], "r");
  }

  ~Appender() { fclose(out_); }

  // Reads acknowledgements until `count` have come; the last one.
  uint64_t Wait(int count) {
    for (int i = 0; i < count && ReadOne(); ++i) {
    }
    return last_;
  }

  // Kills it and reads what it had still said.
  uint64_t Kill() {
    kill(pid_, SIGKILL);
    while (ReadOne()) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    return last_;
  }

 private:
  bool ReadOne() {
    unsigned long long position = 0;
    if (fscanf(out_, "%llu", &position) != 1) return false;
    last_ = position;
    return true;
  }

  pid_t pid_ = 0;
  FILE* out_ = nullptr;
  uint64_t last_ = 0;
};

TEST_F(RocksJournalTest, KeepsEverythingAcknowledgedWhenKilled) {
  uint64_t last = 0;
  const struct {
    const char* rows;
    int acknowledgements;
  } rounds[] = {{"1", 30}, {"200", 7}, {"3000", 3}};
  int round = 0;
  for (const auto& [rows, acknowledgements] : rounds) {
    SCOPED_TRACE(rows);
    const fs::path data = directory_.path() / std::to_string(round++);
    Appender appender(data, rows);
    appender.Wait(acknowledgements);
    last = appender.Kill();
    ASSERT_GE(last, static_cast<uint64_t>(acknowledgements));

    auto journal = RocksJournal::Open({.directory = data});
    ASSERT_THAT(journal, IsOk());
    const auto view = (*journal)->Snapshot();
    const auto position = view->Position("directory");
    ASSERT_THAT(position, IsOk());
    // One more may have been made durable without its acknowledgement.
    EXPECT_GE(*position, last);
    EXPECT_LE(*position, last + 1);
    EXPECT_THAT(
        view->Get("directory", "last"),
        IsOkAndHolds(VersionedValue{std::to_string(*position), *position}));
    // Each append is there as a whole, and no part of another.
    std::map<uint64_t, int> rows_by_version;
    EXPECT_THAT(view->Scan("directory", {},
                           [&](std::string_view key, std::string_view,
                               uint64_t version) {
                             if (key != "last") ++rows_by_version[version];
                             return true;
                           }),
                IsOk());
    EXPECT_EQ(rows_by_version.size(), *position);
    for (const auto& [version, count] : rows_by_version) {
      ASSERT_EQ(count, std::stoi(rows)) << "append " << version;
    }
    EXPECT_THAT((*journal)->Tail(
                    "directory", 1, 0,
                    [](const v1::JournalEntry&) { return absl::OkStatus(); }),
                IsOkAndHolds(*position + 1));
  }
}

}  // namespace
}  // namespace handrail::storage
