#include "server/metrics/metrics.h"

#include <sstream>
#include <utility>
#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"
#include "server/metrics/allow_list.h"
#include "server/metrics/metrics_impl.h"
#include "server/version.h"
#include "storage/base/check.h"

namespace handrail::server {
namespace {

// Seconds: from a lookup in memory to a whole load.
const prometheus::Histogram::BucketBoundaries kSeconds = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
    0.25,   0.5,   1,      2.5,   5,    30,    120,  600};
const prometheus::Histogram::BucketBoundaries kCandidates = {
    0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000};

const AllowedMetric& Rule(std::string_view name) {
  const AllowedMetric* rule = FindAllowedMetric(name);
  HANDRAIL_CHECK(rule != nullptr);
  return *rule;
}

template <typename Builder>
auto& Family(Builder builder, std::string_view name,
             prometheus::Registry& registry) {
  return builder.Name(std::string(name))
      .Help(std::string(Rule(name).help))
      .Register(registry);
}

// The labels of one metric, each with a value of its list.
prometheus::Labels LabelsOf(
    std::string_view name,
    const std::vector<std::pair<std::string_view, std::string_view>>& values) {
  prometheus::Labels labels;
  for (const auto& [label, value] : values) {
    labels[std::string(label)] = AllowedValue(Rule(name), label, value);
  }
  return labels;
}

// A family of one number that was read just now.
prometheus::MetricFamily Reading(std::string_view name, double value) {
  const AllowedMetric& rule = Rule(name);
  prometheus::MetricFamily family;
  family.name = std::string(rule.name);
  family.help = std::string(rule.help);
  prometheus::ClientMetric metric;
  if (rule.kind == MetricKind::kCounter) {
    family.type = prometheus::MetricType::Counter;
    metric.counter.value = value;
  } else {
    family.type = prometheus::MetricType::Gauge;
    metric.gauge.value = value;
  }
  family.metric.push_back(metric);
  return family;
}

// Takes out what the list does not have: the last gate.
void Filter(std::vector<prometheus::MetricFamily>& families) {
  std::erase_if(families, [](const prometheus::MetricFamily& family) {
    return FindAllowedMetric(family.name) == nullptr;
  });
  for (prometheus::MetricFamily& family : families) {
    const AllowedMetric& rule = Rule(family.name);
    std::erase_if(family.metric, [&](const prometheus::ClientMetric& metric) {
      for (const auto& label : metric.label) {
        if (AllowedValue(rule, label.name, label.value) != label.value &&
            label.value != kOther) {
          return true;
        }
      }
      return metric.label.size() != rule.labels.size();
    });
  }
}

}  // namespace

Metrics::Impl::Impl(std::function<Readings()> read)
    : read_(std::move(read)),
      calls_(Family(prometheus::BuildCounter(), "handrail_calls_total",
                    registry_)),
      call_seconds_(Family(prometheus::BuildHistogram(),
                           "handrail_call_seconds", registry_)),
      running_(
          Family(prometheus::BuildGauge(), "handrail_calls_running", registry_)
              .Add({})),
      candidates_(Family(prometheus::BuildHistogram(),
                         "handrail_match_candidates", registry_)
                      .Add({}, kCandidates)),
      judged_(Family(prometheus::BuildCounter(), "handrail_match_judged_total",
                     registry_)),
      rows_(Family(prometheus::BuildCounter(), "handrail_load_rows_total",
                   registry_)) {
  Family(prometheus::BuildGauge(), "handrail_build_info", registry_)
      .Add(LabelsOf("handrail_build_info", {{"version", kVersion}}))
      .Set(1);
  // Shown as 0 from the start, so that what never happened can be told from
  // what is not counted.
  for (const char* verdict : {"FITS", "CHECK", "DOES_NOT_FIT"}) {
    judged_.Add({{"verdict", verdict}});
  }
  for (const char* outcome : {"loaded", "skipped"}) {
    rows_.Add({{"outcome", outcome}});
  }
}

void Metrics::Impl::CallEnded(const CallLine& call) {
  running_.Decrement();
  const std::string code = absl::StatusCodeToString(call.code);
  calls_
      .Add(LabelsOf(
          "handrail_calls_total",
          {{"method", call.method}, {"code", code}, {"reason", call.reason}}))
      .Increment();
  call_seconds_
      .Add(LabelsOf("handrail_call_seconds", {{"method", call.method}}),
           kSeconds)
      .Observe(absl::ToDoubleSeconds(call.duration));
  const auto read = call.counts.find("rows_read");
  if (read == call.counts.end()) return;
  const auto skipped = call.counts.find("rows_skipped");
  const int64_t lost = skipped == call.counts.end() ? 0 : skipped->second;
  rows_.Add({{"outcome", "loaded"}})
      .Increment(static_cast<double>(read->second - lost));
  rows_.Add({{"outcome", "skipped"}}).Increment(static_cast<double>(lost));
}

void Metrics::Impl::Matched(const v1::MatchResponse& response) {
  int64_t fits = 0, checks = 0, misfits = 0;
  for (const v1::NeedAnswer& need : response.needs()) {
    fits += need.fits_count();
    checks += need.check_count();
    misfits += need.does_not_fit_count();
  }
  candidates_.Observe(static_cast<double>(fits + checks + misfits));
  judged_.Add({{"verdict", "FITS"}}).Increment(static_cast<double>(fits));
  judged_.Add({{"verdict", "CHECK"}}).Increment(static_cast<double>(checks));
  judged_.Add({{"verdict", "DOES_NOT_FIT"}})
      .Increment(static_cast<double>(misfits));
}

std::vector<prometheus::MetricFamily> Metrics::Impl::Collect() const {
  std::vector<prometheus::MetricFamily> families = registry_.Collect();
  const auto add = [&](std::string_view name, double value) {
    families.push_back(Reading(name, value));
  };
  const Readings now = read_();
  add("handrail_directory_revision",
      static_cast<double>(now.directory_revision));
  add("handrail_snapshot_revision", static_cast<double>(now.snapshot_revision));
  add("handrail_snapshot_age_seconds", absl::ToDoubleSeconds(now.snapshot_age));
  add("handrail_snapshot_listings", static_cast<double>(now.listings));
  add("handrail_snapshot_build_seconds", absl::ToDoubleSeconds(now.last_build));
  add("handrail_snapshot_builds_total", static_cast<double>(now.builds));
  add("handrail_followers", now.followers);
  add("handrail_journal_appends_total",
      static_cast<double>(now.journal_appends));
  add("handrail_journal_bytes_total", static_cast<double>(now.journal_bytes));
  add("handrail_read_only", now.read_only ? 1 : 0);
  const ProcessReadings process = ReadProcess();
  add("process_cpu_seconds_total", process.cpu_seconds);
  add("process_resident_memory_bytes", process.resident_bytes);
  add("process_open_fds", process.open_files);
  add("process_start_time_seconds", process.start_seconds);
  Filter(families);
  return families;
}

Metrics::Metrics(std::function<Readings()> read)
    : impl_(std::make_shared<Impl>(std::move(read))) {}

Metrics::~Metrics() = default;

void Metrics::CallBegan() { impl_->CallBegan(); }

void Metrics::CallEnded(const CallLine& call) { impl_->CallEnded(call); }

void Metrics::Matched(const v1::MatchResponse& response) {
  impl_->Matched(response);
}

std::string Metrics::Exposition() const {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, impl_->Collect());
  return text.str();
}

}  // namespace handrail::server
