// The matcher: one question against one frozen directory.
//
// What an answer means is fixed in matcher/MATCHING.md, the points are in
// matcher/SCORING.md. Everything here is a pure function: the time comes in as
// `now`, and the same snapshot, request, `now` and ScorerVersion() give the
// same answer, byte for byte when serialised deterministically.
//
// Thread-safe: any number of threads may match against one snapshot.
//
//   HANDRAIL_ASSIGN_OR_RETURN(
//       const v1::MatchResponse answer,
//       matcher::Match(*snapshot, request, context.now(), {}));
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "handrail/v1/match.pb.h"
#include "handrail/v1/match_service.pb.h"
#include "matcher/snapshot.h"

namespace handrail::matcher {

// See ttl.h: lifetimes of facts, which may differ for single sources.
struct TtlTable;

struct MatchOptions {
  // MUST and MUST_NOT criteria of the caller's agency, added to every need and
  // named as the agency's rule. Never taken from a request.
  std::vector<v1::Criterion> policy;

  // Lifetimes of facts. Null: the usual ones. Must outlive the call.
  const TtlTable* ttls = nullptr;

  // Asked between stages; true ends the call with DEADLINE_EXCEEDED (EXPIRED).
  // Empty: never.
  std::function<bool()> expired;
};

// Ranked, explained options for each need, in the order of needs; crisis blocks
// first. Finding nothing is OK with empty options and counts.
//
// `now` stands for `as_of` where the request has none.
//
// Errors: INVALID_ARGUMENT (INVALID_FIELD) names every wrong field by its path;
// UNIMPLEMENTED (NOT_IMPLEMENTED, metadata `field`) a part that is not answered
// yet; DEADLINE_EXCEEDED (EXPIRED). min_revision is the caller's business and
// is not read here.
//
// Cost grows with the directory (about a microsecond a listing to find the
// candidates) and with the candidates that are judged.
absl::StatusOr<v1::MatchResponse> Match(const Snapshot& snapshot,
                                        const v1::MatchRequest& request,
                                        absl::Time now,
                                        const MatchOptions& options = {});

// Why one listing is or is not an option, for each need of the request.
// Errors: as Match; NOT_FOUND (RECORD_NOT_FOUND) where there is no such
// listing.
absl::StatusOr<v1::ExplainResponse> Explain(const Snapshot& snapshot,
                                            const v1::ExplainRequest& request,
                                            absl::Time now,
                                            const MatchOptions& options = {});

// Names everything an answer depends on besides records, request and time:
// constants of the points, lifetimes, taxonomy, synonyms, sentences, time zone
// data and Unicode data. 16 lower-case hexadecimal digits.
const std::string& ScorerVersion();

// What ScorerVersion is the hash of, as text: for its tests.
std::string ScorerInputs();

}  // namespace handrail::matcher
