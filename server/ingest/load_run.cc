#include "server/ingest/load_run.h"

#include <algorithm>
#include <utility>

#include "google/protobuf/util/time_util.h"
#include "server/ingest/record_diff.h"
#include "server/limits.h"
#include "server/service_references.h"
#include "storage/base/hash.h"
#include "storage/base/status.h"
#include "storage/normalise/normalise.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {
namespace {

using google::protobuf::Timestamp;
using storage::v1::StoredRecord;

// Name space of load ids. A random UUID, drawn once; reaches the disk.
constexpr char kLoadNamespace[] = "2f8d0c7e-54a9-4a0e-9d0b-6f1f8f3f7a61";

// Reads this many entries of the history at a time.
constexpr size_t kHistoryPage = 200;

Timestamp ToProto(absl::Time time) {
  return google::protobuf::util::TimeUtil::NanosecondsToTimestamp(
      absl::ToUnixNanos(time));
}

absl::Time FromProto(const Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

// What protobuf allows in a Timestamp.
bool IsTimestamp(const Timestamp& time) {
  using google::protobuf::util::TimeUtil;
  return time.seconds() >= TimeUtil::kTimestampMinSeconds &&
         time.seconds() <= TimeUtil::kTimestampMaxSeconds &&
         time.nanos() >= 0 && time.nanos() <= 999'999'999;
}

std::string ContentHash(const v1::Record& record) {
  return Sha256Hex(RecordBytes(record)).substr(0, 32);
}

bool IsSourceName(std::string_view name) {
  return !name.empty() && name.size() <= kSourceNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

int64_t CountOf(const v1::Finding& finding) {
  return std::max<int64_t>(finding.count(), 1);
}

v1::RecordChange ToChange(const PublicChange& change) {
  v1::RecordChange told;
  *told.mutable_ref() = RefOf(change.key);
  if (!change.before.has_value()) {
    told.set_kind(v1::RecordChange::ADDED);
  } else if (!change.after.has_value()) {
    told.set_kind(v1::RecordChange::RETIRED);
  } else {
    told.set_kind(v1::RecordChange::CHANGED);
    for (v1::FieldChange& field : DiffRecords(*change.before, *change.after)) {
      *told.add_fields() = std::move(field);
    }
  }
  return told;
}

// What a service refers to, and the HSDS field that does.
std::vector<std::pair<std::string, RecordKey>> ReferencesOf(
    const v1::Service& service) {
  std::vector<std::pair<std::string, RecordKey>> references;
  const auto add = [&](std::string field, v1::RecordType type,
                       const std::string& id) {
    if (!id.empty()) references.push_back({std::move(field), {type, id}});
  };
  add("organization_id", v1::ORGANIZATION, service.organization_id());
  add("program_id", v1::PROGRAM, service.program_id());
  for (int i = 0; i < service.service_at_locations_size(); ++i) {
    add("service_at_locations[" + std::to_string(i) + "].location.id",
        v1::LOCATION, LocationIdOf(service.service_at_locations(i)));
  }
  return references;
}

// The caller could not read some rows, so whether the source still has their
// records is not known here.
v1::Finding RetiringHeldBack() {
  v1::Finding finding;
  finding.set_severity(v1::NOTICE);
  finding.set_reason("retiring-held-back");
  finding.set_message(
      "nothing was retired: rows were skipped before they were sent, and their "
      "records may still be in the source");
  finding.set_hint("mend the skipped rows and load again with replace");
  finding.set_count(1);
  return finding;
}

}  // namespace

absl::Status CheckLoadStart(const v1::LoadStart& start, absl::Time now) {
  std::vector<FieldViolation> wrong;
  if (!IsSourceName(start.source())) {
    wrong.push_back(
        {"start.source", "must be 1 to 64 characters of a-z 0-9 - _ ."});
  }
  if (!IsUuid(start.request_id())) {
    wrong.push_back({"start.request_id", "must be a UUID"});
  }
  if (start.has_as_of() && !IsTimestamp(start.as_of())) {
    wrong.push_back({"start.as_of", "must be a time from year 1 to year 9999"});
  } else if (start.has_as_of() &&
             FromProto(start.as_of()) > now + kAsOfAheadMax) {
    wrong.push_back({"start.as_of",
                     "must not be in the future: it is the day on which the "
                     "source's data were checked"});
  }
  if (start.files_size() > kFilesPerLoadMax) {
    wrong.push_back(
        {"start.files", "must be at most " + std::to_string(kFilesPerLoadMax)});
  }
  return wrong.empty() ? absl::OkStatus() : InvalidFields(wrong);
}

std::string LoadIdOf(const v1::LoadStart& start) {
  return UuidV5(kLoadNamespace, start.source() + "/" + start.request_id());
}

absl::Status BreakOffAll(DirectoryWriter& writer, absl::Time at) {
  std::string after;
  std::vector<v1::Load> running;
  while (true) {
    HANDRAIL_ASSIGN_OR_RETURN(
        std::vector<v1::Load> loads,
        writer.store().View().ListLoads(after, kHistoryPage));
    if (loads.empty()) break;
    after = loads.back().id();
    for (v1::Load& load : loads) {
      if (load.state() == v1::RUNNING) running.push_back(std::move(load));
    }
  }
  const DirectoryWriter::Turn turn(writer);
  for (v1::Load& load : running) {
    load.set_state(v1::BROKEN_OFF);
    *load.mutable_ended_at() = ToProto(at);
    storage::DirectoryChange change{.at = at};
    change.load = std::move(load);
    HANDRAIL_RETURN_IF_ERROR(writer.Commit(turn, change).status());
  }
  return absl::OkStatus();
}

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
  actor_ = context.actor();
  started_.set_load_id(LoadIdOf(start_));
  started_.set_next_sequence(1);
  if (start_.validate_only()) {
    dry_ = std::make_unique<Staging>(view);
    return absl::OkStatus();
  }
  const absl::StatusOr<v1::Load> earlier = view.GetLoad(started_.load_id());
  if (!earlier.ok() && !absl::IsNotFound(earlier.status())) {
    return earlier.status();
  }
  if (earlier.ok() && earlier->state() == v1::DONE) {
    repeated_ = true;
    history_ = *earlier;
    next_sequence_ = history_.last_sequence() + 1;
    started_.set_next_sequence(next_sequence_);
    return absl::OkStatus();
  }
  history_.set_id(started_.load_id());
  history_.set_source(start_.source());
  history_.set_format(start_.format());
  *history_.mutable_files() = start_.files();
  *history_.mutable_started_at() =
      earlier.ok() ? earlier->started_at() : ToProto(context.now());
  if (start_.has_as_of()) *history_.mutable_as_of() = start_.as_of();
  history_.set_replace(start_.replace());
  history_.set_request_id(start_.request_id());
  history_.set_actor(actor_);
  return WriteHistory(v1::RUNNING, context.now());
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
  v1::BatchDone done;
  std::vector<v1::Finding> findings;
  {
    // A dry run changes nothing and waits for nobody.
    std::optional<DirectoryWriter::Turn> turn;
    if (dry_ == nullptr) turn.emplace(writer_);
    std::optional<Staging> fresh;
    if (dry_ == nullptr) fresh.emplace(writer_.store().View());
    Staging& staging = dry_ == nullptr ? *fresh : *dry_;
    for (v1::Row& row : *batch.mutable_rows()) {
      HANDRAIL_RETURN_IF_ERROR(AddRow(std::move(row), staging, findings));
    }
    history_.set_last_sequence(next_sequence_);
    HANDRAIL_ASSIGN_OR_RETURN(
        const std::vector<v1::RecordChange> changes,
        Finish(staging, turn.has_value() ? &*turn : nullptr,
               context.clock_now()));
    if (start_.report_changes()) {
      done.mutable_changes()->Assign(changes.begin(), changes.end());
    }
  }
  AddFindings(findings);
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

absl::Status LoadRun::AddRow(v1::Row row, Staging& staging,
                             std::vector<v1::Finding>& findings) {
  const v1::RowOrigin origin = row.origin();
  v1::TableCount& table = Table(origin.table());
  counts_.set_rows_read(counts_.rows_read() + 1);
  table.set_rows_read(table.rows_read() + 1);
  if (start_.replace()) KeepIdsOf(row);

  storage::NormaliseContext normalise{.source = start_.source()};
  if (start_.has_as_of()) normalise.as_of = FromProto(start_.as_of());
  absl::Status failed;
  normalise.id_owner =
      [&](v1::RecordType type,
          const std::string& id) -> std::optional<std::string> {
    auto found = staging.FindFull({type, id});
    if (!found.ok()) {
      failed = found.status();
      return std::nullopt;
    }
    if (!found->has_value()) return std::nullopt;
    return (*found)->info().source();
  };
  normalise.listing_owner = [&](const std::string& id) {
    std::optional<std::string> staged = staging.ListingOwner(id);
    return staged.has_value() ? staged : writer_.ListingOwner(id);
  };
  storage::NormalisedRow done =
      storage::NormaliseRow(std::move(row), normalise);
  HANDRAIL_RETURN_IF_ERROR(failed);
  std::move(done.findings.begin(), done.findings.end(),
            std::back_inserter(findings));
  if (done.skipped) {
    counts_.set_rows_skipped(counts_.rows_skipped() + 1);
    table.set_rows_skipped(table.rows_skipped() + 1);
    return absl::OkStatus();
  }
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<Refusal> refusal,
                            Refuse(done.records, staging));
  if (refusal.has_value()) {
    Skip(origin, *refusal, findings);
    table.set_rows_skipped(table.rows_skipped() + 1);
    return absl::OkStatus();
  }
  table.set_rows_loaded(table.rows_loaded() + 1);
  for (v1::Record& record : done.records) {
    HANDRAIL_RETURN_IF_ERROR(Store(std::move(record), staging));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<LoadRun::Refusal>> LoadRun::Refuse(
    const std::vector<v1::Record>& records, const Staging& staging) const {
  std::optional<Refusal> refusal = RefuseReused(records);
  if (refusal.has_value()) return refusal;
  HANDRAIL_ASSIGN_OR_RETURN(refusal, RefuseForeign(records, staging));
  if (refusal.has_value()) return refusal;
  return RefuseDangling(records, staging);
}

std::optional<LoadRun::Refusal> LoadRun::RefuseReused(
    const std::vector<v1::Record>& records) const {
  std::map<RecordKey, std::string> in_row;
  for (const v1::Record& record : records) {
    const RecordKey key = KeyOf(record);
    const std::string hash = ContentHash(record);
    const auto before = seen_.find(key);
    const auto [beside, added] = in_row.try_emplace(key, hash);
    if ((before == seen_.end() || before->second == hash) &&
        beside->second == hash) {
      continue;
    }
    return Refusal{
        .reason = "id-reused",
        .field = std::string(storage::KindName(key.first)) + ".id",
        .value_class = "id",
        .message =
            "another record of this load has the same id and other "
            "content",
        .hint = "give each record an id of its own, and one content"};
  }
  return std::nullopt;
}

// Normalising gives another source's ids away to nobody; this is the second
// lock on that door.
absl::StatusOr<std::optional<LoadRun::Refusal>> LoadRun::RefuseForeign(
    const std::vector<v1::Record>& records, const Staging& staging) const {
  for (const v1::Record& record : records) {
    const RecordKey key = KeyOf(record);
    HANDRAIL_ASSIGN_OR_RETURN(const std::optional<StoredRecord> found,
                              staging.FindFull(key));
    if (!found.has_value() || found->info().source() == start_.source()) {
      continue;
    }
    return std::optional<Refusal>(
        {.reason = "id-owned-by-another-source",
         .field = std::string(storage::KindName(key.first)) + ".id",
         .value_class = "id",
         .message = "a record of this id belongs to another source",
         .hint = "load it under the source that owns it"});
  }
  return std::optional<Refusal>();
}

absl::StatusOr<std::optional<LoadRun::Refusal>> LoadRun::RefuseDangling(
    const std::vector<v1::Record>& records, const Staging& staging) const {
  for (const v1::Record& record : records) {
    if (!record.has_service()) continue;
    for (const auto& [field, key] : ReferencesOf(record.service())) {
      HANDRAIL_ASSIGN_OR_RETURN(const bool there,
                                IsThere(key, records, staging));
      if (there) continue;
      const std::string kind(storage::KindName(key.first));
      return std::optional<Refusal>(
          {.reason = "dangling-reference",
           .field = "service." + field,
           .value_class = "id",
           .message = "no " + kind + " of this source has this id",
           .hint = "send the " + kind + " in the same row or before it"});
    }
  }
  return std::optional<Refusal>();
}

absl::StatusOr<bool> LoadRun::IsThere(const RecordKey& key,
                                      const std::vector<v1::Record>& records,
                                      const Staging& staging) const {
  for (const v1::Record& record : records) {
    if (KeyOf(record) == key) return true;
  }
  if (seen_.contains(key)) return true;
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<StoredRecord> found,
                            staging.FindFull(key));
  return found.has_value() && found->info().source() == start_.source();
}

absl::Status LoadRun::Store(v1::Record record, Staging& staging) {
  const RecordKey key = KeyOf(record);
  if (!seen_.try_emplace(key, ContentHash(record)).second) {
    return absl::OkStatus();
  }
  counts_.set_records_loaded(counts_.records_loaded() + 1);
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<StoredRecord> found,
                            staging.FindFull(key));
  if (!found.has_value()) {
    counts_.set_added(counts_.added() + 1);
  } else if (RecordBytes(found->record()) == RecordBytes(record)) {
    counts_.set_unchanged(counts_.unchanged() + 1);
    return absl::OkStatus();
  } else {
    counts_.set_changed(counts_.changed() + 1);
  }
  return staging.Put(start_.source(), std::move(record));
}

void LoadRun::Skip(const v1::RowOrigin& origin, const Refusal& refusal,
                   std::vector<v1::Finding>& findings) {
  v1::Finding& finding = findings.emplace_back();
  finding.set_severity(v1::ROW_SKIPPED);
  *finding.mutable_origin() = origin;
  finding.set_field(refusal.field);
  finding.set_reason(refusal.reason);
  finding.set_value_class(refusal.value_class);
  finding.set_message(refusal.message);
  finding.set_hint(refusal.hint);
  finding.set_count(1);
  counts_.set_rows_skipped(counts_.rows_skipped() + 1);
}

// Every id a record of the row can have: a row that is skipped is still in the
// source, and its older state is not retired.
void LoadRun::KeepIdsOf(const v1::Row& row) {
  for (const v1::Record& record : row.records()) {
    const RecordKey key = KeyOf(record);
    if (key.second.empty()) continue;
    const std::string_view kind = storage::KindName(key.first);
    kept_.insert(key);
    kept_.insert(
        {key.first, storage::NamespacedId(start_.source(), kind, key.second)});
    if (IsUuid(key.second)) {
      kept_.insert({key.first, storage::CanonicalUuid(key.second)});
    }
  }
}

void LoadRun::AddFindings(const std::vector<v1::Finding>& findings) {
  for (const v1::Finding& finding : findings) {
    counts_.set_finding_count(counts_.finding_count() + CountOf(finding));
    if (counts_.findings_size() < kFindingsPerReportMax) {
      *counts_.add_findings() = finding;
    }
  }
}

v1::TableCount& LoadRun::Table(const std::string& name) {
  v1::TableCount& table = tables_[name];
  table.set_table(name);
  return table;
}

// --- Commits --------------------------------------------------------------

absl::StatusOr<std::vector<v1::RecordChange>> LoadRun::Finish(
    Staging& staging, const DirectoryWriter::Turn* turn, absl::Time at) {
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<PublicChange> changes,
                            staging.Project());
  std::vector<v1::RecordChange> told;
  if (start_.report_changes()) {
    for (const PublicChange& change : changes) told.push_back(ToChange(change));
  }
  if (turn == nullptr) {
    staging.DropChange();
    return told;
  }
  if (!staging.HasChanges()) return told;
  storage::DirectoryChange change = staging.TakeChange();
  change.at = at;
  // The counts of the batch go along, so that the history never tells of less
  // or more than what is there.
  change.load = history_;
  FillReport(*change.load->mutable_report());
  change.load->mutable_report()->clear_findings();
  change.load->mutable_report()->clear_changes();
  HANDRAIL_ASSIGN_OR_RETURN(revision_, writer_.Commit(*turn, change));
  return told;
}

