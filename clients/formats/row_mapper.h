// What every format's reader does: turn one element of a file into a row.
#pragma once

#include "clients/formats/finding_log.h"
#include "clients/formats/json_tree.h"
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

// A row, or why there is none. A skipped row has a finding of severity
// ROW_SKIPPED in the log; its origin says which table it counts for.
struct MappedRow {
  v1::Row row;
  bool skipped = false;
};

// Turns elements into rows. Pure: the same element gives the same row and the
// same findings, whatever came before it. One thread at a time.
class RowMapper {
 public:
  virtual ~RowMapper() = default;

  // `origin` says where the element is; the mapper may name a better table.
  virtual MappedRow Map(const JsonValue& element, v1::RowOrigin origin,
                        FindingLog& log) = 0;
};

}  // namespace handrail::formats
