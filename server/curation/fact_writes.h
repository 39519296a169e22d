// Confirming a fact, and reporting what is free now.
//
// Both date what they say: the curator as source, the way it was checked, the
// time. Everything that reads the record sees it at once: matches, search,
// exports. What they are and their errors: curation_service.proto.
#pragma once

#include "absl/status/statusor.h"
#include "handrail/v1/curation_service.pb.h"
#include "matcher/snapshot.h"
#include "server/directory_writer.h"
#include "server/request_context.h"

namespace handrail::server {

// `listings` is where listing ids are looked up.
absl::StatusOr<v1::ConfirmFactResponse> ConfirmFact(
    const RequestContext& context, const v1::ConfirmFactRequest& request,
    const matcher::Snapshot& listings, DirectoryWriter& writer);

// Of a listing whose service is at several places, or whose place has counts of
// its own, what is reported is of that place; else of the service.
absl::StatusOr<v1::UpdateAvailabilityResponse> UpdateAvailability(
    const RequestContext& context, const v1::UpdateAvailabilityRequest& request,
    const matcher::Snapshot& listings, DirectoryWriter& writer);

// The listing of a request. Errors: NOT_FOUND (RECORD_NOT_FOUND; metadata type
// "listing", id).
absl::StatusOr<v1::Listing> FindListing(const std::string& id,
                                        const matcher::Snapshot& listings);

}  // namespace handrail::server
