// What an operator asks of a running server: backups, and the doctor.
//
// Thread-safe. One backup at a time is made in a folder.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/v1/admin_service.pb.h"
#include "server/directory_writer.h"
#include "server/request_context.h"
#include "storage/journal/journal.h"

namespace handrail::server {

class AdminHandler {
 public:
  // Both must outlive the handler.
  AdminHandler(storage::Journal& journal, DirectoryWriter& writer)
      : journal_(journal), writer_(writer) {}

  // Errors: see admin_service.proto. UNIMPLEMENTED (NOT_IMPLEMENTED; metadata
  // field) where the journal keeps nothing on a disk.
  absl::StatusOr<v1::CreateBackupResponse> CreateBackup(
      const RequestContext& context,
      const v1::CreateBackupRequest& request) const;
  absl::StatusOr<v1::ListBackupsResponse> ListBackups(
      const RequestContext& context,
      const v1::ListBackupsRequest& request) const;
  absl::StatusOr<v1::VerifyBackupResponse> VerifyBackup(
      const RequestContext& context,
      const v1::VerifyBackupRequest& request) const;

  // `emit` returns false when nobody listens any more.
  absl::Status Doctor(
      const RequestContext& context, const v1::DoctorRequest& request,
      const std::function<bool(const v1::DoctorResponse&)>& emit) const;

 private:
  storage::Journal& journal_;
  DirectoryWriter& writer_;
};

}  // namespace handrail::server
