#include "clients/cli/load_view.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/text.h"
#include "google/protobuf/util/time_util.h"

namespace handrail::cli {
namespace {

using google::protobuf::util::TimeUtil;

// The rest is in the --errors file and in -o json.
constexpr int kFindingsShown = 50;

std::string SeverityWords(v1::FindingSeverity severity) {
  switch (severity) {
    case v1::ROW_SKIPPED:
      return "row skipped";
    case v1::VALUE_KEPT_AS_TEXT:
      return "kept as text";
    case v1::FILE_SKIPPED:
      return "file skipped";
    default:
      return "note";
  }
}

std::string ChangeWords(v1::RecordChange::Kind kind) {
  switch (kind) {
    case v1::RecordChange::ADDED:
      return "added";
    case v1::RecordChange::CHANGED:
      return "changed";
    case v1::RecordChange::RETIRED:
      return "retired";
    default:
      return "unknown";
  }
}

std::string Where(const v1::RowOrigin& origin) {
  std::string where = origin.file();
  if (origin.line() > 0) {
    absl::StrAppend(&where, ":", origin.line());
  } else if (origin.record() > 0) {
    absl::StrAppend(&where, " record ", origin.record());
  }
  return where;
}

}  // namespace

std::string LoadStateWords(v1::LoadState state) {
  switch (state) {
    case v1::RUNNING:
      return "running";
    case v1::DONE:
      return "done";
    case v1::BROKEN_OFF:
      return "broken off";
    default:
      return "unknown";
  }
}

std::string ViewFinding(const v1::Finding& finding) {
  std::string line = SeverityWords(finding.severity());
  const std::string where = Where(finding.origin());
  if (!where.empty()) absl::StrAppend(&line, "  ", where);
  if (!finding.field().empty()) absl::StrAppend(&line, "  ", finding.field());
  absl::StrAppend(&line, "  ", finding.reason(), ": ", finding.message());
  if (!finding.hint().empty()) absl::StrAppend(&line, "; ", finding.hint());
  if (finding.count() > 1) {
    absl::StrAppend(&line, " (", finding.count(), " times)");
  }
  return Printable(line) + "\n";
}

std::string ViewChange(const v1::RecordChange& change) {
  std::string text = absl::StrCat(
      ChangeWords(change.kind()), " ",
      absl::AsciiStrToLower(v1::RecordType_Name(change.ref().type())), " ",
      change.ref().id(), "\n");
  for (const v1::FieldChange& field : change.fields()) {
    absl::StrAppend(
        &text, "  ", field.field(), ": ",
        field.old_json().empty() ? "nothing" : field.old_json(), " -> ",
        field.new_json().empty() ? "nothing" : field.new_json(), "\n");
  }
  return Printable(text);
}

std::string ViewReport(const v1::LoadReport& report, int columns) {
  std::string text;
  if (report.validate_only()) {
    text += "Dry run: nothing was written.\n";
  }
  std::vector<std::vector<std::string>> rows = {
      {"TABLE", "READ", "LOADED", "SKIPPED"}};
  for (const v1::TableCount& table : report.tables()) {
    rows.push_back({table.table(), absl::StrCat(table.rows_read()),
                    absl::StrCat(table.rows_loaded()),
                    absl::StrCat(table.rows_skipped())});
  }
  text += Table(rows);
  text += Wrap(
      absl::StrCat("Records: ", report.records_loaded(), " loaded; ",
                   report.added(), " added, ", report.changed(), " changed, ",
                   report.unchanged(), " unchanged, ", report.retired(),
                   " retired. Findings: ", report.finding_count(),
                   ". Revision ", report.revision(), "."),
      "", "", columns);
  std::vector<const v1::Finding*> findings;
  for (const v1::Finding& finding : report.findings()) {
    findings.push_back(&finding);
  }
  // Skipped files and rows before remarks; the order of the source inside.
  std::stable_sort(findings.begin(), findings.end(),
                   [](const v1::Finding* a, const v1::Finding* b) {
                     const auto weight = [](const v1::Finding& finding) {
                       return finding.severity() == v1::FILE_SKIPPED  ? 0
                              : finding.severity() == v1::ROW_SKIPPED ? 1
                              : finding.severity() == v1::VALUE_KEPT_AS_TEXT
                                  ? 2
                                  : 3;
                     };
                     return weight(*a) < weight(*b);
                   });
  for (int i = 0; i < std::min<int>(kFindingsShown, findings.size()); ++i) {
    text += ViewFinding(*findings[i]);
  }
  if (report.finding_count() > kFindingsShown) {
    absl::StrAppend(&text, "… and more; --errors FILE has all of them\n");
  }
  return text;
}

std::string ViewLoad(const v1::Load& load, int columns) {
  std::string text =
      absl::StrCat("Load ", load.id(), " of source ", load.source(), ": ",
                   LoadStateWords(load.state()), ", by ", load.actor(),
                   ", started ", TimeUtil::ToString(load.started_at()));
  if (load.has_ended_at()) {
    absl::StrAppend(&text, ", ended ", TimeUtil::ToString(load.ended_at()));
  }
  text += "\n";
  for (const v1::LoadedFile& file : load.files()) {
    absl::StrAppend(&text, "  ", Printable(file.name()), "  ", file.bytes(),
                    " bytes  sha256 ", file.sha256(), "\n");
  }
  return text + ViewReport(load.report(), columns);
}

}  // namespace handrail::cli
