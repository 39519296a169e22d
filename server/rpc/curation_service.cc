#include "server/rpc/curation_service.h"

#include "server/rpc/answer.h"

namespace handrail::server {

#define HANDRAIL_UNARY(method, handler_class, handler)                         \
  grpc::Status CurationServiceImpl::method(grpc::ServerContext* context,       \
                                           const v1::method##Request* request, \
                                           v1::method##Response* response) {   \
    return Unary(around_, *context, #method, around_.directory->handler(),     \
                 &handler_class::method, *request, *response);                 \
  }

HANDRAIL_UNARY(CreateRecord, CurationHandler, curation)
HANDRAIL_UNARY(UpdateRecord, CurationHandler, curation)
HANDRAIL_UNARY(RetireRecord, CurationHandler, curation)
HANDRAIL_UNARY(ConfirmFact, CurationHandler, curation)
HANDRAIL_UNARY(UpdateAvailability, CurationHandler, curation)
HANDRAIL_UNARY(SetHold, CurationHandler, curation)
HANDRAIL_UNARY(ReportError, CurationHandler, curation)
HANDRAIL_UNARY(ListErrorReports, CurationHandler, curation)
HANDRAIL_UNARY(ResolveErrorReport, CurationHandler, curation)
HANDRAIL_UNARY(ListConflicts, CurationHandler, curation)
HANDRAIL_UNARY(ResolveConflict, CurationHandler, curation)
HANDRAIL_UNARY(ListDue, CurationHandler, curation)
HANDRAIL_UNARY(ListHistory, CurationHandler, curation)
HANDRAIL_UNARY(ListDuplicates, DuplicatesHandler, duplicates)
HANDRAIL_UNARY(DecideDuplicates, DuplicatesHandler, duplicates)

#undef HANDRAIL_UNARY

}  // namespace handrail::server
