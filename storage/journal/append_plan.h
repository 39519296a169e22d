// What an append is before it is written: the rules that every implementation
// of the journal shares, so that they cannot differ.
//
// Pure functions of the request and of a snapshot.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message_lite.h"
#include "handrail/storage/v1/journal.pb.h"
#include "storage/journal/journal.h"

namespace handrail::storage {

// Checks what can be told from the request alone: names, sizes, keys named
// once. Errors: INVALID_ARGUMENT (INVALID_FIELD, LIMIT_EXCEEDED).
absl::Status CheckAppend(const AppendRequest& request);

// What an append writes.
struct PlannedAppend {
  // Before-images included.
  v1::JournalEntry entry;
  // The version that each key of entry.mutations had until then; 0 where it did
  // not exist.
  std::vector<uint64_t> versions_before;
};

// Checks the expectations of `request` against `now`, the latest state, and
// returns what is to be written. Takes the request's values. Errors: ABORTED
// (VERSION_CONFLICT), those of JournalSnapshot.
absl::StatusOr<PlannedAppend> PlanAppend(AppendRequest request,
                                         const JournalSnapshot& now);

// The error for what begins after `revision` where entries are kept only after
// `earliest`: FAILED_PRECONDITION (REVISION_GONE).
absl::Status RevisionGone(uint64_t revision, uint64_t earliest);

// The message's bytes, the same for equal messages: map entries are sorted.
std::string DeterministicBytes(const google::protobuf::MessageLite& message);

// The end of a scan over all keys that begin with `prefix`: the least key that
// is greater than all of them; empty when there is none.
std::string PrefixEnd(std::string_view prefix);

}  // namespace handrail::storage
