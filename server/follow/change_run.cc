#include "server/follow/change_run.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/follow/change_reach.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

using storage::DirectoryView;
using storage::v1::StoredRecord;

absl::Status Gone(uint64_t from, uint64_t earliest) {
  return FailedPrecondition(
      v1::ERROR_REASON_REVISION_GONE,
      "the changes after this revision are no longer kept: stream the listings "
      "again and go on from there",
      {{"revision", std::to_string(from)},
       {"earliest", std::to_string(earliest)}});
}

// Shows the changes after `from` up to and with `to`.
absl::Status ForEachBetween(const storage::DirectoryStore& store, uint64_t from,
                            uint64_t to, const storage::ChangeVisitor& visit) {
  if (from >= to) return absl::OkStatus();
  return store.ForEachChange(from, to - from, visit).status();
}

}  // namespace

absl::Status CheckKept(const DirectoryView& view, uint64_t from) {
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t earliest, view.EarliestRevision());
  if (from >= earliest) return absl::OkStatus();
  return Gone(from, earliest);
}

absl::StatusOr<std::optional<StoredRecord>> ChangeRun::Find(
    const RecordKey& key) const {
  const auto later = before_view.find(key);
  if (later != before_view.end()) return later->second;
  return view->FindPublic(RefOf(key));
}

absl::StatusOr<ChangeRun> ReadChanges(
    const storage::DirectoryStore& store, const DirectoryState& state,
    uint64_t from, const std::set<v1::RecordType>& record_types) {
  const std::shared_ptr<const matcher::Snapshot> snapshot = state.snapshot();
  // Taken after the snapshot: it can be later, never earlier.
  const DirectoryView view = store.View();
  HANDRAIL_RETURN_IF_ERROR(CheckKept(view, from));
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t newest, view.Revision());
  ChangeRun run{.from = from, .to = snapshot->revision()};
  ChangeReach reach;
  HANDRAIL_RETURN_IF_ERROR(ForEachBetween(
      store, from, run.to, [&](const storage::ChangeSeen& change) {
        for (const storage::TouchedRecord& record : change.records) {
          reach.Add(record);
          if (!record_types.contains(record.ref.type())) continue;
          run.records.insert(KeyOf(record.ref));
        }
        return true;
      }));
  HANDRAIL_RETURN_IF_ERROR(ForEachBetween(
      store, run.to, newest, [&](const storage::ChangeSeen& change) {
        for (const storage::TouchedRecord& record : change.records) {
          reach.AddLater(record);
          const RecordKey key = KeyOf(record.ref);
          // The first change has what was there before all of them.
          if (run.records.contains(key)) {
            run.before_view.try_emplace(key, record.before);
          }
        }
        return true;
      }));
  HANDRAIL_ASSIGN_OR_RETURN(run.listing_ids, reach.ListingIds(*snapshot, view));
  if (!run.records.empty()) run.view = view;
  return run;
}

}  // namespace handrail::server
