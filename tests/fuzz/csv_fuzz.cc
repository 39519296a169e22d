// Any bytes as a table: every row that is read can be read again at its offset,
// as joining tables does, and what is written of it reads back the same.
#include <string>
#include <vector>

#include "clients/formats/csv_table.h"
#include "clients/formats/csv_writer.h"
#include "tests/fuzz/formats_fuzz.h"

namespace handrail::formats {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// The good rows; checks them on the way.
Rows ReadTable(std::string_view bytes, const CsvTable& table,
               const std::string& path) {
  Rows rows;
  int64_t count = 0;
  const absl::Status status =
      ForEachCsvRow(path, table, [&](const CsvRow& row) {
        HANDRAIL_CHECK(row.record == ++count);
        if (row.fault != CsvFault::kNone) return absl::OkStatus();
        HANDRAIL_CHECK(row.cells.size() == table.header.size());
        std::vector<std::string> again;
        HANDRAIL_CHECK(ReadCsvRowAt(
            bytes.substr(static_cast<size_t>(row.offset)), table, again));
        HANDRAIL_CHECK(again == row.cells);
        rows.push_back(row.cells);
        return absl::OkStatus();
      });
  HANDRAIL_CHECK_OK(status);
  HANDRAIL_CHECK(count == table.rows);
  return rows;
}

bool HasText(const std::vector<std::string>& cells) {
  return std::any_of(cells.begin(), cells.end(), [](const std::string& cell) {
    return cell.find_first_not_of(" \t\r\n") != std::string::npos;
  });
}

void FuzzCsv(std::string_view bytes) {
  const std::string path = FuzzFile(bytes, "input.csv");
  PeekCsv(bytes.substr(0, 4096));
  const absl::StatusOr<CsvTable> table = OutlineCsv(path);
  HANDRAIL_CHECK_OK(table.status());
  if (table->problem.has_value()) return;
  const Rows rows = ReadTable(bytes, *table, path);

  std::string written;
  std::vector<std::string> header;
  for (size_t i = 0; i < table->header.size(); ++i) {
    header.push_back("c" + std::to_string(i));
  }
  AppendCsvRow(header, written);
  Rows expected;
  for (std::vector<std::string> cells : rows) {
    AppendCsvRow(cells, written);
    if (!HasText(cells)) continue;
    for (std::string& cell : cells) cell = FormulaSafe(cell);
    expected.push_back(std::move(cells));
  }
  const std::string out = FuzzFile(written, "output.csv");
  const absl::StatusOr<CsvTable> again = OutlineCsv(out);
  HANDRAIL_CHECK_OK(again.status());
  HANDRAIL_CHECK(!again->problem.has_value());
  HANDRAIL_CHECK(ReadTable(written, *again, out) == expected);
}

}  // namespace
}  // namespace handrail::formats

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  handrail::formats::FuzzCsv(
      std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
