#include "clients/cli/flag_checks.h"

#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/flag_text.h"

namespace handrail::cli {
namespace {

constexpr double kKilometresMin = 0.001;
constexpr double kKilometresMax = 20000;

}  // namespace

const CLI::Validator& NotEmpty() {
  static const CLI::Validator* const validator = new CLI::Validator(
      [](std::string& text) {
        return text.empty() ? std::string("must not be empty") : std::string();
      },
      "");
  return *validator;
}

const CLI::Validator& KilometresOfTrip() {
  static const CLI::Validator* const validator = new CLI::Validator(
      [](std::string& text) {
        double km = 0;
        const bool fine = absl::SimpleAtod(text, &km) && km >= kKilometresMin &&
                          km <= kKilometresMax;
        return fine ? std::string()
                    : std::string(
                          "must be kilometres from 0.001 to 20000, as in 15");
      },
      "");
  return *validator;
}

void CheckNotEmpty(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    if (option->get_items_expected_max() > 0) option->check(NotEmpty());
  }
}

int32_t Metres(double kilometres) {
  return static_cast<int32_t>(std::lround(kilometres * 1000));
}

absl::StatusOr<v1::NeedTime> ReadWhen(const std::string& text) {
  absl::StatusOr<v1::NeedTime> when = ParseWhen(text);
  if (when.ok()) return when;
  return absl::InvalidArgumentError(
      absl::StrCat("--when ", std::string(when.status().message()),
                   ", or now, tonight, or a time"));
}

}  // namespace handrail::cli
