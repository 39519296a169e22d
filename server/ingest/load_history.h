// The history of loads: the entry that each load has there, from its start on.
//
// An entry is written when the load starts (RUNNING), with every batch that it
// commits, and when it ends (DONE or BROKEN_OFF). It keeps counts and findings,
// never the changes. Start and end leave a row in the audit as well.
//
//   HANDRAIL_ASSIGN_OR_RETURN(auto earlier, FindLoad(view, LoadIdOf(start)));
//   v1::Load entry = NewEntry(start, context.actor(), context.now());
//   writer.Commit(turn, EntryInState(entry, v1::RUNNING, context.now()));
//
// Functions without a state of their own; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "handrail/v1/ingest_service.pb.h"
#include "server/directory_writer.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

// The entry of a load, or nothing where it never started.
// Errors: those of DirectoryView.
absl::StatusOr<std::optional<v1::Load>> FindLoad(
    const storage::DirectoryView& view, std::string_view id);

// The entry of a load that starts. It has no state and no counts yet.
v1::Load NewEntry(const v1::LoadStart& start, const std::string& actor,
                  absl::Time started_at);

// The change that brings an entry into a state, with its row of the audit; a
// state other than RUNNING ends the load at `at`. `entry` is what was written
// last, and becomes what is written now. REQUIRES: its report has the counts.
storage::DirectoryChange EntryInState(v1::Load& entry, v1::LoadState state,
                                      absl::Time at);

// The entry as it goes along with a batch: with the counts of `report`, so that
// the history never tells of less or more than what is there, and without
// findings, which are many and follow at the end.
v1::Load EntrySoFar(const v1::Load& entry, v1::LoadReport report);

// Marks the loads that the history shows as running, and of which `runs` (by
// load id) says that they do not, as broken off: at the start of the server,
// when nothing runs, and after a time in which a load could not say that it
// ended. Errors: those of DirectoryStore.
absl::Status BreakOffLost(DirectoryWriter& writer, absl::Time at,
                          const std::function<bool(const std::string&)>& runs);

}  // namespace handrail::server
