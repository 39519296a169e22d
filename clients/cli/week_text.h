// Times as people write them on the command line: "Tue 18:00-21:30",
// "Mon-Fri 09:00-17:00", "2021-06-05", "2021-06-05T00:00:00Z".
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"
#include "handrail/v1/match.pb.h"

namespace handrail::cli {

// Days (names, abbreviations of three letters or HSDS's two, lists with commas,
// ranges with a hyphen; none means every day) and a span "HH:MM-HH:MM". An end
// before its start is on the next day. INVALID_ARGUMENT says what is expected.
absl::StatusOr<v1::WeekWindow> ParseWeekWindow(const std::string& text);

// RFC 3339, or a date, which means its midnight in UTC.
absl::StatusOr<google::protobuf::Timestamp> ParseInstant(
    const std::string& text);

}  // namespace handrail::cli
