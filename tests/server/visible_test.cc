// How soon a change is seen: from the moment a write is acknowledged until the
// snapshot that matches read has it, in a quiet directory and while a load
// runs. Prints what it measured; a busy machine
// makes it fail only where a change is not seen at all.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "tests/server/curating.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

constexpr int kListings = 1'000;
constexpr int kChanges = 100;
constexpr int kChangesInLoad = 20;

// Whether a listing has the name in what matches read now.
bool IsSeen(County& county, const std::string& name) {
  bool seen = false;
  county->state().snapshot()->ForEachRow([&](const matcher::Row& row) {
    seen = seen || matcher::ListingOf(row).name() == name;
  });
  return seen;
}

void Print(const char* what, std::vector<double> waits) {
  std::sort(waits.begin(), waits.end());
  std::printf(
      "%s, seen after acknowledgement, ms: p50 %.1f  p99 %.1f  most %.1f\n",
      what, waits[waits.size() / 2], waits[waits.size() * 99 / 100],
      waits.back());
}

TEST(VisibleTest, AChangeIsSeenSoonAfterItIsAcknowledged) {
  County county;
  std::vector<v1::Row> rows;
  for (int i = 0; i < kListings; ++i) {
    rows.push_back(MakeRow("records { service { id: 'more" + std::to_string(i) +
                           "' name: 'More' status: ACTIVE } }"));
  }
  ASSERT_THAT(county.Load(rows).status, testing::IsOk());
  std::vector<double> waits;
  for (int i = 0; i < kChanges; ++i) {
    const std::string name = "After " + std::to_string(i);
    ASSERT_THAT(county.Update("s1", {"name"}, "name: '" + name + "'"),
                testing::IsOk());
    const absl::Time acknowledged = absl::Now();
    while (!IsSeen(county, name)) {
      ASSERT_LT(absl::Now() - acknowledged, absl::Seconds(30));
      absl::SleepFor(absl::Microseconds(200));
    }
    waits.push_back(absl::ToDoubleMilliseconds(absl::Now() - acknowledged));
  }
  Print("in a quiet directory", std::move(waits));
}

// A load that goes on until it is told to end.
class EndlessLoad {
 public:
  explicit EndlessLoad(Directory& directory)
      : thread_([this, &directory] { Run(directory); }) {}
  ~EndlessLoad() { End(); }

  void End() {
    end_ = true;
    if (thread_.joinable()) thread_.join();
  }

  int64_t rows() const { return rows_; }
  bool running() const { return running_; }
  const absl::Status& status() const { return status_; }

 private:
  static constexpr int kBatchRows = 500;

  void Run(Directory& directory) {
    v1::BulkLoadRequest start = LoadMessages({.source = "feed"}, {}).front();
    int64_t sequence = 0;
    std::map<std::string, int64_t> counts;
    bool ended = false;
    status_ = directory.ingest().BulkLoad(
        TestContext(),
        {.read =
             [&](v1::BulkLoadRequest& request) {
               if (ended) return false;
               request.Clear();
               if (sequence++ == 0) {
                 request = start;
               } else if (end_) {
                 request.mutable_end();
                 ended = true;
               } else {
                 request.mutable_batch()->set_sequence(sequence - 1);
                 for (int i = 0; i < kBatchRows; ++i) {
                   *request.mutable_batch()->add_rows() = MakeRow(
                       "records { service { id: 'f" + std::to_string(rows_++) +
                       "' name: 'Feed' status: ACTIVE } }");
                 }
               }
               return true;
             },
         .write = [](const auto&) { return true; }},
        counts);
    running_ = false;
  }

  std::atomic<bool> end_ = false;
  std::atomic<bool> running_ = true;
  std::atomic<int64_t> rows_ = 0;
  absl::Status status_;
  std::thread thread_;
};

// Writes, and measures until matches have it.
double Measure(const std::function<void()>& write,
               const std::function<bool()>& seen) {
  write();
  const absl::Time acknowledged = absl::Now();
  while (!seen() && absl::Now() - acknowledged < absl::Seconds(30)) {
    absl::SleepFor(absl::Microseconds(200));
  }
  EXPECT_TRUE(seen());
  return absl::ToDoubleMilliseconds(absl::Now() - acknowledged);
}

TEST(VisibleTest, AnEditIsSeenWhileALoadRuns) {
  County county;
  const std::string listing = CountyId("service_at_location", "sal1");
  const auto listing_now = [&] {
    const auto snapshot = county->state().snapshot();
    const matcher::Row* row = snapshot->rows().Find(listing);
    return row == nullptr ? v1::Listing() : matcher::ListingOf(*row);
  };
  EndlessLoad load(*county);
  while (load.rows() < 2000 && load.running()) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  std::vector<double> names;
  std::vector<double> availabilities;
  for (int i = 0; i < kChangesInLoad; ++i) {
    const std::string name = "After " + std::to_string(i);
    names.push_back(Measure(
        [&] {
          EXPECT_THAT(county.Update("s1", {"name"}, "name: '" + name + "'"),
                      testing::IsOk());
        },
        [&] { return listing_now().name() == name; }));
    const std::string words = "day " + std::to_string(i);
    availabilities.push_back(Measure(
        [&] {
          v1::UpdateAvailabilityRequest request;
          request.set_request_id(NewRequestId());
          request.set_listing_id(listing);
          request.set_accepting_new(v1::YES);
          request.set_words(words);
          request.set_method(v1::CALL);
          EXPECT_THAT(
              county.curation().UpdateAvailability(TestContext(), request),
              testing::IsOk());
        },
        [&] {
          return listing_now().DebugString().find(words) != std::string::npos;
        }));
    ASSERT_TRUE(load.running()) << load.status();
  }
  const int64_t rows = load.rows();
  load.End();
  EXPECT_THAT(load.status(), testing::IsOk());
  Print("names, while a load runs", std::move(names));
  Print("availability, while a load runs", std::move(availabilities));
  std::printf("the load had brought %lld rows by then\n",
              static_cast<long long>(rows));
}

}  // namespace
}  // namespace handrail::server
