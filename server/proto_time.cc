#include "server/proto_time.h"

#include "google/protobuf/util/time_util.h"

namespace handrail::server {

using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;

Timestamp ToProto(absl::Time time) {
  return TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(time));
}

absl::Time FromProto(const Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

bool IsTimestamp(const Timestamp& time) {
  return time.seconds() >= TimeUtil::kTimestampMinSeconds &&
         time.seconds() <= TimeUtil::kTimestampMaxSeconds &&
         time.nanos() >= 0 && time.nanos() <= 999'999'999;
}

}  // namespace handrail::server
