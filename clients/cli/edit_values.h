// What people write behind --set, and files of records, as a record and the
// mask that names what of it counts.
//
//   name=Harbor House                       a text, a number, a word of HSDS
//   minimum_age=18
//   status=temporarily_closed
//   ext.profile.housing.children=yes        yes, no, or "depends: one child"
//   ext.profile.housing.narr_level=level_2  the code that is true
//   ext.profile.housing.weekly_fee=15000    in the field's unit
//   phones=[{"number":"410-555-0100"}]      anything else as JSON
//   description=                            nothing: the field is cleared
//
// Whether a value can be is for the server to say. Pure, but for reading files.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/field_mask.pb.h"
#include "handrail/v1/record.pb.h"

namespace handrail::cli {

// Sets one "PATH=VALUE" in the record and adds its path to the mask.
// INVALID_ARGUMENT says what was expected.
absl::Status SetValue(v1::RecordType type, const std::string& text,
                      v1::Record& record, google::protobuf::FieldMask& mask);

// The record in a file ("-": `in`), in protobuf's JSON: what `… get` printed, a
// record, or its content alone.
absl::StatusOr<v1::Record> ReadRecord(v1::RecordType type,
                                      const std::string& file,
                                      std::istream& in);

}  // namespace handrail::cli
