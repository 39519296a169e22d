// Reads tables of ZIP code and county centroids: our own CSV, "zip, latitude,
// longitude" CSV, and the Census gazetteer's text form (tabs, CRLF, padded
// headers). Columns are found by name, never by position.
//
// Our own CSV: area,code,latitude,longitude,state,county with area "zip" or
// "county" and a county's code "MD/Baltimore".
//
// Bounded memory: one line at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/row_mapper.h"

namespace handrail::formats {

// Where the values of a row stand; -1 for a column the table does not have.
struct CentroidColumns {
  char separator = ',';
  int columns = 0;
  int area = -1;
  int code = -1;
  int latitude = -1;
  int longitude = -1;
  int state = -1;
  int county = -1;
  // GEOID with USPS and NAME is a county of the gazetteer: the code is made of
  // state and name.
  bool gazetteer_counties = false;

  // From the table's first line; nothing for a line that names no code or no
  // coordinates.
  static std::optional<CentroidColumns> Of(std::string_view line);
};

// Reads the whole file and says what makes it unreadable as text: another
// encoding than UTF-8, NUL bytes, lines without end.
absl::StatusOr<std::optional<ReadProblem>> CheckCsvText(
    const std::string& path, const ByteWatcher& watcher = nullptr);

// Hands over every row below the first line. `origin` has the file's name.
absl::Status ReadCentroids(const std::string& path, const v1::RowOrigin& origin,
                           FindingLog& log,
                           const std::function<absl::Status(MappedRow&)>& take,
                           const ByteWatcher& watcher = nullptr);

}  // namespace handrail::formats
