#include "tests/e2e/story_parts.h"

#include "gtest/gtest.h"

namespace handrail::testing {

void Truth::Retired(const std::string& listing_id, uint64_t revision) {
  std::lock_guard lock(mu_);
  retired_.try_emplace(listing_id, revision);
}

void Truth::ExpectMayBeNamed(const std::string& listing_id, uint64_t revision) {
  std::lock_guard lock(mu_);
  const auto found = retired_.find(listing_id);
  if (found == retired_.end()) return;
  EXPECT_LT(revision, found->second)
      << listing_id << " was gone when it was named";
}

void Truth::ExpectSameBytes(const std::string& question, uint64_t revision,
                            const std::string& bytes) {
  std::lock_guard lock(mu_);
  const auto [found, added] = answers_.try_emplace({question, revision}, bytes);
  if (added) return;
  ++repeated_;
  EXPECT_EQ(found->second == bytes, true)
      << "another answer to the same question at revision " << revision;
}

std::set<std::string> Truth::GoneAt(uint64_t revision) const {
  std::lock_guard lock(mu_);
  std::set<std::string> gone;
  for (const auto& [id, since] : retired_) {
    if (since <= revision) gone.insert(id);
  }
  return gone;
}

void Monotone::Saw(uint64_t revision) {
  EXPECT_GE(revision, last_) << "the directory went back";
  last_ = revision;
}

void CheckPoints(const v1::Option& option) {
  int points = 0;
  for (const v1::Component& component : option.explanation().components()) {
    points += component.points();
    EXPECT_LE(component.points(), component.maximum()) << component.name();
    if (component.parts().empty()) continue;
    int parts = 0;
    for (const v1::Component& part : component.parts()) parts += part.points();
    EXPECT_EQ(component.points(), parts) << component.name();
  }
  EXPECT_EQ(option.points(), points) << option.listing().id();
}

void CheckAnswer(const v1::MatchResponse& answer, int max_results,
                 Truth& truth) {
  const uint64_t revision = answer.directory_revision();
  const auto check = [&](const v1::Option& option) {
    truth.ExpectMayBeNamed(option.listing().id(), revision);
    for (const v1::AlsoListed& also : option.also_listed()) {
      truth.ExpectMayBeNamed(also.id(), revision);
    }
    CheckPoints(option);
  };
  for (const v1::NeedAnswer& need : answer.needs()) {
    EXPECT_LE(need.options_size(), max_results);
    EXPECT_LE(need.options_size(), need.fits_count() + need.check_count());
    int fits = 0;
    std::set<std::string> ids;
    v1::Verdict last = v1::FITS;
    for (const v1::Option& option : need.options()) {
      check(option);
      EXPECT_TRUE(ids.insert(option.listing().id()).second) << "named twice";
      EXPECT_GE(option.verdict(), last) << "out of order";
      EXPECT_NE(option.verdict(), v1::DOES_NOT_FIT);
      last = option.verdict();
      fits += option.verdict() == v1::FITS ? 1 : 0;
    }
    EXPECT_LE(fits, need.fits_count());
    for (const v1::Option& option : need.range()) check(option);
    for (const v1::NearMiss& miss : need.near_misses()) check(miss.option());
    for (const v1::TodayOption& today : need.today()) check(today.option());
    for (const v1::Exclusion& exclusion : need.exclusions()) {
      EXPECT_LE(exclusion.only_count(), exclusion.count());
    }
  }
}

void CheckFound(const v1::SearchResponse& found, Truth& truth) {
  EXPECT_LE(found.results_size(), found.total_count());
  std::set<std::string> ids;
  for (const v1::SearchResult& result : found.results()) {
    truth.ExpectMayBeNamed(result.listing().id(), found.directory_revision());
    EXPECT_TRUE(ids.insert(result.listing().id()).second) << "found twice";
    EXPECT_NE(result.verdict(), v1::DOES_NOT_FIT);
  }
  for (const v1::Facet& facet : found.facets()) {
    for (const v1::FacetValue& value : facet.values()) {
      EXPECT_LE(value.count(), found.total_count()) << facet.field();
      EXPECT_GT(value.count(), 0) << facet.field();
    }
  }
}

bool Answered(const grpc::Status& status, const char* what) {
  if (status.ok()) return true;
  if (status.error_code() != grpc::StatusCode::UNIMPLEMENTED) {
    ADD_FAILURE() << what << ": " << status.error_code() << " "
                  << status.error_message();
  }
  return false;
}

}  // namespace handrail::testing
