// The command line as a function, so that tests can call it.
#pragma once

#include <iosfwd>

namespace handrail::cli {

// Parses the command line, runs the chosen command and returns its exit code
// (exit_code.h). Data goes to `out`, progress and errors to `err`.
int RunHandrail(int argc, const char* const* argv, std::istream& in,
                std::ostream& out, std::ostream& err);

}  // namespace handrail::cli
