// The rules of recovery facts: the profile of an x_handrail.
//
// A code that is not one of its field's leaves the field, gets a finding, and
// is kept as text (kept_facts.h). A number that cannot be, or a date that is
// none, skips the row. Lists end up sorted, each code once, so that equal facts
// are equal bytes. What each field may hold is said beside it in profile.proto,
// which these rules read.
//
// Pure functions of their arguments; any number of threads.
//
//   KeptFacts kept{.context = context};
//   ProfileRules(*extension.mutable_profile(), path, kept);
//   KeepParts(kept.parts, extension);
#pragma once

#include "handrail/v1/profile.pb.h"
#include "storage/normalise/kept_facts.h"
#include "storage/normalise/report.h"

namespace handrail::storage {

// Applies the rules of every fact in the profile, and those that hold between
// them (the youngest age is not above the oldest). `path` leads to the profile.
void ProfileRules(v1::RecoveryProfile& profile, const Path& path,
                  KeptFacts& kept);

}  // namespace handrail::storage
