// Applying an update mask, and what an edit by hand does besides: its dates,
// and what is remembered of it.
//
// An edited field counts as confirmed by whoever edited it: a fact without a
// date of its own gets one, the name of an HSDS field is dated anew (dates.h),
// and the path goes among the record's confirmed fields, so that the next load
// of its source does not silently undo it (ingest/keep_confirmed.h).
//
// In a record of which something is withheld, an edit that nobody can see
// leaves no date that anybody can see.
//
// Pure, but for reading through the staging; any thread.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/field_mask.pb.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/curation/field_path.h"
#include "server/ingest/staging.h"
#include "storage/base/status.h"

namespace handrail::server {

// The paths of a mask; each that is none adds a violation.
std::vector<FieldPath> ReadMask(const std::string& field, v1::RecordType type,
                                const google::protobuf::FieldMask& mask,
                                std::vector<FieldViolation>& wrong);

// Gives `record` the masked fields of `values`. A path into a place that one of
// them does not have adds a violation.
void ApplyMask(const std::vector<FieldPath>& mask, const v1::Record& values,
               v1::Record& record, std::vector<FieldViolation>& wrong);

// The fields that an edit is about: each leaf that the mask names, and below
// wider paths each that differs.
std::vector<FieldPath> EditedLeaves(const std::vector<FieldPath>& mask,
                                    const v1::Record& before,
                                    const v1::Record& after);

// Dates the edited leaves of `after`. Errors: those of DirectoryView.
absl::Status DateEdits(const std::vector<FieldPath>& leaves,
                       const v1::Record& before, absl::Time now,
                       const Staging& staging, v1::Record& after);

// What is remembered of the edit: the leaves and all that share their dates.
std::vector<storage::v1::ConfirmedField> ConfirmedBy(
    const std::vector<FieldPath>& leaves, v1::RecordType type,
    const v1::Provenance& provenance);

}  // namespace handrail::server
