#include "matcher/fact_age.h"

#include <algorithm>
#include <optional>

#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

// Range of a valid protobuf Timestamp: years 1 to 9999.
constexpr std::int64_t kSecondsMin = -62'135'596'800;
constexpr std::int64_t kSecondsMax = 253'402'300'799;

// Absent where it is no valid time.
std::optional<absl::Time> TimeOf(const google::protobuf::Timestamp& stamp) {
  if (stamp.seconds() < kSecondsMin || stamp.seconds() > kSecondsMax ||
      stamp.nanos() < 0 || stamp.nanos() >= 1'000'000'000) {
    return std::nullopt;
  }
  return absl::FromUnixSeconds(stamp.seconds()) +
         absl::Nanoseconds(stamp.nanos());
}

// Who reported it said that it holds until a time that is over.
bool HasExpired(const v1::Provenance& provenance, absl::Time as_of) {
  if (!provenance.has_expires_at()) return false;
  const std::optional<absl::Time> end = TimeOf(provenance.expires_at());
  return end.has_value() && as_of >= *end;
}

// How long ago the fact was checked; absent where nobody can say.
std::optional<absl::Duration> SinceVerified(const v1::Provenance* provenance,
                                            absl::Time as_of) {
  if (provenance == nullptr || !provenance->has_verified_at()) {
    return std::nullopt;
  }
  const std::optional<absl::Time> verified = TimeOf(provenance->verified_at());
  if (!verified.has_value()) return std::nullopt;
  if (HANDRAIL_MUTATE(verified_in_future_is_undated, *verified > as_of,
                      false)) {
    return std::nullopt;
  }
  return as_of - *verified;
}

}  // namespace

v1::AgeState AgeOf(const v1::Provenance* provenance, v1::FactTtl ttl,
                   absl::Time as_of, const TtlTable& ttls) {
  const std::optional<absl::Duration> since = SinceVerified(provenance, as_of);
  if (!since.has_value()) {
    return HANDRAIL_MUTATE(undated_is_old, v1::UNDATED, v1::CONFIRMED);
  }
  const absl::Duration lifetime = ttls.Of(ttl, provenance->source());
  if (HANDRAIL_MUTATE(expired_is_stale, HasExpired(*provenance, as_of),
                      false)) {
    return v1::STALE;
  }
  if (*since > lifetime) {
    return HANDRAIL_MUTATE(stale_past_ttl, v1::STALE, v1::AGING);
  }
  if (*since > lifetime / 2) {
    return HANDRAIL_MUTATE(aging_past_half, v1::AGING, v1::CONFIRMED);
  }
  return v1::CONFIRMED;
}

v1::AgeState WorseAge(v1::AgeState a, v1::AgeState b) { return std::max(a, b); }

int DaysSinceVerified(const v1::Provenance* provenance, absl::Time as_of) {
  const std::optional<absl::Duration> since = SinceVerified(provenance, as_of);
  if (!since.has_value()) return kUndatedDays;
  return static_cast<int>(*since / absl::Hours(24));
}

}  // namespace handrail::matcher
