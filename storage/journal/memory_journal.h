// A journal that forgets everything when it goes: for tests and dry runs.
//
// Passes the same contract suite as RocksJournal. A snapshot shares the maps
// with the journal until the next append copies them, so the first append after
// a snapshot costs time in proportion to the number of keys.
#pragma once

#include <memory>
#include <string_view>

#include "storage/base/mutex.h"
#include "storage/journal/journal.h"

namespace handrail::storage {

class MemoryJournal : public Journal {
 public:
  MemoryJournal();
  ~MemoryJournal() override;

  absl::StatusOr<AppendResult> Append(AppendRequest request) override;
  absl::StatusOr<uint64_t> Tail(std::string_view stream, uint64_t from,
                                size_t limit,
                                const EntryVisitor& visit) const override;
  std::shared_ptr<const JournalSnapshot> Snapshot() const override;
  absl::StatusOr<std::vector<v1::AuditRow>> AuditRows(
      std::string_view stream, uint64_t from, size_t limit) const override;
  absl::Status Trim(std::string_view stream, uint64_t position) override;

 private:
  struct State;
  class View;

  std::shared_ptr<const State> Current() const;
  // state_, made so that nobody else sees it change.
  State& Own() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  std::shared_ptr<State> state_ ABSL_GUARDED_BY(mu_);
  // Somebody else has been given state_: copy before changing. (Not
  // use_count(), which does not say that the others have finished reading.)
  mutable bool shared_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace handrail::storage
