// Where a record or a fact comes from, and when it was checked.
//
// What says more comes first: a record's own provenance, then a service's
// assured_date (midnight UTC), then the load's as_of. Without any of these the
// source is known and the date is not, and nothing is made up.
//
// Pure functions of their arguments; any number of threads.
//
//   FillProvenance(*extension.mutable_provenance(), path, context);
//   ...
//   FillRecordProvenance(record, context);  // last, over the whole record
#pragma once

#include "handrail/v1/record.pb.h"
#include "storage/normalise/rules.h"

namespace handrail::storage {

// Skips the row where the time is none (years 1 to 9999). An absent time is
// right. `path` is the object the finding names.
void CheckProvenance(const v1::Provenance& provenance, const Path& path,
                     RowReport& report);

// Checks a provenance that is there; one of a record gets the loading source's
// name where it names none. A time that cannot be skips the row. `path` leads
// to its owner.
void FillProvenance(v1::Provenance& provenance, const Path& path,
                    const RuleContext& context);

// Dates a record that does not date itself: {source, FEED, as_of}. The
// service_at_locations of a service that say nothing themselves get the
// service's. Kinds of record without x_handrail are left alone.
void FillRecordProvenance(v1::Record& record, const RuleContext& context);

}  // namespace handrail::storage
