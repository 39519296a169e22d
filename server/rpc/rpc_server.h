// The two ports of handraild: gRPC for callers, and one for operators.
//
//   HANDRAIL_ASSIGN_OR_RETURN(auto server, RpcServer::Start(options, *dir));
//   print(server->address(), server->operator_address());
//   …
//   server->Drain(grace);
//
// The first port serves the directory, matching and loading, and health. The
// other serves health, reflection and AdminService; it names the other services
// but answers none of them.
//
// Handlers run on gRPC's own threads of the synchronous API, of which there are
// at most `threads_max`; a call beyond that ends in RESOURCE_EXHAUSTED. So a
// load that waits for the disk holds up nobody but itself.
//
// A caller that gives no deadline, or a later one than ours, gets ours: the
// context says when the time is over, and a call that still runs then is
// cancelled.
//
// grpcpp stays in this folder. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/directory.h"
#include "server/limits.h"
#include "server/request_context.h"

namespace handrail::server {

class Metrics;

struct RpcOptions {
  // HOST:PORT on loopback; port 0 picks one.
  std::string listen = "127.0.0.1:0";
  std::string operator_listen = "127.0.0.1:0";
  int message_bytes_max = kMessageBytesMax;
  int threads_max = kThreadsMax;
  absl::Duration unary_deadline = kUnaryDeadline;
  absl::Duration bulk_deadline = kBulkDeadline;
  // Counts the calls. Null: nobody does. Must outlive the server.
  Metrics* metrics = nullptr;
  // Tells the instant of each call.
  Clock clock = absl::Now;
};

class RpcServer {
 public:
  // Starts serving. The directory must outlive the server.
  // Errors: INVALID_ARGUMENT (INVALID_FIELD) for an address that is not
  // HOST:PORT on loopback; UNAVAILABLE for a port that is taken.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(
      const RpcOptions& options, Directory& directory);

  // Ends at once what still runs.
  ~RpcServer();
  RpcServer(const RpcServer&) = delete;
  RpcServer& operator=(const RpcServer&) = delete;

  // HOST:PORT as it is, with the port that was picked.
  const std::string& address() const;
  const std::string& operator_address() const;

  // Stops taking calls: health says NOT_SERVING, new calls are refused with
  // UNAVAILABLE (DRAINING), running ones may end within `grace` and are
  // cancelled then. Returns when nothing runs any more.
  void Drain(absl::Duration grace);

 private:
  class Impl;
  explicit RpcServer(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

// OK for a HOST:PORT whose host is loopback: 127.0.0.0/8, [::1], localhost.
// INVALID_ARGUMENT (INVALID_FIELD, `flag`) says why not: until there are
// credentials, callers are those on this machine.
absl::Status CheckLoopback(const std::string& flag, const std::string& address);

}  // namespace handrail::server
