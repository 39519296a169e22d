#include "server/doctor/doctor.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "server/directory_state.h"
#include "server/doctor/snapshot_check.h"
#include "server/limits.h"
#include "server/proto_time.h"
#include "storage/base/status.h"
#include "storage/db/keys.h"
#include "storage/journal/upkeep.h"

namespace handrail::server {
namespace {

using storage::kDirectoryStream;
using storage::keys::Key;
using storage::keys::Kind;

// What an append of the doctor is called in the audit.
constexpr char kAction[] = "doctor";

// The record that a key of the directory's stream belongs to, if it is one's.
v1::RecordRef RefOfKey(const std::string& stream, const std::string& bytes) {
  v1::RecordRef ref;
  if (stream != kDirectoryStream) return ref;
  const std::optional<Key> key = storage::keys::ParseKey(bytes);
  if (!key.has_value()) return ref;
  switch (key->kind) {
    case Kind::kFull:
    case Kind::kPublic:
    case Kind::kBySource:
      ref.set_type(key->type);
      ref.set_id(key->id);
      break;
    case Kind::kByReference:
      ref.set_type(v1::SERVICE);
      ref.set_id(key->service_id);
      break;
    default:
      break;
  }
  return ref;
}

// The version of a key now: 0 where there is none, nothing where its bytes are
// damaged.
absl::StatusOr<std::optional<uint64_t>> VersionOf(
    const storage::JournalSnapshot& snapshot, const std::string& key) {
  const auto found = snapshot.Get(kDirectoryStream, key);
  if (absl::IsDataLoss(found.status())) return std::optional<uint64_t>();
  HANDRAIL_RETURN_IF_ERROR(found.status());
  return std::optional<uint64_t>(found->has_value() ? (*found)->version : 0);
}

// True where the key and the record behind it are as they were found.
absl::StatusOr<bool> IsAsFound(const storage::JournalSnapshot& snapshot,
                               const Mend& mend) {
  HANDRAIL_ASSIGN_OR_RETURN(const auto version, VersionOf(snapshot, mend.key));
  if (version != mend.version) return false;
  if (mend.record_key.empty()) return true;
  HANDRAIL_ASSIGN_OR_RETURN(const auto record,
                            VersionOf(snapshot, mend.record_key));
  return record == mend.record_version;
}

}  // namespace

bool Doctor::GoOn() {
  if (listening_ && context_->Expired()) listening_ = false;
  return listening_;
}

void Doctor::Begin(const char* name, const char* meaning) {
  report_.add_counts()->set_check(name);
  v1::DoctorResponse step;
  step.mutable_check()->set_name(name);
  step.mutable_check()->set_meaning(meaning);
  if (!(*emit_)(step)) listening_ = false;
}

void Doctor::Found(const Wrong& wrong, bool repaired) {
  v1::DoctorCount& count = *report_.mutable_counts(report_.counts_size() - 1);
  count.set_wrong(count.wrong() + 1);
  if (repaired) count.set_repaired(count.repaired() + 1);
  if (!repaired) report_.set_healthy(false);
  // The counts go on beyond what is told one by one.
  if (count.wrong() > kDoctorFindingsPerCheckMax) return;
  v1::DoctorResponse step;
  v1::DoctorFinding& finding = *step.mutable_finding();
  finding.set_check(count.check());
  if (!wrong.ref.id().empty()) *finding.mutable_ref() = wrong.ref;
  finding.set_message(wrong.message);
  finding.set_repaired(repaired);
  if (!(*emit_)(step)) listening_ = false;
}

absl::StatusOr<std::vector<bool>> Doctor::Mended(
    const std::vector<Wrong>& wrongs) {
  std::vector<bool> mended(wrongs.size(), false);
  std::optional<DirectoryWriter::Turn> turn;
  if (writer_ != nullptr) turn.emplace(*writer_);
  const auto now = journal_.Snapshot();
  storage::AppendRequest append{.stream = kDirectoryStream,
                                .at = context_->clock_now()};
  std::set<std::string> named;
  for (size_t i = 0; i < wrongs.size(); ++i) {
    if (!wrongs[i].mend.has_value()) continue;
    const Mend& mend = *wrongs[i].mend;
    HANDRAIL_ASSIGN_OR_RETURN(const bool as_found, IsAsFound(*now, mend));
    if (!as_found || !named.insert(mend.key).second) continue;
    append.expected.push_back({.key = mend.key, .version = mend.version});
    append.mutations.push_back({.key = mend.key, .value = mend.value});
    mended[i] = true;
  }
  if (append.mutations.empty()) return mended;
  storage::v1::AuditRow& audit = append.audit.emplace_back();
  audit.set_actor(context_->actor());
  audit.set_action(kAction);
  (*audit.mutable_detail())["keys"] = std::to_string(append.mutations.size());
  HANDRAIL_RETURN_IF_ERROR(journal_.Append(std::move(append)).status());
  if (turn.has_value()) HANDRAIL_RETURN_IF_ERROR(writer_->CatchUp(*turn));
  return mended;
}

absl::Status Doctor::TellHeld() {
  std::vector<Wrong> wrongs;
  std::swap(wrongs, held_);
  std::vector<bool> mended(wrongs.size(), false);
  if (repair_) {
    HANDRAIL_ASSIGN_OR_RETURN(mended, Mended(wrongs));
  }
  for (size_t i = 0; i < wrongs.size(); ++i) Found(wrongs[i], mended[i]);
  return absl::OkStatus();
}

absl::Status Doctor::CheckRecords(RecordCheck& check, const char* name,
                                  const char* meaning,
                                  RecordFunction function) {
  HANDRAIL_RETURN_IF_ERROR(context_->CheckTime());
  Begin(name, meaning);
  absl::Status told;
  const absl::StatusOr<int64_t> looked_at = (check.*function)([&](Wrong wrong) {
    held_.push_back(std::move(wrong));
    if (held_.size() >= kDoctorKeysPerAppend) told = TellHeld();
    return told.ok() && GoOn();
  });
  HANDRAIL_RETURN_IF_ERROR(told);
  HANDRAIL_RETURN_IF_ERROR(looked_at.status());
  HANDRAIL_RETURN_IF_ERROR(TellHeld());
  report_.mutable_counts(report_.counts_size() - 1)->set_looked_at(*looked_at);
  return absl::OkStatus();
}

absl::Status Doctor::CheckJournal() {
  HANDRAIL_RETURN_IF_ERROR(context_->CheckTime());
  storage::Upkeep* upkeep = journal_.upkeep();
  // A journal in memory has no bytes to look at.
  if (upkeep == nullptr) return absl::OkStatus();
  Begin("journal",
        "The journal has no gaps, and what is kept is what its entries wrote");
  std::vector<storage::ByteFinding> histories;
  HANDRAIL_ASSIGN_OR_RETURN(
      const int64_t looked_at,
      upkeep->CheckBytes([&](const storage::ByteFinding& finding) {
        if (repair_ && finding.history) {
          histories.push_back(finding);
          return true;
        }
        Found({.ref = RefOfKey(finding.stream, finding.key),
               .message = finding.message},
              /*repaired=*/false);
        return GoOn();
      }));
  for (const storage::ByteFinding& history : histories) {
    HANDRAIL_RETURN_IF_ERROR(upkeep->MendHistory(history.stream));
    Found({.message = history.message}, /*repaired=*/true);
  }
  report_.mutable_counts(report_.counts_size() - 1)->set_looked_at(looked_at);
  return absl::OkStatus();
}

absl::Status Doctor::CheckListings() {
  HANDRAIL_RETURN_IF_ERROR(context_->CheckTime());
  if (writer_ == nullptr) return absl::OkStatus();
  Begin("snapshot", "The listings that are served are what the records say");
  DirectoryState& state = writer_->state();
  std::vector<SnapshotWrong> wrongs;
  std::optional<storage::DirectoryView> view;
  std::shared_ptr<const matcher::Snapshot> snapshot;
  {
    // Directory and snapshot of one moment: nobody changes anything meanwhile.
    const DirectoryWriter::Turn turn(*writer_);
    HANDRAIL_RETURN_IF_ERROR(writer_->CatchUp(turn));
    view = writer_->store().View();
    HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view->Revision());
    HANDRAIL_RETURN_IF_ERROR(state.WaitFor(revision, *context_));
    snapshot = state.snapshot();
  }
  const absl::StatusOr<int64_t> looked_at =
      CheckSnapshot(*view, *snapshot, [&](SnapshotWrong wrong) {
        wrongs.push_back(std::move(wrong));
        return wrongs.size() < kDoctorFindingsPerCheckMax;
      });
  if (absl::IsDataLoss(looked_at.status())) {
    Found({.message = "a projection cannot be read, so the listings were not "
                      "looked at"},
          /*repaired=*/false);
    return absl::OkStatus();
  }
  HANDRAIL_RETURN_IF_ERROR(looked_at.status());
  for (const SnapshotWrong& wrong : wrongs) {
    Wrong told{.message = wrong.message};
    if (!wrong.service_id.empty()) {
      told.ref.set_type(v1::SERVICE);
      told.ref.set_id(wrong.service_id);
    }
    Found(told, /*repaired=*/false);
  }
  report_.mutable_counts(report_.counts_size() - 1)->set_looked_at(*looked_at);
  return absl::OkStatus();
}

