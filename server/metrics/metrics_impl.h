// The inside of Metrics, shared with what serves it.
#pragma once

#include <functional>
#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/metric_family.h"
#include "prometheus/registry.h"
#include "server/metrics/metrics.h"

namespace handrail::server {

class Metrics::Impl : public prometheus::Collectable {
 public:
  explicit Impl(std::function<Readings()> read);

  void CallBegan() { running_.Increment(); }
  void CallEnded(const CallLine& call);
  void Matched(const v1::MatchResponse& response);

  // What was counted and what is read now, as far as the list allows.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::function<Readings()> read_;
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Family<prometheus::Histogram>& call_seconds_;
  prometheus::Gauge& running_;
  prometheus::Histogram& candidates_;
  prometheus::Family<prometheus::Counter>& judged_;
  prometheus::Family<prometheus::Counter>& rows_;
};

}  // namespace handrail::server
