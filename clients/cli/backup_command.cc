#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/operator_session.h"
#include "clients/cli/text.h"
#include "google/protobuf/util/time_util.h"
#include "handrail/v1/admin_service.grpc.pb.h"

namespace handrail::cli {
namespace {

using google::protobuf::util::TimeUtil;

// A backup reads and writes everything, so it gets the time of a load.
template <typename Request, typename Response>
ExitCode AskForLong(Session& session,
                    Method<v1::AdminService::Stub, Request, Response> method,
                    const Request& request,
                    const std::function<std::string(const Response&)>& view) {
  v1::AdminService::Stub stub(session.Channel());
  const auto context = CallContext(kStreamDeadline);
  Response response;
  const grpc::Status status = (stub.*method)(context.get(), request, &response);
  if (!status.ok()) return session.Fail(status);
  session.Show(response, [&] { return view(response); });
  return ExitCode::kOk;
}

// The server is another process: a path means the same there only when it is
// absolute.
std::string Absolute(const std::string& folder) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::absolute(folder, error);
  return error ? folder : path.lexically_normal().string();
}

std::string Line(const std::string& what, const v1::Backup& backup,
                 const std::string& folder) {
  return absl::StrCat(what, " backup ", backup.id(), " in ", folder, ": ",
                      "revision ", backup.directory_revision(), ", ",
                      backup.files(), " files, ", backup.bytes(), " bytes, ",
                      TimeUtil::ToString(backup.made_at()), "\n");
}

std::string ViewBackups(const v1::ListBackupsResponse& response) {
  std::vector<std::vector<std::string>> rows = {
      {"BACKUP", "MADE AT", "REVISION", "FILES", "BYTES"}};
  for (const v1::Backup& backup : response.backups()) {
    rows.push_back(
        {absl::StrCat(backup.id()), TimeUtil::ToString(backup.made_at()),
         absl::StrCat(backup.directory_revision()),
         absl::StrCat(backup.files()), absl::StrCat(backup.bytes())});
  }
  return Table(rows);
}

struct BackupFlags {
  std::string folder;
  int32_t keep = 0;
  int32_t id = 0;
};

ExitCode RunCreate(Session session, const BackupFlags& flags) {
  v1::CreateBackupRequest request;
  request.set_folder(Absolute(flags.folder));
  request.set_keep(flags.keep);
  return AskForLong<v1::CreateBackupRequest, v1::CreateBackupResponse>(
      session, &v1::AdminService::Stub::CreateBackup, request,
      [&](const v1::CreateBackupResponse& response) {
        return Line("Made", response.backup(), request.folder());
      });
}

ExitCode RunList(Session session, const BackupFlags& flags) {
  v1::ListBackupsRequest request;
  request.set_folder(Absolute(flags.folder));
  return AskForLong<v1::ListBackupsRequest, v1::ListBackupsResponse>(
      session, &v1::AdminService::Stub::ListBackups, request, ViewBackups);
}

ExitCode RunVerify(Session session, const BackupFlags& flags) {
  v1::VerifyBackupRequest request;
  request.set_folder(Absolute(flags.folder));
  request.set_id(flags.id);
  return AskForLong<v1::VerifyBackupRequest, v1::VerifyBackupResponse>(
      session, &v1::AdminService::Stub::VerifyBackup, request,
      [&](const v1::VerifyBackupResponse& response) {
        return Line("Good:", response.backup(), request.folder());
      });
}

}  // namespace

void AddBackupCommand(CLI::App& app, Session& session, Run& run) {
  CLI::App* backup = app.add_subcommand(
      "backup", "Backups of the directory, made while the server goes on");
  backup->require_subcommand(1);
  backup->footer(
      "Examples:\n"
      "  handrail backup create --folder /var/backups/handrail --keep 14\n"
      "  handrail backup verify --folder /var/backups/handrail\n"
      "  handraild --restore-from /var/backups/handrail --data-dir ./restored\n"
      "A folder of backups holds confidential places in the clear, as the data "
      "directory\ndoes: keep it as safe. Later backups share files with "
      "earlier "
      "ones: move or copy\nthe folder as a whole.");
  const auto operator_flags = AddOperatorFlag(*backup);
  const auto add = [&](const char* name, const char* description,
                       ExitCode (*command)(Session, const BackupFlags&)) {
    auto flags = std::make_shared<BackupFlags>();
    CLI::App* verb = backup->add_subcommand(name, description);
    verb->add_option("--folder", flags->folder,
                     "Folder of backups on the server's machine")
        ->required();
    verb->callback([&session, &run, operator_flags, flags, command] {
      run = [&session, operator_flags, flags, command] {
        return command(OperatorSession(session, *operator_flags), *flags);
      };
    });
    return std::pair(verb, flags);
  };
  const auto [create, create_flags] =
      add("create", "Make one; only what the folder does not have is copied",
          RunCreate);
  create
      ->add_option("--keep", create_flags->keep,
                   "Keep this many of the newest, drop the others; 0 keeps all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  add("list", "Those of a folder, newest first", RunList);
  const auto [verify, verify_flags] =
      add("verify", "Read every byte of one against its checksums", RunVerify);
  verify
      ->add_option("--id", verify_flags->id,
                   "Number of the backup; 0 is the newest")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

}  // namespace handrail::cli
