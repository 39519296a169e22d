#include "clients/formats/reader.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "clients/formats/code_tables.h"
#include "clients/formats/file_rows.h"
#include "clients/formats/finding_log.h"
#include "clients/formats/inspection.h"
#include "clients/formats/read_meter.h"
#include "clients/formats/read_plan_state.h"
#include "storage/base/check.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

// Whether the file has the size and time it was inspected with.
bool IsUnchanged(const RecognisedFile& file) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file.input.path, error);
  const auto written = std::filesystem::last_write_time(file.input.path, error);
  return !error && static_cast<int64_t>(bytes) == file.input.bytes &&
         written == file.written;
}

absl::Status Changed(const RecognisedFile& file) {
  return FailedPrecondition(
      v1::ERROR_REASON_INVALID_FIELD,
      "the file changed after it was inspected: " + file.input.name);
}

// Sends rows that were kept. The rows' own bytes stand for those of the files.
absl::Status SendKept(const ReadPlan::State& state, const RowBytesSink& sink,
                      ReadMeter& meter) {
  int64_t index = 0;
  v1::Row row;
  return state.kept.ForEach([&](std::string_view bytes) -> absl::Status {
    meter.Row();
    meter.Bytes(bytes.size());
    if (state.book.Skipped(index++)) return absl::OkStatus();
    if (!state.book.completes()) return sink(bytes);
    HANDRAIL_CHECK(
        row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    state.book.Complete(row);
    return sink(row.SerializeAsString());
  });
}

// Reads the files again.
absl::Status SendRead(const ReadPlan::State& state, const RowBytesSink& sink,
                      ReadMeter& meter) {
  FindingLog silent;
  int64_t index = 0;
  for (const RecognisedFile& file : state.files) {
    const FileRows rows(file, state.context, meter);
    HANDRAIL_RETURN_IF_ERROR(
        rows.Read(silent, [&](MappedRow& mapped) -> absl::Status {
          if (index >= state.book.rows() ||
              (mapped.skipped && !state.book.Skipped(index))) {
            return Changed(file);
          }
          if (state.book.Skipped(index++)) return absl::OkStatus();
          state.book.Complete(mapped.row);
          return sink(mapped.row.SerializeAsString());
        }));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> FellowshipKeys() {
  return CodeTables::Get().fellowship_keys();
}

std::vector<v1::TableCount> ReadPlan::SkippedBeforeSending() const {
  std::vector<v1::TableCount> skipped;
  for (const v1::TableCount& table : tables) {
    if (table.rows_skipped() == 0) continue;
    v1::TableCount count;
    count.set_table(table.table());
    count.set_rows_read(table.rows_skipped());
    count.set_rows_skipped(table.rows_skipped());
    skipped.push_back(std::move(count));
  }
  return skipped;
}

absl::StatusOr<ReadPlan> Inspect(const std::vector<std::string>& inputs,
                                 const ReadOptions& options) {
  return Inspection(options).Run(inputs);
}

absl::Status SendBytes(
    const ReadPlan& plan, const RowBytesSink& sink,
    const std::function<void(const ReadProgress&)>& on_progress) {
  const ReadPlan::State& state = *plan.state;
  for (const RecognisedFile& file : state.files) {
    if (!IsUnchanged(file)) return Changed(file);
  }
  ReadMeter meter({.on_progress = on_progress,
                   .inspecting = false,
                   .bytes_total = state.bytes,
                   .passes = 1});
  HANDRAIL_RETURN_IF_ERROR(state.kept.whole() ? SendKept(state, sink, meter)
                                              : SendRead(state, sink, meter));
  meter.End();
  return absl::OkStatus();
}

absl::Status Send(const ReadPlan& plan, const RowSink& sink,
                  const std::function<void(const ReadProgress&)>& on_progress) {
  return SendBytes(
      plan,
      [&](std::string_view bytes) {
        v1::Row row;
        HANDRAIL_CHECK(
            row.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
        return sink(std::move(row));
      },
      on_progress);
}

}  // namespace handrail::formats
