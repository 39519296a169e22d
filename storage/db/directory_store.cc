// Writing: one commit as one append.
#include "storage/db/directory_store.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"
#include "storage/db/keys.h"
#include "storage/db/limits.h"
#include "storage/db/queue_plan.h"
#include "storage/db/stored_record.h"
#include "storage/journal/append_plan.h"
#include "storage/journal/timestamps.h"

namespace handrail::storage {
namespace {

using handrail::v1::RecordRef;
using Named = std::set<std::pair<int, std::string>>;
using OldRecord = std::optional<v1::StoredRecord>;

absl::Status CheckUpsert(const RecordUpsert& upsert, const std::string& path) {
  const handrail::v1::RecordInfo& info = upsert.full.info();
  if (info.type() == handrail::v1::RECORD_TYPE_UNSPECIFIED) {
    return InvalidField(path + ".full.info.type", "must be set");
  }
  if (info.id().empty()) {
    return InvalidField(path + ".full.info.id", "must be set");
  }
  if (info.source().empty()) {
    return InvalidField(path + ".full.info.source", "must be set");
  }
  // The numbers of the record's kinds are those of RecordType.
  if (static_cast<int>(upsert.full.record().kind_case()) != info.type()) {
    return InvalidField(path + ".full.record",
                        "must be of the type in full.info.type");
  }
  if (upsert.shown().kind_case() != upsert.full.record().kind_case()) {
    return InvalidField(path + ".projection.record",
                        "must be of the type of full.record");
  }
  return absl::OkStatus();
}

absl::Status CheckAliases(const DirectoryChange& change) {
  std::set<std::string> named;
  for (size_t i = 0; i < change.aliases.size(); ++i) {
    const std::string path = absl::StrCat("aliases[", i, "]");
    const SourceAlias& alias = change.aliases[i];
    if (alias.source.empty()) {
      return InvalidField(path + ".source", "must be set");
    }
    if (alias.name.empty()) return InvalidField(path + ".name", "must be set");
    if (!named.insert(keys::AliasKey(alias.source, alias.type, alias.name))
             .second) {
      return InvalidField(path, "must name each alias once in a commit");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckChange(const DirectoryChange& change) {
  Named named;
  for (size_t i = 0; i < change.upserts.size(); ++i) {
    const std::string path = absl::StrCat("upserts[", i, "]");
    HANDRAIL_RETURN_IF_ERROR(CheckUpsert(change.upserts[i], path));
    const auto& info = change.upserts[i].full.info();
    if (!named.emplace(info.type(), info.id()).second) {
      return InvalidField(path, "must name each record once in a commit");
    }
  }
  for (size_t i = 0; i < change.retires.size(); ++i) {
    const std::string path = absl::StrCat("retires[", i, "]");
    const RecordRetire& retire = change.retires[i];
    if (retire.ref.type() == handrail::v1::RECORD_TYPE_UNSPECIFIED ||
        retire.ref.id().empty()) {
      return InvalidField(path + ".ref", "must have a type and an id");
    }
    if (retire.revision == 0) {
      return InvalidField(path + ".revision", "must be the one it was read at");
    }
    if (!named.emplace(retire.ref.type(), retire.ref.id()).second) {
      return InvalidField(path, "must name each record once in a commit");
    }
  }
  HANDRAIL_RETURN_IF_ERROR(CheckAliases(change));
  if (change.load.has_value() && change.load->id().empty()) {
    return InvalidField("load.id", "must be set");
  }
  return CheckQueues(change);
}

absl::Status Conflict(const RecordRef& ref, uint64_t expected,
                      uint64_t actual) {
  return Aborted(
      handrail::v1::ERROR_REASON_VERSION_CONFLICT,
      "the record was changed since it was read; read it again and retry",
      {{"type", handrail::v1::RecordType_Name(ref.type())},
       {"id", ref.id()},
       {"expected", std::to_string(expected)},
       {"actual", std::to_string(actual)}});
}

// Builds the append of one change upon one moment of the directory.
class Planner {
 public:
  Planner(const DirectoryChange& change,
          std::shared_ptr<const JournalSnapshot> snapshot)
      : change_(change), snapshot_(snapshot), view_(std::move(snapshot)) {}

  absl::StatusOr<AppendRequest> Plan() {
    append_.stream = kDirectoryStream;
    append_.request_id = change_.request_id;
    append_.at = change_.at;
    append_.audit = change_.audit;
    append_.note = change_.note;
    HANDRAIL_ASSIGN_OR_RETURN(append_.read_at, view_.Revision());
    HANDRAIL_RETURN_IF_ERROR(PlanUpserts());
    HANDRAIL_RETURN_IF_ERROR(PlanRetires());
    HANDRAIL_RETURN_IF_ERROR(PlanCounts());
    HANDRAIL_RETURN_IF_ERROR(PlanLoad());
    PlanAliases();
    HANDRAIL_RETURN_IF_ERROR(PlanQueues(change_, *snapshot_, append_));
    return std::move(append_);
  }

 private:
  void Put(std::string key, std::string value,
           std::optional<Before> before = std::nullopt) {
    append_.mutations.push_back(
        {std::move(key), std::move(value), std::move(before)});
  }
  void Remove(std::string key, std::optional<Before> before = std::nullopt) {
    append_.mutations.push_back(
        {std::move(key), std::nullopt, std::move(before)});
  }

  // One record as it is kept, and the bytes it was read from.
  struct Kept {
    Before full_bytes, public_bytes;
    OldRecord full;
  };

  // Reads the records once, for the plan and for the journal.
  absl::StatusOr<std::vector<Kept>> Read(const std::vector<RecordRef>& refs) {
    std::vector<std::string> wanted;
    wanted.reserve(2 * refs.size());
    for (const RecordRef& ref : refs) wanted.push_back(keys::FullKey(ref));
    for (const RecordRef& ref : refs) wanted.push_back(keys::PublicKey(ref));
    HANDRAIL_ASSIGN_OR_RETURN(auto values,
                              snapshot_->GetMany(kDirectoryStream, wanted));
    std::vector<Kept> kept(refs.size());
    for (size_t i = 0; i < refs.size(); ++i) {
      if (values[i].has_value()) {
        HANDRAIL_ASSIGN_OR_RETURN(
            kept[i].full,
            DecodeRecord(Form::kFull, values[i]->value, values[i]->version));
      }
      kept[i].full_bytes.value = std::move(values[i]);
      kept[i].public_bytes.value = std::move(values[refs.size() + i]);
    }
    return kept;
  }

  absl::Status Expect(const RecordRef& ref, uint64_t expected,
                      const OldRecord& old) {
    const uint64_t actual = old.has_value() ? old->revision() : 0;
    if (actual != expected) return Conflict(ref, expected, actual);
    append_.expected.push_back({keys::FullKey(ref), expected});
    return absl::OkStatus();
  }

  absl::Status PlanUpserts() {
    std::vector<RecordRef> refs;
    refs.reserve(change_.upserts.size());
    for (const RecordUpsert& upsert : change_.upserts) {
      refs.push_back(RefOf(upsert.full.info()));
    }
    HANDRAIL_ASSIGN_OR_RETURN(std::vector<Kept> kept, Read(refs));
    for (size_t i = 0; i < refs.size(); ++i) {
      const RecordUpsert& upsert = change_.upserts[i];
      const OldRecord& old = kept[i].full;
      HANDRAIL_RETURN_IF_ERROR(Expect(refs[i], upsert.full.revision(), old));
      std::string made;
      std::string_view record = upsert.bytes;
      if (record.empty()) {
        record = made = DeterministicBytes(upsert.full.record());
      }
      PutFull(refs[i], upsert, record, std::move(kept[i].full_bytes));
      if (!upsert.shows_all) {
        record = made = DeterministicBytes(upsert.shown());
      }
      HANDRAIL_RETURN_IF_ERROR(PutProjection(refs[i], upsert, record,
                                             std::move(kept[i].public_bytes)));
      MoveSource(refs[i], old, upsert.full.info().source());
      MoveReferences(old, &upsert.full);
    }
    return absl::OkStatus();
  }

  absl::Status PlanRetires() {
    std::vector<RecordRef> refs;
    for (const RecordRetire& retire : change_.retires) {
      refs.push_back(retire.ref);
    }
    HANDRAIL_ASSIGN_OR_RETURN(std::vector<Kept> kept, Read(refs));
    for (size_t i = 0; i < refs.size(); ++i) {
      const OldRecord& old = kept[i].full;
      HANDRAIL_RETURN_IF_ERROR(
          Expect(refs[i], change_.retires[i].revision, old));
      Remove(keys::FullKey(refs[i]), std::move(kept[i].full_bytes));
      Remove(keys::PublicKey(refs[i]), std::move(kept[i].public_bytes));
      MoveSource(refs[i], old, std::nullopt);
      MoveReferences(old, nullptr);
    }
    return absl::OkStatus();
  }

  // `record`: the bytes of the full record.
  void PutFull(const RecordRef& ref, const RecordUpsert& upsert,
               std::string_view record, Before before) {
    v1::StoredRecord around;
    *around.mutable_info() = upsert.full.info();
    *around.mutable_info()->mutable_changed_at() = ToTimestamp(change_.at);
    *around.mutable_confirmed() = upsert.full.confirmed();
    Put(keys::FullKey(ref), EncodeFull(around, record), std::move(before));
  }

  // `record`: the bytes of what is shown.
  absl::Status PutProjection(const RecordRef& ref, const RecordUpsert& upsert,
                             std::string_view record, Before before) {
    handrail::v1::RecordInfo info;
    info.set_type(ref.type());
    info.set_id(ref.id());
    info.set_source(upsert.full.info().source());
    info.set_redacted(upsert.redacted());
    info.set_etag(PublicEtag(info, record));
    *info.mutable_changed_at() = ToTimestamp(change_.at);
    if (before.value.has_value()) {
      HANDRAIL_ASSIGN_OR_RETURN(const v1::StoredRecord old,
                                DecodeRecord(Form::kPublic, before.value->value,
                                             before.value->version));
      if (old.info().etag() == info.etag()) {
        if (HANDRAIL_MUTATE(shown_again, !old.shows_all(), true)) {
          return absl::OkStatus();
        }
        // What it shows is no longer there under this version.
        *info.mutable_changed_at() = old.info().changed_at();
      }
    }
    Put(keys::PublicKey(ref),
        upsert.shows_all ? EncodeShowsAll(info) : EncodePublic(info, record),
        std::move(before));
    return absl::OkStatus();
  }

  // What was in an index row of a record: nothing where there was no record,
  // since its rows come and go with it.
  static std::optional<Before> BesideNew(const OldRecord& old) {
    if (old.has_value()) return std::nullopt;
    return Before();
  }

  // Moves the record from the source that had it to `now` (none: retired).
  void MoveSource(const RecordRef& ref, const OldRecord& old,
                  const std::optional<std::string>& now) {
    std::optional<std::string> before;
    if (old.has_value()) before = old->info().source();
    if (before == now) return;
    if (before.has_value()) {
      Remove(keys::SourceKey(*before, ref));
      --counts_[{*before, ref.type()}];
    }
    if (now.has_value()) {
      Put(keys::SourceKey(*now, ref), "", BesideNew(old));
      ++counts_[{*now, ref.type()}];
    }
  }

  void MoveReferences(const OldRecord& old, const v1::StoredRecord* now) {
    const Named before =
        old.has_value() ? ReferencesOf(old->record().service()) : Named();
    const Named after =
        now != nullptr ? ReferencesOf(now->record().service()) : Named();
    const std::string& service =
        now != nullptr ? now->info().id() : old->info().id();
    for (const auto& target : before) {
      if (!after.contains(target)) Remove(Reference(target, service));
    }
    for (const auto& target : after) {
      if (before.contains(target)) continue;
      Put(Reference(target, service), "", BesideNew(old));
    }
  }

  static std::string Reference(const std::pair<int, std::string>& target,
                               const std::string& service) {
    RecordRef ref;
    ref.set_type(static_cast<handrail::v1::RecordType>(target.first));
    ref.set_id(target.second);
    return keys::ReferenceKey(ref, service);
  }

  // Counts are shared by all records of a source, so they are expected too:
  // two commits at once would otherwise lose one's part of the sum.
  absl::Status PlanCounts() {
    for (const auto& [place, difference] : counts_) {
      if (difference == 0) continue;
      const auto type = static_cast<handrail::v1::RecordType>(place.second);
      const std::string key = keys::CountKey(place.first, type);
      HANDRAIL_ASSIGN_OR_RETURN(const std::optional<VersionedValue> old,
                                snapshot_->Get(kDirectoryStream, key));
      const std::optional<uint64_t> count = old.has_value()
                                                ? DecodeCount(old->value)
                                                : std::optional<uint64_t>(0);
      if (!count.has_value() || static_cast<int64_t>(*count) + difference < 0) {
        return DataLoss(handrail::v1::ERROR_REASON_DATA_CORRUPT,
                        "a stored count is wrong; restore from a backup",
                        {{"key", "count"}});
      }
      append_.expected.push_back({key, old.has_value() ? old->version : 0});
      Put(key, EncodeCount(*count + static_cast<uint64_t>(difference)));
    }
    return absl::OkStatus();
  }

  absl::Status PlanLoad() {
    if (!change_.load.has_value()) return absl::OkStatus();
    handrail::v1::Load load = *change_.load;
    if (load.has_report()) load.mutable_report()->clear_revision();
    const std::string start_key =
        keys::LoadStartKey(StartedMicros(load), load.id());
    const std::string key = keys::LoadKey(load.id());
    HANDRAIL_ASSIGN_OR_RETURN(const std::optional<VersionedValue> old,
                              snapshot_->Get(kDirectoryStream, key));
    std::string old_start_key;
    if (old.has_value()) {
      HANDRAIL_ASSIGN_OR_RETURN(const handrail::v1::Load before,
                                view_.GetLoad(load.id()));
      old_start_key = keys::LoadStartKey(StartedMicros(before), load.id());
    }
    if (old_start_key != start_key) {
      if (!old_start_key.empty()) Remove(old_start_key);
      Put(start_key, "");
    }
    append_.expected.push_back({key, old.has_value() ? old->version : 0});
    Put(key, DeterministicBytes(load));
    return absl::OkStatus();
  }

  // Loads of one source never run at once, so nothing is expected of them.
  void PlanAliases() {
    for (const SourceAlias& alias : change_.aliases) {
      std::string key = keys::AliasKey(alias.source, alias.type, alias.name);
      if (alias.id.empty()) {
        Remove(std::move(key));
      } else {
        Put(std::move(key), alias.id);
      }
    }
  }

  const DirectoryChange& change_;
  const std::shared_ptr<const JournalSnapshot> snapshot_;
  const DirectoryView view_;
  AppendRequest append_;
  // Sorted, so that equal changes make equal entries.
  std::map<std::pair<std::string, int>, int64_t> counts_;
};

}  // namespace

absl::StatusOr<uint64_t> DirectoryStore::Commit(const DirectoryChange& change) {
  HANDRAIL_RETURN_IF_ERROR(CheckChange(change));
  for (int attempt = 1;; ++attempt) {
    const std::shared_ptr<const JournalSnapshot> now = journal_.Snapshot();
    if (!change.request_id.empty()) {
      HANDRAIL_ASSIGN_OR_RETURN(
          const std::optional<uint64_t> first,
          now->RequestPosition(kDirectoryStream, change.request_id));
      if (first.has_value()) return *first;
    }
    HANDRAIL_ASSIGN_OR_RETURN(AppendRequest request,
                              Planner(change, now).Plan());
    absl::StatusOr<AppendResult> result = journal_.Append(std::move(request));
    if (result.ok()) return result->position;
    // Another commit came in between. When it touched the same records, the
    // next plan says so by name; when it only moved a count, the next plan is
    // good.
    if (ReasonOf(result.status()) !=
            handrail::v1::ERROR_REASON_VERSION_CONFLICT ||
        attempt == kCommitAttemptsMax) {
      return result.status();
    }
  }
}

}  // namespace handrail::storage
