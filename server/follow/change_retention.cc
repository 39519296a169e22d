#include "server/follow/change_retention.h"

#include "absl/time/clock.h"
#include "server/limits.h"
#include "server/logging/call_log.h"
#include "storage/base/status.h"

namespace handrail::server {

absl::StatusOr<uint64_t> TrimChangesBefore(storage::DirectoryStore& store,
                                           absl::Time oldest) {
  const storage::DirectoryView view = store.View();
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t earliest, view.EarliestRevision());
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t newest, view.Revision());
  // Where nothing is old enough this reads one change.
  uint64_t trim = earliest;
  if (newest <= earliest + 1) return 0;
  HANDRAIL_RETURN_IF_ERROR(
      store
          .ForEachChange(earliest, newest - earliest - 1,
                         [&](const storage::ChangeSeen& change) {
                           if (change.at >= oldest) return false;
                           trim = change.revision;
                           return true;
                         })
          .status());
  if (trim == earliest) return 0;
  HANDRAIL_RETURN_IF_ERROR(store.TrimChanges(trim));
  return trim - earliest;
}

ChangeRetention::ChangeRetention(storage::DirectoryStore& store,
                                 absl::Duration keep)
    : store_(store), keep_(keep), thread_([this] { Run(); }) {}

ChangeRetention::~ChangeRetention() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void ChangeRetention::Run() {
  while (true) {
    const absl::Time now = absl::Now();
    const absl::StatusOr<uint64_t> trimmed =
        TrimChangesBefore(store_, now - keep_);
    if (!trimmed.ok()) {
      // Tried again in an hour; until then more is kept than has to be.
      LogProblem("trim_failed", trimmed.status());
    } else if (*trimmed > 0) {
      LogEvent("changes_trimmed",
               {{"changes", static_cast<int64_t>(*trimmed)}});
    }
    const absl::Time next = now + kTrimInterval;
    MutexLock lock(mu_);
    while (!stopping_ && absl::Now() < next) {
      changed_.WaitFor(mu_, absl::ToChronoSeconds(kTrimInterval));
    }
    if (stopping_) return;
  }
}

}  // namespace handrail::server
