// Proposes a mapping file for a flat table, from the names of its columns and
// what stands in them.
//
// The proposal is TOML with comments, and runs as it is: what a column's name
// or values suggest is written out, the rest is kept and said to be kept.
// Somebody who knows the table reads it before it is used; nothing is loaded
// by it on its own.
//
// Pure but for reading the file.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace handrail::formats {

// INVALID_ARGUMENT (INVALID_FIELD "input") for a file that is no table, or one
// without a column that could be a name. At most kSuggestRowsMax rows are
// looked at.
absl::StatusOr<std::string> SuggestMapping(const std::string& path);

}  // namespace handrail::formats
