#include "server/directory.h"

#include "server/crisis_seed.h"
#include "server/doctor/doctor.h"
#include "server/ingest/load_history.h"
#include "server/logging/call_log.h"
#include "server/source_ttls.h"
#include "storage/base/status.h"

namespace handrail::server {

namespace {

// Makes again what follows from records, where damage of it would keep the
// directory from being served. What was there stays in the journal.
absl::Status MendBeforeServing(storage::Journal& journal, absl::Time now) {
  const RequestContext context({.now = now});
  int64_t repaired = 0, wrong = 0;
  HANDRAIL_RETURN_IF_ERROR(
      Doctor(journal, nullptr)
          .Run(context, /*repair=*/true, [&](const v1::DoctorResponse& step) {
            if (!step.has_finding()) return true;
            ++wrong;
            if (step.finding().repaired()) {
              ++repaired;
            }
            return true;
          }));
  LogEvent("projections_mended", {{"wrong", wrong}, {"repaired", repaired}});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Directory>> Directory::Open(
    storage::Journal& journal, absl::Time now, const matcher::TtlTable& ttls) {
  std::unique_ptr<Directory> directory(new Directory(journal));
  auto state = DirectoryState::Start(directory->store_);
  if (absl::IsDataLoss(state.status())) {
    // A projection that cannot be read; its record may well be.
    LogProblem("projections_damaged", state.status());
    HANDRAIL_RETURN_IF_ERROR(MendBeforeServing(journal, now));
    state = DirectoryState::Start(directory->store_);
  }
  HANDRAIL_RETURN_IF_ERROR(state.status());
  directory->state_ = *std::move(state);
  HANDRAIL_ASSIGN_OR_RETURN(
      directory->writer_,
      DirectoryWriter::Create(directory->store_, *directory->state_));
  const auto nobody = [](const std::string&) { return false; };
  absl::Status lost = BreakOffLost(*directory->writer_, now, nobody);
  if (absl::IsNotFound(lost) || absl::IsDataLoss(lost)) {
    // The list of loads names one that is not there.
    LogProblem("loads_damaged", lost);
    HANDRAIL_RETURN_IF_ERROR(MendBeforeServing(journal, now));
    {
      // What was mended is in the snapshot, too.
      const DirectoryWriter::Turn turn(*directory->writer_);
      HANDRAIL_RETURN_IF_ERROR(directory->writer_->CatchUp(turn));
    }
    lost = BreakOffLost(*directory->writer_, now, nobody);
  }
  HANDRAIL_RETURN_IF_ERROR(lost);
  HANDRAIL_RETURN_IF_ERROR(SeedCrisisResources(*directory->writer_, now));
  // What was just written is in the first answer.
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision,
                            directory->store_.View().Revision());
  const RequestContext context(
      {.now = now, .deadline = absl::InfiniteFuture()});
  HANDRAIL_RETURN_IF_ERROR(directory->state_->WaitFor(revision, context));
  directory->records_ = std::make_unique<DirectoryHandler>(
      directory->store_, *directory->state_, ScorerVersionWith(ttls));
  directory->match_ = std::make_unique<MatchHandler>(*directory->state_, ttls);
  directory->search_ =
      std::make_unique<SearchHandler>(*directory->state_, ttls);
  directory->ingest_ = std::make_unique<IngestHandler>(*directory->writer_);
  directory->curation_ =
      std::make_unique<CurationHandler>(*directory->writer_, ttls);
  directory->duplicates_ =
      std::make_unique<DuplicatesHandler>(*directory->writer_);
  directory->follow_ =
      std::make_unique<FollowHandler>(directory->store_, *directory->state_);
  directory->admin_ =
      std::make_unique<AdminHandler>(journal, *directory->writer_);
  if (storage::Upkeep* upkeep = journal.upkeep(); upkeep != nullptr) {
    directory->keeper_ = std::make_unique<StorageKeeper>(
        *upkeep, [raw = directory.get()]() -> absl::Status {
          {
            const DirectoryWriter::Turn turn(*raw->writer_);
            HANDRAIL_RETURN_IF_ERROR(raw->writer_->CatchUp(turn));
          }
          return raw->ingest_->BreakOffLostLoads(absl::Now());
        });
  }
  return directory;
}

}  // namespace handrail::server
