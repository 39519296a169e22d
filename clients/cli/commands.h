// The commands of the command line. Each adds its sub-commands and flags to the
// application; when one of them is chosen it stores what to run in `run`.
#pragma once

#include <functional>
#include <optional>

#include "CLI/CLI.hpp"
#include "clients/cli/session.h"
#include "handrail/v1/record.pb.h"

namespace handrail::cli {

using Run = std::function<ExitCode()>;

// `handrail load`.
void AddLoadCommand(CLI::App& app, Session& session, Run& run);
// `handrail loads list | show`.
void AddLoadsCommand(CLI::App& app, Session& session, Run& run);
// `handrail match`, `handrail explain`, `handrail terms`.
void AddMatchCommands(CLI::App& app, Session& session, Run& run);
// `handrail search`.
void AddSearchCommand(CLI::App& app, Session& session, Run& run);
// `handrail listing | organization | service | location get | list` and
// `handrail status`.
void AddRecordCommands(CLI::App& app, Session& session, Run& run);
// `handrail watch changes`.
void AddWatchCommand(CLI::App& app, Session& session, Run& run);
// `stream`, below `handrail listing`.
void AddListingStreamCommand(CLI::App& listing, Session& session, Run& run);
// `handrail backup create | list | verify`.
void AddBackupCommand(CLI::App& app, Session& session, Run& run);
// `handrail doctor`.
void AddDoctorCommand(CLI::App& app, Session& session, Run& run);
// `handrail duplicates list | merge | dismiss | unmerge`.
void AddDuplicatesCommand(CLI::App& app, Session& session, Run& run);
// `create | update | retire | history` below a noun of records.
void AddEditCommands(CLI::App& noun, v1::RecordType type, Session& session,
                     Run& run);
// `handrail service close | reopen | season | hold | release | publish`.
void AddServiceStateCommands(CLI::App& service, Session& session, Run& run);
// `handrail verify`.
void AddVerifyCommands(CLI::App& app, Session& session, Run& run);
// `handrail report`.
void AddReportCommands(CLI::App& app, Session& session, Run& run);
// `handrail export`.
void AddExportCommand(CLI::App& app, Session& session, Run& run);
// `handrail completion bash | fish | zsh`.
void AddCompletionCommand(CLI::App& app, Session& session, Run& run);
// `handrail completion words -- WORD…`, which the shells' scripts run. It is
// not parsed like the others, since the words behind it are a command line
// themselves. Nothing for another command line.
std::optional<ExitCode> CompleteWords(const CLI::App& app, int argc,
                                      const char* const* argv,
                                      const Session& session);

}  // namespace handrail::cli
