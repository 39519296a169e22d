// Recognises files that are tables of a package: HSDS tabular of any edition,
// HSDS-UK, and Ohana's CSV set; by their names and columns, or by what a
// descriptor (datapackage.json) beside or above them calls them.
//
// Pure but for reading the files. Part of recognise.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/recognise.h"

namespace handrail::formats {

// Takes a file that begins with `start` for a table where it is one, and fills
// `out`. False, with `out` as it was, where it is not. `wanted` as for
// Recognise: a file that is to be HSDS or Ohana is tried by its columns alone,
// too. An error is one of the file system.
absl::StatusOr<bool> RecogniseTable(const std::string& path,
                                    std::string_view start, Format wanted,
                                    const ByteWatcher& watcher,
                                    Recognised& out);

// The JSON files that come with Ohana sets: kinds of service by service, and
// the Open Eligibility tree.
bool RecogniseOhanaJson(const std::string& path, const JsonOutline& outline,
                        Format wanted, Recognised& out);

// What service_categories.json says: for each service, rows of the taxonomy.
// Nothing where it is of another shape.
std::optional<std::map<std::string, std::vector<std::string>>> ReadCategories(
    const std::string& path);

// A table that a descriptor promises.
struct PromisedTable {
  std::string name;
  std::string path;
};

// The tables of the descriptor in the folder, or in the one above it; none
// where there is no descriptor.
std::vector<PromisedTable> DescriptorOf(const std::string& folder);

}  // namespace handrail::formats
