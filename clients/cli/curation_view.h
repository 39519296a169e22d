// Edits, queues and histories as a person reads them. Pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "handrail/v1/curation_service.pb.h"

namespace handrail::cli {

std::string ViewCreated(const v1::CreateRecordResponse& response, int columns);
std::string ViewUpdated(const v1::UpdateRecordResponse& response, int columns);
std::string ViewConfirmed(const v1::ConfirmFactResponse& response, int columns);
std::string ViewHistory(const v1::ListHistoryResponse& response, int columns);
std::string ViewReports(const v1::ListErrorReportsResponse& response,
                        int columns);
std::string ViewConflicts(const v1::ListConflictsResponse& response,
                          int columns);
std::string ViewDue(const v1::ListDueResponse& response, int columns);

// "Done, at revision 12."
std::string ViewRevision(uint64_t revision);

}  // namespace handrail::cli
