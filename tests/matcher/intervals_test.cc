// Stretches of time: merging, taking away, and the windows of a week.
#include "matcher/intervals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "matcher/hours.h"
#include "tests/testing/testing.h"

namespace handrail::matcher {
namespace {

using ::handrail::testing::NamesField;
using ::handrail::testing::ParseText;

Interval Min(int start, int end) {
  return {absl::FromUnixSeconds(start * 60), absl::FromUnixSeconds(end * 60)};
}

TEST(MergeTest, JoinsWhatTouchesOrOverlaps) {
  EXPECT_EQ(Merge({Min(5, 7), Min(1, 3), Min(3, 4), Min(6, 9), Min(8, 8)}),
            (std::vector<Interval>{Min(1, 4), Min(5, 9)}));
  EXPECT_TRUE(Merge({}).empty());
}

TEST(SubtractTest, LeavesWhatIsNotTaken) {
  EXPECT_EQ(Subtract({Min(0, 10), Min(20, 30)}, {Min(3, 5), Min(9, 21)}),
            (std::vector<Interval>{Min(0, 3), Min(5, 9), Min(21, 30)}));
  EXPECT_TRUE(Subtract({Min(3, 5)}, {Min(0, 9)}).empty());
}

TEST(IntervalPropertyTest, EqualsSetsOfMinutes) {
  const unsigned seed = 7;
  std::mt19937 random(seed);
  const auto some = [&] {
    std::vector<Interval> out;
    for (unsigned i = random() % 6; i > 0; --i) {
      const int start = static_cast<int>(random() % 40);
      out.push_back(Min(start, start + static_cast<int>(random() % 9)));
    }
    return out;
  };
  const auto minutes = [](const std::vector<Interval>& intervals) {
    std::set<int> out;
    for (const Interval& one : intervals) {
      for (absl::Time t = one.start; t < one.end; t += absl::Minutes(1)) {
        out.insert(static_cast<int>(absl::ToUnixSeconds(t) / 60));
      }
    }
    return out;
  };
  for (int round = 0; round < 2000; ++round) {
    SCOPED_TRACE(absl::StrCat("seed ", seed, " round ", round));
    const auto a = some();
    const auto b = some();
    std::set<int> expected = minutes(a);
    EXPECT_EQ(minutes(Merge(a)), expected);
    for (const int minute : minutes(b)) expected.erase(minute);
    const auto left = Subtract(Merge(a), Merge(b));
    EXPECT_EQ(minutes(left), expected);
    EXPECT_EQ(Merge(left), left);  // Sorted, none empty, none touching.
  }
}

TEST(WeeklyWindowTest, ASpringNightIsAnHourShort) {
  const auto night = WeeklyWindow::Parse(
      ParseText<v1::WeekWindow>("days: 'SA' start: '22:00' end: '06:00'"));
  ASSERT_TRUE(night.ok());
  const absl::TimeZone zone = *FindZone("America/New_York");
  const absl::Time friday =
      absl::FromCivil(absl::CivilSecond(2025, 3, 7), zone);
  const auto instances =
      night->Instances(zone, friday, friday + absl::Hours(9 * 24));
  ASSERT_EQ(instances.size(), 2u);
  EXPECT_EQ(instances[0].length(), absl::Hours(7));
  EXPECT_EQ(instances[1].length(), absl::Hours(8));
}

TEST(WeeklyWindowTest, TwentyFourHundredIsTheEndOfTheDay) {
  const auto days = WeeklyWindow::Parse(
      ParseText<v1::WeekWindow>("start: '00:00' end: '24:00'"));
  ASSERT_TRUE(days.ok());
  const absl::Time monday =
      absl::FromCivil(absl::CivilSecond(2025, 6, 2), absl::UTCTimeZone());
  const auto instances =
      days->Instances(absl::UTCTimeZone(), monday, monday + absl::Hours(48));
  // Apart, though they touch.
  EXPECT_EQ(instances.size(), 2u);
  EXPECT_EQ(Merge(instances).size(), 1u);
}

TEST(WeeklyWindowTest, RefusesWhatIsNoWindowAndNamesTheField) {
  const auto parse = [](const char* text) {
    return WeeklyWindow::Parse(ParseText<v1::WeekWindow>(text),
                               "person.free[0]");
  };
  EXPECT_THAT(parse("days: 'MO' days: 'Tue' start: '09:00' end: '10:00'"),
              NamesField("person.free[0].days[1]"));
  EXPECT_THAT(parse("end: '10:00'"), NamesField("person.free[0].start"));
  EXPECT_THAT(parse("start: '24:00' end: '10:00'"),
              NamesField("person.free[0].start"));
  EXPECT_THAT(parse("start: '09:00'"), NamesField("person.free[0].end"));
  EXPECT_THAT(parse("start: '09:00' end: '24:01'"),
              NamesField("person.free[0].end"));
  EXPECT_THAT(parse("start: '9:00' end: '10:00Z'"),
              NamesField("person.free[0].end"));
}

std::vector<WeeklyWindow> Windows(const std::vector<std::string>& texts) {
  std::vector<WeeklyWindow> out;
  for (const std::string& text : texts) {
    out.push_back(*WeeklyWindow::Parse(ParseText<v1::WeekWindow>(text)));
  }
  return out;
}

TEST(FreeTimeTest, TakesTheAnchorsOut) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::Time monday = absl::FromCivil(absl::CivilSecond(2025, 6, 2), utc);
  const auto hours = [&](int start, int end) {
    return Interval{monday + absl::Hours(start), monday + absl::Hours(end)};
  };
  // Free 8-12 on Monday; dosing every day 9-10.
  EXPECT_EQ(FreeTime(Windows({"days: 'MO' start: '08:00' end: '12:00'"}),
                     Windows({"start: '09:00' end: '10:00'"}), utc, monday,
                     monday + absl::Hours(24)),
            (std::vector<Interval>{hours(8, 9), hours(10, 12)}));
  // Anchors alone are taken out of the whole time; work crosses midnight.
  EXPECT_EQ(FreeTime({}, Windows({"start: '22:00' end: '06:00'"}), utc, monday,
                     monday + absl::Hours(48)),
            (std::vector<Interval>{hours(6, 22), hours(30, 46)}));
  // What has passed is no longer free.
  EXPECT_EQ(FreeTime(Windows({"days: 'MO' start: '08:00' end: '12:00'"}), {},
                     utc, monday + absl::Hours(11), monday + absl::Hours(24)),
            (std::vector<Interval>{hours(11, 12)}));
}

TEST(TonightTest, EndsAtSixInTheMorning) {
  const absl::TimeZone zone = *FindZone("America/New_York");
  const auto at = [&](int day, int hour) {
    return absl::FromCivil(absl::CivilSecond(2025, 3, day, hour), zone);
  };
  EXPECT_EQ(Tonight(zone, at(3, 20)), (Interval{at(3, 20), at(4, 6)}));
  EXPECT_EQ(Tonight(zone, at(4, 2)), (Interval{at(4, 2), at(4, 6)}));
  EXPECT_EQ(Tonight(zone, at(4, 6)), (Interval{at(4, 6), at(5, 6)}));
  EXPECT_EQ(Tonight(zone, at(8, 20)).length(), absl::Hours(9));
}

TEST(ParseClockTest, ReadsTimesAndReadsPastOffsets) {
  EXPECT_EQ(ParseClock("09:05", TimeSuffix::kNone), 9 * 3600 + 300);
  EXPECT_EQ(ParseClock("24:00", TimeSuffix::kNone), 86400);
  EXPECT_EQ(ParseClock("09:00:30", TimeSuffix::kNone), 9 * 3600 + 30);
  for (const char* text :
       {"09:00Z", "09:00-05:00", "09:00+0530", "09:00-05", "09:00:00Z"}) {
    EXPECT_EQ(ParseClock(text, TimeSuffix::kReadPast), 9 * 3600) << text;
    EXPECT_LT(ParseClock(text, TimeSuffix::kNone), 0) << text;
  }
  for (const char* text : {"", "9:00", "24:01", "23:60", "ab:cd", "09-00",
                           "09:00:", "09:00 am", "09:00-5", "0900"}) {
    EXPECT_LT(ParseClock(text, TimeSuffix::kReadPast), 0) << text;
  }
}

}  // namespace
}  // namespace handrail::matcher
