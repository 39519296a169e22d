// What the worked cases are written in: a listing in a few words, a request in
// protobuf text, and the answer folded into short strings that can be compared
// with what was worked out by hand.
//
//   EXPECT_EQ(Judge(House("a").Says("any.child_care", "yes 91d"),
//                   "criteria { kind: MUST field: 'any.child_care' "
//                   "values: 'yes' }"),
//             "CHECK 1x1");
//
// The cases are an independent check: their numbers come from the words of the
// matching rules, never from what the program printed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/match.pb.h"
#include "handrail/v1/match_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "matcher/matcher.h"

namespace handrail::matcher::worked {

// Tuesday, 2 June 2026, noon in New York: 16:00 UTC. When most cases are asked.
absl::Time Noon();

// "2026-06-02T16:00:00Z". Fails the test on other text.
absl::Time At(std::string_view rfc3339);

// One listing. It starts as an in-person place at latitude 39.00°, longitude
// -76.60°, in Maryland, with a phone, an address and hours of 09:00 to 17:00
// every day in New York, all three verified 10 days before `as_of`, and no
// recovery facts.
//
// Ages are "10d", "40h", "undated" or "future" (dated after `as_of`).
class Place {
 public:
  Place(std::string id, std::string term, absl::Time as_of = Noon());

  // Another term; "broader" where it came through a broader mapping.
  Place& Also(std::string term);
  Place& OnlyBroadly(std::string term);

  Place& Named(std::string name);
  Place& Described(std::string text);
  Place& Of(std::string organization_id);

  // One recovery fact by its path; a set's path ends in the code. `said` is
  // "yes 10d", "no 91d", "conditional undated", "=level_2 10d" (a choice) or
  // "15000 10d" (a number; "no 10d": there is none).
  Place& Says(std::string_view path, std::string_view said);
  // "photo_id|birth_certificate": one of them is enough.
  Place& Wants(std::string_view documents, int within_days,
               std::string_view said);
  Place& Beds(int count, std::string_view age);

  // Degrees of latitude north of the usual place, on the same meridian.
  Place& North(double degrees);
  Place& Approximate();
  Place& Nowhere();

  // Replaces the hours. `days` is a byday list, `closes` may be empty.
  Place& Open(std::string_view days, std::string_view opens,
              std::string_view closes);
  Place& AlsoOpen(std::string_view days, std::string_view opens,
                  std::string_view closes);
  // The last schedule repeats so: "MONTHLY", "2MO" or "WEEKLY" every `interval`
  // weeks from `dtstart`, `count` times where not 0.
  Place& Monthly();
  Place& Every(int interval, std::string_view dtstart, int count);
  Place& NoHours();
  // Nobody recorded in which zone it is.
  Place& NoZone();
  Place& RoundTheClock(std::string_view said);
  Place& State(v1::OperatingState::Kind kind, std::string_view from,
               std::string_view until);
  Place& Activated(std::string_view said);
  Place& Status(v1::ServiceStatus status);

  // When "hours", "phone", "address", "service_area", … was verified.
  Place& Dated(std::string_view field, std::string_view age);
  // Takes hours and phone away, with their dates.
  Place& OnlyAnAddress();
  // Verifies hours, phone and address at once.
  Place& AllDated(std::string_view age);

  Place& Serves(v1::CoverageArea::Kind kind, std::string_view code);
  Place& DoNotRefer();

  const v1::Listing& listing() const { return listing_; }

 private:
  v1::Provenance Source(std::string_view age) const;

  absl::Time as_of_;
  v1::Listing listing_;
};

// A place of the kinds most cases use. None of the first two usually asks about
// anything; a house asks about age, gender, household, medication, record,
// documents and use today.
Place Naloxone(std::string id);
Place Meeting(std::string id);
Place House(std::string id);

// Centroids of the cases: ZIP code 21201 is the usual place.
std::vector<v1::Centroid> Centroids();

// Asks Match. `request` is protobuf text of a MatchRequest without as_of.
absl::StatusOr<v1::MatchResponse> Ask(
    const std::vector<Place>& places, std::string_view request,
    absl::Time as_of = Noon(),
    const std::vector<v1::CrisisResource>& crisis = {});

// The answer to the first need. Fails the test where Match does.
v1::NeedAnswer FirstNeed(const std::vector<Place>& places,
                         std::string_view request, absl::Time as_of = Noon());

// Ids of the options, in order: "a b c".
std::string Order(const v1::NeedAnswer& answer);

// Explains one place for the first need. Where `request` has no needs, the need
// is the place's own first term, anywhere.
v1::NeedExplanation ExplainOne(const Place& place, std::string_view request,
                               absl::Time as_of = Noon(),
                               const MatchOptions& options = {});

// "FITS", "DOES_NOT_FIT", "CHECK 3x2" (worst doubt, and how many at it), or
// "NO CANDIDATE".
std::string Verdict(const v1::Option& option);
std::string Judge(const Place& place, std::string_view request,
                  absl::Time as_of = Noon(), const MatchOptions& options = {});

// Components with points, in alphabetical order, and their sum:
// "freshness 58 + need 300 = 358". The option's own total follows "but" where
// it is another.
std::string Points(const v1::Option& option);
std::string PointsOf(const Place& place, std::string_view request,
                     absl::Time as_of = Noon());
// Of one component; 0 where it is left out.
int PointsOf(const v1::Option& option, std::string_view component);

// Rules of the judgements in this state whose rule begins with `prefix`.
int Judgements(const v1::Option& option, std::string_view prefix,
               v1::JudgementState state);
// Rules asked about, sorted, each once: "any.medication hours".
std::string Questions(const v1::Option& option);

}  // namespace handrail::matcher::worked
