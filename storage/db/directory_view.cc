// Reading: records, sources, references and loads.
#include "storage/db/directory_view.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/base/status.h"
#include "storage/db/key_scan.h"
#include "storage/db/keys.h"
#include "storage/db/stored_record.h"

namespace handrail::storage {
namespace {

using handrail::v1::Load;
using handrail::v1::RecordRef;
using handrail::v1::RecordType;
using Records = std::vector<std::optional<v1::StoredRecord>>;

std::string RecordKey(Form form, const RecordRef& ref) {
  return form == Form::kFull ? keys::FullKey(ref) : keys::PublicKey(ref);
}

std::string RecordPrefix(Form form, RecordType type) {
  return form == Form::kFull ? keys::FullPrefix(type)
                             : keys::PublicPrefix(type);
}

// The projection with the record that it shows. Where that is damaged, the
// entry that wrote both has it too, as long as it is kept.
absl::StatusOr<v1::StoredRecord> Complete(
    const JournalSnapshot& snapshot, const v1::StoredRecord& projection,
    const std::optional<VersionedValue>& full) {
  absl::StatusOr<v1::StoredRecord> shown = WithRecord(projection, full);
  if (!absl::IsDataLoss(shown.status())) return shown;
  const uint64_t version = projection.revision();
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<v1::JournalEntry> entry,
                            snapshot.Entry(kDirectoryStream, version));
  if (!entry.has_value()) return shown;
  const std::string key = keys::FullKey(RefOf(projection.info()));
  for (const v1::JournalMutation& mutation : entry->mutations()) {
    if (mutation.key() != key || !mutation.has_value()) continue;
    return WithRecord(projection, VersionedValue{mutation.value(), version});
  }
  return shown;
}

// Gives projections that show all of their records these.
absl::Status ReadWhatTheyShow(const JournalSnapshot& snapshot,
                              const std::vector<RecordRef>& refs,
                              Records& projections) {
  std::vector<std::string> wanted;
  std::vector<size_t> places;
  for (size_t i = 0; i < refs.size(); ++i) {
    if (!projections[i].has_value() || !projections[i]->shows_all()) continue;
    wanted.push_back(keys::FullKey(refs[i]));
    places.push_back(i);
  }
  if (wanted.empty()) return absl::OkStatus();
  HANDRAIL_ASSIGN_OR_RETURN(const auto full,
                            snapshot.GetMany(kDirectoryStream, wanted));
  for (size_t i = 0; i < places.size(); ++i) {
    v1::StoredRecord& projection = *projections[places[i]];
    HANDRAIL_ASSIGN_OR_RETURN(projection,
                              Complete(snapshot, projection, full[i]));
  }
  return absl::OkStatus();
}

absl::StatusOr<Records> FindMany(const JournalSnapshot& snapshot, Form form,
                                 const std::vector<RecordRef>& refs) {
  std::vector<std::string> wanted;
  std::vector<size_t> places;
  for (size_t i = 0; i < refs.size(); ++i) {
    if (!CanExist(refs[i])) continue;
    wanted.push_back(RecordKey(form, refs[i]));
    places.push_back(i);
  }
  HANDRAIL_ASSIGN_OR_RETURN(const auto values,
                            snapshot.GetMany(kDirectoryStream, wanted));
  Records records(refs.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i].has_value()) continue;
    HANDRAIL_ASSIGN_OR_RETURN(
        records[places[i]],
        DecodeRecord(form, values[i]->value, values[i]->version));
  }
  if (form == Form::kPublic) {
    HANDRAIL_RETURN_IF_ERROR(ReadWhatTheyShow(snapshot, refs, records));
  }
  return records;
}

absl::StatusOr<std::optional<v1::StoredRecord>> Find(
    const JournalSnapshot& snapshot, Form form, const RecordRef& ref) {
  if (!CanExist(ref)) return std::nullopt;
  HANDRAIL_ASSIGN_OR_RETURN(
      const auto found, snapshot.Get(kDirectoryStream, RecordKey(form, ref)));
  if (!found.has_value()) return std::nullopt;
  HANDRAIL_ASSIGN_OR_RETURN(v1::StoredRecord record,
                            DecodeRecord(form, found->value, found->version));
  if (!record.shows_all()) return record;
  HANDRAIL_ASSIGN_OR_RETURN(const auto full,
                            snapshot.Get(kDirectoryStream, keys::FullKey(ref)));
  return Complete(snapshot, record, full);
}

absl::StatusOr<v1::StoredRecord> Get(const JournalSnapshot& snapshot, Form form,
                                     const RecordRef& ref) {
  HANDRAIL_ASSIGN_OR_RETURN(auto found, Find(snapshot, form, ref));
  if (found.has_value()) return *std::move(found);
  return NotFound(
      handrail::v1::ERROR_REASON_RECORD_NOT_FOUND,
      "there is no record of this type with this id",
      {{"type", handrail::v1::RecordType_Name(ref.type())}, {"id", ref.id()}});
}

