#include "clients/formats/csv_table.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/csv_cut.h"
#include "clients/formats/csv_quick.h"
#include "clients/formats/csv_text.h"
#include "clients/formats/limits.h"
#include "clients/formats/plain_text.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

// The separator that the first line has most of, outside quotation marks.
char SeparatorOf(std::string_view line) {
  constexpr std::array<char, 4> kSeparators = {',', '\t', ';', '|'};
  std::array<int, 4> counts = {};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r')) break;
    for (size_t i = 0; i < kSeparators.size(); ++i) {
      if (!quoted && c == kSeparators[i]) ++counts[i];
    }
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  return kSeparators[static_cast<size_t>(most - counts.begin())];
}

void SetHeader(std::vector<std::string>& cells, size_t count, CsvTable& table) {
  if (!IsUtf8Row(cells, count) && DecodeRow(cells, count)) {
    ++table.latin1_rows;
    table.latin1_line = 1;
  }
  std::map<std::string, int> seen;
  table.header.clear();
  for (size_t i = 0; i < count; ++i) {
    std::string name = Trim(cells[i]);
    if (name.empty()) {
      ++table.empty_names;
      name = absl::StrCat("column ", i + 1);
    }
    const int times = ++seen[Lower(name)];
    if (times > 1) {
      ++table.repeated_names;
      name = absl::StrCat(name, " (", times, ")");
    }
    table.header.push_back(std::move(name));
  }
}

std::optional<ReadProblem> CheckHeader(const CsvTable& table, size_t count) {
  if (count > kCsvColumnsMax) {
    return ReadProblem{.reason = "too-many-columns",
                       .message = absl::StrCat("the table has ", count,
                                               " columns; at most 4,096 are "
                                               "read"),
                       .hint = "leave out columns that are not needed",
                       .line = 1};
  }
  if (!IsUtf8Row(table.header, table.header.size())) {
    return ReadProblem{.reason = "not-utf8",
                       .message = "the first line is neither UTF-8 nor Latin-1",
                       .hint = "save the file as UTF-8",
                       .line = 1};
  }
  return std::nullopt;
}

ReadProblem NoText(int64_t line) {
  return {.reason = "not-utf8",
          .message = "the text is neither UTF-8 nor Latin-1 at this line",
          .hint = "save the file as UTF-8",
          .line = line};
}

// Fits a row to the header.
CsvFault FaultOf(const CsvTable& table, const CsvRawRow& raw) {
  if (raw.quotes_wrong) return CsvFault::kQuotes;
  if (raw.count < table.header.size()) return CsvFault::kShort;
  if (raw.count > kCsvColumnsMax) return CsvFault::kLong;
  for (size_t i = table.header.size(); i < raw.count; ++i) {
    if (!Trim(raw.cells[i]).empty()) return CsvFault::kLong;
  }
  return CsvFault::kNone;
}

std::string FirstBytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string start(64 * 1024, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return start;
}

}  // namespace

int CsvTable::Column(std::string_view name) const {
  const std::string wanted = Lower(std::string(name));
  for (size_t i = 0; i < header.size(); ++i) {
    if (Lower(header[i]) == wanted) return static_cast<int>(i);
  }
  return -1;
}

absl::StatusOr<CsvTable> OutlineCsv(const std::string& path,
                                    const ByteWatcher& watcher) {
  CsvTable table;
  table.separator = SeparatorOf(FirstBytes(path));
  CsvByteCheck bytes;
  bool header = true;
  std::optional<ReadProblem> wrong;
  const auto take = [&](const CsvRawRow& raw) -> absl::Status {
    if (bytes.problem().has_value()) return absl::CancelledError("no text");
    if (header) {
      if (!raw.quotes_wrong && IsEmptyRow(raw.cells, raw.count)) {
        return absl::OkStatus();
      }
      header = false;
      SetHeader(raw.cells, std::min(raw.count, kCsvColumnsMax), table);
      wrong = CheckHeader(table, raw.count);
      if (raw.quotes_wrong) {
        wrong = {.reason = "not-csv",
                 .message =
                     "the quotation marks of the first line are not "
                     "right",
                 .hint = "write a quotation mark inside a cell twice",
                 .line = raw.line};
      }
      return wrong.has_value() ? absl::CancelledError("header")
                               : absl::OkStatus();
    }
    if (!raw.quotes_wrong && IsEmptyRow(raw.cells, raw.count)) {
      ++table.empty_rows;
      return absl::OkStatus();
    }
    ++table.rows;
    if (raw.quotes_wrong || IsUtf8Row(raw.cells, raw.count)) {
      return absl::OkStatus();
    }
    if (++table.latin1_rows == 1) table.latin1_line = raw.line;
    if (!DecodeRow(raw.cells, raw.count)) {
      wrong = NoText(raw.line);
      return absl::CancelledError("no text");
    }
    return absl::OkStatus();
  };
  const absl::Status status = CutCsvFile(
      path, table.separator,
      [&](std::string_view chunk) {
        bytes.Bytes(chunk);
        if (watcher) watcher(chunk);
      },
      take, table.problem);
  if (!absl::IsCancelled(status)) HANDRAIL_RETURN_IF_ERROR(status);
  if (wrong.has_value()) table.problem = wrong;
  if (bytes.problem().has_value()) table.problem = bytes.problem();
  if (header && !table.problem.has_value()) {
    table.problem = ReadProblem{.reason = "empty-file",
                                .message = "the file is empty",
                                .hint = "the first line names the columns"};
  }
  return table;
}

