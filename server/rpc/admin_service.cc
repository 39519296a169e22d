#include "server/rpc/admin_service.h"

#include "server/rpc/answer.h"

namespace handrail::server {

// They read and write everything, so they get the time of a load.
#define HANDRAIL_LONG_UNARY(method)                                         \
  grpc::Status AdminServiceImpl::method(grpc::ServerContext* context,       \
                                        const v1::method##Request* request, \
                                        v1::method##Response* response) {   \
    return UnaryWithin(around_, *context, #method,                          \
                       around_.options.bulk_deadline,                       \
                       around_.directory->admin(), &AdminHandler::method,   \
                       *request, *response);                                \
  }

HANDRAIL_LONG_UNARY(CreateBackup)
HANDRAIL_LONG_UNARY(ListBackups)
HANDRAIL_LONG_UNARY(VerifyBackup)

#undef HANDRAIL_LONG_UNARY

grpc::Status AdminServiceImpl::Doctor(
    grpc::ServerContext* context, const v1::DoctorRequest* request,
    grpc::ServerWriter<v1::DoctorResponse>* writer) {
  return Answer(around_, *context, "Doctor", around_.options.bulk_deadline,
                [&](const RequestContext& request_context, Counts& counts) {
                  return around_.directory->admin().Doctor(
                      request_context, *request,
                      [&](const v1::DoctorResponse& step) {
                        if (step.has_finding()) ++counts["findings"];
                        return writer->Write(step);
                      });
                });
}

}  // namespace handrail::server
