// What people write behind the flags of a question, as values of the request.
//
// Every function takes the text of one flag and gives its value, or
// INVALID_ARGUMENT with a message that repeats the text and says what was
// expected: `--near "here": expected LATITUDE,LONGITUDE in degrees, or …`.
// Whether the server knows a field, a term or a code is for the server to say.
// Windows and instants are in week_text.h.
//
// Pure functions.
//
//   HANDRAIL_ASSIGN_OR_RETURN(*person.mutable_home(), ParseHome(flags.home));
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "handrail/v1/match.pb.h"

namespace handrail::cli {

// "F=V", "F=V1,V2", for PREFER "F=V:W". Numbers keep their comparison:
// "housing.weekly_fee<=15000". "any." is understood where F has no prefix.
// `flag` is the one it stands behind, for the message.
absl::StatusOr<v1::Criterion> ParseCriterion(v1::CriterionKind kind,
                                             const std::string& flag,
                                             const std::string& text);

// "37.97,-122.53" in degrees, or a ZIP code.
absl::StatusOr<v1::Point> ParsePoint(const std::string& text);

// "now", "tonight", a time as "2026-06-02T18:00:00Z", or a window as
// "Tue 18:00-21:00". Messages are week_text.h's, without the flag's name.
absl::StatusOr<v1::NeedTime> ParseWhen(const std::string& text);

// "self", "family" or "both", in either case.
absl::StatusOr<v1::ForWhom> ParseForWhom(const std::string& text);

// "overdose", "nowhere-tonight", …, in either case.
absl::StatusOr<v1::CrisisKind> ParseCrisis(const std::string& text);

// "MD", "MD/Baltimore" or a ZIP code. `flag` is the one it stands behind.
absl::StatusOr<v1::HomeArea> ParseHome(const std::string& text,
                                       const std::string& flag = "--home");

// "medicaid", or "medicaid:pending"; "none" says there is no coverage.
absl::StatusOr<v1::Coverage> ParseCoverage(const std::string& text);

}  // namespace handrail::cli
