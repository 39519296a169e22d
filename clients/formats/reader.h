// Reads files of the field's formats and turns them into rows for BulkLoad.
//
// Two passes, so that a file that turns out to be broken in the middle sends
// nothing. Inspect reads everything: it recognises each file's format, checks
// syntax, encoding, limits, ids and references, and says which rows cannot be
// sent and why. Send hands over the good rows in order, as they were kept on
// disk meanwhile, or reads again where they could not be.
//
//   ReadOptions options{.source = "marin", .fellowship = "aa"};
//   options.on_finding = [&](const v1::Finding& finding) { Print(finding); };
//   HANDRAIL_ASSIGN_OR_RETURN(const ReadPlan plan, Inspect(paths, options));
//   HANDRAIL_RETURN_IF_ERROR(SendBytes(plan, [&](std::string_view row) {
//     return batch.Add(row);
//   }));
//
// Every row is accounted for: a row that Inspect counts as read is either sent
// or skipped with a finding of severity ROW_SKIPPED.
//
// Memory grows neither with the files' bytes nor, but for a few bytes each,
// with their rows and ids: those are kept and sorted on disk (spill_file.h).
// Records whose id occurs with different content are held whole, and so are
// JSON files keyed by table. Values are not checked here: that is the server's
// part.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
// Exported: they are parts of what callers give and get.
#include "clients/formats/format.h"  // IWYU pragma: export
#include "clients/formats/limits.h"
#include "clients/formats/read_progress.h"  // IWYU pragma: export
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

// Keys that ReadOptions::fellowship takes, sorted ("aa", "al-anon", …).
std::vector<std::string> FellowshipKeys();

struct ReadOptions {
  // The load's --source. It names the organization of meetings that have none
  // and goes into the ids of what a meeting is taken apart into.
  std::string source;
  // DEFAULT: each file's format is recognised. All files of a load are of one
  // format; with a format given, files of others are left out with a finding.
  Format format = Format::kUnknown;
  // Key of clients/formats/data/fellowships.tsv, for Meeting Guide feeds.
  std::string fellowship;
  // IANA zone of meetings and places that name none. DEFAULT: that of where
  // they stand, if it can be told.
  std::string zone;
  // A mapping file (mapping_file.h): the files are flat tables, and this says
  // what their columns are.
  std::string mapping;
  // Rows kept on disk so that Send need not read again, in bytes; of more than
  // that none are.
  int64_t kept_bytes_max = kKeptBytesMax;
  // Called for every finding as it is made, in a stable order.
  std::function<void(const v1::Finding&)> on_finding;
  // Called every few hundred kilobytes.
  std::function<void(const ReadProgress&)> on_progress;
};

// A file that will be sent.
struct PlannedFile {
  // Name, size and SHA-256 for LoadStart.files.
  v1::LoadedFile file;
  Format format = Format::kUnknown;
  // How it was recognised, in words: "HSDS: objects, one per line; the first
  // is a service".
  std::string why;
  int64_t rows = 0;
};

// What Inspect found. Can be moved, kept and sent more than once. Holds the
// copy of standard input, which is removed with the last plan that needs it.
struct ReadPlan {
  Format format = Format::kUnknown;
  std::vector<PlannedFile> files;
  // Per table, sorted by name. rows_loaded is what Send will send.
  std::vector<v1::TableCount> tables;
  int64_t rows_read = 0;
  int64_t rows_skipped = 0;
  // The first kFindingsKeptMax findings; finding_count has the true number.
  std::vector<v1::Finding> findings;
  int64_t finding_count = 0;

  // LoadEnd.skipped_before_sending: per table that has skipped rows, those
  // rows as read and skipped.
  std::vector<v1::TableCount> SkippedBeforeSending() const;

  // How Send finds its way; of no use to others.
  struct State;
  std::shared_ptr<const State> state;
};

// Reads `inputs`: files, folders (all files in them, by name), or "-" for
// standard input, once.
//
// A file of a folder that cannot be read as its format is left out with a
// FILE_SKIPPED finding; the others go on. A file that was named itself and
// cannot be read, and inputs without any file of a known format, are an error:
// INVALID_ARGUMENT (INVALID_FIELD) for what the caller can put right, with the
// findings already handed to `options.on_finding`. A path that is not there is
// NOT_FOUND. Rows that are wrong are never an error.
absl::StatusOr<ReadPlan> Inspect(const std::vector<std::string>& inputs,
                                 const ReadOptions& options);

// Takes one row, serialised. An error ends sending.
using RowBytesSink = std::function<absl::Status(std::string_view)>;

// Hands every good row to `sink`, in the order of files and rows.
// FAILED_PRECONDITION when a file is not what it was when it was inspected:
// nothing more is sent then.
absl::Status SendBytes(
    const ReadPlan& plan, const RowBytesSink& sink,
    const std::function<void(const ReadProgress&)>& on_progress = nullptr);

// Takes one row. An error ends Send.
using RowSink = std::function<absl::Status(v1::Row)>;

// SendBytes for whoever looks into the rows.
absl::Status Send(
    const ReadPlan& plan, const RowSink& sink,
    const std::function<void(const ReadProgress&)>& on_progress = nullptr);

}  // namespace handrail::formats
