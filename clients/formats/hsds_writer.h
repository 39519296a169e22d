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
// Services are written as service_joiner.h gives them: ask for services last.
// One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/service_joiner.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// Takes one line, its newline included. An error ends the export.
using LineSink = std::function<absl::Status(std::string_view line)>;

class HsdsWriter {
 public:
  explicit HsdsWriter(LineSink sink);
  HsdsWriter(const HsdsWriter&) = delete;
  HsdsWriter& operator=(const HsdsWriter&) = delete;

  // Takes the next record. Centroids and crisis resources are not HSDS and are
  // left out. Returns what the sink returns.
  absl::Status Add(const v1::Record& record) { return joiner_.Add(record); }

  // Writes what was waiting and what no service nests. Call it once, last.
  absl::Status Finish() { return joiner_.Finish(); }

  int64_t lines() const { return lines_; }

 private:
  absl::Status Put(std::string line);

  LineSink sink_;
  ServiceJoiner joiner_;
  int64_t lines_ = 0;
};

// One record as a JSON object on one line, without the newline. Nested objects
// are written where they are set.
std::string HsdsJson(const google::protobuf::Message& object);

// A property of an object as it is written.
struct HsdsMember {
  std::string name;
  // nullptr where HSDS has no such property.
  const HsdsField* field = nullptr;
  // "" for objects nested in it, which are left to the caller.
  std::string json;
};

// All properties but x_handrail, in the order in which they are written.
std::vector<HsdsMember> HsdsMembers(const google::protobuf::Message& object);

// One field of it, nested objects with all that is in them; "" where it is not
// set.
std::string HsdsFieldJson(const google::protobuf::Message& object,
                          const HsdsField& field);

// What an object has under "x_handrail", as JSON; "" for nothing.
std::string HsdsExtensionJson(const google::protobuf::Message& object);

}  // namespace handrail::formats
