// Puts together what several rows say about one record.
//
// Pure functions.
#pragma once

#include <string>

#include "google/protobuf/message.h"
#include "handrail/v1/record.pb.h"

namespace handrail::formats {

// The kind and id of a record: "service" and its id, "centroid" and its area
// and code.
struct RecordKey {
  v1::RecordType type = v1::RECORD_TYPE_UNSPECIFIED;
  std::string id;
};
RecordKey KeyOf(const v1::Record& record);

// The message inside a record. REQUIRES: one is set.
const google::protobuf::Message& ContentOf(const v1::Record& record);

// True where the record says something of its own, and not only where a service
// is offered.
bool IsDefinition(const v1::Record& record);

// Adds to `into` what it does not have yet from `more`. Lists are joined item
// by item, items being the same when their ids are. Returns "" and changes
// `into`, or returns the path of the first field that both set to different
// values and leaves `into` in between.
std::string MergeMessage(const google::protobuf::Message& more,
                         google::protobuf::Message& into);

}  // namespace handrail::formats
