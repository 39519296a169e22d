#include "clients/cli/week_text.h"

#include <array>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

namespace handrail::cli {
namespace {

struct DayName {
  const char* code;
  const char* name;
};
constexpr std::array<DayName, 7> kDays = {{{"MO", "monday"},
                                           {"TU", "tuesday"},
                                           {"WE", "wednesday"},
                                           {"TH", "thursday"},
                                           {"FR", "friday"},
                                           {"SA", "saturday"},
                                           {"SU", "sunday"}}};
constexpr size_t kShortestDayName = 2;

// Index of the day the text begins to spell: "tu", "Tue", "Tuesday".
std::optional<size_t> DayIndex(const std::string& text) {
  const std::string lower = absl::AsciiStrToLower(text);
  if (lower.size() < kShortestDayName) return std::nullopt;
  for (size_t i = 0; i < kDays.size(); ++i) {
    const std::string name = kDays[i].name;
    if (name.compare(0, lower.size(), lower) == 0) return i;
  }
  return std::nullopt;
}

absl::Status WindowError(const std::string& text) {
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text,
      "\" is no window of the week; expected days and a span, as in \"Tue "
      "18:00-21:30\" or \"Mon-Fri 09:00-17:00\""));
}

// Adds the days of one list element, "Mon" or "Mon-Fri".
bool AddDays(const std::string& element, v1::WeekWindow& window) {
  const std::vector<std::string> ends = absl::StrSplit(element, '-');
  if (ends.size() > 2) return false;
  const std::optional<size_t> first = DayIndex(ends.front());
  const std::optional<size_t> last = DayIndex(ends.back());
  if (!first || !last) return false;
  for (size_t i = *first;; i = (i + 1) % kDays.size()) {
    window.add_days(kDays[i].code);
    if (i == *last) return true;
  }
}

// "9:00" and "09:00" become "09:00"; nullopt where it is no time of day.
std::optional<std::string> ClockTime(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  int hour = 0;
  int minute = 0;
  if (parts.size() != 2 || parts[1].size() != 2 ||
      !absl::SimpleAtoi(parts[0], &hour) ||
      !absl::SimpleAtoi(parts[1], &minute)) {
    return std::nullopt;
  }
  if (hour < 0 || minute < 0 || minute > 59) return std::nullopt;
  if (hour > 24 || (hour == 24 && minute > 0)) return std::nullopt;
  return absl::StrFormat("%02d:%02d", hour, minute);
}

}  // namespace

absl::StatusOr<v1::WeekWindow> ParseWeekWindow(const std::string& text) {
  const std::vector<std::string> words =
      absl::StrSplit(text, ' ', absl::SkipWhitespace());
  if (words.empty()) return WindowError(text);
  v1::WeekWindow window;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    for (absl::string_view element :
         absl::StrSplit(words[i], ',', absl::SkipEmpty())) {
      if (!AddDays(std::string(element), window)) return WindowError(text);
    }
  }
  const std::vector<std::string> span = absl::StrSplit(words.back(), '-');
  if (span.size() != 2) return WindowError(text);
  const std::optional<std::string> start = ClockTime(span[0]);
  const std::optional<std::string> end = ClockTime(span[1]);
  if (!start || !end || *start == "24:00") return WindowError(text);
  window.set_start(*start);
  window.set_end(*end);
  return window;
}

absl::StatusOr<google::protobuf::Timestamp> ParseInstant(
    const std::string& text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error) &&
      !absl::ParseTime("%Y-%m-%d", text, &time, &error)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text,
        "\" is no time; expected RFC 3339 as in 2021-06-05T00:00:00Z, or a "
        "date as in 2021-06-05"));
  }
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  timestamp.set_nanos(
      static_cast<int32_t>((time - absl::FromUnixSeconds(timestamp.seconds())) /
                           absl::Nanoseconds(1)));
  return timestamp;
}

}  // namespace handrail::cli
