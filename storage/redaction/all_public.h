// Whether a record is its own public projection: nothing of it is withheld and
// nobody restricts anything, which is so of most records. Then it need not be
// copied, walked, and compared with what came of it.
//
//   if (IsAllPublic(full, context)) return full;   // == PublicProjection(…)
//
// Fails closed: it reads the record's bytes and looks up every field of every
// object in the schema as it is. A field whose class it does not know, an
// unknown field and any restriction at all make it say no. Pure; any number of
// threads.
#pragma once

#include <string_view>

#include "handrail/v1/record.pb.h"
#include "storage/redaction/redaction.h"

namespace handrail::storage {

// True only where PublicProjection(full, context) has the bytes of `full`. May
// be false where it has: then it is found out the long way. `bytes`: the record
// as bytes, where they are at hand.
bool IsAllPublic(const handrail::v1::Record& full,
                 const ProjectionContext& context = {},
                 std::string_view bytes = {});

}  // namespace handrail::storage
