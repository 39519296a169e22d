// A record as HSDS writes it: what a field-by-field report of changes compares
// and shows. Members have HSDS names and values, the source's own text of a
// value stands in its place, unknown source fields are members of their own,
// and "x_handrail" is in protobuf's JSON form.
//
// Pass public projections only. Pure.
#pragma once

#include "handrail/v1/record.pb.h"
#include "nlohmann/json.hpp"

namespace handrail::server {

// Null for a record without a kind.
nlohmann::json HsdsJson(const v1::Record& record);

}  // namespace handrail::server
