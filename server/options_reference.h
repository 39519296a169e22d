// The flags of a program as a page of Markdown. deploy/CONFIGURATION.md is this
// page; a test compares the two.
#pragma once

#include <string>
#include <vector>

#include "CLI/CLI.hpp"

namespace handrail::server {

// "HANDRAIL_DATA_DIR" for "data-dir".
std::string EnvironmentName(const std::string& flag);

// A table of the flags and a file with each at its default.
std::string ReferenceInMarkdown(const std::vector<CLI::Option*>& flags);

}  // namespace handrail::server
