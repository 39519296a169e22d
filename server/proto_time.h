// Times of absl as protobuf's, and back.
//
// Pure; any thread.
#pragma once

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace handrail::server {

// To the nanosecond. REQUIRES: a time from the year 1678 to 2261.
google::protobuf::Timestamp ToProto(absl::Time time);

// REQUIRES: IsTimestamp, where the time comes from a caller.
absl::Time FromProto(const google::protobuf::Timestamp& time);

// Whether protobuf allows this in a Timestamp: year 1 to year 9999, and
// nanoseconds from 0 on.
bool IsTimestamp(const google::protobuf::Timestamp& time);

}  // namespace handrail::server
