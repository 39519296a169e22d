#include "clients/cli/app.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "clients/cli/commands.h"
#include "clients/cli/session.h"
#include "google/protobuf/stubs/logging.h"

namespace handrail::cli {
namespace {

constexpr int kColumnsMin = 40;
constexpr int kColumnsMax = 100;
constexpr int kColumnsWithoutTerminal = 80;

int TerminalColumns() {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return kColumnsWithoutTerminal;
  }
  return std::clamp<int>(size.ws_col, kColumnsMin, kColumnsMax);
}

void AddGlobalFlags(CLI::App& app, Session& session) {
  app.add_option("--server", session.server, "HOST:PORT of handraild")
      ->envname("HANDRAIL_SERVER")
      ->capture_default_str();
  static const std::map<std::string, OutputFormat> kFormats = {
      {"table", OutputFormat::kTable}, {"json", OutputFormat::kJson}};
  app.add_option("-o,--output", session.output, "table or json")
      ->transform(
          CLI::CheckedTransformer(kFormats, CLI::ignore_case).description(""));
  // `handrail match … -o json` as well as `handrail -o json match …`.
  app.fallthrough();
}

}  // namespace

int RunHandrail(int argc, const char* const* argv, std::istream& in,
                std::ostream& out, std::ostream& err) {
  // Protobuf would print what it could not parse, and that can be what a
  // person said.
  google::protobuf::SetLogHandler(nullptr);
  Session session;
  session.in = &in;
  session.out = &out;
  session.err = &err;
  session.terminal = &err == &std::cerr && isatty(STDERR_FILENO) != 0;
  session.columns = TerminalColumns();

  Run run;
  CLI::App app(
      "Handrail: a directory of community resources and a referral "
      "matcher",
      "handrail");
  app.require_subcommand(1);
  app.set_version_flag("--version", "handrail 0.1.0");
  AddGlobalFlags(app, session);
  AddLoadCommand(app, session, run);
  AddLoadsCommand(app, session, run);
  AddMatchCommands(app, session, run);
  AddSearchCommand(app, session, run);
  AddRecordCommands(app, session, run);
  AddWatchCommand(app, session, run);
  AddDuplicatesCommand(app, session, run);
  AddVerifyCommands(app, session, run);
  AddReportCommands(app, session, run);
  AddExportCommand(app, session, run);
  AddBackupCommand(app, session, run);
  AddDoctorCommand(app, session, run);
  AddCompletionCommand(app, session, run);
  app.footer(
      "Examples:\n"
      "  handrail load services.ndjson --source bchd --as-of 2026-06-01\n"
      "  handrail match --need housing --near 21000 --within 10\n"
      "Every command answers --help with examples.\n"
      "Exit codes: 0 ok, 1 failure, 2 usage, 3 not found, 4 not permitted, "
      "5 conflict,\n6 unavailable, 7 loaded with findings (--strict), "
      "8 nothing loaded.");
  if (const auto completed = CompleteWords(app, argc, argv, session)) {
    return static_cast<int>(*completed);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done, out, err);
  } catch (const CLI::ParseError& error) {
    app.exit(error, out, err);
    return static_cast<int>(ExitCode::kUsage);
  }
  return static_cast<int>(run());
}

}  // namespace handrail::cli
