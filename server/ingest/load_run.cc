#include "server/ingest/load_run.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "server/ingest/fingerprint.h"
#include "server/ingest/keep_confirmed.h"
#include "server/ingest/load_findings.h"
#include "server/ingest/load_history.h"
#include "server/ingest/load_start.h"
#include "server/ingest/missing_records.h"
#include "server/ingest/record_diff.h"
#include "server/ingest/row_refusal.h"
#include "server/limits.h"
#include "server/proto_time.h"
#include "storage/base/status.h"
#include "storage/redaction/redaction.h"

namespace handrail::server {
namespace {

using storage::v1::StoredRecord;

// In the audit of the start of a load that keeps the ids of renumbered records,
// so that it does so too when it goes on. Reaches the disk.
constexpr char kRekeyAction[] = "load-rekey";

// The aliases of the row at hand, the newest first, before all others.
storage::IdAlias WithAliases(const std::vector<storage::SourceAlias>& aliases,
                             storage::IdAlias others) {
  return [&aliases, others = std::move(others)](
             v1::RecordType type,
             const std::string& name) -> std::optional<std::string> {
    for (auto one = aliases.rbegin(); one != aliases.rend(); ++one) {
      if (one->type == type && one->name == name) return one->id;
    }
    return others(type, name);
  };
}

// Stages those that are not there yet.
absl::Status StageAliases(std::vector<storage::SourceAlias> aliases,
                          Staging& staging) {
  for (storage::SourceAlias& alias : aliases) {
    HANDRAIL_ASSIGN_OR_RETURN(
        const std::optional<std::string> now,
        staging.FindAlias(alias.source, alias.type, alias.name));
    if (now != alias.id) staging.PutAlias(std::move(alias));
  }
  return absl::OkStatus();
}

}  // namespace

// A load takes its turn and stages against the newest view; a dry run changes
// nothing, waits for nobody, and goes on in the one staging it has.
class LoadRun::Step {
 public:
  explicit Step(LoadRun& run) : dry_(run.dry_.get()) {
    if (dry_ != nullptr) return;
    turn_.emplace(run.writer_);
    fresh_.emplace(run.writer_.store().View());
  }

  Staging& staging() { return dry_ != nullptr ? *dry_ : *fresh_; }

  // Null in a dry run.
  const DirectoryWriter::Turn* turn() const {
    return turn_.has_value() ? &*turn_ : nullptr;
  }

 private:
  Staging* const dry_;
  std::optional<DirectoryWriter::Turn> turn_;
  std::optional<Staging> fresh_;
};

absl::StatusOr<std::unique_ptr<LoadRun>> LoadRun::Start(
    const RequestContext& context, const v1::LoadStart& start,
    DirectoryWriter& writer) {
  std::unique_ptr<LoadRun> run(new LoadRun(start, writer));
  HANDRAIL_RETURN_IF_ERROR(run->Open(context));
  return run;
}

absl::Status LoadRun::Open(const RequestContext& context) {
  const storage::DirectoryView view = writer_.store().View();
  HANDRAIL_ASSIGN_OR_RETURN(revision_, view.Revision());
  HANDRAIL_ASSIGN_OR_RETURN(has_aliases_, view.HasAliases(start_.source()));
  started_.set_load_id(LoadIdOf(start_));
  started_.set_next_sequence(1);
  if (start_.validate_only()) {
    dry_ = std::make_unique<Staging>(view);
    if (!start_.rekey()) return absl::OkStatus();
    HANDRAIL_ASSIGN_OR_RETURN(rekey_,
                              Rekey::Open(start_.source(), view, nullptr));
    return absl::OkStatus();
  }
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<v1::Load> earlier,
                            FindLoad(view, started_.load_id()));
  if (earlier.has_value() && earlier->state() == v1::DONE) {
    repeated_ = true;
    history_ = *earlier;
    next_sequence_ = history_.last_sequence() + 1;
    started_.set_next_sequence(next_sequence_);
    return absl::OkStatus();
  }
  history_ = NewEntry(start_, context.actor(), context.now());
  history_.set_before_revision(revision_);
  // One that broke off goes on, and is as old as it was; one that was taken
  // back begins anew.
  bool rekey = start_.rekey();
  const v1::Load* part = nullptr;
  if (earlier.has_value()) {
    *history_.mutable_started_at() = earlier->started_at();
    if (earlier->state() != v1::UNDONE) {
      part = &*earlier;
      history_.set_before_revision(earlier->before_revision());
      HANDRAIL_ASSIGN_OR_RETURN(earlier_, EarlierPart::Read(view, *earlier));
      HANDRAIL_ASSIGN_OR_RETURN(const bool begun, BegunWithRekey(view));
      if (rekey && !begun && earlier->last_sequence() > 0) {
        return InvalidField("start.rekey",
                            "the load was begun without it: take it back and "
                            "load again");
      }
      rekey = rekey || begun;
    }
  }
  if (rekey) {
    HANDRAIL_ASSIGN_OR_RETURN(rekey_, Rekey::Open(start_.source(), view, part));
  }
  return WriteHistory(v1::RUNNING, context.now());
}

