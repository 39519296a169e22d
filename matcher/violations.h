// Collects the wrong fields of a request: for request_check and person_check.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "handrail/v1/match.pb.h"
#include "matcher/intervals.h"
#include "matcher/snapshot.h"
#include "storage/base/status.h"

namespace handrail::matcher {

struct Question;

class Violations {
 public:
  void Add(std::string field, std::string description) {
    found_.push_back({std::move(field), std::move(description)});
  }
  // Adds those of an INVALID_ARGUMENT status, their paths after `prefix`; a
  // status without any gives one for `prefix` with its message.
  void Add(const std::string& prefix, const absl::Status& status);

  // A list may have at most `most` entries.
  void CheckSize(const std::string& field, int size, int most);
  // A number must lie within the bounds.
  void CheckRange(const std::string& field, long long value, long long least,
                  long long most);
  // A text may have at most `most` bytes.
  void CheckLength(const std::string& field, std::string_view text, int most);

  // Nothing was wrong.
  bool empty() const { return found_.empty(); }
  // OK, or every violation.
  absl::Status ToStatus() const;

 private:
  std::vector<FieldViolation> found_;
};

// "field[3]".
inline std::string At(const std::string& field, int index) {
  return absl::StrCat(field, "[", index, "]");
}

// "a, b, c": what would be right, cut at kSuggestionsMax.
std::string OneOf(const std::vector<std::string>& values);

// A day written "2026-06-02" that exists. A violation and absent otherwise.
std::optional<absl::CivilDay> ReadDay(const std::string& field,
                                      const std::string& text,
                                      Violations& violations);

// A weekly window; a violation and absent where it cannot be read.
std::optional<WeeklyWindow> ReadWindow(const std::string& field,
                                       const v1::WeekWindow& window,
                                       Violations& violations);

// A state, county or ZIP code as people write them.
void CheckHomeArea(const std::string& field, const v1::HomeArea& area,
                   Violations& violations);

// Reads request.person and request.zone into the question.
void ReadPerson(const v1::MatchRequest& request, const Snapshot& snapshot,
                Question& question, Violations& violations);

}  // namespace handrail::matcher
