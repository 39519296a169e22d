// The single writer of the directory: commits what was staged and says what it
// touched.
//
// One change at a time. Whoever wants to change something takes a turn, stages
// against the newest view, and commits before the turn ends; so what was read
// is still so when it is written, and the expected versions that go along are a
// second lock, not the first.
//
//   DirectoryWriter::Turn turn(writer);
//   Staging staging(writer.store().View());
//   …
//   HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision,
//                             writer.Commit(turn, staging.TakeChange()));
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/directory_state.h"
#include "storage/base/mutex.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

class DirectoryWriter {
 public:
  // The right to change the directory, for as long as it lives. Making one
  // waits for the one before.
  class Turn {
   public:
    explicit Turn(DirectoryWriter& writer);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    DirectoryWriter& writer_;
  };

  // Reads who owns which service_at_location. Store and state must outlive the
  // writer. Errors: those of DirectoryView.
  static absl::StatusOr<std::unique_ptr<DirectoryWriter>> Create(
      storage::DirectoryStore& store, DirectoryState& state);

  const storage::DirectoryStore& store() const { return store_; }
  DirectoryState& state() { return state_; }

  // Makes the change durable and has the snapshot follow, to which its records
  // are handed over: move it here. Returns the revision.
  // REQUIRES: the turn is this writer's.
  // Errors: those of DirectoryStore::Commit.
  absl::StatusOr<uint64_t> Commit(const Turn& turn,
                                  storage::DirectoryChange change);

  // Has the snapshot follow what the journal holds beyond the last commit made
  // here: an append whose writer was told that it failed and which was kept, or
  // one of the doctor. REQUIRES: the turn is this writer's.
  // Errors: those of DirectoryStore.
  absl::Status CatchUp(const Turn& turn);

  // The source that owns a service_at_location's id, if any.
  std::optional<std::string> ListingOwner(const std::string& id) const;

 private:
  DirectoryWriter(storage::DirectoryStore& store, DirectoryState& state)
      : store_(store), state_(state) {}

  // What a change that is not committed yet is going to touch: its records and
  // the services that refer to them by now. A service that does so only with
  // the change is changed itself. Asked before the commit, while the filters
  // of the store do not know the keys of new records yet.
  absl::StatusOr<Touched> TouchedBy(
      const storage::DirectoryChange& change) const;
  // Adds what a change of this record touches.
  static void AddTouched(v1::RecordType type, const std::string& id,
                         Touched& touched);
  absl::Status RememberListingsOf(const std::string& service_id,
                                  const storage::DirectoryView& view);
  void RememberListings(const storage::DirectoryChange& change);
  void ForgetListingsOf(const std::string& service_id)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AddListingsOf(const v1::Service& service, const std::string& source)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  storage::DirectoryStore& store_;
  DirectoryState& state_;

  mutable Mutex mu_;
  CondVar free_;
  bool busy_ ABSL_GUARDED_BY(mu_) = false;
  // The last revision that the state was told of. Of whoever has the turn.
  uint64_t published_ = 0;
  // service id → its service_at_locations, which stay where they are.
  absl::flat_hash_map<std::string, std::vector<std::string>> listings_
      ABSL_GUARDED_BY(mu_);
  // service_at_location id, as it stands in listings_ → source, in sources_.
  absl::flat_hash_map<std::string_view, std::string_view> owners_
      ABSL_GUARDED_BY(mu_);
  absl::node_hash_set<std::string> sources_ ABSL_GUARDED_BY(mu_);
};

}  // namespace handrail::server
