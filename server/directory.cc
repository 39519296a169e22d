#include "server/directory.h"

#include "server/crisis_seed.h"
#include "server/ingest/load_history.h"
#include "server/source_ttls.h"
#include "storage/base/status.h"

namespace handrail::server {

absl::StatusOr<std::unique_ptr<Directory>> Directory::Open(
    storage::Journal& journal, absl::Time now, const matcher::TtlTable& ttls) {
  std::unique_ptr<Directory> directory(new Directory(journal));
  HANDRAIL_ASSIGN_OR_RETURN(directory->state_,
                            DirectoryState::Start(directory->store_));
  HANDRAIL_ASSIGN_OR_RETURN(
      directory->writer_,
      DirectoryWriter::Create(directory->store_, *directory->state_));
  HANDRAIL_RETURN_IF_ERROR(BreakOffAll(*directory->writer_, now));
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
  directory->ingest_ = std::make_unique<IngestHandler>(*directory->writer_);
  directory->duplicates_ =
      std::make_unique<DuplicatesHandler>(*directory->writer_);
  directory->follow_ =
      std::make_unique<FollowHandler>(directory->store_, *directory->state_);
  return directory;
}

}  // namespace handrail::server
