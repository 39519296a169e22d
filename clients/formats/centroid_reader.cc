#include "clients/formats/centroid_reader.h"

#include <csv.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/formats/limits.h"
#include "clients/formats/utf8_checker.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

std::string Trim(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return "";
  return std::string(
      text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
}

std::string Lower(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

// A line of a table as libcsv reads it.
class CsvReader {
 public:
  explicit CsvReader(char separator) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser_, static_cast<unsigned char>(separator));
  }
  ~CsvReader() { csv_free(&parser_); }
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // Reads on. A row may take several lines, when quoted; true when one ended.
  // Sets broken() where the quoting is wrong; the reader starts afresh then.
  bool Line(std::string_view line) {
    if (ended_) cells_.clear();
    ended_ = false;
    broken_ = false;
    const size_t read =
        csv_parse(&parser_, line.data(), line.size(), Cell, End, this);
    if (read != line.size()) Restart();
    return ended_;
  }
  bool Finish() {
    if (ended_) cells_.clear();
    ended_ = false;
    if (csv_fini(&parser_, Cell, End, this) != 0) Restart();
    return ended_;
  }

  bool broken() const { return broken_; }
  const std::vector<std::string>& cells() const { return cells_; }

 private:
  static void Cell(void* text, size_t size, void* self) {
    static_cast<CsvReader*>(self)->cells_.emplace_back(
        static_cast<const char*>(text), size);
  }
  static void End(int, void* self) {
    static_cast<CsvReader*>(self)->ended_ = true;
  }
  void Restart() {
    const unsigned char separator = csv_get_delim(&parser_);
    csv_free(&parser_);
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser_, separator);
    broken_ = true;
    ended_ = true;
  }

  csv_parser parser_;
  std::vector<std::string> cells_;
  bool ended_ = false;
  bool broken_ = false;
};

std::vector<std::string> CellsOf(std::string_view line, char separator) {
  CsvReader reader(separator);
  if (!reader.Line(line)) reader.Finish();
  return reader.broken() ? std::vector<std::string>() : reader.cells();
}

