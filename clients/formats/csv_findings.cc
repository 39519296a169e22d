// What is said about rows and files of CSV that are not as they should be.
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/csv_table.h"

namespace handrail::formats {

void LogCsvFault(const CsvTable& table, const CsvRow& row,
                 const v1::RowOrigin& origin, FindingLog& log) {
  FindingText text{.severity = v1::ROW_SKIPPED,
                   .reason = "wrong-columns",
                   .value_class = "text"};
  if (row.fault == CsvFault::kQuotes) {
    text.reason = "not-csv";
    text.message = "the quotation marks of the row are not right";
    text.hint = "write a quotation mark inside a cell twice";
  } else {
    text.message = absl::StrCat(
        "the row has ", row.fault == CsvFault::kShort ? "fewer" : "more",
        " cells than the first line, which has ", table.header.size());
    text.hint =
        "put cells with line ends or separators in them in quotation marks";
  }
  log.Add(origin, std::move(text));
}

void LogCsvNotices(const CsvTable& table, const v1::RowOrigin& file,
                   FindingLog& log) {
  const auto note = [&](int64_t count, int64_t line, FindingText text) {
    if (count == 0) return;
    v1::RowOrigin origin = file;
    origin.set_line(line);
    text.severity = v1::NOTICE;
    text.message = absl::StrCat(count, text.message);
    log.Add(origin, std::move(text));
  };
  note(table.latin1_rows, table.latin1_line,
       {.reason = "latin-1",
        .value_class = "text",
        .message = " rows are not UTF-8 and were read as Latin-1 "
                   "(Windows-1252)",
        .hint = "check letters with accents, or save the file as UTF-8"});
  note(table.repeated_names, 1,
       {.reason = "duplicate-column",
        .value_class = "text",
        .message = " columns have the name of another; only the first of a "
                   "name is read as what it says",
        .hint = "give every column a name of its own"});
  note(table.empty_rows, 0,
       {.reason = "empty-row",
        .value_class = "empty",
        .message = " lines have no text in any cell; they are no rows",
        .hint = "nothing to do"});
}

}  // namespace handrail::formats
