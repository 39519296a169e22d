#include "matcher/violations.h"

#include <algorithm>

#include "matcher/limits.h"

namespace handrail::matcher {

void Violations::Add(const std::string& prefix, const absl::Status& status) {
  const std::vector<FieldViolation> inner = ViolationsOf(status);
  if (inner.empty()) {
    Add(prefix, MessageOf(status));
    return;
  }
  for (const FieldViolation& violation : inner) {
    const bool whole = violation.field.starts_with(prefix);
    found_.push_back({whole ? violation.field : prefix, violation.description});
  }
}

void Violations::CheckSize(const std::string& field, int size, int most) {
  if (size > most) {
    Add(field, absl::StrCat("has more than ", most, " entries"));
  }
}

void Violations::CheckRange(const std::string& field, long long value,
                            long long least, long long most) {
  if (value < least || value > most) {
    Add(field, absl::StrCat("must be from ", least, " to ", most));
  }
}

void Violations::CheckLength(const std::string& field, std::string_view text,
                             int most) {
  if (static_cast<int>(text.size()) > most) {
    Add(field, absl::StrCat("must have at most ", most, " bytes"));
  }
}

absl::Status Violations::ToStatus() const {
  if (found_.empty()) return absl::OkStatus();
  return InvalidFields(found_);
}

std::string OneOf(const std::vector<std::string>& values) {
  std::string text;
  int count = 0;
  for (const std::string& value : values) {
    if (count++ == kSuggestionsMax) return text + ", …";
    if (!text.empty()) text += ", ";
    text += value;
  }
  return text;
}

std::optional<absl::CivilDay> ReadDay(const std::string& field,
                                      const std::string& text,
                                      Violations& violations) {
  const auto digits = [&text](size_t from, size_t count) {
    return std::all_of(text.begin() + static_cast<long>(from),
                       text.begin() + static_cast<long>(from + count),
                       [](char c) { return c >= '0' && c <= '9'; });
  };
  if (text.size() == 10 && text[4] == '-' && text[7] == '-' && digits(0, 4) &&
      digits(5, 2) && digits(8, 2)) {
    const int year = std::stoi(text.substr(0, 4));
    const int month = std::stoi(text.substr(5, 2));
    const int day = std::stoi(text.substr(8, 2));
    const absl::CivilDay civil(year, month, day);
    if (civil.month() == month && civil.day() == day) return civil;
  }
  violations.Add(field, "must be a day that exists, like 2026-06-02");
  return std::nullopt;
}

std::optional<WeeklyWindow> ReadWindow(const std::string& field,
                                       const v1::WeekWindow& window,
                                       Violations& violations) {
  absl::StatusOr<WeeklyWindow> parsed = WeeklyWindow::Parse(window, field);
  if (parsed.ok()) return *std::move(parsed);
  violations.Add(field, parsed.status());
  return std::nullopt;
}

}  // namespace handrail::matcher