CsvTable PeekCsv(std::string_view start) {
  CsvTable table;
  CsvByteCheck bytes;
  bytes.Bytes(start);
  if (bytes.problem().has_value()) return table;
  if (start.starts_with(kByteOrderMark)) {
    start.remove_prefix(kByteOrderMark.size());
  }
  table.separator = SeparatorOf(start);
  CsvRowCutter rows(table.separator, [&](const CsvRawRow& raw) -> absl::Status {
    if (raw.quotes_wrong || raw.count > kCsvColumnsMax) {
      return absl::CancelledError("no header");
    }
    if (IsEmptyRow(raw.cells, raw.count)) return absl::OkStatus();
    SetHeader(raw.cells, raw.count, table);
    return absl::CancelledError("header");
  });
  CsvLineCutter lines([&](std::string_view line, int64_t offset) {
    return rows.Line(line, offset);
  });
  if (lines.Bytes(start).ok() && lines.End().ok()) rows.End().IgnoreError();
  return table;
}

absl::Status ForEachCsvRow(
    const std::string& path, const CsvTable& table,
    const std::function<absl::Status(const CsvRow&)>& take,
    const ByteWatcher& watcher) {
  bool header = true;
  int64_t record = 0;
  std::optional<ReadProblem> problem;
  const auto take_raw = [&](const CsvRawRow& raw) -> absl::Status {
    if (!raw.quotes_wrong && IsEmptyRow(raw.cells, raw.count)) {
      return absl::OkStatus();
    }
    if (header) {
      header = false;
      return absl::OkStatus();
    }
    const bool latin1 = !raw.quotes_wrong && !IsUtf8Row(raw.cells, raw.count);
    if (latin1) DecodeRow(raw.cells, raw.count);
    const CsvFault fault = FaultOf(table, raw);
    raw.cells.resize(table.header.size());
    return take({.cells = raw.cells,
                 .record = ++record,
                 .line = raw.line,
                 .offset = raw.offset,
                 .fault = fault,
                 .latin1 = latin1,
                 .stray_quote = raw.stray_quote});
  };
  const absl::Status status =
      CutCsvFile(path, table.separator, watcher, take_raw, problem);
  if (problem.has_value()) {
    return FailedPrecondition(v1::ERROR_REASON_INVALID_FIELD,
                              "the file changed while it was read");
  }
  return status;
}

bool ReadCsvRowAt(std::string_view bytes, const CsvTable& table,
                  std::vector<std::string>& cells) {
  bool whole = false;
  CsvRowCutter rows(table.separator, [&](const CsvRawRow& raw) -> absl::Status {
    whole = FaultOf(table, raw) == CsvFault::kNone;
    if (!IsUtf8Row(raw.cells, raw.count)) DecodeRow(raw.cells, raw.count);
    raw.cells.resize(table.header.size());
    cells.swap(raw.cells);
    return absl::CancelledError("one is enough");
  });
  CsvLineCutter lines([&](std::string_view line, int64_t offset) {
    return rows.Line(line, offset);
  });
  if (lines.Bytes(bytes).ok() && lines.End().ok()) rows.End().IgnoreError();
  return whole;
}

bool ReadQuickCsvRowAt(std::string_view bytes, const CsvTable& table,
                       std::vector<std::string>& cells) {
  size_t count = 0;
  if (!CutQuickRow(bytes, table.separator, cells, count) ||
      FaultOf(table, {.cells = cells, .count = count}) != CsvFault::kNone) {
    return false;
  }
  if (!IsUtf8Row(cells, count)) DecodeRow(cells, count);
  cells.resize(table.header.size());
  return true;
}

}  // namespace handrail::formats
