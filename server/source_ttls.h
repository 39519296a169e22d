// How long facts of one source can be believed, where that differs from the
// table of matcher/ttl.h: read from flags, and named in the scorer's version.
//
//   HANDRAIL_ASSIGN_OR_RETURN(const matcher::TtlTable ttls,
//                             ReadSourceTtls({"bchd:policy=365"}));
//
// Pure functions.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "matcher/ttl.h"

namespace handrail::server {

// Reads entries SOURCE:CLASS=DAYS. CLASS is capacity, waitlist, accepting-new,
// policy, meeting-time, eligibility or address; DAYS is 1 to 3650. Of entries
// for the same source and class the last one counts.
// Errors: INVALID_ARGUMENT with one clear line, which names the entry.
absl::StatusOr<matcher::TtlTable> ReadSourceTtls(
    const std::vector<std::string>& entries);

// matcher::ScorerVersion(), or where sources have lifetimes of their own,
// another one that stands for both: answers depend on them.
std::string ScorerVersionWith(const matcher::TtlTable& ttls);

}  // namespace handrail::server
