// Reads CSV files of any size row by row, in bounded memory (by libcsv).
//
// OutlineCsv reads a file once from end to end: what separates its cells, what
// its columns are called, how many rows there are, and whether it can be read
// at all. ForEachCsvRow then hands over the rows, one at a time.
//
//   HANDRAIL_ASSIGN_OR_RETURN(const CsvTable table, OutlineCsv(path));
//   if (table.problem) return *table.problem;
//   ForEachCsvRow(path, table, [&](const CsvRow& row) {
//     if (row.fault != CsvFault::kNone) { SkipCsvRow(…); return …; }
//     Use(row.cells[table.Column("name")]); …
//   });
//
// What is taken as it comes: a byte order mark; lines that end in LF, CR LF or
// CR; commas, tabs, semicolons or bars between the cells; line ends inside
// quotation marks; a quotation mark in the middle of a cell without any around
// it (`12" pipe`, noted in CsvRow::stray_quote). Rows in Latin-1 (Windows-1252)
// are converted, row by row, because files are put together from several.
// Lines without any text in them are not rows; they are counted.
//
// What breaks a file: UTF-16, NUL, bytes of neither UTF-8 nor Windows-1252, no
// header, more than kCsvColumnsMax columns, a row above kCsvRowBytesMax, and a
// quotation mark that nothing closes. What breaks a row: see CsvFault.
//
// No function here keeps state between calls.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/formats/csv_text.h"
#include "clients/formats/finding_log.h"
#include "clients/formats/json_stream.h"
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

// What OutlineCsv found.
struct CsvTable {
  char separator = ',';
  // Names of the columns, without space around them: "column 3" for one
  // without a name, "name (2)" for the second of a name.
  std::vector<std::string> header;
  // Names that occur twice; empty names.
  int repeated_names = 0;
  int empty_names = 0;
  // Rows below the header, wrong ones included, lines without text not.
  int64_t rows = 0;
  // Lines that have separators at most.
  int64_t empty_rows = 0;
  // Rows that are not UTF-8, and the line of the first (the header's is 1).
  int64_t latin1_rows = 0;
  int64_t latin1_line = 0;
  // Set when the file cannot be read as a table; nothing else holds then.
  std::optional<ReadProblem> problem;

  // Index of the column of that name in any case; -1 when there is none.
  int Column(std::string_view name) const;
  bool Has(std::string_view name) const { return Column(name) >= 0; }
};

enum class CsvFault {
  kNone,
  // Fewer cells than the header: a line end that was not quoted, most often.
  kShort,
  // More cells than the header, and text in them.
  kLong,
  // Text after a closing quotation mark.
  kQuotes,
};

struct CsvRow {
  // As many as the header has, where fault is kNone. UTF-8; as written, blanks
  // included.
  const std::vector<std::string>& cells;
  // From 1.
  int64_t record = 0;
  // Line and offset in the file at which it starts.
  int64_t line = 0;
  int64_t offset = 0;
  CsvFault fault = CsvFault::kNone;
  // It was converted from Windows-1252.
  bool latin1 = false;
  bool stray_quote = false;
};

// Reads the whole file. An error is one of the file system.
absl::StatusOr<CsvTable> OutlineCsv(const std::string& path,
                                    const ByteWatcher& watcher = nullptr);

// Separator and header alone, from the first bytes of a file: for recognising.
// No header where they hold none, or hold what breaks a file.
CsvTable PeekCsv(std::string_view start);

// Calls `take` for each row below the header until it returns an error, which
// is returned. REQUIRES: `table` is the file's outline and has no problem.
// FAILED_PRECONDITION where the file cannot be read so any more.
absl::Status ForEachCsvRow(
    const std::string& path, const CsvTable& table,
    const std::function<absl::Status(const CsvRow&)>& take,
    const ByteWatcher& watcher = nullptr);

// The one row that starts at an offset that ForEachCsvRow gave. `bytes` are the
// file's from there on, at most kCsvRowBytesMax are looked at. Its `record` and
// `line` are 1. Returns false where they hold no whole row.
bool ReadCsvRowAt(std::string_view bytes, const CsvTable& table,
                  std::vector<std::string>& cells);

// The same for bytes that may be cut off in the middle of a row, where it can
// be read the quick way (csv_quick.h). False says nothing.
bool ReadQuickCsvRowAt(std::string_view bytes, const CsvTable& table,
                       std::vector<std::string>& cells);

// Makes the finding ROW_SKIPPED for a row with a fault.
void LogCsvFault(const CsvTable& table, const CsvRow& row,
                 const v1::RowOrigin& origin, FindingLog& log);

// Makes the notices about a whole file: Latin-1, names twice, empty lines.
void LogCsvNotices(const CsvTable& table, const v1::RowOrigin& origin,
                   FindingLog& log);

}  // namespace handrail::formats
