// What the fuzz targets of the formats share: reads bytes through the doors of
// the command line and checks what must always hold.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "clients/formats/hsds_writer.h"
#include "clients/formats/reader.h"
#include "storage/base/check.h"

namespace handrail::formats {

// A file of this process, written anew for each input.
inline std::string FuzzFile(std::string_view bytes, const std::string& name) {
  static const std::filesystem::path folder = [] {
    const auto path = std::filesystem::temp_directory_path() /
                      ("handrail-fuzz-" + std::to_string(getpid()));
    std::filesystem::create_directories(path);
    return path;
  }();
  const std::string path = (folder / name).string();
  // A file that is overwritten goes to disk at once on some systems.
  std::filesystem::remove(path);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return path;
}

// The rows that are sent; empty where the file is refused.
inline std::vector<v1::Row> FuzzRows(const std::string& path,
                                     const ReadOptions& options) {
  std::vector<v1::Row> rows;
  int64_t findings = 0;
  ReadOptions watched = options;
  watched.on_finding = [&](const v1::Finding& finding) {
    findings += finding.severity() == v1::ROW_SKIPPED ? finding.count() : 0;
  };
  const absl::StatusOr<ReadPlan> plan = Inspect({path}, watched);
  if (!plan.ok()) return rows;
  HANDRAIL_CHECK_OK(Send(*plan, [&](v1::Row row) {
    rows.push_back(std::move(row));
    return absl::OkStatus();
  }));
  HANDRAIL_CHECK(plan->rows_read ==
                 plan->rows_skipped + static_cast<int64_t>(rows.size()));
  HANDRAIL_CHECK(findings >= plan->rows_skipped);
  return rows;
}

inline std::string FuzzExport(const std::vector<v1::Row>& rows) {
  std::string text;
  HsdsWriter writer([&](std::string_view line) {
    text += line;
    return absl::OkStatus();
  });
  for (const v1::Row& row : rows) {
    for (const v1::Record& record : row.records()) {
      HANDRAIL_CHECK_OK(writer.Add(record));
    }
  }
  HANDRAIL_CHECK_OK(writer.Finish());
  return text;
}

inline void FuzzReader(std::string_view bytes, const ReadOptions& options,
                       const std::string& name) {
  const std::vector<v1::Row> rows = FuzzRows(FuzzFile(bytes, name), options);
  const std::string text = FuzzExport(rows);
  if (text.empty()) return;
  // Nesting a record in another can take it past the limit of depth.
  if (std::count_if(bytes.begin(), bytes.end(),
                    [](char c) { return c == '[' || c == '{'; }) > 40) {
    return;
  }
  // Whatever was read can be read again.
  const std::string path = FuzzFile(text, "export.ndjson");
  ReadOptions again{.source = "fuzz", .format = Format::kHsds};
  HANDRAIL_CHECK(Inspect({path}, again).ok());
}

}  // namespace handrail::formats
