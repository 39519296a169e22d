// What a load has to say of itself: findings that are about the source as a
// whole, and the one about a person's word that stands against a row's.
//
//   counts.AddOfLoad(Renumbered(12));
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "handrail/v1/ingest_service.pb.h"

namespace handrail::server {

// The caller could not read some rows, so whether the source still has their
// records is not known here.
v1::Finding RetiringHeldBack();

// What the limit says of so many records that would go, `renumbered` of which
// came again under other ids; and the finding with that text.
std::string TooManyRetired(size_t retiring, int64_t existing, int32_t percent,
                           int64_t renumbered);
v1::Finding RetireLimit(std::string text);

// What the source no longer has came again under other ids.
v1::Finding Renumbered(int64_t count);

// A person here says otherwise of the field, and later.
v1::Finding KeptInstead(const std::string& field, const v1::RowOrigin& origin);

}  // namespace handrail::server
