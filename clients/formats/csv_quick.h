// Rows of CSV the quick way. Nearly all rows are one line, with quotation marks
// around whole cells or none, and are cut many times as fast in one pass as by
// a parser that is ready for anything (csv_cut.h), which decides the others.
//
//   if (!CutQuickRow(bytes, separator, cells, count)) …ask CsvRowCutter
//
// Never errs: the cells are those that CsvRowCutter gives.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::formats {

// Cuts the row at the start of `bytes`, which may go on after it, and sets the
// first `count` cells; there may be more of them, left from other rows. False
// where that is not certain: without a line end, with one inside quotation
// marks, and with any other oddity; the cells mean nothing then.
bool CutQuickRow(std::string_view bytes, char separator,
                 std::vector<std::string>& cells, size_t& count);

}  // namespace handrail::formats
