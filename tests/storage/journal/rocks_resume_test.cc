// What RocksDB does by itself while it is told to resume. That a journal takes
// writes again at all is in rocks_upkeep_test.cc.
#include "storage/journal/rocks_resume.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/listener.h"
#include "rocksdb/write_batch.h"
#include "storage/journal/rocks_layout.h"
#include "tests/storage/journal/file_size_limit.h"
#include "tests/testing/testing.h"

namespace handrail::storage {
namespace {

using ::handrail::testing::FileSizeLimit;
using ::handrail::testing::IsOk;
using ::handrail::testing::TempDir;

// A log of RocksDB's own could not grow, either (rocks_database.cc).
class NoLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// Holds every compaction at its beginning until it is let go.
class HeldCompactions : public rocksdb::EventListener {
 public:
  void OnCompactionBegin(rocksdb::DB*,
                         const rocksdb::CompactionJobInfo&) override {
    if (!begun_.try_wait()) begun_.count_down();
    go_.wait();
  }
  void WaitUntilOneBegins() const { begun_.wait(); }
  void LetGo() { go_.count_down(); }

 private:
  std::latch begun_{1};
  std::latch go_{1};
};

// Takes the only thread that flushes, until it is given free.
class TakenFlushThread {
 public:
  explicit TakenFlushThread(rocksdb::DB& db) {
    db.GetEnv()->Schedule(Hold, new std::shared_ptr<Latches>(latches_),
                          rocksdb::Env::Priority::HIGH);
    latches_->taken.wait();
  }
  void GiveFree() { latches_->free.count_down(); }

 private:
  struct Latches {
    std::latch taken{1};
    std::latch free{1};
  };

  static void Hold(void* shared) {
    const std::unique_ptr<std::shared_ptr<Latches>> latches(
        static_cast<std::shared_ptr<Latches>*>(shared));
    (*latches)->taken.count_down();
    (*latches)->free.wait();
  }

  const std::shared_ptr<Latches> latches_ = std::make_shared<Latches>();
};

// A database of the journal, but for its small number of files to compact.
RocksDatabase OpenDatabase(const TempDir& directory,
                           std::shared_ptr<HeldCompactions> compactions) {
  auto lock = DirectoryLock::Acquire(directory.path());
  auto mark_file = HighWaterFile::Open(directory.path());
  EXPECT_THAT(lock, IsOk());
  EXPECT_THAT(mark_file, IsOk());
  EXPECT_THAT(mark_file->Set({.journal_id = "journal", .appends = 0}), IsOk());
  auto errors = std::make_shared<RocksErrorWatch>();
  rocksdb::Options options;
  options.create_if_missing = true;
  options.info_log = std::make_shared<NoLogger>();
  options.level0_file_num_compaction_trigger = 2;
  options.listeners = {errors, std::move(compactions)};
  rocksdb::DB* db = nullptr;
  EXPECT_TRUE(
      rocksdb::DB::Open(options, (directory.path() / "rocksdb").string(), &db)
          .ok());
  return {.lock = *std::move(lock),
          .errors = std::move(errors),
          .db = std::unique_ptr<rocksdb::DB>(db),
          .mark_file = *std::move(mark_file)};
}

absl::Status WriteSome(RocksDatabase& database) {
  rocksdb::WriteBatch batch;
  batch.Put(layout::kAppendsKey, layout::NumberValue(0));
  batch.Put("key", std::string(10000, 'a'));
  return WriteSynced(database, batch);
}

// Resumes; ends the process where that does not come back.
absl::Status ResumeInTime(RocksDatabase& database) {
  auto resumed =
      std::async(std::launch::async, [&] { return ResumeDatabase(database); });
  if (resumed.wait_for(std::chrono::minutes(1)) != std::future_status::ready) {
    std::fprintf(stderr, "resuming does not come back\n");
    std::abort();
  }
  return resumed.get();
}

// As on a disk that fills up while files are compacted. The flush is made late,
// so that whoever does not wait for it is found out.
TEST(RocksResumeTest, CompactionThatFailsMeanwhileKeepsNothingWaiting) {
  const TempDir directory;
  const auto compactions = std::make_shared<HeldCompactions>();
  RocksDatabase database = OpenDatabase(directory, compactions);
  for (int file = 0; file < 2; ++file) {
    ASSERT_THAT(WriteSome(database), IsOk());
    ASSERT_TRUE(database.db->Flush({}).ok());
  }
  compactions->WaitUntilOneBegins();
  {
    const FileSizeLimit limit(0);
    EXPECT_THAT(WriteSome(database), ::testing::Not(IsOk()));
    TakenFlushThread flushes(*database.db);
    std::thread later([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      compactions->LetGo();
      // RocksDB itself waits a second after a compaction that failed.
      std::this_thread::sleep_for(std::chrono::seconds(2));
      flushes.GiveFree();
    });
    EXPECT_THAT(ResumeInTime(database), ::testing::Not(IsOk()));
    later.join();
    EXPECT_TRUE(database.errors->failed());
  }
  EXPECT_THAT(ResumeInTime(database), IsOk());
  EXPECT_FALSE(database.errors->failed());
  EXPECT_THAT(WriteSome(database), IsOk());
}

}  // namespace
}  // namespace handrail::storage
