// Metrics count, and say nothing that is not on their list.
#include "server/metrics/metrics.h"

#include <string>

#include "gmock/gmock.h"
#include "server/metrics/allow_list.h"
#include "tests/testing/testing.h"

namespace handrail::server {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(MetricsTest, WordsThatAreNotOnTheListBecomeOther) {
  Metrics metrics([] { return Readings(); });
  metrics.CallBegan();
  metrics.CallEnded({.method = "Match Jane Roe",
                     .code = absl::StatusCode::kNotFound,
                     .reason = "said: needs detox",
                     .duration = absl::Milliseconds(3)});
  EXPECT_THAT(metrics.Exposition(),
              AllOf(HasSubstr("handrail_calls_total{code=\"NOT_FOUND\",method="
                              "\"other\",reason=\"other\"} 1"),
                    Not(HasSubstr("Jane")), Not(HasSubstr("detox"))));
}

TEST(MetricsTest, CallsRunBetweenTheirBeginAndTheirEnd) {
  Metrics metrics([] { return Readings(); });
  metrics.CallBegan();
  metrics.CallBegan();
  metrics.CallEnded({.method = "Match"});
  EXPECT_THAT(metrics.Exposition(), HasSubstr("handrail_calls_running 1\n"));
}

TEST(MetricsTest, RowsOfLoadsAreLoadedOrSkipped) {
  Metrics metrics([] { return Readings(); });
  metrics.CallEnded({.method = "BulkLoad",
                     .counts = {{"rows_read", 10}, {"rows_skipped", 3}}});
  EXPECT_THAT(
      metrics.Exposition(),
      AllOf(HasSubstr("handrail_load_rows_total{outcome=\"loaded\"} 7\n"),
            HasSubstr("handrail_load_rows_total{outcome=\"skipped\"} 3\n")));
}

TEST(MetricsTest, ReadingsAreOfTheMomentTheyAreAskedFor) {
  Readings now;
  Metrics metrics([&] { return now; });
  EXPECT_THAT(metrics.Exposition(), HasSubstr("handrail_read_only 0\n"));
  now.read_only = true;
  now.followers = 2;
  EXPECT_THAT(metrics.Exposition(), AllOf(HasSubstr("handrail_read_only 1\n"),
                                          HasSubstr("handrail_followers 2\n")));
}

TEST(MetricsTest, EveryCallOfTheContractIsOnTheList) {
  const AllowedMetric* calls = FindAllowedMetric("handrail_calls_total");
  ASSERT_NE(calls, nullptr);
  const std::vector<std::string>& methods = calls->labels.front().values;
  for (const char* method :
       {"Match", "Explain", "GetRecord", "BulkLoad", "Search", "WatchChanges",
        "ConfirmFact", "Doctor"}) {
    EXPECT_THAT(methods, Contains(method));
  }
}

// A gauge that grows a label by mistake would be caught here.
TEST(MetricsTest, LabelsAreOfClosedListsAndFew) {
  for (const AllowedMetric& metric : AllowedMetrics()) {
    SCOPED_TRACE(std::string(metric.name));
    size_t series = 1;
    for (const AllowedLabel& label : metric.labels) {
      EXPECT_FALSE(label.values.empty());
      if (label.name != "code" && label.name != "reason") {
        series *= label.values.size();
      }
    }
    EXPECT_LE(series, 100u);
  }
}

}  // namespace
}  // namespace handrail::server
