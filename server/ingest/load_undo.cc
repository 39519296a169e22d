#include "server/ingest/load_undo.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/ingest/record_key.h"
#include "server/ingest/rekey_hash.h"
#include "server/ingest/staging.h"
#include "server/limits.h"
#include "server/proto_time.h"
#include "server/service_references.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {
namespace {

using storage::AliasChange;
using storage::CommitInFull;
using storage::ConflictChange;
using storage::FullChange;
using storage::v1::StoredRecord;
using MaybeRecord = std::optional<StoredRecord>;

const StoredRecord* PointerTo(const MaybeRecord& record) {
  return record.has_value() ? &*record : nullptr;
}

// Whether two states of a record are the same but for when they were written.
bool AreSame(const StoredRecord* a, const StoredRecord* b) {
  if (a == nullptr || b == nullptr) return a == b;
  if (a->info().source() != b->info().source() ||
      a->confirmed_size() != b->confirmed_size()) {
    return false;
  }
  for (int i = 0; i < a->confirmed_size(); ++i) {
    if (a->confirmed(i).SerializeAsString() !=
        b->confirmed(i).SerializeAsString()) {
      return false;
    }
  }
  return RecordBytes(a->record()) == RecordBytes(b->record());
}

bool AreSame(const std::optional<v1::Conflict>& a,
             const std::optional<v1::Conflict>& b) {
  if (!a.has_value() || !b.has_value()) return a.has_value() == b.has_value();
  return a->SerializeAsString() == b->SerializeAsString();
}

absl::Status PutState(const RecordKey& key, const MaybeRecord& state,
                      Staging& staging) {
  if (!state.has_value()) return staging.Retire(key);
  return staging.Put(state->info().source(), state->record(),
                     {state->confirmed().begin(), state->confirmed().end()});
}

// What a service refers to.
std::vector<RecordKey> TargetsOf(const v1::Service& service) {
  std::vector<RecordKey> targets;
  for (std::string& id : LocationIdsOf(service)) {
    targets.emplace_back(v1::LOCATION, std::move(id));
  }
  targets.emplace_back(v1::PROGRAM, service.program_id());
  targets.emplace_back(v1::ORGANIZATION, service.organization_id());
  std::erase_if(targets,
                [](const RecordKey& key) { return key.second.empty(); });
  return targets;
}

// Takes one commit of the load back, into a staging.
class CommitUndo {
 public:
  CommitUndo(const CommitInFull& commit, const storage::DirectoryView& view,
             Staging& staging)
      : commit_(commit), view_(view), staging_(staging) {}

  absl::Status Run() {
    for (const FullChange& change : commit_.records) {
      HANDRAIL_RETURN_IF_ERROR(PutBack(change));
    }
    HANDRAIL_RETURN_IF_ERROR(KeepWhatIsNeeded());
    for (const ConflictChange& change : commit_.conflicts) {
      HANDRAIL_RETURN_IF_ERROR(PutBack(change));
    }
    HANDRAIL_ASSIGN_OR_RETURN(const std::set<std::string> left, IdsLeft());
    for (const AliasChange& change : commit_.aliases) {
      HANDRAIL_RETURN_IF_ERROR(PutBack(change, left));
    }
    return absl::OkStatus();
  }

  // Records put back, with the change of the load that was taken back.
  const std::map<RecordKey, const FullChange*>& done() const { return done_; }
  const std::map<RecordKey, v1::LeftRecord::Why>& left() const { return left_; }

 private:
  absl::Status PutBack(const FullChange& change) {
    const RecordKey key = KeyOf(change.ref);
    // Written again by the load, and no different.
    if (AreSame(PointerTo(change.before), PointerTo(change.after)))
      return absl::OkStatus();
    HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const now,
                              staging_.FindFull(key));
    if (AreSame(now, PointerTo(change.before))) return absl::OkStatus();
    if (HANDRAIL_MUTATE(undo_changed_since,
                        !AreSame(now, PointerTo(change.after)), false)) {
      left_[key] = v1::LeftRecord::CHANGED_SINCE;
      return absl::OkStatus();
    }
    done_[key] = &change;
    return PutState(key, change.before, staging_);
  }

  // Takes back, one by one, what would leave a service that refers to nothing;
  // each can uncover another.
  absl::Status KeepWhatIsNeeded() {
    while (true) {
      HANDRAIL_ASSIGN_OR_RETURN(const auto next, FindNeeded());
      if (!next.has_value()) return absl::OkStatus();
      const auto& [key, why] = *next;
      HANDRAIL_RETURN_IF_ERROR(PutState(key, done_.at(key)->after, staging_));
      done_.erase(key);
      left_[key] = why;
    }
  }

