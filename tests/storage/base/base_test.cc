// The small parts of storage/base: hashes, ids, locks, mutants.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/conveyor.h"
#include "storage/base/hash.h"
#include "storage/base/ids.h"
#include "storage/base/mutant.h"
#include "storage/base/mutex.h"
#include "storage/base/on_two_threads.h"
#include "storage/base/type_reach.h"

namespace handrail {
namespace {

// The name space for DNS names of RFC 4122, appendix C.
constexpr char kDns[] = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

TEST(HashTest, StableHashHasThePublishedValues) {
  EXPECT_EQ(StableHash64(""), 0xcbf29ce484222325u);
  EXPECT_EQ(StableHash64("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(StableHash64("foobar"), 0x85944171f73967e8u);
  EXPECT_EQ(StableHash64("bar", StableHash64("foo")), StableHash64("foobar"));
}

TEST(HashTest, Sha256HasThePublishedValue) {
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HashTest, Sha256HalfIsTheFirstHalf) {
  const Sha256Half half = Sha256HalfOf("abc");
  EXPECT_EQ(half.front(), 0xba);
  EXPECT_EQ(half.back(), 0x23);
  EXPECT_EQ(half, Sha256HalfOf("abc"));
  EXPECT_NE(half, Sha256HalfOf("abd"));
}

TEST(HashTest, UuidsAreRecognised) {
  EXPECT_TRUE(IsUuid(kDns));
  EXPECT_TRUE(IsUuid("6BA7B810-9DAD-11D1-80B4-00C04FD430C8"));
  EXPECT_FALSE(IsUuid(""));
  EXPECT_FALSE(IsUuid("6ba7b810-9dad-11d1-80b4-00c04fd430c"));
  EXPECT_FALSE(IsUuid("6ba7b8109-dad-11d1-80b4-00c04fd430c8"));
  EXPECT_FALSE(IsUuid("6ba7b810-9dad-11d1-80b4-00c04fd430cg"));
}

TEST(HashTest, NameBasedUuidHasThePublishedValue) {
  EXPECT_EQ(UuidV5(kDns, "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  EXPECT_NE(UuidV5(kDns, "a"), UuidV5(kDns, "b"));
  EXPECT_TRUE(IsUuid(UuidV5(kDns, "a")));
}

TEST(IdTest, KindsDoNotMixAndIdsSortByBytes) {
  static_assert(!std::is_convertible_v<ServiceId, LocationId>);
  static_assert(!std::is_convertible_v<std::string, ServiceId>);
  const std::set<ServiceId> sorted = {ServiceId("b"), ServiceId("a")};
  EXPECT_EQ(sorted.begin()->value(), "a");
  absl::flat_hash_map<ServiceId, int> rows = {{ServiceId("a"), 1}};
  EXPECT_EQ(rows.at(ServiceId(std::string("a"))), 1);
  EXPECT_TRUE(ServiceId().empty());
}

class Counter {
 public:
  void Add() {
    MutexLock lock(mu_);
    ++count_;
    changed_.NotifyAll();
  }
  void WaitFor(int count) {
    MutexLock lock(mu_);
    while (count_ < count) changed_.Wait(mu_);
  }
  bool ChangesWithin(std::chrono::milliseconds timeout) {
    MutexLock lock(mu_);
    return changed_.WaitFor(mu_, timeout);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  int count_ ABSL_GUARDED_BY(mu_) = 0;
};

TEST(MutexTest, WaiterSeesWhatAnotherThreadDid) {
  Counter counter;
  std::thread other([&counter] {
    for (int i = 0; i < 100; ++i) counter.Add();
  });
  counter.WaitFor(100);
  other.join();
  EXPECT_FALSE(counter.ChangesWithin(std::chrono::milliseconds(1)));
}

TEST(ConveyorTest, BringsAllInOrderAndNeverMoreThanThereIsRoomFor) {
  constexpr int kCount = 10000;
  constexpr int kRoom = 3;
  Conveyor<int> numbers(kRoom);
  std::atomic<int> taken = 0;
  std::atomic<int> most_ahead = 0;
  std::thread maker([&] {
    for (int i = 0; i < kCount; ++i) {
      numbers.Put(i);
      most_ahead = std::max(most_ahead.load(), i + 1 - taken.load());
    }
    numbers.End();
  });
  int expected = 0;
  while (const std::optional<int> number = numbers.Take()) {
    EXPECT_EQ(*number, expected++);
    ++taken;
  }
  maker.join();
  EXPECT_EQ(expected, kCount);
  // One more is on its way between Take and the count.
  EXPECT_LE(most_ahead, kRoom + 1);
  EXPECT_EQ(numbers.Take(), std::nullopt);
}

TEST(ForEachOnTwoTest, DoesEachOnceWhateverTheSizes) {
  for (const size_t count : {0u, 1u, 15u, 16u, 17u, 1000u, 4096u}) {
    for (const size_t piece : {1u, 16u, 5000u}) {
      SCOPED_TRACE(count);
      std::vector<int> done(count);
      ForEachOnTwo(count, piece, [&](size_t i) { ++done[i]; });
      EXPECT_EQ(done, std::vector<int>(count, 1));
    }
  }
}

TEST(ForEachOnTwoTest, BothThreadsTakePart) {
  std::atomic<bool> other_came = false;
  const std::thread::id here = std::this_thread::get_id();
  // Ends only where both take part.
  ForEachOnTwo(2, 1, [&](size_t) {
    if (std::this_thread::get_id() != here) {
      other_came = true;
      other_came.notify_all();
    } else {
      other_came.wait(false);
    }
  });
  EXPECT_TRUE(other_came);
}

std::vector<std::string> NamesOf(
    const std::vector<const google::protobuf::FieldDescriptor*>& fields) {
  std::vector<std::string> names;
  for (const auto* field : fields) names.push_back(field->name());
  return names;
}

TEST(TypeReachTest, LeadsToWhatIsWantedAndNowhereElse) {
  const TypeReach phones(*v1::Record::descriptor(), [](const auto& type) {
    return &type == v1::Phone::descriptor();
  });
  EXPECT_EQ(NamesOf(phones.FieldsOf(*v1::Contact::descriptor())),
            std::vector<std::string>{"phones"});
  EXPECT_EQ(NamesOf(phones.FieldsOf(*v1::Record::descriptor())),
            (std::vector<std::string>{"organization", "service", "location"}));
  EXPECT_TRUE(phones.FieldsOf(*v1::RecordExtension::descriptor()).empty());
  // A type that is not below the root.
  EXPECT_TRUE(phones.FieldsOf(*v1::RecordInfo::descriptor()).empty());
}

TEST(TypeReachTest, WhatIsShutIsNotLookedInto) {
  const auto is_provenance = [](const auto& type) {
    return &type == v1::Provenance::descriptor();
  };
  const TypeReach open(*v1::Record::descriptor(), is_provenance);
  EXPECT_FALSE(open.FieldsOf(*v1::Location::descriptor()).empty());
  const TypeReach shut(*v1::Record::descriptor(), is_provenance,
                       [](const auto& type) {
                         return &type == v1::RecordExtension::descriptor();
                       });
  EXPECT_TRUE(shut.FieldsOf(*v1::Location::descriptor()).empty());
  EXPECT_FALSE(shut.FieldsOf(*v1::CrisisResource::descriptor()).empty());
}

TEST(MutantTest, OrdinaryBuildsHaveTheNormalExpressionOnly) {
  EXPECT_EQ(HANDRAIL_MUTATE(no_mutant_of_this_name, 1, 2), 1);
}

}  // namespace
}  // namespace handrail
