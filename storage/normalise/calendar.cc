#include "storage/normalise/calendar.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "storage/normalise/limits.h"
#include "storage/normalise/text.h"

namespace handrail::storage {
namespace {

constexpr int kYearMin = 1900;
constexpr int kYearMax = 2200;
constexpr int kOffsetHoursMax = 15;

constexpr std::array<std::pair<const char*, const char*>, 7> kDays = {{
    {"MONDAY", "MO"},
    {"TUESDAY", "TU"},
    {"WEDNESDAY", "WE"},
    {"THURSDAY", "TH"},
    {"FRIDAY", "FR"},
    {"SATURDAY", "SA"},
    {"SUNDAY", "SU"},
}};

Understood Impossible() { return {.sense = Sense::kImpossible}; }
Understood NotUnderstood() { return {}; }
Understood Good(std::string text) {
  return {.sense = Sense::kGood, .text = std::move(text)};
}

bool IsDigit(char c) { return absl::ascii_isdigit(c); }

// Reads from the front of a text; every Take says whether it was there.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool Done() const { return rest_.empty(); }
  bool TakeOneOf(std::string_view chars, char* taken = nullptr) {
    if (Done() || chars.find(rest_[0]) == std::string_view::npos) return false;
    if (taken != nullptr) *taken = rest_[0];
    rest_.remove_prefix(1);
    return true;
  }
  // A number of `min` to `max` digits.
  bool TakeDigits(size_t min, size_t max, int* number) {
    size_t size = 0;
    while (size < max && size < rest_.size() && IsDigit(rest_[size])) ++size;
    if (size < min) return false;
    *number = std::atoi(std::string(rest_.substr(0, size)).c_str());
    rest_.remove_prefix(size);
    return true;
  }
  void SkipDigits() {
    while (!Done() && IsDigit(rest_[0])) rest_.remove_prefix(1);
  }
  void SkipSpaces() {
    while (TakeOneOf(" ")) {
    }
  }

 private:
  std::string_view rest_;
};

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = absl::ascii_toupper(c);
  return upper;
}

std::vector<std::string_view> SplitAtCommas(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t comma = text.find(',');
    parts.push_back(Trim(text.substr(0, comma)));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

// --- Times ------------------------------------------------------------------

struct Clock {
  int hour = 0, minute = 0, second = -1;
  char half = 0;  // 'A' or 'P'
  std::string zone;
};

bool TakeSeconds(Reader& in, Clock& clock) {
  if (!in.TakeOneOf(":")) return true;
  if (!in.TakeDigits(2, 2, &clock.second)) return false;
  if (in.TakeOneOf(".")) in.SkipDigits();
  return true;
}

bool TakeHalf(Reader& in, Clock& clock) {
  in.SkipSpaces();
  if (!in.TakeOneOf("AP", &clock.half)) return true;
  in.TakeOneOf(".");
  if (!in.TakeOneOf("M")) return false;
  in.TakeOneOf(".");
  return true;
}

// False where the offset is not understood; `possible` where it cannot be.
bool TakeOffset(Reader& in, Clock& clock, bool& possible) {
  in.SkipSpaces();
  if (in.Done()) return true;
  if (in.TakeOneOf("Z")) {
    clock.zone = "Z";
    return true;
  }
  char sign;
  int hours = 0, minutes = 0;
  if (!in.TakeOneOf("+-", &sign) || !in.TakeDigits(2, 2, &hours)) return false;
  in.TakeOneOf(":");
  if (!in.Done() && !in.TakeDigits(2, 2, &minutes)) return false;
  possible = possible && hours <= kOffsetHoursMax && minutes < 60;
  clock.zone = absl::StrFormat("%c%02d:%02d", sign, hours, minutes);
  return true;
}

// From 12-hour to 24-hour. False where there is no such hour.
bool ApplyHalf(Clock& clock) {
  if (clock.half == 0) return true;
  if (clock.hour < 1 || clock.hour > 12) return false;
  clock.hour = clock.hour % 12 + (clock.half == 'P' ? 12 : 0);
  return true;
}

bool IsTimeOfDay(const Clock& clock, bool may_be_24) {
  const int second = std::max(clock.second, 0);
  if (clock.hour == 24) {
    return may_be_24 && clock.minute == 0 && second == 0;
  }
  return clock.hour < 24 && clock.minute < 60 && second < 60;
}

// --- Days -------------------------------------------------------------------

// "MO" for "MO", "MON" and "MONDAY"; absent for other words.
std::optional<std::string> DayLetters(const std::string& word) {
  for (const auto& [name, letters] : kDays) {
    const std::string_view full(name);
    if (word == letters || word == full || word == full.substr(0, 3)) {
      return letters;
    }
  }
  return std::nullopt;
}

Understood ReadDayToken(std::string_view token) {
  constexpr int kPlaceMax = 53;
  const std::string upper = Upper(token);
  const size_t letters = upper.find_first_not_of("+-0123456789");
  if (letters == std::string::npos) return NotUnderstood();
  const std::optional<std::string> day = DayLetters(upper.substr(letters));
  if (!day.has_value()) return NotUnderstood();
  if (letters == 0) return Good(*day);
  int place = 0;
  if (!absl::SimpleAtoi(upper.substr(0, letters), &place)) {
    return NotUnderstood();
  }
  if (place == 0 || std::abs(place) > kPlaceMax) return Impossible();
  return Good(std::to_string(place) + *day);
}

// Reads each part of a comma list; the worst outcome is the whole's.
template <typename ReadPart>
Understood ReadList(std::string_view text, const ReadPart& read) {
  std::string all;
  Sense sense = Sense::kGood;
  for (const std::string_view part : SplitAtCommas(text)) {
    const Understood one = read(part);
    if (one.sense == Sense::kNotUnderstood) return NotUnderstood();
    if (one.sense == Sense::kImpossible) sense = Sense::kImpossible;
    if (!all.empty()) all += ',';
    all += one.text;
  }
  return sense == Sense::kGood ? Good(all) : Impossible();
}

}  // namespace

