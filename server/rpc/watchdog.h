// Ends calls whose time is over: gRPC's synchronous API waits for a silent
// caller for ever. One thread for all calls. Calls that follow have no such
// time; they are ended when the server stops.
//
//   {
//     Watchdog::Watch watch(watchdog, deadline, context);
//     …
//   }   // no longer watched
//
// Thread-safe.
#pragma once

#include <map>
#include <set>
#include <thread>

#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "storage/base/mutex.h"

namespace handrail::server {

class Watchdog {
 public:
  Watchdog();
  // REQUIRES: nothing is watched.
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Cancels the call at `deadline` if it still lives then.
  class Watch {
   public:
    Watch(Watchdog& watchdog, absl::Time deadline,
          grpc::ServerContext& context);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Watchdog& watchdog_;
    std::multimap<absl::Time, grpc::ServerContext*>::iterator place_;
  };

  // Names a call that goes on until somebody ends it.
  class Follow {
   public:
    Follow(Watchdog& watchdog, grpc::ServerContext& context);
    ~Follow();
    Follow(const Follow&) = delete;
    Follow& operator=(const Follow&) = delete;

   private:
    Watchdog& watchdog_;
    grpc::ServerContext& context_;
  };

  // Cancels the calls that follow.
  void EndFollowing();

 private:
  void Run();

  Mutex mu_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  // By deadline. An entry stays until its Watch goes.
  std::multimap<absl::Time, grpc::ServerContext*> calls_ ABSL_GUARDED_BY(mu_);
  std::set<grpc::ServerContext*> following_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;
};

}  // namespace handrail::server
