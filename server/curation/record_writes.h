// Adding, changing and retiring records by hand; keeping one from referrals.
//
// Each is one RPC of curation_service.proto, which says what it does and its
// errors. The writer must outlive the call; any thread.
#pragma once

#include "absl/status/statusor.h"
#include "handrail/v1/curation_service.pb.h"
#include "server/directory_writer.h"
#include "server/request_context.h"

namespace handrail::server {

absl::StatusOr<v1::CreateRecordResponse> CreateRecord(
    const RequestContext& context, const v1::CreateRecordRequest& request,
    DirectoryWriter& writer);

absl::StatusOr<v1::UpdateRecordResponse> UpdateRecord(
    const RequestContext& context, const v1::UpdateRecordRequest& request,
    DirectoryWriter& writer);

absl::StatusOr<v1::RetireRecordResponse> RetireRecord(
    const RequestContext& context, const v1::RetireRecordRequest& request,
    DirectoryWriter& writer);

absl::StatusOr<v1::SetHoldResponse> SetHold(const RequestContext& context,
                                            const v1::SetHoldRequest& request,
                                            DirectoryWriter& writer);

}  // namespace handrail::server