  using Needed = std::optional<std::pair<RecordKey, v1::LeftRecord::Why>>;

  absl::StatusOr<Needed> FindNeeded() const {
    for (const auto& [key, change] : done_) {
      if (!change->before.has_value()) {
        if (key.first == v1::SERVICE) continue;
        HANDRAIL_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                                  staging_.ServicesAt(key));
        if (HANDRAIL_MUTATE(undo_needed, !services.empty(), false)) {
          return Needed({key, v1::LeftRecord::STILL_REFERRED_TO});
        }
        continue;
      }
      for (const RecordKey& target :
           TargetsOf(change->before->record().service())) {
        HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const found,
                                  staging_.FindFull(target));
        if (found == nullptr) {
          return Needed({key, v1::LeftRecord::REFERS_TO_NOTHING});
        }
      }
    }
    return Needed();
  }

  absl::Status PutBack(const ConflictChange& change) {
    HANDRAIL_ASSIGN_OR_RETURN(const std::optional<v1::Conflict> now,
                              view_.FindConflict(change.id));
    if (AreSame(now, change.before) || !AreSame(now, change.after)) {
      return absl::OkStatus();
    }
    if (!change.before.has_value()) {
      staging_.RemoveConflict(change.id);
      return absl::OkStatus();
    }
    HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const about,
                              staging_.FindFull(KeyOf(change.before->ref())));
    if (about != nullptr) staging_.PutConflict(*change.before);
    return absl::OkStatus();
  }

  // Ids of the records that stay, and of their service_at_locations: what the
  // source calls them stays as well.
  absl::StatusOr<std::set<std::string>> IdsLeft() const {
    std::set<std::string> ids;
    for (const auto& [key, why] : left_) {
      ids.insert(key.second);
      HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const found,
                                staging_.FindFull(key));
      if (found == nullptr) continue;
      for (const auto& place :
           found->record().service().service_at_locations()) {
        ids.insert(place.id());
      }
    }
    return ids;
  }

  absl::Status PutBack(const AliasChange& change,
                       const std::set<std::string>& left) {
    HANDRAIL_ASSIGN_OR_RETURN(
        const std::optional<std::string> now,
        staging_.FindAlias(change.source, change.type, change.name));
    if (HANDRAIL_MUTATE(undo_alias, now == change.before || now != change.after,
                        true)) {
      return absl::OkStatus();
    }
    for (const std::string& id :
         {change.before.value_or(""), change.after.value_or(""), change.name,
          storage::NamespacedId(change.source, RekeyKind(change.type),
                                change.name)}) {
      if (left.contains(id)) return absl::OkStatus();
    }
    staging_.PutAlias(
        {change.source, change.type, change.name, change.before.value_or("")});
    return absl::OkStatus();
  }

  const CommitInFull& commit_;
  const storage::DirectoryView& view_;
  Staging& staging_;
  std::map<RecordKey, const FullChange*> done_;
  std::map<RecordKey, v1::LeftRecord::Why> left_;
};

// All commits of one load.
class Undo {
 public:
  Undo(const RequestContext& context, v1::Load load, bool dry,
       DirectoryWriter& writer)
      : context_(context),
        load_(std::move(load)),
        writer_(writer),
        dry_(dry ? std::make_unique<Staging>(writer.store().View()) : nullptr) {
  }

  absl::StatusOr<v1::UndoLoadResponse> Run() {
    const storage::DirectoryView view = writer_.store().View();
    HANDRAIL_ASSIGN_OR_RETURN(revision_, view.Revision());
    HANDRAIL_RETURN_IF_ERROR(CheckKept(view));
    for (uint64_t at = load_.report().revision();
         at > HANDRAIL_MUTATE(undo_whole, load_.before_revision(),
                              load_.before_revision() + 2);
         --at) {
      HANDRAIL_RETURN_IF_ERROR(context_.CheckTime());
      HANDRAIL_ASSIGN_OR_RETURN(const std::optional<CommitInFull> commit,
                                view.FindCommit(at, "load", load_.id()));
      if (commit.has_value()) HANDRAIL_RETURN_IF_ERROR(TakeBack(*commit));
    }
    if (dry_ == nullptr) HANDRAIL_RETURN_IF_ERROR(WriteUndone());
    return Answer();
  }

