#include "server/ingest/prepared_rows.h"

#include <utility>

#include "storage/base/on_two_threads.h"

namespace handrail::server {
namespace {

// Rows that a thread takes at a time: less than a millisecond of work.
constexpr size_t kPieceRows = 16;

}  // namespace

PreparedRow PrepareRow(v1::Row row, const storage::NormaliseContext& context) {
  PreparedRow prepared{.origin = row.origin()};
  prepared.normalised = storage::NormaliseRow(std::move(row), context);
  const std::vector<v1::Record>& records = prepared.normalised.records;
  prepared.prints.reserve(records.size());
  for (const v1::Record& record : records) {
    prepared.prints.push_back(PrintOf(record));
  }
  return prepared;
}

std::vector<PreparedRow> PrepareRows(v1::RowBatch batch,
                                     const storage::NormaliseContext& context) {
  std::vector<PreparedRow> prepared(batch.rows_size());
  ForEachOnTwo(prepared.size(), kPieceRows, [&](size_t i) {
    prepared[i] = PrepareRow(
        std::move(*batch.mutable_rows(static_cast<int>(i))), context);
  });
  return prepared;
}

std::vector<RecordKey> KeysOf(const std::vector<PreparedRow>& rows) {
  std::vector<RecordKey> keys;
  for (const PreparedRow& row : rows) {
    for (const RecordPrint& print : row.prints) keys.push_back(print.key);
  }
  return keys;
}

}  // namespace handrail::server
