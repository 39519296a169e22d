// Builds small directories and questions for the matching tests, in protobuf
// text, so that a case reads like a story.
//
// Time stands still at kNow, Friday 2026-06-05 12:00 UTC (08:00 in New York).
// Facts are dated in whole days before it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/match.pb.h"
#include "matcher/matcher.h"
#include "matcher/place.h"
#include "matcher/snapshot.h"
#include "tests/testing/testing.h"

namespace handrail::matcher {

inline constexpr std::int64_t kNowSeconds = 1'780'660'800;
inline absl::Time Now() { return absl::FromUnixSeconds(kNowSeconds); }

// "provenance { … }" of a phone call so many days ago; -1: undated.
inline std::string Dated(int days_ago) {
  if (days_ago < 0) return "provenance { source: \"test\" }";
  return absl::StrCat(
      "provenance { source: \"test\" method: CALL verified_at { seconds: ",
      kNowSeconds - std::int64_t{86'400} * days_ago, " } }");
}

// Puts dates into text: "@2" is a provenance of two days ago, "@x" undated.
inline std::string WithDates(std::string text) {
  for (int days = 999; days >= 0; --days) {
    absl::StrReplaceAll({{absl::StrCat("@", days, ";"), Dated(days)}}, &text);
  }
  absl::StrReplaceAll({{"@x;", Dated(-1)}}, &text);
  return text;
}

// A listing of one kind at 39.0, -76.0 with an address checked ten days ago.
// `more` is protobuf text with dates as above; what it sets wins.
inline v1::Listing MakeListing(const std::string& id, const std::string& term,
                               const std::string& more) {
  v1::Listing listing = testing::ParseText<v1::Listing>(
      WithDates("name: 'A Place' organization_name: 'An Organization' "
                "organization_id: 'o1' zone: 'America/New_York' source: 'test' "
                "place { basis: COORDINATES latitude_e7: 390000000 "
                "longitude_e7: -760000000 state: 'MD' } "
                "fields { field: 'address' @10; }"));
  listing.MergeFrom(testing::ParseText<v1::Listing>(WithDates(more)));
  listing.set_id(id);
  if (listing.terms().empty()) listing.add_terms()->set_term(term);
  return listing;
}

inline std::shared_ptr<const Snapshot> MakeSnapshot(
    const std::vector<v1::Listing>& listings,
    std::vector<v1::CrisisResource> resources = {}) {
  Snapshot::Parts parts;
  parts.revision = 7;
  for (const v1::Listing& listing : listings) {
    parts.rows.push_back(MakeRow(listing));
  }
  parts.crisis_resources = std::move(resources);
  std::vector<v1::Centroid> centroids;
  centroids.push_back(testing::ParseText<v1::Centroid>(
      "area: ZIP_CODE code: '21990' latitude_e7: 390000000 "
      "longitude_e7: -760000000 state: 'MD' county: 'Tamarack'"));
  parts.centroids = std::make_shared<const CentroidTable>(centroids);
  return Snapshot::Create(std::move(parts));
}

// A question for one kind of help within 10 km of 39.0, -76.0. `more` is text
// of a MatchRequest; a need in it replaces the usual one.
inline v1::MatchRequest Ask(const std::string& term, const std::string& more) {
  v1::MatchRequest request = testing::ParseText<v1::MatchRequest>(
      "person { start { latitude_e7: 390000000 longitude_e7: -760000000 } }");
  request.MergeFrom(testing::ParseText<v1::MatchRequest>(more));
  if (request.needs().empty()) {
    v1::Need& need = *request.add_needs();
    need.add_terms(term);
    need.set_within_m(10'000);
  }
  return request;
}

inline v1::MatchResponse MatchOrDie(const Snapshot& snapshot,
                                    const v1::MatchRequest& request,
                                    const MatchOptions& options = {}) {
  absl::StatusOr<v1::MatchResponse> answer =
      Match(snapshot, request, Now(), options);
  EXPECT_THAT(answer, testing::IsOk());
  return answer.ok() ? *answer : v1::MatchResponse();
}

// Why one listing is or is not an option for the first need.
inline v1::NeedExplanation ExplainOne(const v1::Listing& listing,
                                      const v1::MatchRequest& request,
                                      const MatchOptions& options = {}) {
  const auto snapshot = MakeSnapshot({listing});
  v1::ExplainRequest explain;
  explain.set_listing_id(listing.id());
  *explain.mutable_request() = request;
  const auto answer = Explain(*snapshot, explain, Now(), options);
  EXPECT_THAT(answer, testing::IsOk());
  return answer.ok() ? answer->needs(0) : v1::NeedExplanation();
}

}  // namespace handrail::matcher
