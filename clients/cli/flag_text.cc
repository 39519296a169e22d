#include "clients/cli/flag_text.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/week_text.h"
#include "storage/base/status.h"

namespace handrail::cli {
namespace {

absl::Status FlagError(const std::string& flag, const std::string& text,
                       const std::string& expected) {
  return absl::InvalidArgumentError(
      absl::StrCat(flag, " \"", text, "\": expected ", expected));
}

// "any." is understood where a field has no prefix.
std::string FieldPath(const std::string& name) {
  return absl::StrContains(name, '.') ? name : absl::StrCat("any.", name);
}

bool IsZip(const std::string& text) {
  return text.size() == 5 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

absl::StatusOr<v1::Criterion> ParseCriterion(v1::CriterionKind kind,
                                             const std::string& flag,
                                             const std::string& text) {
  const char* const expected =
      kind == v1::PREFER ? "FIELD=VALUE[,VALUE][:WEIGHT], weight 1 to 3"
                         : "FIELD=VALUE[,VALUE]";
  const size_t at = text.find_first_of("=<>");
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
    return FlagError(flag, text, expected);
  }
  v1::Criterion criterion;
  criterion.set_kind(kind);
  criterion.set_field(FieldPath(text.substr(0, at)));
  std::string values = text[at] == '=' ? text.substr(at + 1) : text.substr(at);
  const size_t colon = values.rfind(':');
  if (kind == v1::PREFER && colon != std::string::npos) {
    int weight = 0;
    // A level of care has a colon of its own: "asam4:3.1".
    if (absl::SimpleAtoi(values.substr(colon + 1), &weight)) {
      criterion.set_weight(weight);
      values.resize(colon);
    }
  }
  for (absl::string_view value : absl::StrSplit(values, ',')) {
    if (value.empty()) return FlagError(flag, text, expected);
    criterion.add_values(std::string(value));
  }
  return criterion;
}

absl::StatusOr<v1::Point> ParsePoint(const std::string& text) {
  v1::Point point;
  if (IsZip(text)) {
    point.set_postal_code(text);
    return point;
  }
  const std::vector<std::string> parts = absl::StrSplit(text, ',');
  double latitude = 0;
  double longitude = 0;
  if (parts.size() != 2 || !absl::SimpleAtod(parts[0], &latitude) ||
      !absl::SimpleAtod(parts[1], &longitude) ||
      // Written so that what is no number is refused too.
      !(std::fabs(latitude) <= 90 && std::fabs(longitude) <= 180)) {
    return FlagError("--near", text,
                     "LATITUDE,LONGITUDE in degrees, or a ZIP code of five "
                     "digits");
  }
  point.set_latitude_e7(static_cast<int32_t>(std::lround(latitude * 1e7)));
  point.set_longitude_e7(static_cast<int32_t>(std::lround(longitude * 1e7)));
  return point;
}

absl::StatusOr<v1::NeedTime> ParseWhen(const std::string& text) {
  v1::NeedTime when;
  if (text == "now") {
    when.set_now(true);
  } else if (text == "tonight") {
    when.set_tonight(true);
  } else if (absl::StrContains(text, 'T') && absl::ascii_isdigit(text[0])) {
    HANDRAIL_ASSIGN_OR_RETURN(*when.mutable_at(), ParseInstant(text));
  } else {
    HANDRAIL_ASSIGN_OR_RETURN(*when.mutable_window(), ParseWeekWindow(text));
  }
  return when;
}

absl::StatusOr<v1::ForWhom> ParseForWhom(const std::string& text) {
  v1::ForWhom who = v1::FOR_WHOM_UNSPECIFIED;
  if (!v1::ForWhom_Parse(absl::AsciiStrToUpper(text), &who) ||
      who == v1::FOR_WHOM_UNSPECIFIED) {
    return FlagError("--for", text, "self, family or both");
  }
  return who;
}

absl::StatusOr<v1::CrisisKind> ParseCrisis(const std::string& text) {
  std::string name = absl::AsciiStrToUpper(text);
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  v1::CrisisKind kind = v1::CRISIS_KIND_UNSPECIFIED;
  if (!v1::CrisisKind_Parse(name, &kind) ||
      kind == v1::CRISIS_KIND_UNSPECIFIED) {
    return FlagError("--crisis", text,
                     "overdose, suicide, violence, withdrawal or "
                     "nowhere-tonight");
  }
  return kind;
}

absl::StatusOr<v1::HomeArea> ParseHome(const std::string& text,
                                       const std::string& flag) {
  v1::HomeArea home;
  if (IsZip(text)) {
    home.set_postal_code(text);
    return home;
  }
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  if (parts.size() > 2 || parts[0].size() != 2) {
    return FlagError(flag, text,
                     "a state as in MD, a county as in MD/Baltimore, or a ZIP "
                     "code");
  }
  home.set_state(absl::AsciiStrToUpper(parts[0]));
  if (parts.size() == 2) home.set_county(parts[1]);
  return home;
}

absl::StatusOr<v1::Coverage> ParseCoverage(const std::string& text) {
  v1::Coverage coverage;
  if (text == "none") {
    coverage.set_state(v1::Coverage::NONE);
    return coverage;
  }
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  if (parts.size() > 2 || parts[0].empty()) {
    return FlagError("--coverage", text,
                     "KIND[:active|pending|suspended] as in medicaid:pending, "
                     "or none");
  }
  coverage.set_kind(parts[0]);
  const std::string state = parts.size() > 1 ? parts[1] : "active";
  if (state == "active") {
    coverage.set_state(v1::Coverage::IN_FORCE);
  } else if (state == "pending") {
    coverage.set_state(v1::Coverage::PENDING);
  } else if (state == "suspended") {
    coverage.set_state(v1::Coverage::SUSPENDED);
  } else {
    return FlagError("--coverage", text,
                     "KIND[:active|pending|suspended] as in medicaid:pending, "
                     "or none");
  }
  return coverage;
}

}  // namespace handrail::cli
