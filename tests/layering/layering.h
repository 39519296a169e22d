// Who may include what: the diamond of dependencies, as a table.
//
//   proto            nothing of ours
//   storage/base     proto
//   storage          storage, proto          RocksDB: storage/db, journal only
//   matcher          matcher, storage/base, proto          no clock, no I/O
//   server           server, storage, matcher, proto       gRPC: server/rpc*
//   clients          clients, storage/base, proto  gRPC: clients/cli only
//   tests            anything
//
// CheckInclude judges one #include line; the test runs it over the tree.
// A pure function: no state, no files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handrail::layering {

// Why `file` (path from the root) must not include `included` (as written
// between the quotes or angle brackets). Absent when it may.
std::optional<std::string> CheckInclude(std::string_view file,
                                        std::string_view included);

// The names that `text`, a C++ source, includes, in order. Lines in comments
// count: they are as wrong.
std::vector<std::string> IncludesOf(std::string_view text);

}  // namespace handrail::layering
