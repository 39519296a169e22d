// Staging reads the directory for whoever asks, and what was read ahead is what
// would have been read.
#include "server/ingest/staging.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "storage/journal/memory_journal.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::IsOk;

const RecordKey kThere = {v1::ORGANIZATION, "there"};
const RecordKey kStaged = {v1::ORGANIZATION, "staged"};
const RecordKey kMissing = {v1::ORGANIZATION, "missing"};

v1::Record Organization(const RecordKey& key, const std::string& name) {
  v1::Record record;
  record.mutable_organization()->set_id(key.second);
  record.mutable_organization()->set_name(name);
  return record;
}

std::string NameOf(const Staging& staging, const RecordKey& key) {
  const auto found = staging.FindFull(key);
  EXPECT_THAT(found, IsOk());
  return *found == nullptr ? "none" : (*found)->record().organization().name();
}

TEST(StagingTest, WhatWasReadAheadIsWhatIsThere) {
  storage::MemoryJournal journal;
  storage::DirectoryStore store(journal);
  Staging first(store.View());
  for (const RecordKey& key : {kThere, kStaged}) {
    ASSERT_THAT(first.Put("county", Organization(key, "Old")), IsOk());
  }
  ASSERT_THAT(first.Project(), IsOk());
  ASSERT_THAT(store.Commit(first.TakeChange()), IsOk());

  Staging staging(store.View());
  ASSERT_THAT(staging.Put("county", Organization(kStaged, "New")), IsOk());
  // One twice, and again: nothing is lost by asking for it.
  ASSERT_THAT(staging.ReadAhead({kThere, kMissing, kStaged, kThere}), IsOk());
  ASSERT_THAT(staging.ReadAhead({kThere, kMissing}), IsOk());
  EXPECT_EQ(NameOf(staging, kThere), "Old");
  EXPECT_EQ(NameOf(staging, kStaged), "New");
  EXPECT_EQ(NameOf(staging, kMissing), "none");
  // What is staged over it counts.
  ASSERT_THAT(staging.Put("county", Organization(kThere, "New")), IsOk());
  ASSERT_THAT(staging.Retire(kStaged), IsOk());
  EXPECT_EQ(NameOf(staging, kThere), "New");
  EXPECT_EQ(NameOf(staging, kStaged), "none");
}

}  // namespace
}  // namespace handrail::server
