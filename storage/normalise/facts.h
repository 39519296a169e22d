// Recovery facts, provenance and the rest of x_handrail.
//
// What is not understood leaves its typed field, gets a finding, and is kept in
// unknown_json (source_text.h). Lists end up sorted, each code once, so that
// equal facts are equal bytes. Pure functions of their arguments.
#pragma once

#include "handrail/v1/profile.pb.h"
#include "handrail/v1/record.pb.h"
#include "storage/normalise/rules.h"

namespace handrail::storage {

// Applies the rules of x_handrail, its profile included. `path` leads to it.
void ExtensionRules(v1::RecordExtension& extension, const Path& path,
                    const RuleContext& context);

// Checks a provenance that is there; one of a record gets the loading source's
// name where it names none. A time that cannot be skips the row.
void FillProvenance(v1::Provenance& provenance, const Path& path,
                    const RuleContext& context);

// Dates a record that does not date itself: {source, FEED, as_of}. What says
// more comes first: the record's own provenance, then a service's
// assured_date (midnight UTC), then as_of. The service_at_locations of a
// service that say nothing themselves get the service's.
void FillRecordProvenance(v1::Record& record, const RuleContext& context);

}  // namespace handrail::storage
