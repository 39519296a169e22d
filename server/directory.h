// The directory of one server, put together: store, writer, snapshot, handlers.
// Knows nothing of the network, so that tests can call handlers as they are.
//
//   storage::MemoryJournal journal;
//   HANDRAIL_ASSIGN_OR_RETURN(auto directory,
//                             Directory::Open(journal, absl::Now()));
//   directory->match().Match(context, request);
//
// Thread-safe.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "matcher/ttl.h"
#include "server/directory_state.h"
#include "server/directory_writer.h"
#include "server/follow/change_retention.h"
#include "server/handlers/admin_handler.h"
#include "server/handlers/curation_handler.h"
#include "server/handlers/directory_handler.h"
#include "server/handlers/duplicates_handler.h"
#include "server/handlers/follow_handler.h"
#include "server/handlers/ingest_handler.h"
#include "server/handlers/match_handler.h"
#include "server/handlers/search_handler.h"
#include "server/storage_keeper.h"
#include "storage/db/directory_store.h"
#include "storage/journal/journal.h"

namespace handrail::server {

class Directory {
 public:
  // Opens what the journal holds: builds the snapshot, seeds a new directory,
  // and marks loads that an earlier process did not end as broken off. The
  // journal must outlive the directory. `ttls` says how long which source's
  // facts are believed. Errors: those of DirectoryStore.
  static absl::StatusOr<std::unique_ptr<Directory>> Open(
      storage::Journal& journal, absl::Time now,
      const matcher::TtlTable& ttls = matcher::DefaultTtlTable());

  DirectoryHandler& records() { return *records_; }
  MatchHandler& match() { return *match_; }
  SearchHandler& search() { return *search_; }
  IngestHandler& ingest() { return *ingest_; }
  CurationHandler& curation() { return *curation_; }
  DuplicatesHandler& duplicates() { return *duplicates_; }
  FollowHandler& follow() { return *follow_; }
  AdminHandler& admin() { return *admin_; }
  DirectoryState& state() { return *state_; }
  const storage::DirectoryStore& store() const { return store_; }

  // Keeps changes for followers for so long from now on; what is older is
  // trimmed in the background. DEFAULT: for ever. REQUIRES: called at most
  // once.
  void KeepChangesFor(absl::Duration keep) {
    retention_ = std::make_unique<ChangeRetention>(store_, keep);
  }

 private:
  explicit Directory(storage::Journal& journal) : store_(journal) {}

  storage::DirectoryStore store_;
  std::unique_ptr<DirectoryState> state_;
  std::unique_ptr<DirectoryWriter> writer_;
  std::unique_ptr<DirectoryHandler> records_;
  std::unique_ptr<MatchHandler> match_;
  std::unique_ptr<SearchHandler> search_;
  std::unique_ptr<IngestHandler> ingest_;
  std::unique_ptr<CurationHandler> curation_;
  std::unique_ptr<DuplicatesHandler> duplicates_;
  std::unique_ptr<FollowHandler> follow_;
  std::unique_ptr<ChangeRetention> retention_;
  std::unique_ptr<AdminHandler> admin_;
  // Last, so that it goes first: it uses the others.
  std::unique_ptr<StorageKeeper> keeper_;
};

}  // namespace handrail::server
