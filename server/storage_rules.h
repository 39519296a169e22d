// Storage's pure rules on records: normalising, ids, public projections.
//
// Include this before everything else, in sources only. Its headers say `v1::`
// inside the namespace handrail::storage and mean handrail::v1; once a header
// of the journal is in, handrail::storage::v1 would be found instead.
#pragma once

#include "storage/normalise/normalise.h"
#include "storage/normalise/uuid.h"
#include "storage/redaction/redaction.h"
