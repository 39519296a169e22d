// One load, from its start to its report.
//
//   HANDRAIL_ASSIGN_OR_RETURN(auto run,
//                             LoadRun::Start(context, start, writer));
//   send(run->started());
//   for each batch: HANDRAIL_ASSIGN_OR_RETURN(auto done,
//                                             run->Batch(context, batch));
//   HANDRAIL_ASSIGN_OR_RETURN(auto report, run->End(context, end));
//
// A row is loaded whole or skipped whole, with a finding. Row by row:
//   normalised        storage/normalise; refused there → skipped
//   id-reused         the load had a record of this id with other content
//   dangling-reference a service names an organization, program or location
//                     that is neither in the row nor in the directory under
//                     this source
//   otherwise each record is added, changed, or found unchanged, and then
//   nothing is written.
// A dry run (validate_only) is the same computation, with nothing committed.
//
// The load and its counts are kept in the history from its start on. A load
// with the request id of an earlier one is that load: it goes on if it broke
// off (from its first batch: what is there already is unchanged), and gives its
// report again if it was done.
//
// Belongs to one thread at a time. Two runs of one source must not overlap: the
// handler sees to that.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/v1/ingest_service.pb.h"
#include "server/directory_writer.h"
#include "server/ingest/staging.h"
#include "server/request_context.h"

namespace handrail::server {

class LoadRun {
 public:
  // Writes the load into the history (unless it is a dry run).
  // REQUIRES: CheckLoadStart is OK. The writer must outlive the run.
  // Errors: those of DirectoryStore.
  static absl::StatusOr<std::unique_ptr<LoadRun>> Start(
      const RequestContext& context, const v1::LoadStart& start,
      DirectoryWriter& writer);

  const v1::LoadStarted& started() const { return started_; }

  // Loads one batch; it is durable when this returns.
  // Errors: FAILED_PRECONDITION (LOAD_SEQUENCE) for a batch out of order;
  // INVALID_ARGUMENT (LIMIT_EXCEEDED) for one too large; those of
  // DirectoryStore. After an error the run is good for BreakOff alone.
  absl::StatusOr<v1::BatchDone> Batch(const RequestContext& context,
                                      v1::RowBatch batch);

  // Retires what the source no longer has (with replace), and closes the load.
  // Returns once matches see all of it.
  // Errors: FAILED_PRECONDITION (RETIRE_LIMIT) where a replace brought no row;
  // those of DirectoryStore.
  absl::StatusOr<v1::LoadReport> End(const RequestContext& context,
                                     const v1::LoadEnd& end);

  // Writes down that the load broke off; its batches stay.
  absl::Status BreakOff(absl::Time at);

 private:
  LoadRun(v1::LoadStart start, DirectoryWriter& writer)
      : start_(std::move(start)), writer_(writer) {}

  // Why a row is skipped although each of its records is right by itself.
  struct Refusal {
    std::string reason;
    std::string field;
    std::string value_class;
    std::string message;
    std::string hint;
  };

  absl::Status Open(const RequestContext& context);
  absl::Status AddRow(v1::Row row, Staging& staging,
                      std::vector<v1::Finding>& findings);
  absl::StatusOr<std::optional<Refusal>> Refuse(
      const std::vector<v1::Record>& records, const Staging& staging) const;
  std::optional<Refusal> RefuseReused(
      const std::vector<v1::Record>& records) const;
  absl::StatusOr<std::optional<Refusal>> RefuseDangling(
      const std::vector<v1::Record>& records, const Staging& staging) const;
  absl::StatusOr<bool> IsThere(const RecordKey& key,
                               const std::vector<v1::Record>& records,
                               const Staging& staging) const;
  absl::StatusOr<std::optional<Refusal>> RefuseForeign(
      const std::vector<v1::Record>& records, const Staging& staging) const;
  absl::Status Store(v1::Record record, Staging& staging);
  void Skip(const v1::RowOrigin& origin, const Refusal& refusal,
            std::vector<v1::Finding>& findings);
  void KeepIdsOf(const v1::Row& row);
  void AddFindings(const std::vector<v1::Finding>& findings);
  v1::TableCount& Table(const std::string& name);

  // Projects what is staged; commits it with the history's entry, or keeps it
  // where there is no turn: a dry run.
  absl::StatusOr<std::vector<v1::RecordChange>> Finish(
      Staging& staging, const DirectoryWriter::Turn* turn, absl::Time at);
  absl::Status RetireMissing(const RequestContext& context);
  absl::Status RetireSome(const std::vector<RecordKey>& keys, absl::Time at);
  absl::Status WriteHistory(v1::LoadState state, absl::Time at);
  void FillReport(v1::LoadReport& report) const;

  const v1::LoadStart start_;
  DirectoryWriter& writer_;
  std::string actor_;
  std::string request_id_;
  v1::LoadStarted started_;
  v1::Load history_;
  // The load was done before: its report is given again.
  bool repeated_ = false;

  // A dry run's staging, which lasts as long as the run.
  std::unique_ptr<Staging> dry_;
  // Hash of each record's content, by its key.
  std::map<RecordKey, std::string> seen_;
  // Records of rows that were skipped: still in the source, so not retired.
  std::set<RecordKey> kept_;

  int64_t next_sequence_ = 1;
  uint64_t revision_ = 0;
  v1::LoadReport counts_;
  std::map<std::string, v1::TableCount> tables_;
};

// Whether a load may start so at `now`. INVALID_ARGUMENT (INVALID_FIELD,
// LIMIT_EXCEEDED) names each wrong field.
absl::Status CheckLoadStart(const v1::LoadStart& start, absl::Time now);

// The id of the load that a source and request id mean.
std::string LoadIdOf(const v1::LoadStart& start);

// Marks every load that the history shows as running as broken off: for the
// start of the server, when nothing runs.
absl::Status BreakOffAll(DirectoryWriter& writer, absl::Time at);

}  // namespace handrail::server
