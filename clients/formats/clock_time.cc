#include "clients/formats/clock_time.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/formats/plain_text.h"

namespace handrail::formats {
namespace {

std::string TwoDigits(int number) {
  return absl::StrCat(number < 10 ? "0" : "", number);
}

}  // namespace

std::string ClockTime(std::string_view text) {
  std::string rest = Lower(Trim(text));
  int half = -1;
  for (const auto& [suffix, value] :
       {std::pair<std::string_view, int>{"am", 0}, {"pm", 12}}) {
    if (rest.ends_with(suffix)) {
      half = value;
      rest = Trim(rest.substr(0, rest.size() - 2));
    }
  }
  std::vector<int> parts;
  size_t at = 0;
  while (at <= rest.size()) {
    const size_t colon = std::min(rest.find(':', at), rest.size());
    const std::string part = rest.substr(at, colon - at);
    if (part.empty() || part.size() > 2 ||
        part.find_first_not_of("0123456789") != std::string::npos) {
      return "";
    }
    parts.push_back(std::stoi(part));
    at = colon + 1;
  }
  if (parts.size() > 3 || (parts.size() == 1 && half < 0)) return "";
  int hour = parts[0];
  const int minute = parts.size() > 1 ? parts[1] : 0;
  if (parts.size() == 3 && parts[2] > 59) return "";
  if (half >= 0) {
    if (hour < 1 || hour > 12) return "";
    hour = hour % 12 + half;
  }
  if (hour == 24 && minute == 0) hour = 0;
  if (hour > 23 || minute > 59) return "";
  return TwoDigits(hour) + ":" + TwoDigits(minute);
}

}  // namespace handrail::formats
