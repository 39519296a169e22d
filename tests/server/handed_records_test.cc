// Commits hand their records to the builder of snapshots in memory, up to a
// limit (directory_state.h): what is served must not depend on whether they
// fitted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/directory_state.h"
#include "server/doctor/snapshot_check.h"
#include "server/ingest/staging.h"
#include "storage/journal/memory_journal.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::IsOk;
using handrail::testing::IsOkAndHolds;
using ::testing::IsEmpty;

// As long as a description may be; a hundred of them are over half the limit.
constexpr int kTextBytes = 90'000;
constexpr int kServices = 300;

std::vector<v1::Row> LargeServices(int count, const std::string& name) {
  const std::string text(kTextBytes, 'x');
  std::vector<v1::Row> rows;
  for (int i = 0; i < count; ++i) {
    rows.push_back(MakeRow("records { service { id: 's" + std::to_string(i) +
                           "' name: '" + name +
                           "' status: ACTIVE "
                           "description: '" +
                           text + "' } }"));
  }
  return rows;
}

// What is served is what the records say, and all of it is called so.
void ExpectServed(const storage::DirectoryStore& store, DirectoryState& state,
                  int count, const std::string& name) {
  const storage::DirectoryView view = store.View();
  const auto snapshot = state.snapshot();
  std::vector<std::string> wrong;
  EXPECT_THAT(CheckSnapshot(view, *snapshot,
                            [&](SnapshotWrong one) {
                              wrong.push_back(one.message);
                              return true;
                            }),
              IsOkAndHolds(count));
  EXPECT_THAT(wrong, IsEmpty());
  snapshot->ForEachRow([&](const matcher::Row& row) {
    ASSERT_EQ(matcher::ListingOf(row).name(), name);
  });
}

// By hundreds: while one snapshot is made, more comes than is handed over.
TEST(HandedRecordsTest, ManyCommitsAreServedWhole) {
  TestDirectory directory;
  ASSERT_THAT(
      directory.Load({.rows_per_batch = 100}, LargeServices(kServices, "First"))
          .status,
      IsOk());
  ExpectServed(directory->store(), directory->state(), kServices, "First");
  ASSERT_THAT(
      directory
          .Load({.rows_per_batch = 100}, LargeServices(kServices, "Second"))
          .status,
      IsOk());
  ExpectServed(directory->store(), directory->state(), kServices, "Second");
}

// Commits `count` services of that name, and says what it touched.
Touched Commit(storage::DirectoryStore& store, int count,
               const std::string& name) {
  Staging staging(store.View());
  for (v1::Row& row : LargeServices(count, name)) {
    EXPECT_THAT(staging.Put("county", std::move(*row.mutable_records(0))),
                IsOk());
  }
  EXPECT_THAT(staging.Project(), IsOk());
  storage::DirectoryChange change = staging.TakeChange();
  const auto revision = store.Commit(change);
  EXPECT_THAT(revision, IsOk());
  Touched touched{.view = store.View(), .revision = *revision};
  touched.records.emplace();
  for (storage::RecordUpsert& upsert : change.upserts) {
    const std::string id = upsert.full.info().id();
    touched.services.insert(id);
    auto shown = std::make_shared<storage::v1::StoredRecord>(upsert.full);
    touched.records->bytes += shown->record().ByteSizeLong();
    touched.records->records.emplace_back(RecordKey(v1::SERVICE, id), shown);
  }
  return touched;
}

// Of a record that several commits changed before a snapshot was made of them,
// what the last one left counts, whether or not they are too much together.
TEST(HandedRecordsTest, TheLastOfSeveralCommitsIsServed) {
  for (const int count : {10, 120}) {
    SCOPED_TRACE(count);
    storage::MemoryJournal journal;
    storage::DirectoryStore store(journal);
    const auto state = DirectoryState::Start(store);
    ASSERT_THAT(state, IsOk());
    Touched small = Commit(store, 1, "First");
    Touched second = Commit(store, count, "Second");
    Touched third = Commit(store, count, "Third");
    const uint64_t last = third.revision;
    const uint64_t first = small.revision;
    (*state)->Publish(std::move(small));
    ASSERT_THAT((*state)->WaitFor(first, TestContext()), IsOk());
    // The builder rests now, so that it finds both.
    (*state)->Publish(std::move(second));
    (*state)->Publish(std::move(third));
    ASSERT_THAT((*state)->WaitFor(last, TestContext()), IsOk());
    ExpectServed(store, **state, count, "Third");
  }
}

TEST(HandedRecordsTest, OneLargeCommitIsServedWhole) {
  TestDirectory directory;
  ASSERT_THAT(directory.Load({}, LargeServices(200, "First")).status, IsOk());
  ExpectServed(directory->store(), directory->state(), 200, "First");
}

}  // namespace
}  // namespace handrail::server
