// What the flags of matches and of searches share beside the texts behind them
// (flag_text.h): what is refused while the command line is read, and units.
#pragma once

#include <cstdint>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "handrail/v1/match.pb.h"

namespace handrail::cli {

// A flag that is given says something.
const CLI::Validator& NotEmpty();

// Kilometres that can be metres of a request.
const CLI::Validator& KilometresOfTrip();

// Checks that no flag of the command that takes texts is given empty.
void CheckNotEmpty(CLI::App& command);

int32_t Metres(double kilometres);

// The value of --when. INVALID_ARGUMENT names the flag and what is expected.
absl::StatusOr<v1::NeedTime> ReadWhen(const std::string& text);

}  // namespace handrail::cli
