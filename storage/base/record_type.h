// The word that names each type of record, as HSDS does: "service",
// "taxonomy_term". Our own are "centroid" and "crisis_resource".
//
// The words stand in exported files and in findings, and ids are hashed from
// them (storage/normalise/uuid.h): they reach the disk, so never change one.
//
// Pure function.
#pragma once

#include <string_view>

#include "handrail/v1/record.pb.h"

namespace handrail {

// "" for RECORD_TYPE_UNSPECIFIED and for a type this build does not know.
std::string_view RecordTypeWord(v1::RecordType type);

}  // namespace handrail
