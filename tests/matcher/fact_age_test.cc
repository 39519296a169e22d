// Ages of facts at every edge of their lifetime.
#include "matcher/fact_age.h"

#include <gtest/gtest.h>

#include <string>

namespace handrail::matcher {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'780'000'000);

v1::Provenance VerifiedAt(absl::Time time, const std::string& source = "bchd") {
  v1::Provenance provenance;
  provenance.set_source(source);
  provenance.mutable_verified_at()->set_seconds(absl::ToUnixSeconds(time));
  return provenance;
}

TEST(AgeOfTest, EachClassHasItsLifetime) {
  const std::pair<v1::FactTtl, int> hours[] = {
      {v1::TTL_CAPACITY, 72},           {v1::TTL_WAITLIST, 7 * 24},
      {v1::TTL_ACCEPTING_NEW, 30 * 24}, {v1::TTL_POLICY, 90 * 24},
      {v1::TTL_MEETING_TIME, 90 * 24},  {v1::TTL_ELIGIBILITY, 180 * 24},
      {v1::TTL_ADDRESS, 365 * 24}};
  for (const auto& [ttl, lifetime] : hours) {
    SCOPED_TRACE(v1::FactTtl_Name(ttl));
    const auto age = [&](absl::Duration since) {
      const v1::Provenance provenance = VerifiedAt(kNow - since);
      return AgeOf(&provenance, ttl, kNow);
    };
    const absl::Duration second = absl::Seconds(1);
    EXPECT_EQ(age(absl::ZeroDuration()), v1::CONFIRMED);
    EXPECT_EQ(age(absl::Hours(lifetime) / 2), v1::CONFIRMED);
    EXPECT_EQ(age(absl::Hours(lifetime) / 2 + second), v1::AGING);
    EXPECT_EQ(age(absl::Hours(lifetime)), v1::AGING);
    EXPECT_EQ(age(absl::Hours(lifetime) + second), v1::STALE);
  }
}

TEST(AgeOfTest, WhatWasSaidToHoldUntilATimeIsStaleFromThen) {
  v1::Provenance beds = VerifiedAt(kNow - absl::Hours(1));
  const auto until = [&](absl::Time time) {
    beds.mutable_expires_at()->set_seconds(absl::ToUnixSeconds(time));
    return AgeOf(&beds, v1::TTL_CAPACITY, kNow);
  };
  EXPECT_EQ(until(kNow + absl::Seconds(1)), v1::CONFIRMED);
  EXPECT_EQ(until(kNow), v1::STALE);
  EXPECT_EQ(until(kNow - absl::Hours(2)), v1::STALE);
  // It makes no fact live longer, and gives none a date.
  beds = VerifiedAt(kNow - absl::Hours(73));
  EXPECT_EQ(until(kNow + absl::Hours(1)), v1::STALE);
  beds.clear_verified_at();
  EXPECT_EQ(until(kNow - absl::Hours(1)), v1::UNDATED);
}

TEST(AgeOfTest, WithoutADateAFactIsUndated) {
  EXPECT_EQ(AgeOf(nullptr, v1::TTL_POLICY, kNow), v1::UNDATED);
  v1::Provenance no_date;
  no_date.set_source("bchd");
  EXPECT_EQ(AgeOf(&no_date, v1::TTL_POLICY, kNow), v1::UNDATED);
}

TEST(AgeOfTest, NobodyCanHaveCheckedAfterTheMomentOfTheQuestion) {
  const v1::Provenance later = VerifiedAt(kNow + absl::Seconds(1));
  EXPECT_EQ(AgeOf(&later, v1::TTL_POLICY, kNow), v1::UNDATED);
  EXPECT_EQ(DaysSinceVerified(&later, kNow), kUndatedDays);
}

TEST(AgeOfTest, AnImpossibleDateIsNoDate) {
  v1::Provenance broken;
  broken.mutable_verified_at()->set_seconds(std::int64_t{1} << 62);
  EXPECT_EQ(AgeOf(&broken, v1::TTL_POLICY, kNow), v1::UNDATED);
  broken.mutable_verified_at()->set_seconds(-(std::int64_t{1} << 62));
  EXPECT_EQ(AgeOf(&broken, v1::TTL_POLICY, kNow), v1::UNDATED);
  broken.mutable_verified_at()->set_seconds(0);
  broken.mutable_verified_at()->set_nanos(-1);
  EXPECT_EQ(AgeOf(&broken, v1::TTL_POLICY, kNow), v1::UNDATED);
}

TEST(AgeOfTest, ASourceThatVerifiesYearlyIsNotStaleAt181Days) {
  TtlTable ttls;
  ttls.by_source["211"][v1::TTL_ELIGIBILITY] = absl::Hours(400 * 24);
  const absl::Time then = kNow - absl::Hours(181 * 24);
  const v1::Provenance slow = VerifiedAt(then, "211");
  const v1::Provenance other = VerifiedAt(then);
  EXPECT_EQ(AgeOf(&slow, v1::TTL_ELIGIBILITY, kNow, ttls), v1::CONFIRMED);
  EXPECT_EQ(AgeOf(&other, v1::TTL_ELIGIBILITY, kNow, ttls), v1::STALE);
  // Other classes of the source keep the default.
  EXPECT_EQ(AgeOf(&slow, v1::TTL_POLICY, kNow, ttls), v1::STALE);
}

TEST(DaysSinceVerifiedTest, CountsWholeDays) {
  const std::pair<absl::Duration, int> cases[] = {
      {absl::Hours(0), 0},  {absl::Hours(24) - absl::Seconds(1), 0},
      {absl::Hours(24), 1}, {absl::Hours(47), 1},
      {absl::Hours(48), 2}, {absl::Hours(365 * 24), 365}};
  for (const auto& [since, days] : cases) {
    const v1::Provenance provenance = VerifiedAt(kNow - since);
    EXPECT_EQ(DaysSinceVerified(&provenance, kNow), days);
  }
  EXPECT_EQ(DaysSinceVerified(nullptr, kNow), kUndatedDays);
}

TEST(WorseAgeTest, OrdersTheStates) {
  EXPECT_EQ(WorseAge(v1::CONFIRMED, v1::AGING), v1::AGING);
  EXPECT_EQ(WorseAge(v1::UNDATED, v1::STALE), v1::UNDATED);
  EXPECT_EQ(WorseAge(v1::AGE_STATE_UNSPECIFIED, v1::CONFIRMED), v1::CONFIRMED);
}

}  // namespace
}  // namespace handrail::matcher
