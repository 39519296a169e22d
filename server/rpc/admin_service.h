// AdminService as gRPC sees it. Registered on the operator port alone.
#pragma once

#include "handrail/v1/admin_service.grpc.pb.h"
#include "server/rpc/services.h"

namespace handrail::server {

class AdminServiceImpl final : public v1::AdminService::Service {
 public:
  explicit AdminServiceImpl(CallSurroundings& around) : around_(around) {}

  grpc::Status CreateBackup(grpc::ServerContext* context,
                            const v1::CreateBackupRequest* request,
                            v1::CreateBackupResponse* response) override;
  grpc::Status ListBackups(grpc::ServerContext* context,
                           const v1::ListBackupsRequest* request,
                           v1::ListBackupsResponse* response) override;
  grpc::Status VerifyBackup(grpc::ServerContext* context,
                            const v1::VerifyBackupRequest* request,
                            v1::VerifyBackupResponse* response) override;
  grpc::Status Doctor(grpc::ServerContext* context,
                      const v1::DoctorRequest* request,
                      grpc::ServerWriter<v1::DoctorResponse>* writer) override;

 private:
  CallSurroundings& around_;
};

}  // namespace handrail::server
