// Why a row is skipped although each of its records is right by itself.
//
//   id-reused                   the load had a record of this id with other
//                               content, in an earlier row or in this one
//   id-owned-by-another-source  a record of this id belongs to somebody else
//   dangling-reference          a service names an organization, program or
//                               location that is neither in the row nor in the
//                               directory under this source
//
//   HANDRAIL_ASSIGN_OR_RETURN(
//       const std::optional<Refusal> refusal,
//       RefuseRow(records, prints, {.source = source, .seen = seen,
//                                   .staging = staging}));
//   if (refusal.has_value()) Tell(SkippedBecause(*refusal, row.origin()));
//
// Nothing here changes anything.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/ingest/seen_records.h"
#include "server/ingest/staging.h"

namespace handrail::server {

// The words of one finding; see Finding in ingest_service.proto.
struct Refusal {
  std::string reason;
  std::string field;
  std::string value_class;
  std::string message;
  std::string hint;
};

// What a row is held against.
struct RowSurroundings {
  // The one that is loading.
  const std::string& source;
  // Of the rows before.
  const SeenRecords& seen;
  // The directory, with those rows in it.
  const Staging& staging;
};

// The first reason against a row of these records, or nothing. `prints` are
// theirs, in the same order. REQUIRES: they are normalised.
// Errors: those of DirectoryView.
absl::StatusOr<std::optional<Refusal>> RefuseRow(
    const std::vector<v1::Record>& records,
    const std::vector<RecordPrint>& prints, const RowSurroundings& around);

// The finding that says so.
v1::Finding SkippedBecause(const Refusal& refusal, const v1::RowOrigin& origin);

}  // namespace handrail::server
