#include "clients/formats/seen_ids.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "absl/hash/hash.h"

namespace handrail::formats {
namespace {

TEST(SeenIdsTest, NoIdIsNewTwiceAndFewAreTakenForSeen) {
  constexpr int kIds = 1'000'000;
  SeenIds seen;
  int taken = 0;
  for (int i = 0; i < kIds; ++i) {
    if (!seen.IsNew(absl::HashOf(i))) ++taken;
  }
  EXPECT_LT(taken, kIds / 1000);
  for (int i = 0; i < kIds; ++i) {
    ASSERT_FALSE(seen.IsNew(absl::HashOf(i)));
  }
}

}  // namespace
}  // namespace handrail::formats
