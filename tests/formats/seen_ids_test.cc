#include "clients/formats/seen_ids.h"

#include <gtest/gtest.h>

#include <string>

namespace handrail::formats {
namespace {

TEST(SeenIdsTest, NoIdIsNewTwiceAndFewAreTakenForSeen) {
  constexpr int kIds = 1'000'000;
  SeenIds seen;
  int taken = 0;
  for (int i = 0; i < kIds; ++i) {
    if (!seen.IsNew("part-" + std::to_string(i))) ++taken;
  }
  // An export names parts by this: its bytes must not differ from process to
  // process, as they would with hashes that do.
  EXPECT_EQ(taken, 16);
  for (int i = 0; i < kIds; ++i) {
    ASSERT_FALSE(seen.IsNew("part-" + std::to_string(i)));
  }
}

}  // namespace
}  // namespace handrail::formats