absl::StatusOr<bool> LoadRun::BegunWithRekey(
    const storage::DirectoryView& view) const {
  const std::string& id = started_.load_id();
  for (uint64_t at = history_.before_revision() + 1; at <= revision_; ++at) {
    HANDRAIL_ASSIGN_OR_RETURN(const auto start,
                              view.FindCommit(at, "load-start", id));
    if (!start.has_value()) continue;
    HANDRAIL_ASSIGN_OR_RETURN(const auto rekey,
                              view.FindCommit(at, kRekeyAction, id));
    return rekey.has_value();
  }
  return false;
}

// --- Rows -----------------------------------------------------------------

absl::StatusOr<v1::BatchDone> LoadRun::Batch(const RequestContext& context,
                                             v1::RowBatch batch) {
  if (repeated_ || batch.sequence() != next_sequence_) {
    return FailedPrecondition(
        v1::ERROR_REASON_LOAD_SEQUENCE,
        "batches come in order, from next_sequence of the start's answer",
        {{"expected", std::to_string(next_sequence_)},
         {"actual", std::to_string(batch.sequence())}});
  }
  if (batch.rows_size() > kRowsPerBatchMax) {
    return InvalidArgument(v1::ERROR_REASON_LIMIT_EXCEEDED,
                           "a batch has too many rows",
                           {{"limit", "kRowsPerBatchMax"},
                            {"maximum", std::to_string(kRowsPerBatchMax)}});
  }
  if (WantsRowsTwice()) return ScanBatch(std::move(batch));
  now_ = context.clock_now();
  v1::BatchDone done;
  std::vector<v1::Finding> findings;
  {
    Step step(*this);
    Work work{.staging = step.staging()};
    HANDRAIL_RETURN_IF_ERROR(rekey_ == nullptr
                                 ? AddRows(std::move(batch), work)
                                 : AddAliasedRows(std::move(batch), work));
    history_.set_last_sequence(next_sequence_);
    HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::RecordChange> changes,
                              Finish(step, context.clock_now()));
    done.mutable_changes()->Assign(changes.begin(), changes.end());
    findings = std::move(work.findings);
  }
  counts_.AddFindings(findings);
  if (findings.size() > kFindingsPerBatchMax) {
    findings.resize(kFindingsPerBatchMax);
  }
  done.mutable_findings()->Assign(findings.begin(), findings.end());
  done.set_sequence(next_sequence_++);
  done.set_revision(revision_);
  done.set_rows_read(counts_.rows_read());
  done.set_rows_skipped(counts_.rows_skipped());
  return done;
}

absl::StatusOr<v1::BatchDone> LoadRun::ScanBatch(v1::RowBatch batch) {
  const storage::DirectoryView view = writer_.store().View();
  const Staging staging(view);
  RowAsking asking = Ask(staging);
  storage::NormaliseContext as_named = asking.Context();
  // What the rows are called by themselves.
  as_named.alias = nullptr;
  for (const v1::Row& row : batch.rows()) {
    const storage::NormalisedRow done = storage::NormaliseRow(row, as_named);
    HANDRAIL_RETURN_IF_ERROR(asking.failed());
    HANDRAIL_RETURN_IF_ERROR(rekey_->Scan(row, done, view));
  }
  v1::BatchDone done;
  done.set_sequence(next_sequence_++);
  done.set_revision(revision_);
  done.set_rows_read(rekey_->rows_scanned());
  return done;
}