absl::Status LoadRun::WriteHistory(v1::LoadState state, absl::Time at) {
  history_.set_state(state);
  if (state != v1::RUNNING) *history_.mutable_ended_at() = ToProto(at);
  FillReport(*history_.mutable_report());
  storage::DirectoryChange change{.at = at};
  change.load = history_;
  storage::v1::AuditRow& audit = change.audit.emplace_back();
  *audit.mutable_at() = ToProto(at);
  audit.set_actor(actor_);
  audit.set_action(state == v1::RUNNING ? "load-start"
                   : state == v1::DONE  ? "load"
                                        : "load-broken-off");
  audit.set_subject(history_.id());
  auto& detail = *audit.mutable_detail();
  detail["added"] = std::to_string(counts_.added());
  detail["changed"] = std::to_string(counts_.changed());
  detail["retired"] = std::to_string(counts_.retired());
  const DirectoryWriter::Turn turn(writer_);
  HANDRAIL_ASSIGN_OR_RETURN(revision_, writer_.Commit(turn, change));
  return absl::OkStatus();
}

absl::Status LoadRun::RetireMissing(const RequestContext& context) {
  if (seen_.empty() && kept_.empty()) {
    return FailedPrecondition(
        v1::ERROR_REASON_RETIRE_LIMIT,
        "a load with replace that brings no row would retire everything the "
        "source has",
        {{"retiring", "all"}, {"existing", "all"}});
  }
  HANDRAIL_ASSIGN_OR_RETURN(
      const std::vector<v1::RecordRef> existing,
      writer_.store().View().SourceRecords(start_.source()));
  std::vector<RecordKey> missing;
  for (const v1::RecordRef& ref : existing) {
    const RecordKey key = KeyOf(ref);
    if (!seen_.contains(key) && !kept_.contains(key)) missing.push_back(key);
  }
  // Services go before what they refer to, so that no commit leaves one that
  // refers to nothing.
  std::stable_sort(missing.begin(), missing.end(),
                   [](const RecordKey& a, const RecordKey& b) {
                     return (a.first == v1::SERVICE) > (b.first == v1::SERVICE);
                   });
  for (size_t from = 0; from < missing.size(); from += kRetiresPerCommit) {
    const size_t to = std::min(from + kRetiresPerCommit, missing.size());
    HANDRAIL_RETURN_IF_ERROR(RetireSome(
        {missing.begin() + from, missing.begin() + to}, context.clock_now()));
  }
  return absl::OkStatus();
}

