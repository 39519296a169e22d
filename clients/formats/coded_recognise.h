// Recognises the formats whose facts come as codes: BMLT and SAMHSA, by the
// members of their objects and the columns of their tables.
//
// Pure but for reading the file. Part of recognise.h.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "clients/formats/json_stream.h"
#include "clients/formats/recognise.h"

namespace handrail::formats {

// Takes a JSON file for BMLT or SAMHSA where it is of one, and fills `out`.
// False, with `out` as it was, where it is not. `wanted` as for Recognise. An
// error is one of the file system.
absl::StatusOr<bool> RecogniseCodedJson(const std::string& path,
                                        const JsonOutline& outline,
                                        Format wanted, Recognised& out);

// The same for a table that begins with `start`.
absl::StatusOr<bool> RecogniseCodedCsv(const std::string& path,
                                       std::string_view start, Format wanted,
                                       const ByteWatcher& watcher,
                                       Recognised& out);

}  // namespace handrail::formats
