// What a record says, whatever its ids: how a source that numbered its records
// anew is told from one that has other records.
//
//   if (Fingerprint(added) == Fingerprint(missing)) …   // the same, renumbered
//
// Pure; any thread.
#pragma once

#include <cstdint>

#include "handrail/v1/record.pb.h"

namespace handrail::server {

// Equal for records that differ only in their ids and those of what is nested
// in them, in references, in dates of checking, in the source's own text of
// ids, and in how JSON is written that we have no field for. 0 for a record
// that its content does not tell apart: one that says nothing; taxonomies,
// terms, centroids, crisis resources.
uint64_t Fingerprint(const v1::Record& record);

}  // namespace handrail::server
