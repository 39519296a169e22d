// Everything that metrics may say: names, labels, and the values of labels, in
// one table. What is not in it does not leave the process (metrics.cc drops
// it), so no call can put a word of a request or a record into a metric.
//
// Pure data; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handrail::server {

enum class MetricKind { kCounter, kGauge, kHistogram, kSummary };

struct AllowedLabel {
  std::string_view name;
  // All of them. A closed list: names of calls, codes, reasons.
  std::vector<std::string> values;
};

struct AllowedMetric {
  std::string_view name;
  MetricKind kind = MetricKind::kGauge;
  std::string_view help;
  std::vector<AllowedLabel> labels = {};
};

// In the order in which they are shown.
const std::vector<AllowedMetric>& AllowedMetrics();

// nullptr where there is none of that name.
const AllowedMetric* FindAllowedMetric(std::string_view name);

// What stands for a value that is not on the list.
inline constexpr std::string_view kOther = "other";

// `value` where the metric's label may have it, else kOther.
std::string_view AllowedValue(const AllowedMetric& metric,
                              std::string_view label, std::string_view value);

}  // namespace handrail::server
