// Writes records as HSDS 3.1 JSON, one object per line (NDJSON), so that what
// was loaded from HSDS comes out as it was.
//
// A line is rooted at a service, with its organization, program and locations
// nested inside. Organizations, programs, locations, taxonomies and terms that
// no service nests follow on lines of their own, which carry the key
// "x_handrail_type" so that no reader has to guess.
//
//   HsdsWriter writer([&](std::string_view line) { return Put(line); });
//   for (const v1::DirectoryRecord& record : records) {
//     HANDRAIL_RETURN_IF_ERROR(writer.Add(record.record()));
//   }
//   HANDRAIL_RETURN_IF_ERROR(writer.Finish());
//
// Inside an object, HSDS fields come first in the order of the HSDS schema,
// then properties that HSDS does not name, then "x_handrail". A value that was
// normalised is written as its source wrote it. The same records in the same
// order give the same bytes, and reading them back gives the same records.
//
// Holds everything but services in memory; services are written as they come
// once what they refer to has come, the others at the end. So ask for services
// last. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// Takes one line, its newline included. An error ends the export.
using LineSink = std::function<absl::Status(std::string_view line)>;

class HsdsWriter {
 public:
  explicit HsdsWriter(LineSink sink) : sink_(std::move(sink)) {}

  // Takes the next record. Centroids and crisis resources are not HSDS and are
  // left out. Returns what the sink returns.
  absl::Status Add(const v1::Record& record);

  // Writes what was waiting and what no service nests. Call it once, last.
  absl::Status Finish();

  int64_t lines() const { return lines_; }

 private:
  using Key = std::pair<v1::RecordType, std::string>;

  // True when every record the service refers to has come.
  bool Complete(const v1::Service& service) const;
  absl::Status Write(v1::Service service);
  absl::Status Put(std::string line);

  LineSink sink_;
  // Serialised, to keep them small. Ordered, so that output is.
  std::map<Key, std::string> records_;
  std::set<Key> nested_;
  std::vector<std::string> waiting_;
  int64_t lines_ = 0;
};

// One record as a JSON object on one line, without the newline. Nested objects
// are written where they are set.
std::string HsdsJson(const google::protobuf::Message& object);

}  // namespace handrail::formats
