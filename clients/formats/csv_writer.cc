#include "clients/formats/csv_writer.h"

#include <algorithm>

#include "csv.h"

namespace handrail::formats {
namespace {

constexpr std::string_view kFormulaStarts = "=+-@\t\r";

// "-76.61", "+14105550100": a sign and digits with at most one point.
bool IsNumber(std::string_view cell) {
  if (cell.front() == '-' || cell.front() == '+') cell.remove_prefix(1);
  return !cell.empty() && cell.front() >= '0' && cell.front() <= '9' &&
         std::count(cell.begin(), cell.end(), '.') <= 1 &&
         cell.find_first_not_of("0123456789.") == std::string_view::npos;
}

// libcsv quotes every cell; one that needs none is plainer without.
bool NeedsQuotes(std::string_view cell) {
  return cell.find_first_of("\",\r\n") != std::string_view::npos ||
         (!cell.empty() && (cell.front() == ' ' || cell.back() == ' '));
}

}  // namespace

std::string FormulaSafe(std::string_view cell) {
  const bool risky =
      !cell.empty() &&
      kFormulaStarts.find(cell.front()) != std::string_view::npos &&
      !IsNumber(cell);
  return risky ? "'" + std::string(cell) : std::string(cell);
}

void AppendCsvRow(const std::vector<std::string>& cells, std::string& out) {
  bool first = true;
  for (const std::string& cell : cells) {
    if (!first) out += ',';
    first = false;
    const std::string safe = FormulaSafe(cell);
    if (!NeedsQuotes(safe)) {
      out += safe;
      continue;
    }
    // At most every byte doubled, and the quotes around.
    std::string quoted(2 * safe.size() + 2, '\0');
    quoted.resize(
        csv_write(quoted.data(), quoted.size(), safe.data(), safe.size()));
    out += quoted;
  }
  out += "\r\n";
}

}  // namespace handrail::formats
