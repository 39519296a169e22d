#include "storage/normalise/report.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "storage/normalise/limits.h"

namespace handrail::storage {
namespace {

bool LooksLikeNumber(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return absl::ascii_isdigit(c) || c == '.' || c == '-' || c == '+';
  });
}

// Code points, for valid UTF-8; else roughly.
size_t Characters(std::string_view value) {
  return static_cast<size_t>(std::count_if(
      value.begin(), value.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string Path::ToString() const {
  std::string text;
  if (parent != nullptr) text = parent->ToString();
  if (name.empty()) return text;
  if (!text.empty()) text += '.';
  text.append(name);
  if (index >= 0) absl::StrAppend(&text, "[", index, "]");
  return text;
}

std::string ClassOf(std::string_view value) {
  if (value.empty()) return "empty";
  if (LooksLikeNumber(value)) return "number";
  return absl::StrCat("text of ", Characters(value), " characters");
}

void RowReport::Add(v1::FindingSeverity severity, const Path& path,
                    std::string_view field, Problem problem) {
  const bool skip = severity == v1::ROW_SKIPPED;
  if (skip ? skips_.size() >= kRowFindingsMax
           : others_.size() >= kRowFindingsMax) {
    ++left_out_;
    return;
  }
  v1::Finding finding;
  finding.set_severity(severity);
  *finding.mutable_origin() = origin_;
  const Path whole{.parent = &path, .name = field};
  finding.set_field(whole.ToString());
  finding.set_reason(std::move(problem.reason));
  finding.set_value_class(std::move(problem.value_class));
  finding.set_message(std::move(problem.message));
  finding.set_hint(std::move(problem.hint));
  finding.set_count(1);
  (skip ? skips_ : others_).push_back(std::move(finding));
}

void RowReport::Notice(const Path& path, std::string_view field,
                       Problem problem) {
  Add(v1::NOTICE, path, field, std::move(problem));
}

void RowReport::Kept(const Path& path, std::string_view field,
                     Problem problem) {
  Add(v1::VALUE_KEPT_AS_TEXT, path, field, std::move(problem));
}

void RowReport::Skip(const Path& path, std::string_view field,
                     Problem problem) {
  skipped_ = true;
  Add(v1::ROW_SKIPPED, path, field, std::move(problem));
}

std::vector<v1::Finding> RowReport::Take() {
  std::vector<v1::Finding> all = std::move(skips_);
  for (v1::Finding& finding : others_) {
    if (all.size() < kRowFindingsMax) {
      all.push_back(std::move(finding));
    } else {
      ++left_out_;
    }
  }
  if (left_out_ == 0) return all;
  if (all.size() == kRowFindingsMax) {
    all.pop_back();
    ++left_out_;
  }
  v1::Finding rest;
  rest.set_severity(skipped_ ? v1::ROW_SKIPPED : v1::NOTICE);
  *rest.mutable_origin() = origin_;
  rest.set_reason("more-findings");
  rest.set_message("this row has more findings than are listed");
  rest.set_hint("correct those listed first");
  rest.set_count(left_out_);
  all.push_back(std::move(rest));
  return all;
}

}  // namespace handrail::storage