absl::Status LoadRun::MatchRows() {
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::Finding> findings,
                            rekey_->Match(writer_.store().View()));
  for (const v1::Finding& finding : findings) counts_.AddOfLoad(finding);
  next_sequence_ = 1;
  started_.set_next_sequence(1);
  return absl::OkStatus();
}

absl::Status LoadRun::AddRows(v1::RowBatch batch, Work& work) {
  RowAsking asking = Ask(work.staging);
  const storage::NormaliseContext normalise = asking.Context();
  if (start_.replace()) {
    for (const v1::Row& row : batch.rows()) {
      seen_.KeepIdsOf(row, normalise.alias);
    }
  }
  HANDRAIL_RETURN_IF_ERROR(asking.ReadAhead(batch));
  std::vector<PreparedRow> rows = PrepareRows(std::move(batch), normalise);
  HANDRAIL_RETURN_IF_ERROR(asking.failed());
  HANDRAIL_RETURN_IF_ERROR(work.staging.ReadAhead(KeysOf(rows)));
  for (PreparedRow& row : rows) {
    HANDRAIL_RETURN_IF_ERROR(AddRow(std::move(row), {}, work));
  }
  return absl::OkStatus();
}

absl::Status LoadRun::AddAliasedRows(v1::RowBatch batch, Work& work) {
  for (v1::Row& row : *batch.mutable_rows()) {
    RowAsking asking = Ask(work.staging);
    std::vector<storage::SourceAlias> aliases;
    storage::NormaliseContext normalise = asking.Context();
    normalise.alias = WithAliases(aliases, std::move(normalise.alias));
    HANDRAIL_RETURN_IF_ERROR(
        rekey_->AliasesOf(row, normalise, work.staging, aliases));
    if (start_.replace()) seen_.KeepIdsOf(row, normalise.alias);
    PreparedRow prepared = PrepareRow(std::move(row), normalise);
    HANDRAIL_RETURN_IF_ERROR(asking.failed());
    HANDRAIL_RETURN_IF_ERROR(
        AddRow(std::move(prepared), std::move(aliases), work));
  }
  return absl::OkStatus();
}

absl::Status LoadRun::AddRow(PreparedRow row,
                             std::vector<storage::SourceAlias> aliases,
                             Work& work) {
  auto& [origin, normalised, prints] = row;
  counts_.RowRead(origin.table());
  std::move(normalised.findings.begin(), normalised.findings.end(),
            std::back_inserter(work.findings));
  if (normalised.skipped) {
    counts_.RowSkipped(origin.table());
    return absl::OkStatus();
  }
  HANDRAIL_ASSIGN_OR_RETURN(
      const std::optional<Refusal> refusal,
      RefuseRow(
          normalised.records, prints,
          {.source = start_.source(), .seen = seen_, .staging = work.staging}));
  if (refusal.has_value()) {
    work.findings.push_back(SkippedBecause(*refusal, origin));
    counts_.RowSkipped(origin.table());
    return absl::OkStatus();
  }
  counts_.RowLoaded(origin.table());
  HANDRAIL_RETURN_IF_ERROR(StageAliases(std::move(aliases), work.staging));
  for (size_t i = 0; i < prints.size(); ++i) {
    HANDRAIL_RETURN_IF_ERROR(Store(std::move(normalised.records[i]),
                                   std::move(prints[i]), origin, work));
  }
  return absl::OkStatus();
}

RowAsking LoadRun::Ask(const Staging& staging) const {
  std::optional<absl::Time> as_of;
  if (start_.has_as_of()) as_of = FromProto(start_.as_of());
  return RowAsking(staging, {.writer = writer_,
                             .source = start_.source(),
                             .as_of = as_of,
                             .has_aliases = has_aliases_,
                             .rekey = rekey_.get()});
}

absl::Status LoadRun::Store(v1::Record record, RecordPrint print,
                            const v1::RowOrigin& origin, Work& work) {
  if (!seen_.Add(print)) return absl::OkStatus();
  const RecordKey& key = print.key;
  counts_.RecordLoaded();
  if (rekey_ != nullptr && rekey_->Keeps(key)) counts_.Rekeyed();
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const found,
                            work.staging.FindFull(key));
  if (start_.replace() && rekey_ == nullptr &&
      (found == nullptr || earlier_.Added(key))) {
    added_.insert(Fingerprint(record));
  }
  if (found == nullptr) {
    counts_.Added();
    return work.staging.Put(start_.source(), std::move(record), {},
                            std::move(print.bytes));
  }
  if (found->confirmed().empty()) {
    if (RecordBytes(found->record()) == print.bytes) {
      CountKept(key);
      return absl::OkStatus();
    }
    counts_.Changed();
    return work.staging.Put(start_.source(), std::move(record), {},
                            std::move(print.bytes));
  }
  return StoreOver(*found, record, key, origin, work);
}