bool IsDigits(std::string_view text, size_t count) {
  return text.size() == count &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<int32_t> DegreesOf(const std::string& text, double limit) {
  if (text.empty() ||
      text.find_first_not_of("+-.0123456789") != std::string::npos) {
    return std::nullopt;
  }
  char* end = nullptr;
  const double degrees = std::strtod(text.c_str(), &end);
  if (*end != '\0' || !std::isfinite(degrees) || std::abs(degrees) > limit) {
    return std::nullopt;
  }
  return static_cast<int32_t>(std::llround(degrees * 1e7));
}

// "Baltimore County" as "Baltimore": the word is said by the area already.
std::string CountyName(std::string name) {
  constexpr std::string_view kCounty = " County";
  if (name.ends_with(kCounty)) name.resize(name.size() - kCounty.size());
  return name;
}

struct Wrong {
  std::string field, reason, message, hint;
};

std::optional<Wrong> FillCode(const CentroidColumns& columns,
                              const std::vector<std::string>& cells,
                              v1::Centroid& centroid) {
  const auto cell = [&](int column) {
    return column < 0 ? std::string()
                      : Trim(cells[static_cast<size_t>(column)]);
  };
  const std::string state = cell(columns.state);
  const std::string county = CountyName(cell(columns.county));
  std::string code = cell(columns.code);
  const std::string area = Lower(cell(columns.area));
  if (columns.area >= 0 && area != "zip" && area != "county") {
    return Wrong{"area", "unknown-code", "the area is of no known kind",
                 "write zip or county"};
  }
  if (columns.gazetteer_counties) code = state + "/" + county;
  const bool is_county = columns.gazetteer_counties || area == "county";
  if (is_county) {
    const size_t slash = code.find('/');
    if (slash != 2 || slash + 1 == code.size() ||
        !std::isupper(static_cast<unsigned char>(code[0])) ||
        !std::isupper(static_cast<unsigned char>(code[1]))) {
      return Wrong{"code", "impossible-value", "the county's code is not right",
                   "two letters of the state, a slash, the county's name: "
                   "MD/Baltimore"};
    }
    centroid.set_area(v1::Centroid::COUNTY_AREA);
  } else {
    if (!IsDigits(code, 5)) {
      return Wrong{"code", "impossible-value",
                   "the ZIP code does not have five digits",
                   "keep ZIP codes as text, with their zeros in front: 00601"};
    }
    centroid.set_area(v1::Centroid::ZIP_CODE);
  }
  centroid.set_code(code);
  centroid.set_state(is_county ? code.substr(0, 2) : state);
  centroid.set_county(is_county ? code.substr(3) : county);
  return std::nullopt;
}

std::optional<Wrong> Fill(const CentroidColumns& columns,
                          const std::vector<std::string>& cells,
                          v1::Centroid& centroid) {
  if (static_cast<int>(cells.size()) != columns.columns) {
    return Wrong{"", "wrong-columns",
                 absl::StrCat("the row has ", cells.size(),
                              " cells, the first "
                              "line ",
                              columns.columns),
                 "give every row as many cells as the first line"};
  }
  if (std::all_of(cells.begin(), cells.end(),
                  [](const std::string& cell) { return Trim(cell).empty(); })) {
    return Wrong{"", "empty-row", "all cells of the row are empty",
                 "nothing to do, or fill the row"};
  }
  if (auto wrong = FillCode(columns, cells, centroid)) return wrong;
  const auto latitude =
      DegreesOf(Trim(cells[static_cast<size_t>(columns.latitude)]), 90);
  const auto longitude =
      DegreesOf(Trim(cells[static_cast<size_t>(columns.longitude)]), 180);
  if (!latitude.has_value() || !longitude.has_value() ||
      (*latitude == 0 && *longitude == 0)) {
    return Wrong{latitude.has_value() ? "longitude" : "latitude",
                 "impossible-coordinates", "the coordinates are not on land",
                 "decimal degrees, such as 39.2904 and -76.6122"};
  }
  centroid.set_latitude_e7(*latitude);
  centroid.set_longitude_e7(*longitude);
  return std::nullopt;
}

MappedRow MapRow(const CentroidColumns& columns, const CsvReader& reader,
                 const v1::RowOrigin& origin, FindingLog& log) {
  MappedRow mapped;
  *mapped.row.mutable_origin() = origin;
  std::optional<Wrong> wrong;
  if (reader.broken()) {
    wrong = Wrong{"", "not-csv", "the quotation marks of the row are not right",
                  "write a quotation mark inside a cell twice"};
  } else {
    wrong = Fill(columns, reader.cells(),
                 *mapped.row.add_records()->mutable_centroid());
  }
  if (wrong.has_value()) {
    mapped.skipped = true;
    mapped.row.clear_records();
    log.Add(origin, {.severity = v1::ROW_SKIPPED,
                     .field = wrong->field,
                     .reason = wrong->reason,
                     .value_class = "text",
                     .message = wrong->message,
                     .hint = wrong->hint});
  }
  return mapped;
}

}  // namespace

