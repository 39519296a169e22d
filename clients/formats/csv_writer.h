// Rows of CSV, safe to open in a spreadsheet.
//
// Cells are quoted where RFC 4180 wants it (by libcsv). A cell that a
// spreadsheet would take for a formula, because it begins with = + - @, a tab
// or a carriage return and is no number, gets an apostrophe in front.
//
//   std::string out;
//   AppendCsvRow({"id", "name"}, out);
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handrail::formats {

// Appends one row, ended by CR LF.
void AppendCsvRow(const std::vector<std::string>& cells, std::string& out);

// The cell as it is written, before quoting.
std::string FormulaSafe(std::string_view cell);

}  // namespace handrail::formats
