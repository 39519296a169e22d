// The newest snapshot of the directory, and the thread that makes it.
//
// The only thing in the server that changes by itself. Readers take the
// snapshot once per request and keep it; a writer says what a commit touched
// (Publish), and the builder thread projects those services again, makes their
// rows, and swaps the pointer. Rows of untouched services are shared with the
// snapshot before, and what an edit touches is found without looking at the
// others (row_table.h). Several commits that come while one is being built are
// built together; and the thread rests after each snapshot, so that a load's
// batches share them. It does not rest while somebody waits for a revision.
// The records that commits wrote come along in memory, up to a limit.
// What edits leave in pieces is merged beside it (row_merger.h); a snapshot
// with merged rows has the revision and the answers of the one before.
//
//   HANDRAIL_ASSIGN_OR_RETURN(auto state, DirectoryState::Start(store));
//   std::shared_ptr<const matcher::Snapshot> snapshot = state->snapshot();
//   …
//   state->Publish({.view = view, .revision = revision, .services = {"…"}});
//   HANDRAIL_RETURN_IF_ERROR(state->WaitFor(revision, context));
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "matcher/place.h"
#include "matcher/snapshot.h"
#include "server/duplicates/duplicate_builder.h"
#include "server/duplicates/duplicate_table.h"
#include "server/ingest/record_key.h"
#include "server/request_context.h"
#include "server/row_merger.h"
#include "server/row_table.h"
#include "server/surroundings.h"
#include "storage/base/mutex.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

// Public records that go from who wrote them to the builder.
struct HandedRecords {
  // In the order of commits: of one record the last counts.
  std::vector<
      std::pair<RecordKey, std::shared_ptr<const storage::v1::StoredRecord>>>
      records;
  // Of the records as they are stored.
  size_t bytes = 0;
};

// What one commit touched.
struct Touched {
  // The directory as the commit left it: what is projected again.
  // REQUIRES: set.
  std::optional<storage::DirectoryView> view;
  uint64_t revision = 0;
  // Services to project again: changed or retired ones, and those that refer to
  // a changed organization, program or location.
  std::set<std::string> services;
  // Public records as the commit left them, so that they need not be read back
  // and parsed; null: retired. Absent: not said of every record that changed.
  std::optional<HandedRecords> records;
  // Taxonomy terms: services that are named by them are found here.
  std::set<std::string> terms;
  bool centroids = false;
  bool crisis_resources = false;
  // What curators said about duplicates.
  bool decisions = false;
};

// A snapshot and the clusters it was made with. Neither is null.
struct SnapshotWithDuplicates {
  std::shared_ptr<const matcher::Snapshot> snapshot;
  std::shared_ptr<const DuplicateTable> duplicates;
};

// How building goes, for metrics.
struct BuildTimes {
  absl::Time last_at;
  absl::Duration last_took;
  uint64_t count = 0;
};

class DirectoryState {
 public:
  // Builds the first snapshot from the public projections, then starts the
  // builder thread. The store must outlive the state.
  // Errors: those of DirectoryView.
  static absl::StatusOr<std::unique_ptr<DirectoryState>> Start(
      const storage::DirectoryStore& store);

  // Ends the builder thread; what is not built yet is not built.
  ~DirectoryState();
  DirectoryState(const DirectoryState&) = delete;
  DirectoryState& operator=(const DirectoryState&) = delete;

  // Never null.
  std::shared_ptr<const matcher::Snapshot> snapshot() const;

  // The same with its clusters.
  SnapshotWithDuplicates with_duplicates() const;

  BuildTimes build_times() const;

  // Says what a commit touched; returns at once.
  void Publish(Touched touched);

  // Waits until the snapshot is of `revision` or later; 0 does not wait.
  // Errors: UNAVAILABLE (REVISION_NOT_REACHED; metadata min_revision,
  // revision) when the call's time is over first.
  absl::Status WaitFor(uint64_t revision, const RequestContext& context) const;

  // Waits until the snapshot is later than `revision`, or the call's time is
  // over. The builder does not hurry for it.
  void WaitForLater(uint64_t revision, const RequestContext& context) const;

 private:
  explicit DirectoryState(const storage::DirectoryStore& store)
      : store_(store), merger_([this] { NoteMerged(); }) {}

  void Run();
  // Waits until so long after the last build began, or somebody waits for a
  // revision.
  void Rest(absl::Time last_build) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Adds to the services those that are found by what else was touched.
  absl::Status Build(Touched& touched);
  absl::Status BuildFirst();

  absl::Status LoadCentroids(const storage::DirectoryView& view);
  absl::Status LoadCrisisResources(const storage::DirectoryView& view);
  absl::Status ProjectAll(const storage::DirectoryView& view);
  absl::Status ProjectOne(const storage::DirectoryView& view,
                          const PublicRecords& in_memory,
                          const std::string& service_id);
  // Adds the records of a later commit to those that the builder is to have.
  void HandOver(std::optional<HandedRecords> records)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AddServicesToProject(Touched& touched) const;
  void Swap(uint64_t revision);

  const storage::DirectoryStore& store_;

  // Says that a merge has ended.
  void NoteMerged();

  // Of the builder thread alone (and of Start, before it runs).
  absl::Time build_began_ = absl::Now();
  RowTable rows_;
  // The rows of the last snapshot.
  matcher::RowSet set_;
  RowMerger merger_;
  std::shared_ptr<const matcher::CentroidTable> centroids_;
  std::vector<v1::CrisisResource> crisis_resources_;
  DuplicateBuilder clusters_;
  // Snapshots no longer handed out, kept until nobody reads them, so that they
  // are freed here and not in the middle of an answer.
  std::vector<std::shared_ptr<const matcher::Snapshot>> old_;

  mutable Mutex mu_;
  mutable CondVar changed_;
  // Calls inside WaitFor.
  mutable int waiting_ ABSL_GUARDED_BY(mu_) = 0;
  std::shared_ptr<const matcher::Snapshot> snapshot_ ABSL_GUARDED_BY(mu_);
  std::shared_ptr<const DuplicateTable> duplicates_ ABSL_GUARDED_BY(mu_);
  BuildTimes build_times_ ABSL_GUARDED_BY(mu_);
  Touched pending_ ABSL_GUARDED_BY(mu_);
  bool merged_ ABSL_GUARDED_BY(mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;

  std::thread builder_;
};

}  // namespace handrail::server
