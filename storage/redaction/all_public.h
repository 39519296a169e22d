// Whether a record is its own public projection: nothing of it is withheld and
// nobody restricts anything, which is so of most records. Then it need not be
// copied, walked, and compared with what came of it.
//
//   if (IsAllPublic(full, context)) return full;   // == PublicProjection(…)
//
// Fails closed: it looks at every message that the record holds, of whatever
// type, by the schema as it is. A field whose class it does not know, an
// unknown field and any restriction at all make it say no. Pure; any number of
// threads.
#pragma once

#include "handrail/v1/record.pb.h"
#include "storage/redaction/redaction.h"

namespace handrail::storage {

// True only where PublicProjection(full, context) has the bytes of `full`. May
// be false where it has: then it is found out the long way.
bool IsAllPublic(const handrail::v1::Record& full,
                 const ProjectionContext& context = {});

}  // namespace handrail::storage