std::optional<CentroidColumns> CentroidColumns::Of(std::string_view line) {
  if (line.substr(0, 3) == "\xef\xbb\xbf") line.remove_prefix(3);
  if (line.size() > kCsvLineBytesMax) return std::nullopt;
  CentroidColumns columns;
  columns.separator = line.find('\t') != std::string_view::npos ? '\t' : ',';
  const std::vector<std::string> names = CellsOf(line, columns.separator);
  columns.columns = static_cast<int>(names.size());
  bool geoid = false;
  int name_column = -1;
  for (int i = 0; i < columns.columns; ++i) {
    const std::string name = Lower(Trim(names[static_cast<size_t>(i)]));
    if (name == "zip" || name == "zcta" || name == "zcta5" ||
        name == "zipcode" || name == "zip_code" || name == "code" ||
        name == "geoid") {
      columns.code = i;
      geoid = name == "geoid";
    }
    if (name == "area") columns.area = i;
    if (name == "latitude" || name == "lat" || name == "intptlat") {
      columns.latitude = i;
    }
    if (name == "longitude" || name == "lon" || name == "lng" ||
        name == "intptlong" || name == "intptlon") {
      columns.longitude = i;
    }
    if (name == "state" || name == "usps") columns.state = i;
    if (name == "county") columns.county = i;
    if (name == "name") name_column = i;
  }
  if (columns.code < 0 || columns.latitude < 0 || columns.longitude < 0) {
    return std::nullopt;
  }
  if (geoid && columns.state >= 0 && name_column >= 0) {
    columns.gazetteer_counties = true;
    columns.county = name_column;
  }
  return columns;
}

absl::StatusOr<std::optional<ReadProblem>> CheckCsvText(
    const std::string& path, const ByteWatcher& watcher) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
                    "the file cannot be opened: " + path, {{"id", path}});
  }
  Utf8Checker checker;
  std::optional<ReadProblem> problem;
  std::string buffer(kChunkBytes, '\0');
  int64_t line = 1;
  size_t length = 0;
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())),
         in.gcount() > 0) {
    const std::string_view chunk =
        std::string_view(buffer).substr(0, static_cast<size_t>(in.gcount()));
    if (watcher) watcher(chunk);
    for (const char c : chunk) {
      if (problem.has_value()) break;
      length = c == '\n' ? 0 : length + 1;
      if (c == '\n') ++line;
      if (c == '\0') {
        problem = {.reason = "nul-byte",
                   .message = "the file has a NUL byte",
                   .hint = "save the file as UTF-8",
                   .line = line};
      } else if (!checker.Byte(static_cast<unsigned char>(c))) {
        problem = {.reason = "not-utf8",
                   .message = "the text is not UTF-8 at this line",
                   .hint = "save the file as UTF-8",
                   .line = line};
      } else if (length > kCsvLineBytesMax) {
        problem = {.reason = "too-long",
                   .message = "a line is longer than 65,536 bytes",
                   .hint = "give one area per line",
                   .line = line};
      }
    }
  }
  return problem;
}

absl::Status ReadCentroids(const std::string& path, const v1::RowOrigin& file,
                           FindingLog& log,
                           const std::function<absl::Status(MappedRow&)>& take,
                           const ByteWatcher& watcher) {
  std::ifstream in(path, std::ios::binary);
  std::string line;
  if (!std::getline(in, line)) {
    return FailedPrecondition(v1::ERROR_REASON_INVALID_FIELD,
                              "the file changed while it was read");
  }
  const std::optional<CentroidColumns> columns = CentroidColumns::Of(line);
  if (!columns.has_value()) {
    return FailedPrecondition(v1::ERROR_REASON_INVALID_FIELD,
                              "the file changed while it was read");
  }
  CsvReader reader(columns->separator);
  v1::RowOrigin origin = file;
  origin.set_table("centroids");
  int64_t number = 1;
  bool fresh = true;
  const auto end_row = [&]() -> absl::Status {
    fresh = true;
    if (!reader.broken() && reader.cells().size() == 1 &&
        Trim(reader.cells()[0]).empty()) {
      return absl::OkStatus();
    }
    origin.set_record(origin.record() + 1);
    MappedRow mapped = MapRow(*columns, reader, origin, log);
    return take(mapped);
  };
  while (std::getline(in, line)) {
    ++number;
    if (watcher) watcher(line);
    if (fresh) origin.set_line(number);
    fresh = false;
    line.push_back('\n');
    if (reader.Line(line)) HANDRAIL_RETURN_IF_ERROR(end_row());
  }
  if (!fresh && reader.Finish()) return end_row();
  return absl::OkStatus();
}

}  // namespace handrail::formats
