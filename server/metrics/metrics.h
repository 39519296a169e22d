// What the server counts about itself, for Prometheus.
//
//   Metrics metrics([&] { return ReadDirectory(*directory, *journal, Now());
//   }); metrics.CallEnded(line); HANDRAIL_ASSIGN_OR_RETURN(auto served,
//                             MetricsServer::Start("127.0.0.1:0", metrics));
//
// Counts, sizes and durations under names and labels of a closed list
// (allow_list.h), and nothing else: whatever else a family or a label holds is
// dropped on its way out.
//
// prometheus-cpp stays in this folder. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "handrail/v1/match_service.pb.h"
#include "server/logging/call_log.h"
#include "server/metrics/readings.h"

namespace handrail::server {

class Metrics {
 public:
  // `read` is asked whenever the metrics are.
  explicit Metrics(std::function<Readings()> read);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Around each call.
  void CallBegan();
  void CallEnded(const CallLine& call);
  // What one match judged.
  void Matched(const v1::MatchResponse& response);

  // All of it in Prometheus' text form.
  std::string Exposition() const;

 private:
  friend class MetricsServer;
  class Impl;

  const std::shared_ptr<Impl> impl_;
};

// Serves /metrics over HTTP, on loopback alone.
class MetricsServer {
 public:
  // `address` is HOST:PORT; port 0 picks one. Errors: UNAVAILABLE where the
  // port is taken. The caller has checked that the host is loopback.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(
      const std::string& address, const Metrics& metrics);
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  // HOST:PORT as it is.
  const std::string& address() const { return address_; }

 private:
  class Http;
  MetricsServer(std::unique_ptr<Http> http, std::string address);

  const std::unique_ptr<Http> http_;
  const std::string address_;
};

}  // namespace handrail::server