Understood ReadDate(std::string_view text) {
  Reader in(Trim(text));
  int year = 0, month = 0, day = 0;
  if (!in.TakeDigits(4, 4, &year)) return NotUnderstood();
  const bool dashes = in.TakeOneOf("-");
  if (!in.TakeDigits(2, 2, &month)) return NotUnderstood();
  if (dashes != in.TakeOneOf("-")) return NotUnderstood();
  if (!in.TakeDigits(2, 2, &day)) return NotUnderstood();
  // What follows a date is a time of day, which no field of a date has.
  if (!in.Done() && !in.TakeOneOf("T ")) return NotUnderstood();
  const absl::CivilDay real(year, month, day);
  if (year < kYearMin || year > kYearMax || real.month() != month ||
      real.day() != day) {
    return Impossible();
  }
  return Good(absl::StrFormat("%04d-%02d-%02d", year, month, day));
}

Understood ReadTime(std::string_view text, bool may_be_24) {
  const std::string upper = Upper(Trim(text));
  Reader in(upper);
  in.TakeOneOf("T");
  Clock clock;
  bool possible = true;
  if (!in.TakeDigits(1, 2, &clock.hour) || !in.TakeOneOf(":") ||
      !in.TakeDigits(2, 2, &clock.minute) || !TakeSeconds(in, clock) ||
      !TakeHalf(in, clock) || !TakeOffset(in, clock, possible) || !in.Done()) {
    return NotUnderstood();
  }
  if (!possible || !ApplyHalf(clock) || !IsTimeOfDay(clock, may_be_24)) {
    return Impossible();
  }
  std::string out = absl::StrFormat("%02d:%02d", clock.hour, clock.minute);
  if (clock.second >= 0) out += absl::StrFormat(":%02d", clock.second);
  return Good(out + clock.zone);
}

Understood ReadByDay(std::string_view text) {
  return ReadList(text, ReadDayToken);
}

Understood ReadNumbers(std::string_view text, int max) {
  return ReadList(text, [max](std::string_view part) {
    int number = 0;
    if (part.size() > 5 || !absl::SimpleAtoi(std::string(part), &number)) {
      return NotUnderstood();
    }
    if (number == 0 || std::abs(number) > max) return Impossible();
    return Good(std::to_string(number));
  });
}

Understood ReadAmount(std::string_view text) {
  const std::string_view amount = Trim(text);
  const bool below_zero = !amount.empty() && amount[0] == '-';
  const std::string_view digits = amount.substr(below_zero ? 1 : 0);
  const size_t point = digits.find('.');
  const std::string_view whole = digits.substr(0, point);
  const std::string_view part =
      point == std::string_view::npos ? "0" : digits.substr(point + 1);
  const auto all_digits = [](std::string_view t) {
    return !t.empty() && std::all_of(t.begin(), t.end(), IsDigit);
  };
  if (!all_digits(whole) || !all_digits(part) ||
      whole.size() + part.size() > kAmountDigitsMax) {
    return NotUnderstood();
  }
  if (below_zero && digits.find_first_of("123456789") != digits.npos) {
    return Impossible();
  }
  return Good(std::string(digits));
}

}  // namespace handrail::storage
