// The rows of a batch as they are loaded: normalised, and with the prints of
// their records. It is the largest part of what a load waits for, and no row
// has to know of another: two threads share it.
#pragma once

#include <vector>

#include "handrail/v1/ingest_service.pb.h"
#include "server/ingest/record_key.h"
#include "server/ingest/seen_records.h"
#include "storage/normalise/normalise.h"

namespace handrail::server {

struct PreparedRow {
  v1::RowOrigin origin;
  storage::NormalisedRow normalised;
  // Of the normalised records, in their order.
  std::vector<RecordPrint> prints;
};

PreparedRow PrepareRow(v1::Row row, const storage::NormaliseContext& context);

// All rows of the batch, in their order.
// REQUIRES: any thread may ask what `context` asks for.
std::vector<PreparedRow> PrepareRows(v1::RowBatch batch,
                                     const storage::NormaliseContext& context);

// Of all records, in the order of the rows.
std::vector<RecordKey> KeysOf(const std::vector<PreparedRow>& rows);

}  // namespace handrail::server
