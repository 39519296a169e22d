#include "clients/formats/table_values.h"

#include <array>
#include <utility>

#include "clients/formats/clock_time.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/plain_text.h"

namespace handrail::formats {
namespace {

constexpr std::array<std::string_view, 7> kDayCodes = {"MO", "TU", "WE", "TH",
                                                       "FR", "SA", "SU"};
constexpr std::array<std::string_view, 7> kDayNames = {
    "monday", "tuesday",  "wednesday", "thursday",
    "friday", "saturday", "sunday"};

// 0 for Monday; -1 for what is no day.
int DayOf(std::string_view text) {
  const std::string word = Lower(Trim(text));
  if (word.size() == 1 && word[0] >= '0' && word[0] <= '7') {
    return word[0] == '0' ? 6 : word[0] - '1';
  }
  if (word.size() < 2) return -1;
  for (size_t i = 0; i < kDayNames.size(); ++i) {
    std::string_view name = kDayNames[i];
    const bool short_form = word.size() <= 5 && name.starts_with(word);
    if (word == name || short_form || word == std::string(name) + "s") {
      return static_cast<int>(i);
    }
  }
  return -1;
}

// "Mon - Fri" or one day, into codes. False for anything else.
bool AddDays(const std::string& text, std::string& codes) {
  size_t dash = text.find('-');
  size_t width = 1;
  for (const std::string_view word : {"–", " to "}) {
    if (dash != std::string::npos) break;
    dash = text.find(word);
    width = word.size();
  }
  const int first = DayOf(text.substr(0, dash));
  const int last =
      dash == std::string::npos ? first : DayOf(text.substr(dash + width));
  if (first < 0 || last < 0) return false;
  for (int day = first;; day = (day + 1) % 7) {
    codes += codes.empty() ? "" : ",";
    codes += kDayCodes[static_cast<size_t>(day)];
    if (day == last) return true;
  }
}

}  // namespace

std::string WeekdayCodes(std::string_view text) {
  std::string codes;
  for (const std::string& part : SplitText(text, ",")) {
    for (const std::string& word : SplitText(part, ";")) {
      if (!AddDays(word, codes)) return "";
    }
  }
  return codes;
}

std::vector<std::string> ListInCell(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (c == ')' && depth > 0) --depth;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  std::vector<std::string> out;
  for (const std::string& part : parts) {
    if (std::string trimmed = Trim(part); !trimmed.empty()) {
      out.push_back(std::move(trimmed));
    }
  }
  return out;
}

std::string HoursText(const std::string& text) {
  if (text.find(':') != std::string::npos) return text;
  const std::string time = ClockTime(text);
  return time.empty() ? text : time;
}

bool IsTrueCell(std::string_view text) {
  const std::string word = Lower(Trim(text));
  return word == "true" || word == "t" || word == "yes" || word == "1";
}

bool IsFalseCell(std::string_view text) {
  const std::string word = Lower(Trim(text));
  return word == "false" || word == "f" || word == "no" || word == "0";
}

}  // namespace handrail::formats
