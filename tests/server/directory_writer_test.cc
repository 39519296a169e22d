// The writer of the directory: what it says of a commit is so.
#include "server/directory_writer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/ingest/staging.h"
#include "storage/base/status.h"
#include "storage/journal/memory_journal.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using handrail::testing::HasReason;
using handrail::testing::IsOk;
using handrail::testing::IsOkAndHolds;
using storage::JournalSnapshot;
using storage::ScanRange;
using storage::ScanVisitor;

// Reads single keys, and no range of them.
class NoScans : public JournalSnapshot {
 public:
  explicit NoScans(std::shared_ptr<const JournalSnapshot> whole)
      : whole_(std::move(whole)) {}

  absl::StatusOr<uint64_t> Position(std::string_view stream) const override {
    return whole_->Position(stream);
  }
  absl::StatusOr<uint64_t> TrimmedTo(std::string_view stream) const override {
    return whole_->TrimmedTo(stream);
  }
  absl::StatusOr<std::optional<storage::v1::JournalEntry>> Entry(
      std::string_view stream, uint64_t position) const override {
    return whole_->Entry(stream, position);
  }
  absl::StatusOr<std::vector<uint64_t>> Changes(
      std::string_view stream, std::string_view key) const override {
    return whole_->Changes(stream, key);
  }
  absl::StatusOr<std::optional<uint64_t>> RequestPosition(
      std::string_view stream, std::string_view request_id) const override {
    return whole_->RequestPosition(stream, request_id);
  }
  absl::StatusOr<std::optional<storage::VersionedValue>> Get(
      std::string_view stream, std::string_view key) const override {
    return whole_->Get(stream, key);
  }
  absl::StatusOr<std::vector<std::optional<storage::VersionedValue>>> GetMany(
      std::string_view stream,
      const std::vector<std::string>& keys) const override {
    return whole_->GetMany(stream, keys);
  }
  absl::Status Scan(std::string_view, const ScanRange&,
                    const ScanVisitor&) const override {
    return Unavailable(v1::ERROR_REASON_STORAGE_FAILED, "the disk fails");
  }

 private:
  const std::shared_ptr<const JournalSnapshot> whole_;
};

// Appends always work; scans can be made to fail.
class FailingJournal : public storage::MemoryJournal {
 public:
  void FailScans(bool fail) { fail_ = fail; }

  std::shared_ptr<const JournalSnapshot> Snapshot() const override {
    auto whole = storage::MemoryJournal::Snapshot();
    if (!fail_) return whole;
    return std::make_shared<NoScans>(std::move(whole));
  }

 private:
  std::atomic<bool> fail_ = false;
};

// An organization alone: which services refer to it has to be asked.
storage::DirectoryChange NewOrganization(const storage::DirectoryStore& store) {
  Staging staging(store.View());
  v1::Record record;
  record.mutable_organization()->set_id("6d0c0001-0000-4000-8000-000000000001");
  record.mutable_organization()->set_name("Harbor House");
  EXPECT_THAT(staging.Put("county", std::move(record)), IsOk());
  EXPECT_THAT(staging.Project(), IsOk());
  return staging.TakeChange();
}

TEST(DirectoryWriterTest, WhatItCallsFailedWasNotMade) {
  FailingJournal journal;
  storage::DirectoryStore store(journal);
  const auto state = DirectoryState::Start(store);
  ASSERT_THAT(state, IsOk());
  const auto writer = DirectoryWriter::Create(store, **state);
  ASSERT_THAT(writer, IsOk());
  const DirectoryWriter::Turn turn(**writer);
  const storage::DirectoryChange change = NewOrganization(store);
  journal.FailScans(true);
  EXPECT_THAT((*writer)->Commit(turn, change),
              HasReason(v1::ERROR_REASON_STORAGE_FAILED));
  journal.FailScans(false);
  EXPECT_THAT(store.View().Revision(), IsOkAndHolds(0));
  EXPECT_THAT((*writer)->Commit(turn, change), IsOkAndHolds(1));
  EXPECT_THAT((*state)->WaitFor(1, TestContext()), IsOk());
}

}  // namespace
}  // namespace handrail::server
