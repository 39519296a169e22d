// Loading: the messages of BulkLoad in order, one load of a source at a time,
// and the history.
//
// Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/v1/ingest_service.pb.h"
#include "server/directory_writer.h"
#include "server/request_context.h"
#include "storage/base/mutex.h"

namespace handrail::server {

// The two directions of one BulkLoad.
struct LoadStream {
  // Waits for the next message. False at the end, or when the caller is gone.
  std::function<bool(v1::BulkLoadRequest& request)> read;
  // False when the caller is gone.
  std::function<bool(const v1::BulkLoadResponse& response)> write;
};

class IngestHandler {
 public:
  // The writer must outlive the handler.
  explicit IngestHandler(DirectoryWriter& writer) : writer_(writer) {}

  // Runs one load to its report. `counts` gets rows_read and findings, for the
  // log. Errors: see ingest_service.proto; RESOURCE_EXHAUSTED (LIMIT_EXCEEDED)
  // where too many loads run.
  absl::Status BulkLoad(const RequestContext& context, const LoadStream& stream,
                        std::map<std::string, int64_t>& counts);

  // Marks loads that nobody runs any more as broken off (BreakOffLost).
  absl::Status BreakOffLostLoads(absl::Time at);

  absl::StatusOr<v1::ListLoadsResponse> ListLoads(
      const RequestContext& context, const v1::ListLoadsRequest& request) const;
  absl::StatusOr<v1::GetLoadResponse> GetLoad(
      const RequestContext& context, const v1::GetLoadRequest& request) const;

  // See ingest/load_undo.h.
  absl::StatusOr<v1::UndoLoadResponse> UndoLoad(
      const RequestContext& context, const v1::UndoLoadRequest& request);

 private:
  // Holds a source for one load.
  class Claim;

  absl::Status Begin(const std::string& source, const std::string& load_id);
  void Finish(const std::string& source);

  DirectoryWriter& writer_;
  Mutex mu_;
  // Source → load id.
  std::map<std::string, std::string> running_ ABSL_GUARDED_BY(mu_);
};

}  // namespace handrail::server
