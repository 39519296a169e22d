// How soon a change is seen: from the moment a write is acknowledged until the
// snapshot that matches read has it. Prints what it measured; a busy machine
// makes it fail only where a change is not seen at all.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "tests/server/curating.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

constexpr int kListings = 1'000;
constexpr int kChanges = 100;

// Whether a listing has the name in what matches read now.
bool IsSeen(County& county, const std::string& name) {
  bool seen = false;
  county->state().snapshot()->ForEachRow([&](const matcher::Row& row) {
    seen = seen || matcher::ListingOf(row).name() == name;
  });
  return seen;
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
  std::sort(waits.begin(), waits.end());
  std::printf("seen after acknowledgement, ms: p50 %.1f  p99 %.1f  most %.1f\n",
              waits[waits.size() / 2], waits[waits.size() * 99 / 100],
              waits.back());
}

}  // namespace
}  // namespace handrail::server
