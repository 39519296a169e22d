// Which projections a change of some records can change: what has to be
// projected again.
//
// The flag of an organization reaches its services and their places, that of a
// service the places it is offered at, that of a place its services, and
// whatever a service is, its program and organization may follow (privacy.h).
// So a place that a service no longer names is reached as well, by what the
// service was before.
//
//   PrivacyReader privacy(staging);
//   HANDRAIL_ASSIGN_OR_RETURN(const std::vector<RecordKey> reached,
//                             ReachOf(before, staging, privacy));
//
// Nothing here changes anything.
#pragma once

#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/ingest/privacy.h"
#include "server/ingest/record_key.h"
#include "server/ingest/staging.h"

namespace handrail::server {

// Records that are about to change, each in full as it was before; null where
// it was not there.
using RecordsBefore =
    absl::flat_hash_map<RecordKey,
                        std::shared_ptr<const storage::v1::StoredRecord>>;

// The records themselves and every other that they reach, sorted; ids among
// them may be of no record. REQUIRES: what they become is staged.
// Errors: those of DirectoryView.
absl::StatusOr<std::vector<RecordKey>> ReachOf(const RecordsBefore& before,
                                               const Staging& staging,
                                               PrivacyReader& privacy);

}  // namespace handrail::server
