#include "server/handlers/admin_handler.h"

#include <string>
#include <vector>

#include "server/doctor/doctor.h"
#include "server/limits.h"
#include "server/proto_time.h"
#include "storage/base/status.h"
#include "storage/db/directory_store.h"
#include "storage/journal/rocks_backup.h"
#include "storage/journal/upkeep.h"

namespace handrail::server {
namespace {

v1::Backup BackupOf(const storage::BackupInfo& info) {
  v1::Backup backup;
  backup.set_id(static_cast<int32_t>(info.id));
  *backup.mutable_made_at() = ToProto(info.made_at);
  backup.set_bytes(static_cast<int64_t>(info.bytes));
  backup.set_files(static_cast<int32_t>(info.files));
  const auto position = info.positions.find(storage::kDirectoryStream);
  if (position != info.positions.end()) {
    backup.set_directory_revision(position->second);
  }
  return backup;
}

absl::Status CheckFolder(const std::string& folder) {
  if (folder.empty() || folder.size() > kPathBytesMax ||
      folder.find('\0') != std::string::npos) {
    return InvalidField("folder",
                        "must be an absolute path on the server's machine");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::CreateBackupResponse> AdminHandler::CreateBackup(
    const RequestContext& context,
    const v1::CreateBackupRequest& request) const {
  HANDRAIL_RETURN_IF_ERROR(CheckFolder(request.folder()));
  storage::Upkeep* upkeep = journal_.upkeep();
  if (upkeep == nullptr) {
    return Unimplemented(v1::ERROR_REASON_NOT_IMPLEMENTED,
                         "this server keeps nothing on a disk",
                         {{"field", "folder"}});
  }
  HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
  HANDRAIL_ASSIGN_OR_RETURN(
      const storage::BackupInfo made,
      upkeep->CreateBackup(request.folder(), request.keep()));
  v1::CreateBackupResponse response;
  *response.mutable_backup() = BackupOf(made);
  return response;
}

absl::StatusOr<v1::ListBackupsResponse> AdminHandler::ListBackups(
    const RequestContext&, const v1::ListBackupsRequest& request) const {
  HANDRAIL_RETURN_IF_ERROR(CheckFolder(request.folder()));
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<storage::BackupInfo> backups,
                            storage::ListBackups(request.folder()));
  v1::ListBackupsResponse response;
  for (const storage::BackupInfo& backup : backups) {
    *response.add_backups() = BackupOf(backup);
  }
  return response;
}

absl::StatusOr<v1::VerifyBackupResponse> AdminHandler::VerifyBackup(
    const RequestContext&, const v1::VerifyBackupRequest& request) const {
  HANDRAIL_RETURN_IF_ERROR(CheckFolder(request.folder()));
  if (request.id() < 0) {
    return InvalidField("id", "must be a backup's number, or 0 for the newest");
  }
  HANDRAIL_ASSIGN_OR_RETURN(
      const storage::BackupInfo good,
      storage::VerifyBackup(request.folder(),
                            static_cast<uint32_t>(request.id())));
  v1::VerifyBackupResponse response;
  *response.mutable_backup() = BackupOf(good);
  return response;
}

absl::Status AdminHandler::Doctor(
    const RequestContext& context, const v1::DoctorRequest& request,
    const std::function<bool(const v1::DoctorResponse&)>& emit) const {
  return server::Doctor(journal_, &writer_)
      .Run(context, request.repair(), emit);
}

}  // namespace handrail::server
