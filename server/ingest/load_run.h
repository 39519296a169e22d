// One load, from its start to its report.
//
//   HANDRAIL_ASSIGN_OR_RETURN(auto run,
//                             LoadRun::Start(context, start, writer));
//   send(run->started());
//   for each batch: HANDRAIL_ASSIGN_OR_RETURN(auto done,
//                                             run->Batch(context, batch));
//   HANDRAIL_ASSIGN_OR_RETURN(auto report, run->End(context, end));
//
// With start.rekey all batches come twice (rekey.h): while
// run->WantsRowsTwice() they are only read, and at their end run->MatchRows()
// says started() again.
//
// A row is loaded whole or skipped whole, with a finding. Row by row:
//   normalised (storage/normalise), and refused there → skipped
//   held against the rows before and the directory (row_refusal) → skipped
//   otherwise each record is added, changed, or found unchanged, and then
//   nothing is written; what a person confirmed here is not overwritten with
//   something older (keep_confirmed).
// A dry run (validate_only) is the same computation, with nothing committed.
//
// The load and its counts are kept in the history from its start on. A load
// with the request id of an earlier one is that load: it goes on if it broke
// off (from its first batch: what is there already is not written again, and is
// counted as what it was then), and gives its report again if it was done.
//
// A batch's rows are normalised all together, before the first is held against
// anything (prepared_rows.h): the rows of one source take no ids from each
// other. Where records keep their ids under new names they are not, because
// there each row can name what the next ones mean.
//
// Belongs to one thread at a time. Two runs of one source must not overlap: the
// handler sees to that.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "handrail/v1/ingest_service.pb.h"
#include "server/directory_writer.h"
#include "server/ingest/earlier_part.h"
#include "server/ingest/load_counts.h"
#include "server/ingest/prepared_rows.h"
#include "server/ingest/rekey.h"
#include "server/ingest/row_asking.h"
#include "server/ingest/seen_records.h"
#include "server/ingest/staging.h"
#include "server/request_context.h"
#include "storage/normalise/normalise.h"

namespace handrail::server {

class LoadRun {
 public:
  // Writes the load into the history (unless it is a dry run).
  // REQUIRES: CheckLoadStart (load_start.h) is OK. The writer must outlive the
  // run. Errors: those of DirectoryStore.
  static absl::StatusOr<std::unique_ptr<LoadRun>> Start(
      const RequestContext& context, const v1::LoadStart& start,
      DirectoryWriter& writer);

  const v1::LoadStarted& started() const { return started_; }

  // True until MatchRows, in a load that keeps the ids of renumbered records.
  bool WantsRowsTwice() const {
    return rekey_ != nullptr && !rekey_->matched();
  }
  // The first end: decides which record is which. The batches come again, from
  // sequence 1. REQUIRES: WantsRowsTwice(). Errors: those of DirectoryStore.
  absl::Status MatchRows();

  // Loads one batch; it is durable when this returns.
  // Errors: FAILED_PRECONDITION (LOAD_SEQUENCE) for a batch out of order;
  // INVALID_ARGUMENT (LIMIT_EXCEEDED) for one too large; those of
  // DirectoryStore. After an error the run is good for BreakOff alone.
  absl::StatusOr<v1::BatchDone> Batch(const RequestContext& context,
                                      v1::RowBatch batch);

  // Retires what the source no longer has (with replace), and closes the load.
  // Returns once matches see all of it.
  // Errors: FAILED_PRECONDITION (RETIRE_LIMIT) where a replace brought no row
  // or would retire more than start.allow_retire_percent; those of
  // DirectoryStore.
  absl::StatusOr<v1::LoadReport> End(const RequestContext& context,
                                     const v1::LoadEnd& end);

  // Writes down that the load broke off; its batches stay.
  absl::Status BreakOff(absl::Time at);

 private:
  // A place to stage some changes, and the right to commit them.
  class Step;

  LoadRun(v1::LoadStart start, DirectoryWriter& writer)
      : start_(std::move(start)), writer_(writer), seen_(start_.source()) {}

  absl::Status Open(const RequestContext& context);

  // What the rows of a batch are loaded with.
  struct Work {
    Staging& staging;
    std::vector<v1::Finding> findings = {};
  };

  // The rows of a batch, into what is staged.
  absl::Status AddRows(v1::RowBatch batch, Work& work);
  // The same, where records keep their ids under new names.
  absl::Status AddAliasedRows(v1::RowBatch batch, Work& work);
  absl::Status AddRow(PreparedRow row,
                      std::vector<storage::SourceAlias> aliases, Work& work);
  RowAsking Ask(const Staging& staging) const;
  // The first time through the rows of a load with rekey.
  absl::StatusOr<v1::BatchDone> ScanBatch(v1::RowBatch batch);
  // Whether the load that goes on was begun with rekey.
  absl::StatusOr<bool> BegunWithRekey(const storage::DirectoryView& view) const;
  absl::Status Store(v1::Record record, RecordPrint print,
                     const v1::RowOrigin& origin, Work& work);
  // The same over a record that a person edited or confirmed.
  absl::Status StoreOver(const storage::v1::StoredRecord& found,
                         const v1::Record& record, const RecordKey& key,
                         const v1::RowOrigin& origin, Work& work);

  // Projects what is staged, and commits it with the history's entry unless
  // this is a dry run. The changes are those to be reported.
  absl::StatusOr<std::vector<v1::RecordChange>> Finish(Step& step,
                                                       absl::Time at);

  // Counts a record that is as the load has it.
  void CountKept(const RecordKey& key);
  // Whether so many may go; where not, a dry run only says so.
  absl::Status CheckRetireLimit(const std::vector<RecordKey>& missing);
  absl::StatusOr<std::vector<v1::RecordChange>> RetireMissing(
      const RequestContext& context);
  absl::StatusOr<std::vector<v1::RecordChange>> Retire(
      const std::vector<RecordKey>& keys, absl::Time at);

  absl::Status WriteHistory(v1::LoadState state, absl::Time at);
  // As of now, without changes.
  v1::LoadReport Report() const;

  const v1::LoadStart start_;
  DirectoryWriter& writer_;
  v1::LoadStarted started_;
  v1::Load history_;
  // The load was done before: its report is given again.
  bool repeated_ = false;

  // A dry run's staging, which lasts as long as the run; null in any other.
  std::unique_ptr<Staging> dry_;

  // Null unless records keep their ids under new names.
  std::unique_ptr<Rekey> rekey_;
  // The source has names that its ids do not follow from.
  bool has_aliases_ = false;

  // Of the load before it broke off.
  EarlierPart earlier_;
  SeenRecords seen_;
  // Fingerprints of the records that a load with replace adds.
  std::unordered_set<uint64_t> added_;
  LoadCounts counts_;
  int64_t next_sequence_ = 1;
  uint64_t revision_ = 0;
  // Of the batch.
  absl::Time now_;
};

}  // namespace handrail::server
