// What to check next: listings with facts that are past their lifetime or have
// no date, and those that somebody says are wrong.
//
//   open error reports first; then by the most overdue fact, no date counting
//   as the most; then by id
//
// Reads the snapshot and the queue of reports. What it tells is what anybody
// may see. One RPC of curation_service.proto, which says its errors.
#pragma once

#include "absl/status/statusor.h"
#include "handrail/v1/curation_service.pb.h"
#include "matcher/snapshot.h"
#include "matcher/ttl.h"
#include "server/request_context.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

absl::StatusOr<v1::ListDueResponse> ListDue(const RequestContext& context,
                                            const v1::ListDueRequest& request,
                                            const matcher::Snapshot& listings,
                                            const matcher::TtlTable& ttls,
                                            const storage::DirectoryView& view);

// The facts of one listing that are due at `as_of`, the most overdue first.
std::vector<v1::DueFact> DueFacts(const v1::Listing& listing, absl::Time as_of,
                                  const matcher::TtlTable& ttls);

}  // namespace handrail::server
