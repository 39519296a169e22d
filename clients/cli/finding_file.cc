#include "clients/cli/finding_file.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/session.h"
#include "clients/formats/csv_writer.h"

namespace handrail::cli {
namespace {

std::vector<std::string> CellsOf(const v1::Finding& finding) {
  const v1::RowOrigin& origin = finding.origin();
  return {v1::FindingSeverity_Name(finding.severity()),
          origin.file(),
          origin.table(),
          origin.record() > 0 ? absl::StrCat(origin.record()) : "",
          origin.line() > 0 ? absl::StrCat(origin.line()) : "",
          finding.field(),
          finding.value_class(),
          finding.reason(),
          finding.message(),
          finding.hint(),
          absl::StrCat(std::max<int64_t>(finding.count(), 1))};
}

}  // namespace

bool FindingFile::Open(const std::string& path) {
  file_.open(path, std::ios::binary | std::ios::trunc);
  csv_ = absl::EndsWithIgnoreCase(path, ".csv");
  if (file_ && csv_) {
    std::string header;
    formats::AppendCsvRow(
        {"severity", "file", "table", "record", "line", "field", "value_class",
         "reason", "message", "hint", "count"},
        header);
    file_ << header;
  }
  return static_cast<bool>(file_);
}

void FindingFile::Add(const v1::Finding& finding) {
  if (!file_.is_open()) return;
  if (!csv_) {
    file_ << ToJson(finding, /*pretty=*/false);
    return;
  }
  std::string row;
  formats::AppendCsvRow(CellsOf(finding), row);
  file_ << row;
}

}  // namespace handrail::cli
