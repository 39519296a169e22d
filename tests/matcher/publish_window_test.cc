// A listing is an option only on the local days on which it is published.
#include <gtest/gtest.h>

#include <string>

#include "tests/matcher/matching_kit.h"

namespace handrail::matcher {
namespace {

// How many options a pantry with this window is at a time.
int OptionsAt(const std::string& window, const std::string& as_of,
              const std::string& zone = "America/New_York") {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, as_of, &time, &error));
  v1::Listing listing = MakeListing("l1", "food-pantry", window);
  listing.set_zone(zone);
  const auto snapshot = MakeSnapshot({listing});
  v1::MatchRequest request = Ask("food-pantry", "");
  request.mutable_as_of()->set_seconds(absl::ToUnixSeconds(time));
  return MatchOrDie(*snapshot, request).needs(0).options_size();
}

TEST(PublishWindowTest, BothDaysAreInItByTheClockOfThePlace) {
  const std::string window =
      "publish_from: '2026-06-05' publish_until: '2026-06-07'";
  EXPECT_EQ(OptionsAt(window, "2026-06-05T03:59:00Z"), 0);
  EXPECT_EQ(OptionsAt(window, "2026-06-05T04:00:00Z"), 1);
  EXPECT_EQ(OptionsAt(window, "2026-06-08T03:59:00Z"), 1);
  EXPECT_EQ(OptionsAt(window, "2026-06-08T04:00:00Z"), 0);
}

TEST(PublishWindowTest, ASideLeftOutHasNoBound) {
  EXPECT_EQ(OptionsAt("publish_from: '2026-06-05'", "2031-01-01T00:00:00Z"), 1);
  EXPECT_EQ(OptionsAt("publish_until: '2026-06-05'", "2001-01-01T00:00:00Z"),
            1);
  EXPECT_EQ(OptionsAt("publish_until: '2026-06-05'", "2026-06-07T00:00:00Z"),
            0);
}

TEST(PublishWindowTest, WithoutAZoneTheDayIsThatOfGreenwich) {
  EXPECT_EQ(OptionsAt("publish_from: '2026-06-05'", "2026-06-05T00:00:00Z", ""),
            1);
  EXPECT_EQ(OptionsAt("publish_from: '2026-06-05'", "2026-06-04T23:59:00Z", ""),
            0);
}

TEST(PublishWindowTest, OutsideItExplainSaysThatItIsNotActive) {
  v1::MatchRequest request = Ask("food-pantry", "");
  const v1::NeedExplanation explanation = ExplainOne(
      MakeListing("l1", "food-pantry", "publish_until: '2026-06-01'"), request);
  EXPECT_FALSE(explanation.candidate());
  EXPECT_FALSE(explanation.why_no_candidate().empty());
}

}  // namespace
}  // namespace handrail::matcher
