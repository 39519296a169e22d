// The version of this program. The same stands in CMakeLists.txt; a test
// compares them.
#pragma once

namespace handrail::server {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace handrail::server
