#include "matcher/ttl.h"

namespace handrail::matcher {

absl::Duration DefaultTtl(v1::FactTtl ttl) {
  switch (ttl) {
    case v1::TTL_CAPACITY:
      return absl::Hours(72);
    case v1::TTL_WAITLIST:
      return absl::Hours(7 * 24);
    case v1::TTL_ACCEPTING_NEW:
      return absl::Hours(30 * 24);
    case v1::TTL_POLICY:
    case v1::TTL_MEETING_TIME:
      return absl::Hours(90 * 24);
    case v1::TTL_ELIGIBILITY:
      return absl::Hours(180 * 24);
    case v1::TTL_ADDRESS:
      return absl::Hours(365 * 24);
    default:
      return absl::ZeroDuration();
  }
}

absl::Duration TtlTable::Of(v1::FactTtl ttl, std::string_view source) const {
  const auto overrides = by_source.find(source);
  if (overrides != by_source.end()) {
    const auto found = overrides->second.find(ttl);
    if (found != overrides->second.end()) return found->second;
  }
  return DefaultTtl(ttl);
}

const TtlTable& DefaultTtlTable() {
  static const TtlTable* const table = new TtlTable;
  return *table;
}

}  // namespace handrail::matcher
