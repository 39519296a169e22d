// Puts services together with what they refer to, from a stream of records.
//
// A service comes out with its organization, program and locations nested
// inside, as soon as these have come; what waits comes out at the end, and then
// what no service nests. So ask for services last.
//
//   ServiceJoiner joiner([&](v1::Service service) { return Write(service); },
//                        [&](v1::Record record) { return WriteAlone(record);
//                        });
//   HANDRAIL_RETURN_IF_ERROR(joiner.Add(record));
//   …
//   HANDRAIL_RETURN_IF_ERROR(joiner.Finish());
//
// Holds everything but services in memory, serialised. One thread at a time.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

class ServiceJoiner {
 public:
  using OnService = std::function<absl::Status(v1::Service service)>;
  using OnRecord = std::function<absl::Status(const v1::Record& record)>;

  // `alone` may be null: then what no service nests is left out.
  explicit ServiceJoiner(OnService whole, OnRecord alone = nullptr)
      : whole_(std::move(whole)), alone_(std::move(alone)) {}

  // Takes the next record. Centroids and crisis resources are left out.
  // Returns what the functions return.
  absl::Status Add(const v1::Record& record);

  // Call it once, last.
  absl::Status Finish();

 private:
  using Key = std::pair<v1::RecordType, std::string>;

  // True when every record the service refers to has come.
  bool Complete(const v1::Service& service) const;
  absl::Status Give(v1::Service service);

  OnService whole_;
  OnRecord alone_;
  // Ordered, so that output is.
  std::map<Key, std::string> records_;
  std::set<Key> nested_;
  std::vector<std::string> waiting_;
};

}  // namespace handrail::formats
