#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "prometheus/exposer.h"
#include "server/metrics/metrics.h"
#include "server/metrics/metrics_impl.h"
#include "storage/base/status.h"

namespace handrail::server {

class MetricsServer::Http {
 public:
  Http(const std::string& address, const Metrics& metrics)
      // One scrape at a time is usual; a second thread keeps one that reads
      // slowly from being in the way for longer than the timeout.
      : exposer_(std::vector<std::string>{"listening_ports", address,
                                          "num_threads", "2",
                                          "request_timeout_ms", "5000"}) {
    exposer_.RegisterCollectable(metrics.impl_, "/metrics");
  }

  int port() const { return exposer_.GetListeningPorts().front(); }

 private:
  prometheus::Exposer exposer_;
};

MetricsServer::MetricsServer(std::unique_ptr<Http> http, std::string address)
    : http_(std::move(http)), address_(std::move(address)) {}

MetricsServer::~MetricsServer() = default;

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(
    const std::string& address, const Metrics& metrics) {
  std::unique_ptr<Http> http;
  // The library tells of a port that is taken by an exception.
  try {
    http = std::make_unique<Http>(address, metrics);
  } catch (const std::exception&) {
    return Unavailable(v1::ERROR_REASON_UNSPECIFIED,
                       "cannot serve metrics on " + address +
                           ": the port is taken or the address is not this "
                           "machine's");
  }
  const std::string host = address.substr(0, address.rfind(':'));
  const std::string bound = host + ":" + std::to_string(http->port());
  return std::unique_ptr<MetricsServer>(
      new MetricsServer(std::move(http), bound));
}

}  // namespace handrail::server
