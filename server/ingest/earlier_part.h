// What a load did before it broke off, so that the report of one that goes on
// is that of a load nobody disturbed.
//
//   HANDRAIL_ASSIGN_OR_RETURN(const EarlierPart earlier,
//                             EarlierPart::Read(view, load));
//   if (earlier.Added(key)) …
//
// Holds eight bytes a record. Where the load's changes are no longer kept it is
// empty, and the report counts what was there as unchanged.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "absl/status/statusor.h"
#include "handrail/v1/ingest_service.pb.h"
#include "server/ingest/record_key.h"
#include "storage/db/directory_view.h"

namespace handrail::server {

class EarlierPart {
 public:
  // Errors: those of DirectoryView.
  static absl::StatusOr<EarlierPart> Read(const storage::DirectoryView& view,
                                          const v1::Load& load);

  bool Added(const RecordKey& key) const;
  bool Changed(const RecordKey& key) const;
  // How many it retired.
  int64_t retired() const { return retired_; }

 private:
  std::unordered_set<uint64_t> added_;
  std::unordered_set<uint64_t> changed_;
  int64_t retired_ = 0;
};

}  // namespace handrail::server
