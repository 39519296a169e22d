// What a source no longer has: the records that a load with replace retires.
//
//   HANDRAIL_ASSIGN_OR_RETURN(
//       const std::vector<RecordKey> missing,
//       MissingRecords(view, start.source(), seen));
//   if (!MayRetire(missing.size(), existing, RetirePercentOf(start))) …
//
// Any thread. Errors: those of DirectoryView.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"
#include "handrail/v1/ingest_service.pb.h"
#include "server/ingest/record_key.h"
#include "server/ingest/seen_records.h"
#include "storage/db/directory_view.h"

namespace handrail::server {

// The source's records that the load has not met. Services go before what they
// refer to, so that no commit leaves one that refers to nothing.
absl::StatusOr<std::vector<RecordKey>> MissingRecords(
    const storage::DirectoryView& view, const std::string& source,
    const SeenRecords& seen);

// How many of them came again under other ids: their fingerprints
// (fingerprint.h) are among those of what the load added.
absl::StatusOr<int64_t> CountRenumbered(
    const storage::DirectoryView& view, const std::vector<RecordKey>& missing,
    const std::unordered_set<uint64_t>& added);

// How much of what the source has may go, in percent.
int32_t RetirePercentOf(const v1::LoadStart& start);

// Whether `retiring` of `existing` records are no more than that.
bool MayRetire(size_t retiring, int64_t existing, int32_t percent);

}  // namespace handrail::server