void LoadRun::CountKept(const RecordKey& key) {
  if (earlier_.Added(key)) {
    counts_.Added();
  } else if (earlier_.Changed(key)) {
    counts_.Changed();
  } else {
    counts_.Unchanged();
  }
}

absl::Status LoadRun::StoreOver(const StoredRecord& found,
                                const v1::Record& record, const RecordKey& key,
                                const v1::RowOrigin& origin, Work& work) {
  Staging& staging = work.staging;
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::Conflict> known,
                            staging.ConflictsOf(key));
  Kept kept = KeepConfirmed({.recorded = found,
                             .incoming = record,
                             .load_id = started_.load_id(),
                             .now = now_,
                             .known = known});
  HANDRAIL_ASSIGN_OR_RETURN(const v1::Record* const shown,
                            staging.FindPublic(key));
  for (v1::Conflict& conflict : kept.conflicts) {
    // Even which field it is says something of a private record.
    if (shown != nullptr && !storage::IsRedacted(found.record(), *shown)) {
      work.findings.push_back(KeptInstead(conflict.field(), origin));
    }
    staging.PutConflict(std::move(conflict));
  }
  for (const std::string& id : kept.conflicts_gone) staging.RemoveConflict(id);
  const bool same = RecordBytes(found.record()) == RecordBytes(kept.record);
  if (same &&
      kept.confirmed.size() == static_cast<size_t>(found.confirmed_size())) {
    CountKept(key);
    return absl::OkStatus();
  }
  same ? counts_.Unchanged() : counts_.Changed();
  return staging.Put(start_.source(), std::move(kept.record),
                     std::move(kept.confirmed));
}

// --- Commits --------------------------------------------------------------

absl::StatusOr<std::vector<v1::RecordChange>> LoadRun::Finish(Step& step,
                                                              absl::Time at) {
  Staging& staging = step.staging();
  HANDRAIL_ASSIGN_OR_RETURN(std::vector<PublicChange> changes,
                            staging.Project());
  std::vector<v1::RecordChange> told;
  if (start_.report_changes()) {
    for (const PublicChange& change : changes) {
      told.push_back(ToRecordChange(change));
    }
  }
  if (step.turn() == nullptr) {
    staging.DropChange();
    return told;
  }
  if (!staging.HasChanges()) return told;
  // So that what is committed can be moved there.
  changes.clear();
  storage::DirectoryChange change = staging.TakeChange();
  change.at = at;
  change.load = EntrySoFar(history_, Report());
  storage::v1::AuditRow& audit = change.audit.emplace_back();
  *audit.mutable_at() = ToProto(at);
  audit.set_actor(history_.actor());
  audit.set_action("load");
  audit.set_subject(history_.id());
  HANDRAIL_ASSIGN_OR_RETURN(revision_,
                            writer_.Commit(*step.turn(), std::move(change)));
  return told;
}

absl::Status LoadRun::WriteHistory(v1::LoadState state, absl::Time at) {
  *history_.mutable_report() = Report();
  storage::DirectoryChange change = EntryInState(history_, state, at);
  if (rekey_ != nullptr && state == v1::RUNNING) {
    storage::v1::AuditRow& audit = change.audit.emplace_back();
    *audit.mutable_at() = ToProto(at);
    audit.set_actor(history_.actor());
    audit.set_action(kRekeyAction);
    audit.set_subject(history_.id());
  }
  const DirectoryWriter::Turn turn(writer_);
  HANDRAIL_ASSIGN_OR_RETURN(revision_, writer_.Commit(turn, std::move(change)));
  return absl::OkStatus();
}

// --- Retiring -------------------------------------------------------------

