// What the tests of the directory's store share: records to keep, and a store
// over each kind of journal.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "storage/db/directory_store.h"
#include "storage/journal/memory_journal.h"
#include "storage/journal/rocks_journal.h"
#include "tests/testing/testing.h"

namespace handrail::storage {

inline handrail::v1::RecordRef Ref(handrail::v1::RecordType type,
                                   const std::string& id) {
  handrail::v1::RecordRef ref;
  ref.set_type(type);
  ref.set_id(id);
  return ref;
}

inline absl::Time Day(int day) { return absl::FromUnixSeconds(86400 * day); }

// A location whose projection leaves out the street, as that of a flagged one.
inline RecordUpsert ALocation(const std::string& id, const std::string& street,
                              const std::string& source = "bchd") {
  RecordUpsert upsert;
  upsert.full.mutable_info()->set_type(handrail::v1::LOCATION);
  upsert.full.mutable_info()->set_id(id);
  upsert.full.mutable_info()->set_source(source);
  upsert.full.mutable_record()->mutable_location()->set_id(id);
  upsert.projection.mutable_record()->mutable_location()->set_id(id);
  upsert.projection.mutable_info()->set_redacted(true);
  upsert.full.mutable_record()
      ->mutable_location()
      ->add_addresses()
      ->set_address_1(street);
  return upsert;
}

// A service that is public as it is.
inline RecordUpsert AService(const std::string& id,
                             const std::string& organization,
                             const std::vector<std::string>& locations,
                             const std::string& source = "bchd") {
  RecordUpsert upsert;
  upsert.full.mutable_info()->set_type(handrail::v1::SERVICE);
  upsert.full.mutable_info()->set_id(id);
  upsert.full.mutable_info()->set_source(source);
  handrail::v1::Service& service =
      *upsert.full.mutable_record()->mutable_service();
  service.set_id(id);
  service.set_name("Service " + id);
  service.set_organization_id(organization);
  for (const std::string& location : locations) {
    handrail::v1::ServiceAtLocation& at = *service.add_service_at_locations();
    at.set_id(id + " at " + location);
    at.mutable_location()->set_id(location);
  }
  *upsert.projection.mutable_record() = upsert.full.record();
  return upsert;
}

// A location that is public as it is, and said to be.
inline RecordUpsert AnOpenLocation(const std::string& id,
                                   const std::string& street) {
  RecordUpsert upsert = ALocation(id, street);
  upsert.projection.Clear();
  upsert.shows_all = true;
  return upsert;
}

enum class Implementation { kMemory, kRocks };

class StoreTest : public ::testing::TestWithParam<Implementation> {
 protected:
  void SetUp() override {
    if (GetParam() == Implementation::kMemory) {
      journal_ = std::make_unique<MemoryJournal>();
    } else {
      auto opened = RocksJournal::Open({.directory = directory_.path() / "data",
                                        .block_cache_bytes = 1 << 20});
      ASSERT_THAT(opened, handrail::testing::IsOk());
      journal_ = *std::move(opened);
    }
    store_ = std::make_unique<DirectoryStore>(*journal_);
  }

  absl::StatusOr<uint64_t> Commit(std::vector<RecordUpsert> upserts,
                                  std::vector<RecordRetire> retires = {},
                                  int day = 1) {
    return store_->Commit({.upserts = std::move(upserts),
                           .retires = std::move(retires),
                           .at = Day(day)});
  }

  // The revision; 0 where the commit failed, which fails the test.
  uint64_t Made(const DirectoryChange& change) {
    const auto revision = store_->Commit(change);
    EXPECT_THAT(revision, handrail::testing::IsOk());
    return revision.value_or(0);
  }

  v1::StoredRecord Full(handrail::v1::RecordType type, const std::string& id) {
    auto found = store_->View().GetFull(Ref(type, id));
    EXPECT_THAT(found, handrail::testing::IsOk());
    return found.ok() ? *found : v1::StoredRecord();
  }

  v1::StoredRecord Public(handrail::v1::RecordType type,
                          const std::string& id) {
    auto found = store_->View().GetPublic(Ref(type, id));
    EXPECT_THAT(found, handrail::testing::IsOk());
    return found.ok() ? *found : v1::StoredRecord();
  }

  handrail::testing::TempDir directory_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<DirectoryStore> store_;
};

// Runs the tests of `suite` over both journals.
#define HANDRAIL_BOTH_JOURNALS(suite)                                      \
  INSTANTIATE_TEST_SUITE_P(                                                \
      Journals, suite,                                                     \
      ::testing::Values(Implementation::kMemory, Implementation::kRocks),  \
      [](const auto& info) {                                               \
        return info.param == Implementation::kMemory ? "Memory" : "Rocks"; \
      })

}  // namespace handrail::storage