absl::Status LoadRun::RetireSome(const std::vector<RecordKey>& keys,
                                 absl::Time at) {
  std::optional<DirectoryWriter::Turn> turn;
  std::optional<Staging> fresh;
  if (dry_ == nullptr) {
    turn.emplace(writer_);
    fresh.emplace(writer_.store().View());
  }
  Staging& staging = dry_ == nullptr ? *fresh : *dry_;
  for (const RecordKey& key : keys) {
    HANDRAIL_RETURN_IF_ERROR(staging.Retire(key));
    counts_.set_retired(counts_.retired() + 1);
  }
  HANDRAIL_ASSIGN_OR_RETURN(
      const std::vector<v1::RecordChange> changes,
      Finish(staging, turn.has_value() ? &*turn : nullptr, at));
  for (const v1::RecordChange& change : changes) {
    *counts_.add_changes() = change;
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::LoadReport> LoadRun::End(const RequestContext& context,
                                            const v1::LoadEnd& end) {
  if (repeated_) return history_.report();
  for (const v1::TableCount& skipped : end.skipped_before_sending()) {
    const int64_t rows =
        std::max<int64_t>(skipped.rows_skipped() > 0 ? skipped.rows_skipped()
                                                     : skipped.rows_read(),
                          0);
    v1::TableCount& table = Table(skipped.table());
    table.set_rows_read(table.rows_read() + rows);
    table.set_rows_skipped(table.rows_skipped() + rows);
    counts_.set_rows_read(counts_.rows_read() + rows);
    counts_.set_rows_skipped(counts_.rows_skipped() + rows);
  }
  int64_t told = 0;
  for (const v1::Finding& finding : end.findings()) told += CountOf(finding);
  AddFindings({end.findings().begin(), end.findings().end()});
  counts_.set_finding_count(counts_.finding_count() +
                            std::max<int64_t>(end.finding_count() - told, 0));
  if (start_.replace()) {
    if (end.skipped_before_sending().empty()) {
      HANDRAIL_RETURN_IF_ERROR(RetireMissing(context));
    } else {
      AddFindings({RetiringHeldBack()});
    }
  }

  // The history keeps counts and findings, not the changes.
  google::protobuf::RepeatedPtrField<v1::RecordChange> changes;
  changes.Swap(counts_.mutable_changes());
  if (dry_ == nullptr) {
    HANDRAIL_RETURN_IF_ERROR(WriteHistory(v1::DONE, context.clock_now()));
    HANDRAIL_RETURN_IF_ERROR(writer_.state().WaitFor(revision_, context));
  }
  v1::LoadReport report;
  FillReport(report);
  report.mutable_changes()->Swap(&changes);
  return report;
}

void LoadRun::FillReport(v1::LoadReport& report) const {
  report = counts_;
  report.set_load_id(started_.load_id());
  report.set_source(start_.source());
  report.set_revision(revision_);
  report.set_validate_only(start_.validate_only());
  for (const auto& [name, table] : tables_) *report.add_tables() = table;
}

absl::Status LoadRun::BreakOff(absl::Time at) {
  if (dry_ != nullptr || repeated_) return absl::OkStatus();
  return WriteHistory(v1::BROKEN_OFF, at);
}

}  // namespace handrail::server