absl::Status Doctor::Run(const RequestContext& context, bool repair,
                         const Emit& emit) {
  context_ = &context;
  repair_ = repair;
  emit_ = &emit;
  report_.set_healthy(true);
  {
    RecordCheck check(journal_.Snapshot(), context.now());
    HANDRAIL_RETURN_IF_ERROR(
        CheckRecords(check, "records",
                     "Every record and load can be read and is what its key "
                     "says",
                     &RecordCheck::Records));
    // Before the projections: what is served follows them by these.
    HANDRAIL_RETURN_IF_ERROR(
        CheckRecords(check, "references",
                     "Every service is found from the records it refers to",
                     &RecordCheck::References));
    HANDRAIL_RETURN_IF_ERROR(CheckRecords(
        check, "projections", "Every public projection is what its record says",
        &RecordCheck::Projections));
    HANDRAIL_RETURN_IF_ERROR(
        CheckRecords(check, "indexes",
                     "Every record and load is found by its source, start and "
                     "history",
                     &RecordCheck::Indexes));
    HANDRAIL_RETURN_IF_ERROR(CheckRecords(
        check, "counts", "Every source has as many records as it says",
        &RecordCheck::Counts));
  }
  // After what was mended, which is in the journal as well.
  HANDRAIL_RETURN_IF_ERROR(CheckJournal());
  HANDRAIL_RETURN_IF_ERROR(CheckListings());
  HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision,
                            journal_.Snapshot()->Position(kDirectoryStream));
  report_.set_directory_revision(revision);
  v1::DoctorResponse step;
  *step.mutable_report() = report_;
  (void)emit(step);
  return absl::OkStatus();
}

}  // namespace handrail::server
