// What must hold of every row that is normalised: fuzz targets call it for rows
// made of any bytes and for those that readers make of any file.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "storage/base/check.h"
#include "storage/normalise/normalise.h"
#include "storage/redaction/redaction.h"

namespace handrail {

inline bool HasSkip(const storage::NormalisedRow& row) {
  for (const auto& finding : row.findings) {
    if (finding.severity() == v1::ROW_SKIPPED) return true;
  }
  return false;
}

// Normalises the row and checks that a skipped one says why, that doing it
// again changes nothing, and that nothing withheld comes back. Returns the
// records.
inline std::vector<v1::Record> CheckedRecords(v1::Row row) {
  const storage::NormaliseContext context{
      .source = "fuzz", .as_of = absl::FromUnixSeconds(1622505600)};
  const storage::NormalisedRow once = NormaliseRow(std::move(row), context);
  HANDRAIL_CHECK(once.skipped == HasSkip(once));
  if (once.skipped) return {};
  v1::Row again;
  for (const v1::Record& record : once.records) *again.add_records() = record;
  const storage::NormalisedRow twice = NormaliseRow(again, context);
  HANDRAIL_CHECK(!twice.skipped);
  for (size_t i = 0; i < once.records.size(); ++i) {
    HANDRAIL_CHECK(once.records[i].SerializeAsString() ==
                   twice.records[i].SerializeAsString());
    const v1::Record shown = storage::PublicProjection(once.records[i]);
    HANDRAIL_CHECK(storage::PublicProjection(shown).SerializeAsString() ==
                   shown.SerializeAsString());
  }
  return once.records;
}

}  // namespace handrail