// Shows records as they are kept, one in memory at a time.
absl::Status ForEachKept(const JournalSnapshot& snapshot, Form form,
                         RecordType type, std::string_view after_id,
                         size_t limit, const RecordVisitor& visit) {
  if (type == handrail::v1::RECORD_TYPE_UNSPECIFIED) return absl::OkStatus();
  ScanRange range{.prefix = RecordPrefix(form, type), .limit = limit};
  if (!after_id.empty()) range.after = range.prefix + std::string(after_id);
  absl::Status status;
  HANDRAIL_RETURN_IF_ERROR(snapshot.Scan(
      kDirectoryStream, range,
      [&](std::string_view, std::string_view bytes, uint64_t version) {
        auto record = DecodeRecord(form, bytes, version);
        status = record.status();
        return status.ok() && visit(*record);
      }));
  return status;
}

// Collects projections, so that what they show is read for many at once.
class ShownRun {
 public:
  ShownRun(const JournalSnapshot& snapshot, const RecordVisitor& visit)
      : snapshot_(snapshot), visit_(visit) {}

  // False where the visitor wants no more, or after an error.
  bool Add(const v1::StoredRecord& projection) {
    refs_.push_back(RefOf(projection.info()));
    projections_.push_back(projection);
    return projections_.size() < kShownRunMax || Show();
  }

  bool Show() {
    status_.Update(ReadWhatTheyShow(snapshot_, refs_, projections_));
    for (size_t i = 0; status_.ok() && i < projections_.size(); ++i) {
      if (!visit_(*projections_[i])) return false;
    }
    refs_.clear();
    projections_.clear();
    return status_.ok();
  }

  const absl::Status& status() const { return status_; }

 private:
  static constexpr size_t kShownRunMax = 128;

  const JournalSnapshot& snapshot_;
  const RecordVisitor& visit_;
  absl::Status status_;
  std::vector<RecordRef> refs_;
  Records projections_;
};

absl::Status ForEach(const JournalSnapshot& snapshot, Form form,
                     RecordType type, std::string_view after_id, size_t limit,
                     const RecordVisitor& visit) {
  if (form == Form::kFull) {
    return ForEachKept(snapshot, form, type, after_id, limit, visit);
  }
  ShownRun run(snapshot, visit);
  bool more = true;
  HANDRAIL_RETURN_IF_ERROR(ForEachKept(snapshot, form, type, after_id, limit,
                                       [&](const v1::StoredRecord& projection) {
                                         more = run.Add(projection);
                                         return more;
                                       }));
  if (more) run.Show();
  return run.status();
}

absl::StatusOr<std::vector<v1::StoredRecord>> Page(
    const JournalSnapshot& snapshot, Form form, RecordType type,
    std::string_view after_id, size_t limit) {
  std::vector<v1::StoredRecord> records;
  if (limit == 0) return records;
  HANDRAIL_RETURN_IF_ERROR(ForEach(snapshot, form, type, after_id, limit,
                                   [&](const v1::StoredRecord& record) {
                                     records.push_back(record);
                                     return true;
                                   }));
  return records;
}

}  // namespace

absl::StatusOr<uint64_t> DirectoryView::Revision() const {
  return snapshot_->Position(kDirectoryStream);
}

absl::StatusOr<std::optional<uint64_t>> DirectoryView::RequestRevision(
    std::string_view request_id) const {
  return snapshot_->RequestPosition(kDirectoryStream, request_id);
}

absl::StatusOr<std::optional<v1::StoredRecord>> DirectoryView::FindFull(
    const RecordRef& ref) const {
  return Find(*snapshot_, Form::kFull, ref);
}

absl::StatusOr<std::optional<v1::StoredRecord>> DirectoryView::FindPublic(
    const RecordRef& ref) const {
  return Find(*snapshot_, Form::kPublic, ref);
}

absl::StatusOr<v1::StoredRecord> DirectoryView::GetFull(
    const RecordRef& ref) const {
  return Get(*snapshot_, Form::kFull, ref);
}

absl::StatusOr<v1::StoredRecord> DirectoryView::GetPublic(
    const RecordRef& ref) const {
  return Get(*snapshot_, Form::kPublic, ref);
}

absl::StatusOr<Records> DirectoryView::FindManyFull(
    const std::vector<RecordRef>& refs) const {
  return FindMany(*snapshot_, Form::kFull, refs);
}

absl::StatusOr<Records> DirectoryView::FindManyPublic(
    const std::vector<RecordRef>& refs) const {
  return FindMany(*snapshot_, Form::kPublic, refs);
}

absl::StatusOr<std::vector<v1::StoredRecord>> DirectoryView::ScanPublic(
    RecordType type, std::string_view after_id, size_t limit) const {
  return Page(*snapshot_, Form::kPublic, type, after_id, limit);
}

