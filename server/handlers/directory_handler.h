// Reading the directory: records from the store, listings from the snapshot.
//
// Everything comes from public projections; no function here can reach a full
// record. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/v1/directory_service.pb.h"
#include "server/directory_state.h"
#include "server/request_context.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

class DirectoryHandler {
 public:
  // Store and state must outlive the handler. `scorer_version` is that of
  // answers to matches.
  DirectoryHandler(const storage::DirectoryStore& store,
                   const DirectoryState& state, std::string scorer_version)
      : store_(store),
        state_(state),
        scorer_version_(std::move(scorer_version)) {}

  // Errors: see directory_service.proto.
  absl::StatusOr<v1::GetRecordResponse> GetRecord(
      const RequestContext& context, const v1::GetRecordRequest& request) const;
  absl::StatusOr<v1::BatchGetRecordsResponse> BatchGetRecords(
      const RequestContext& context,
      const v1::BatchGetRecordsRequest& request) const;
  absl::StatusOr<v1::ListRecordsResponse> ListRecords(
      const RequestContext& context,
      const v1::ListRecordsRequest& request) const;
  absl::StatusOr<v1::GetListingResponse> GetListing(
      const RequestContext& context,
      const v1::GetListingRequest& request) const;
  absl::StatusOr<v1::ListListingsResponse> ListListings(
      const RequestContext& context,
      const v1::ListListingsRequest& request) const;
  absl::StatusOr<v1::GetDirectoryResponse> GetDirectory(
      const RequestContext& context,
      const v1::GetDirectoryRequest& request) const;
  absl::StatusOr<v1::ListNeedTermsResponse> ListNeedTerms(
      const RequestContext& context,
      const v1::ListNeedTermsRequest& request) const;

  // Writes the records of one snapshot in runs, by type and id. Ends when the
  // caller is gone (`write` is false).
  absl::Status ExportRecords(
      const RequestContext& context, const v1::ExportRecordsRequest& request,
      const std::function<bool(const v1::ExportRecordsResponse&)>& write) const;

 private:
  const storage::DirectoryStore& store_;
  const DirectoryState& state_;
  const std::string scorer_version_;
};

}  // namespace handrail::server
