// What a handler knows of a call besides the request: when it is, how long it
// may take, who calls. Made in server/rpc, or by hand in tests.
//
//   absl::StatusOr<v1::GetListingResponse> GetListing(
//       const RequestContext& context, const v1::GetListingRequest& request) {
//     …
//     HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
//     …
//   }
//
// Belongs to the thread that answers the call.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "storage/base/status.h"

namespace handrail::server {

// Tells the time: the machine's, or a test's.
using Clock = std::function<absl::Time()>;

class RequestContext {
 public:
  struct Parts {
    absl::Time now;
    absl::Time deadline = absl::InfiniteFuture();
    Clock clock = absl::Now;
    // True once the caller has gone away. DEFAULT: never.
    std::function<bool()> cancelled;
    std::string actor = "loopback";
  };

  explicit RequestContext(Parts parts) : parts_(std::move(parts)) {}

  // The instant of the call: the same for all of its stages, so that an answer
  // is the answer of one moment.
  absl::Time now() const { return parts_.now; }
  absl::Time deadline() const { return parts_.deadline; }

  // The instant of asking. For calls that go on for long.
  absl::Time clock_now() const { return parts_.clock(); }

  // Who calls. "loopback" until there are credentials.
  const std::string& actor() const { return parts_.actor; }

  // True when nobody waits for the answer any more. Handlers ask between
  // stages.
  bool Expired() const {
    return parts_.clock() >= parts_.deadline ||
           (parts_.cancelled && parts_.cancelled());
  }

  // OK, or DEADLINE_EXCEEDED (EXPIRED) when the time is over, or CANCELLED
  // (EXPIRED) when the caller went away before.
  absl::Status CheckTime() const {
    if (!Expired()) return absl::OkStatus();
    if (parts_.clock() < parts_.deadline) {
      return Error(absl::StatusCode::kCancelled, v1::ERROR_REASON_EXPIRED,
                   "the caller went away");
    }
    return Error(absl::StatusCode::kDeadlineExceeded, v1::ERROR_REASON_EXPIRED,
                 "the time for this call is over");
  }

 private:
  const Parts parts_;
};

}  // namespace handrail::server
