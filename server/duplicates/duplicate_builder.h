// Keeps the clusters in step with the rows of the directory: what was projected
// again is compared again.
//
//   builder.Remember(service_id, made);   // each service that is projected
//   builder.Take(edits);                  // the rows that came of it
//   HANDRAIL_RETURN_IF_ERROR(builder.ReadDecisions(view));
//   std::shared_ptr<const DuplicateTable> table = builder.Update();
//
// Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "server/duplicates/duplicate_index.h"
#include "server/duplicates/duplicate_table.h"
#include "server/row_table.h"
#include "server/surroundings.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

class DuplicateBuilder {
 public:
  // What of the listings of a service is compared, in place of what it was.
  void Remember(const std::string& service_id, const ServiceListings& made);

  // Rows that came, went or changed. Call after Remember of their services.
  void Take(const RowEdits& edits);

  // Reads what curators said. Errors: those of DirectoryView.
  absl::Status ReadDecisions(const storage::DirectoryView& view);

  // The clusters of everything taken. Never null.
  std::shared_ptr<const DuplicateTable> Update() { return index_.Update(); }

 private:
  // A listing id, and a mark of the service that uses it.
  using Used = std::pair<std::string, uint64_t>;

  // Makes these features those of the listing; what another service had there
  // is kept.
  void Give(Features features, uint64_t mark);

  // Listing ids that two services use are those of the row table's choice in
  // the index, and here, packed, of the others.
  std::map<Used, std::string> others_;
  DuplicateIndex index_;
};

}  // namespace handrail::server