 private:
  // Whether the journal still has all that the load did.
  absl::Status CheckKept(const storage::DirectoryView& view) const {
    HANDRAIL_ASSIGN_OR_RETURN(const uint64_t earliest, view.EarliestRevision());
    if (earliest <= load_.before_revision()) return absl::OkStatus();
    return FailedPrecondition(
        v1::ERROR_REASON_REVISION_GONE,
        "what this load changed is no longer kept (--change-retention), so it "
        "cannot be taken back",
        {{"revision", std::to_string(load_.before_revision())},
         {"earliest", std::to_string(earliest)}});
  }

  absl::Status TakeBack(const CommitInFull& commit) {
    if (dry_ != nullptr) return TakeBack(commit, nullptr, *dry_);
    const DirectoryWriter::Turn turn(writer_);
    Staging staging(writer_.store().View());
    return TakeBack(commit, &turn, staging);
  }

  absl::Status TakeBack(const CommitInFull& commit,
                        const DirectoryWriter::Turn* turn, Staging& staging) {
    const storage::DirectoryView view = writer_.store().View();
    CommitUndo undo(commit, view, staging);
    HANDRAIL_RETURN_IF_ERROR(undo.Run());
    HANDRAIL_RETURN_IF_ERROR(staging.Project().status());
    if (turn == nullptr) {
      staging.DropChange();
    } else if (staging.HasChanges()) {
      storage::DirectoryChange change = staging.TakeChange();
      change.at = context_.clock_now();
      change.audit.push_back(Audit(change.at));
      HANDRAIL_ASSIGN_OR_RETURN(revision_,
                                writer_.Commit(*turn, std::move(change)));
    }
    Count(undo);
    return absl::OkStatus();
  }

  void Count(const CommitUndo& undo) {
    for (const auto& [key, change] : undo.done()) {
      if (!change->before.has_value()) {
        answer_.set_removed(answer_.removed() + 1);
      } else if (!change->after.has_value()) {
        answer_.set_brought_back(answer_.brought_back() + 1);
      } else {
        answer_.set_restored(answer_.restored() + 1);
      }
    }
    for (const auto& [key, why] : undo.left()) {
      // A record that stays stays for what an earlier commit did to it, too.
      if (!left_.insert(key).second) continue;
      if (answer_.left_size() == kFindingsPerReportMax) continue;
      v1::LeftRecord& left = *answer_.add_left();
      *left.mutable_ref() = RefOf(key);
      left.set_why(why);
    }
  }

  storage::v1::AuditRow Audit(absl::Time at) const {
    storage::v1::AuditRow audit;
    *audit.mutable_at() = ToProto(at);
    audit.set_actor(context_.actor());
    audit.set_action("undo");
    audit.set_subject(load_.id());
    return audit;
  }

  absl::Status WriteUndone() {
    if (load_.state() != v1::UNDONE) {
      load_.set_state(v1::UNDONE);
      storage::DirectoryChange change{.load = load_,
                                      .at = context_.clock_now()};
      change.audit.push_back(Audit(change.at));
      const DirectoryWriter::Turn turn(writer_);
      HANDRAIL_ASSIGN_OR_RETURN(revision_,
                                writer_.Commit(turn, std::move(change)));
    }
    return writer_.state().WaitFor(revision_, context_);
  }

  v1::UndoLoadResponse Answer() {
    load_.mutable_report()->clear_findings();
    *answer_.mutable_load() = load_;
    answer_.set_revision(revision_);
    answer_.set_left_count(static_cast<int64_t>(left_.size()));
    return std::move(answer_);
  }

  const RequestContext& context_;
  v1::Load load_;
  DirectoryWriter& writer_;
  // A dry run's; null in any other.
  const std::unique_ptr<Staging> dry_;
  v1::UndoLoadResponse answer_;
  std::set<RecordKey> left_;
  uint64_t revision_ = 0;
};

}  // namespace

absl::StatusOr<v1::UndoLoadResponse> UndoLoad(
    const RequestContext& context, const v1::UndoLoadRequest& request,
    DirectoryWriter& writer) {
  absl::StatusOr<v1::Load> load = writer.store().View().GetLoad(request.id());
  HANDRAIL_RETURN_IF_ERROR(load.status());
  return Undo(context, *std::move(load), request.validate_only(), writer).Run();
}

}  // namespace handrail::server