absl::StatusOr<std::vector<v1::StoredRecord>> DirectoryView::ScanFull(
    RecordType type, std::string_view after_id, size_t limit) const {
  return Page(*snapshot_, Form::kFull, type, after_id, limit);
}

absl::Status DirectoryView::ForEachPublic(RecordType type,
                                          const RecordVisitor& visit) const {
  return ForEach(*snapshot_, Form::kPublic, type, "", 0, visit);
}

absl::Status DirectoryView::ForEachFull(RecordType type,
                                        const RecordVisitor& visit) const {
  return ForEach(*snapshot_, Form::kFull, type, "", 0, visit);
}

absl::StatusOr<std::vector<RecordRef>> DirectoryView::SourceRecords(
    std::string_view source) const {
  std::vector<RecordRef> refs;
  if (source.empty()) return refs;
  HANDRAIL_RETURN_IF_ERROR(ForEachKey(*snapshot_,
                                      {.prefix = keys::SourcePrefix(source)},
                                      [&](keys::Key key, std::string_view) {
                                        RecordRef& ref = refs.emplace_back();
                                        ref.set_type(key.type);
                                        ref.set_id(std::move(key.id));
                                        return absl::OkStatus();
                                      }));
  return refs;
}

absl::StatusOr<std::vector<SourceCount>> DirectoryView::SourceCounts() const {
  std::vector<SourceCount> counts;
  HANDRAIL_RETURN_IF_ERROR(
      ForEachKey(*snapshot_, {.prefix = keys::CountPrefix()},
                 [&](keys::Key key, std::string_view value) {
                   const std::optional<uint64_t> count = DecodeCount(value);
                   if (!count.has_value()) return CorruptKey("count");
                   counts.push_back({std::move(key.source), key.type, *count});
                   return absl::OkStatus();
                 }));
  return counts;
}

absl::StatusOr<std::vector<std::string>> DirectoryView::ServicesAt(
    const RecordRef& target) const {
  std::vector<std::string> services;
  if (!CanExist(target)) return services;
  HANDRAIL_RETURN_IF_ERROR(
      ForEachKey(*snapshot_, {.prefix = keys::ReferencePrefix(target)},
                 [&](keys::Key key, std::string_view) {
                   services.push_back(std::move(key.service_id));
                   return absl::OkStatus();
                 }));
  return services;
}

absl::StatusOr<std::optional<std::string>> DirectoryView::FindAlias(
    std::string_view source, RecordType type, std::string_view name) const {
  if (source.empty() || name.empty()) return std::optional<std::string>();
  HANDRAIL_ASSIGN_OR_RETURN(
      const auto found,
      snapshot_->Get(kDirectoryStream, keys::AliasKey(source, type, name)));
  if (!found.has_value()) return std::optional<std::string>();
  if (found->value.empty()) return CorruptKey("alias");
  return std::optional<std::string>(found->value);
}

absl::StatusOr<bool> DirectoryView::HasAliases(std::string_view source) const {
  bool any = false;
  if (source.empty()) return any;
  HANDRAIL_RETURN_IF_ERROR(
      ForEachKey(*snapshot_, {.prefix = keys::AliasPrefix(source), .limit = 1},
                 [&](const keys::Key&, std::string_view) {
                   any = true;
                   return absl::OkStatus();
                 }));
  return any;
}

absl::StatusOr<Load> DirectoryView::GetLoad(std::string_view id) const {
  HANDRAIL_ASSIGN_OR_RETURN(
      const auto found, snapshot_->Get(kDirectoryStream, keys::LoadKey(id)));
  if (!found.has_value()) {
    return NotFound(handrail::v1::ERROR_REASON_RECORD_NOT_FOUND,
                    "there is no load with this id",
                    {{"type", "load"}, {"id", std::string(id)}});
  }
  Load load;
  if (!load.ParseFromString(found->value)) return CorruptKey("load");
  load.mutable_report()->set_revision(found->version);
  return load;
}

absl::StatusOr<std::vector<Load>> DirectoryView::ListLoads(
    std::string_view after_id, size_t limit) const {
  ScanRange range{.prefix = keys::LoadStartPrefix(), .limit = limit};
  std::vector<Load> loads;
  if (limit == 0) return loads;
  if (!after_id.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(const Load last, GetLoad(after_id));
    range.after = keys::LoadStartKey(StartedMicros(last), after_id);
  }
  HANDRAIL_RETURN_IF_ERROR(
      ForEachKey(*snapshot_, range, [&](keys::Key key, std::string_view) {
        absl::StatusOr<Load> load = GetLoad(key.id);
        if (!load.ok()) return load.status();
        loads.push_back(*std::move(load));
        return absl::OkStatus();
      }));
  return loads;
}

}  // namespace handrail::storage
