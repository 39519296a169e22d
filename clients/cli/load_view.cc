#include "clients/cli/load_view.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/text.h"
#include "google/protobuf/util/time_util.h"

namespace handrail::cli {
namespace {

using google::protobuf::util::TimeUtil;

constexpr int kFindingColumns = 100;

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

int Weight(v1::FindingSeverity severity) {
  switch (severity) {
    case v1::FILE_SKIPPED:
      return 0;
    case v1::ROW_SKIPPED:
      return 1;
    case v1::VALUE_KEPT_AS_TEXT:
      return 2;
    default:
      return 3;
  }
}

// "phones[3].number" and "phones[0].number" are one kind of field.
std::string WithoutIndices(const std::string& field) {
  std::string out;
  bool inside = false;
  for (const char c : field) {
    if (c == ']') inside = false;
    if (!inside) out.push_back(c);
    if (c == '[') inside = true;
  }
  return out;
}

// Findings of one kind as one, with the place of the first and their number;
// skipped files and rows first, in the order of the source inside.
std::vector<v1::Finding> Gathered(const v1::LoadReport& report) {
  std::vector<v1::Finding> gathered;
  std::map<std::string, size_t> places;
  for (const v1::Finding& finding : report.findings()) {
    const std::string kind =
        absl::StrCat(finding.severity(), "|", finding.origin().file(), "|",
                     WithoutIndices(finding.field()), "|", finding.reason(),
                     "|", finding.message());
    const auto [place, fresh] = places.try_emplace(kind, gathered.size());
    if (fresh) gathered.push_back(finding);
    v1::Finding& one = gathered[place->second];
    const int64_t count = std::max<int64_t>(1, finding.count());
    one.set_count(fresh ? count : one.count() + count);
  }
  std::stable_sort(gathered.begin(), gathered.end(),
                   [](const v1::Finding& a, const v1::Finding& b) {
                     return Weight(a.severity()) < Weight(b.severity());
                   });
  return gathered;
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
    case v1::UNDONE:
      return "taken back";
    default:
      return "unknown";
  }
}

std::string ViewFinding(const v1::Finding& finding) {
  std::string line = SeverityWords(finding.severity());
  const std::string where = Where(finding.origin());
  if (!where.empty()) absl::StrAppend(&line, ", ", where);
  if (!finding.field().empty()) absl::StrAppend(&line, ", ", finding.field());
  absl::StrAppend(&line, ", ", finding.reason(), ": ", finding.message());
  if (!finding.hint().empty()) absl::StrAppend(&line, "; ", finding.hint());
  if (finding.count() > 1) {
    absl::StrAppend(&line, " (", finding.count(), " times)");
  }
  return Wrap(line, "", "  ", kFindingColumns);
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
  if (report.renumbered() > 0) {
    absl::StrAppend(&text, "Came again under other ids: ", report.renumbered(),
                    ". If the source numbered its records anew, --rekey has "
                    "them keep their ids.\n");
  }
  if (report.rekeyed() > 0) {
    absl::StrAppend(&text, "Kept their ids under new ones of the source: ",
                    report.rekeyed(), ".\n");
  }
  const std::vector<v1::Finding> findings = Gathered(report);
  for (const v1::Finding& finding : findings) text += ViewFinding(finding);
  if (report.finding_count() > report.findings_size()) {
    absl::StrAppend(&text, "and more; --errors FILE has every one\n");
  }
  return text;
}

namespace {

const char* WhyLeft(v1::LeftRecord::Why why) {
  switch (why) {
    case v1::LeftRecord::CHANGED_SINCE:
      return "changed since by something else";
    case v1::LeftRecord::STILL_REFERRED_TO:
      return "a service still needs it";
    case v1::LeftRecord::REFERS_TO_NOTHING:
      return "what it was refers to a record that is no more";
    default:
      return "left";
  }
}

}  // namespace

std::string ViewUndo(const v1::UndoLoadResponse& undo, bool dry_run,
                     int columns) {
  std::string text = dry_run ? "Dry run: nothing was changed.\n" : "";
  text +=
      Wrap(absl::StrCat("Load ", undo.load().id(), " of source ",
                        undo.load().source(), dry_run ? " would be" : " was",
                        " taken back: ", undo.removed(),
                        " that it added removed, ", undo.restored(),
                        " that it changed restored, ", undo.brought_back(),
                        " that it retired brought back. Left as they are: ",
                        undo.left_count(), "."),
           "", "", columns);
  for (const v1::LeftRecord& left : undo.left()) {
    absl::StrAppend(
        &text, "  ",
        absl::AsciiStrToLower(v1::RecordType_Name(left.ref().type())), " ",
        left.ref().id(), ": ", WhyLeft(left.why()), "\n");
  }
  if (undo.left_count() > undo.left_size()) text += "  and more\n";
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
