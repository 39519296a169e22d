#include "clients/cli/week_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "google/protobuf/util/time_util.h"
#include "tests/testing/testing.h"

namespace handrail::cli {
namespace {

using testing::IsOk;
using testing::StatusIs;

TEST(WeekWindowText, ReadsDaysAsPeopleWriteThem) {
  struct Case {
    std::string text, days, start, end;
  };
  const std::vector<Case> cases = {
      {"Tue 18:00-21:30", "TU", "18:00", "21:30"},
      {"tuesday 18:00-21:30", "TU", "18:00", "21:30"},
      {"TU 18:00-21:30", "TU", "18:00", "21:30"},
      {"Mon-Fri 9:00-17:00", "MO,TU,WE,TH,FR", "09:00", "17:00"},
      {"Fri-Mon 09:00-17:00", "FR,SA,SU,MO", "09:00", "17:00"},
      {"Tue,Thu 18:00-21:00", "TU,TH", "18:00", "21:00"},
      {"18:00-24:00", "", "18:00", "24:00"},
      {"Sat 22:00-02:00", "SA", "22:00", "02:00"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto window = ParseWeekWindow(c.text);
    ASSERT_THAT(window, IsOk());
    EXPECT_EQ(absl::StrJoin(window->days(), ","), c.days);
    EXPECT_EQ(window->start(), c.start);
    EXPECT_EQ(window->end(), c.end);
  }
}

TEST(WeekWindowText, RefusesWhatIsNoWindow) {
  for (const std::string text :
       {"", "Tue", "Tue 18:00", "Tues 25:00-26:00", "Xyz 18:00-19:00",
        "T 18:00-19:00", "Tue 18:60-19:00", "Tue 24:00-02:00",
        "Mon-Tue-Wed 10:00-11:00", "Tue 18.00-19.00"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(ParseWeekWindow(text),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(InstantText, ReadsTimesAndDates) {
  using google::protobuf::util::TimeUtil;
  EXPECT_EQ(TimeUtil::ToString(*ParseInstant("2021-06-05T00:00:00Z")),
            "2021-06-05T00:00:00Z");
  EXPECT_EQ(TimeUtil::ToString(*ParseInstant("2021-06-05T02:00:00+02:00")),
            "2021-06-05T00:00:00Z");
  EXPECT_EQ(TimeUtil::ToString(*ParseInstant("2021-06-05")),
            "2021-06-05T00:00:00Z");
  EXPECT_FALSE(ParseInstant("5 June").ok());
  EXPECT_FALSE(ParseInstant("2021-02-30").ok());
}

}  // namespace
}  // namespace handrail::cli
