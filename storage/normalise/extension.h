// The rules of x_handrail: its provenance, dated fields, profile, terms,
// coverage, operating state, zone and county.
//
// What is not understood leaves its typed field, gets a finding, and is kept in
// unknown_json (source_text.h). Lists end up sorted, each entry once, so that
// equal extensions are equal bytes. The profile's rules are in facts.h, those
// of dates and sources in provenance.h.
//
// Pure; any number of threads.
//
//   ExtensionRules(*service.mutable_x_handrail(), path, context);
#pragma once

#include "handrail/v1/record.pb.h"
#include "storage/normalise/rules.h"

namespace handrail::storage {

// Applies the rules of x_handrail, its profile included. `path` leads to it.
// A time, date or number in it that cannot be skips the row.
void ExtensionRules(v1::RecordExtension& extension, const Path& path,
                    const RuleContext& context);

}  // namespace handrail::storage