absl::Status LoadRun::CheckRetireLimit(const std::vector<RecordKey>& missing) {
  if (missing.empty()) return absl::OkStatus();
  const storage::DirectoryView view = writer_.store().View();
  HANDRAIL_ASSIGN_OR_RETURN(const int64_t renumbered,
                            CountRenumbered(view, missing, added_));
  counts_.Renumbered(renumbered);
  if (renumbered > 0) counts_.AddOfLoad(Renumbered(renumbered));
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<v1::RecordRef> now,
                            view.SourceRecords(start_.source()));
  // As many as there were before this load, which a dry run has not changed.
  const auto existing = static_cast<int64_t>(now.size()) -
                        (dry_ == nullptr ? counts_.added() : 0);
  const int32_t percent = RetirePercentOf(start_);
  if (MayRetire(missing.size(), existing, percent)) return absl::OkStatus();
  std::string text =
      TooManyRetired(missing.size(), existing, percent, renumbered);
  if (dry_ != nullptr) {
    counts_.AddOfLoad(RetireLimit(std::move(text)));
    return absl::OkStatus();
  }
  return FailedPrecondition(v1::ERROR_REASON_RETIRE_LIMIT, text,
                            {{"retiring", std::to_string(missing.size())},
                             {"existing", std::to_string(existing)},
                             {"renumbered", std::to_string(renumbered)}});
}

absl::StatusOr<std::vector<v1::RecordChange>> LoadRun::RetireMissing(
    const RequestContext& context) {
  if (seen_.empty()) {
    return FailedPrecondition(
        v1::ERROR_REASON_RETIRE_LIMIT,
        "a load with replace that brings no row would retire everything the "
        "source has",
        {{"retiring", "all"}, {"existing", "all"}});
  }
  HANDRAIL_ASSIGN_OR_RETURN(
      const std::vector<RecordKey> missing,
      MissingRecords(writer_.store().View(), start_.source(), seen_));
  HANDRAIL_RETURN_IF_ERROR(CheckRetireLimit(missing));
  for (int64_t i = 0; i < earlier_.retired(); ++i) counts_.Retired();
  std::vector<v1::RecordChange> told;
  for (size_t from = 0; from < missing.size(); from += kRetiresPerCommit) {
    const size_t to = std::min(from + kRetiresPerCommit, missing.size());
    HANDRAIL_ASSIGN_OR_RETURN(
        std::vector<v1::RecordChange> changes,
        Retire({missing.begin() + from, missing.begin() + to},
               context.clock_now()));
    std::move(changes.begin(), changes.end(), std::back_inserter(told));
  }
  return told;
}

absl::StatusOr<std::vector<v1::RecordChange>> LoadRun::Retire(
    const std::vector<RecordKey>& keys, absl::Time at) {
  Step step(*this);
  for (const RecordKey& key : keys) {
    HANDRAIL_RETURN_IF_ERROR(step.staging().Retire(key));
    counts_.Retired();
  }
  return Finish(step, at);
}

// --- The end --------------------------------------------------------------

absl::StatusOr<v1::LoadReport> LoadRun::End(const RequestContext& context,
                                            const v1::LoadEnd& end) {
  if (repeated_) return history_.report();
  counts_.AddFromCaller(end);
  // Told to the caller, and not kept.
  std::vector<v1::RecordChange> changes;
  if (start_.replace()) {
    if (end.skipped_before_sending().empty()) {
      HANDRAIL_ASSIGN_OR_RETURN(changes, RetireMissing(context));
    } else {
      counts_.AddOfLoad(RetiringHeldBack());
    }
  }
  if (dry_ == nullptr) {
    HANDRAIL_RETURN_IF_ERROR(WriteHistory(v1::DONE, context.clock_now()));
    HANDRAIL_RETURN_IF_ERROR(writer_.state().WaitFor(revision_, context));
  }
  v1::LoadReport report = Report();
  report.mutable_changes()->Assign(changes.begin(), changes.end());
  return report;
}

v1::LoadReport LoadRun::Report() const {
  v1::LoadReport report = counts_.Report();
  report.set_load_id(started_.load_id());
  report.set_source(start_.source());
  report.set_revision(revision_);
  report.set_validate_only(start_.validate_only());
  return report;
}

absl::Status LoadRun::BreakOff(absl::Time at) {
  if (dry_ != nullptr || repeated_) return absl::OkStatus();
  return WriteHistory(v1::BROKEN_OFF, at);
}

}  // namespace handrail::server
