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

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "server/duplicates/duplicate_index.h"
#include "server/duplicates/duplicate_table.h"
#include "server/duplicates/identity.h"
#include "server/row_table.h"
#include "server/surroundings.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

class DuplicateBuilder {
 public:
  // What others call the listings of a service, in place of what was said of
  // them before.
  void Remember(const std::string& service_id, const ServiceListings& made);
  // The service is no more.
  void Forget(const std::string& service_id);

  // Rows that came, went or changed. Call after Remember of their services.
  void Take(const RowEdits& edits);

  // Reads what curators said. Errors: those of DirectoryView.
  absl::Status ReadDecisions(const storage::DirectoryView& view);

  // The clusters of everything taken. Never null.
  std::shared_ptr<const DuplicateTable> Update() { return index_.Update(); }

 private:
  // By service id; then by listing id.
  std::unordered_map<std::string, std::map<std::string, ListingIdentity>>
      identities_;
  DuplicateIndex index_;
};

}  // namespace handrail::server
