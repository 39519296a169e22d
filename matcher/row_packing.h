// How a row keeps a listing in a fraction of the memory.
//
// A listing as a message takes ten times what it says, and most of it is only
// told, of the few that an answer shows. So a row holds the fields that are
// read while many are judged (held_listing.h), its facts in a table
// (profile_facts.h), equal dates once, and everything else as the bytes of a
// message, to be parsed when somebody asks.
//
//   Pack(listing, row);                  // takes the listing apart
//   v1::Listing whole = Unpack(row);     // the same listing again
#pragma once

#include "handrail/v1/listing.pb.h"
#include "matcher/row.h"

namespace handrail::matcher {

// Sets `listing`, `packed`, `facts`, `fields` and `field_dates` of the row and
// leaves `listing` in pieces. REQUIRES: row.needs_zone is set.
void Pack(v1::Listing& listing, Row& row);

// All but the facts; with them.
v1::Listing UnpackTexts(const Row& row);
v1::Listing Unpack(const Row& row);

}  // namespace handrail::matcher
