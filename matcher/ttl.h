// How long a fact can be believed after somebody verified it.
//
//   class                       lifetime
//   TTL_CAPACITY                72 hours
//   TTL_WAITLIST                7 days
//   TTL_ACCEPTING_NEW           30 days
//   TTL_POLICY                  90 days   price, insurance, medication, rules
//   TTL_MEETING_TIME            90 days
//   TTL_ELIGIBILITY             180 days  hours, phone, eligibility, documents
//   TTL_ADDRESS                 365 days  address, mission
//
// A source that verifies at its own pace (a 211 that asks everybody once a
// year) may have lifetimes of its own, so that its records are not stale half
// of the time.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "handrail/v1/annotations.pb.h"

namespace handrail::matcher {

// The lifetime of the table above. Zero (stale at once) for UNSPECIFIED.
absl::Duration DefaultTtl(v1::FactTtl ttl);

// Lifetimes by source. A plain value: fill it, then share it as const.
struct TtlTable {
  using Overrides = std::map<v1::FactTtl, absl::Duration>;

  // Source name ("bchd") → the classes that differ from the default.
  std::map<std::string, Overrides, std::less<>> by_source;

  absl::Duration Of(v1::FactTtl ttl, std::string_view source) const;
};

// The table without overrides.
const TtlTable& DefaultTtlTable();

}  // namespace handrail::matcher
