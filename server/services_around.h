// The services whose listings are folded from some organizations, programs or
// locations.
//
// Those that refer to them now are enough: one that did before and no longer
// does was changed itself. A service without an organization of its own has its
// program's, so an organization reaches the services of its programs too.
//
//   HANDRAIL_ASSIGN_OR_RETURN(const std::set<std::string> services,
//                             ServicesAround(view, changed));
//
// Keeps nothing; any thread.
#pragma once

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "server/ingest/record_key.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

// Ids of services; other kinds of records among `records` have none.
// Errors: those of DirectoryView.
absl::StatusOr<std::set<std::string>> ServicesAround(
    const storage::DirectoryView& view, std::set<RecordKey> records);

}  // namespace handrail::server
