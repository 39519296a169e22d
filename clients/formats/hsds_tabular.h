// HSDS keyed by table, as in the standard's tabular.json: flat rows that refer
// to each other by id. The rows are joined in memory into the nested form that
// everything else works with.
//
// Rows of the core tables (organizations, programs, services, locations,
// taxonomies, taxonomy_terms) become rows of the load; rows of the other tables
// are parts of them and counted with them. A part whose owner is nowhere is
// skipped with a finding, as a row of its own table.
//
// Pure but for reading the file.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "clients/formats/recognise.h"
#include "clients/formats/row_mapper.h"

namespace handrail::formats {

// The table that a key of the outermost object names ("phones" for
// "phones.csv"), or "" for none that HSDS knows.
std::string_view TableOfKey(std::string_view key);

// Reads all tables and hands over their rows, skipped ones, too. `origin` has
// the file's name.
absl::Status ReadTabular(const std::string& path, const Recognised& recognised,
                         const v1::RowOrigin& origin, FindingLog& log,
                         const std::function<absl::Status(MappedRow&)>& take);

}  // namespace handrail::formats
