// How old a fact is, in the four states that verdicts and sentences use.
//
// Pure functions; `as_of` is always passed in.
#pragma once

#include "absl/time/time.h"
#include "handrail/v1/annotations.pb.h"
#include "handrail/v1/fact.pb.h"
#include "handrail/v1/match.pb.h"
#include "matcher/ttl.h"

namespace handrail::matcher {

// Days of a fact that nobody dated (Option.freshness_days).
inline constexpr int kUndatedDays = -1;

// CONFIRMED up to half of the lifetime (that moment included), AGING up to its
// end (included), STALE after. UNDATED where `provenance` is absent, has no
// verified_at, or one that lies after `as_of` or is no valid time: nobody can
// have checked it then. One that was said to hold until a time (expires_at) is
// STALE from that time on.
//
// `provenance` may be null. The lifetime is that of its source in `ttls`.
v1::AgeState AgeOf(const v1::Provenance* provenance, v1::FactTtl ttl,
                   absl::Time as_of, const TtlTable& ttls = DefaultTtlTable());

// STALE or UNDATED: the fact can no longer be relied on.
inline bool IsOld(v1::AgeState age) {
  return age == v1::STALE || age == v1::UNDATED;
}

// The worse of two ages: CONFIRMED < AGING < STALE < UNDATED. UNSPECIFIED (no
// fact at all) gives way to any other.
v1::AgeState WorseAge(v1::AgeState a, v1::AgeState b);

// Whole days (24 hours, rounded down) between verified_at and `as_of`, or
// kUndatedDays under the conditions of UNDATED above.
int DaysSinceVerified(const v1::Provenance* provenance, absl::Time as_of);

}  // namespace handrail::matcher
