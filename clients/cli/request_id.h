// The id of one write, by which the server knows a repeated one.
#pragma once

#include <string>

namespace handrail::cli {

// A random UUID (version 4).
std::string NewRequestId();

}  // namespace handrail::cli
