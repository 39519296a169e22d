// Commands for operators go to the operator port of handraild, which is another
// than the one that callers use.
#pragma once

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "clients/cli/session.h"

namespace handrail::cli {

// Where the operator port is.
struct OperatorFlags {
  std::string address = "127.0.0.1:7461";
};

// Adds --operator to a command.
inline std::shared_ptr<OperatorFlags> AddOperatorFlag(CLI::App& command) {
  auto flags = std::make_shared<OperatorFlags>();
  command
      .add_option("--operator", flags->address,
                  "HOST:PORT of handraild's operator port")
      ->envname("HANDRAIL_OPERATOR")
      ->capture_default_str();
  return flags;
}

// The same session, with the operator port as its server.
inline Session OperatorSession(const Session& session,
                               const OperatorFlags& flags) {
  Session there;
  there.server = flags.address;
  there.output = session.output;
  there.out = session.out;
  there.err = session.err;
  there.in = session.in;
  there.terminal = session.terminal;
  there.columns = session.columns;
  return there;
}

}  // namespace handrail::cli
