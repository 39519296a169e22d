// What normalising the rows of a load asks of the directory: who owns an id,
// and what the source calls a record by now.
//
//   RowAsking asking(staging, {.source = "bchd", …});
//   HANDRAIL_RETURN_IF_ERROR(asking.ReadAhead(batch));
//   const storage::NormaliseContext context = asking.Context();
//   … NormaliseRow(row, context) …      // on any thread
//   HANDRAIL_RETURN_IF_ERROR(asking.failed());
//
// Nothing may be staged while it is asked. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/directory_writer.h"
#include "server/ingest/record_key.h"
#include "server/ingest/rekey.h"
#include "server/ingest/staging.h"
#include "storage/base/mutex.h"
#include "storage/normalise/normalise.h"

namespace handrail::server {

class RowAsking {
 public:
  // What is known of the load.
  struct Load {
    const DirectoryWriter& writer;
    const std::string& source;
    std::optional<absl::Time> as_of;
    // Whether the source has names that its ids do not follow from.
    bool has_aliases = false;
    // Null unless records keep their ids under new names.
    const Rekey* rekey = nullptr;
  };

  RowAsking(const Staging& staging, const Load& load)
      : staging_(staging), load_(load) {}

  // Reads the records whose owners the rows are going to ask for, at once.
  // Errors: those of DirectoryView.
  absl::Status ReadAhead(const v1::RowBatch& batch) const;

  // What rows are normalised with, as long as this lives.
  storage::NormaliseContext Context();

  // What of the asking failed: then nothing that was normalised counts.
  absl::Status failed() const;

 private:
  std::optional<std::string> IdOwner(const RecordKey& key);
  std::optional<std::string> ListingOwner(const std::string& id) const;
  std::optional<std::string> Alias(v1::RecordType type,
                                   const std::string& name);

  const Staging& staging_;
  const Load load_;
  // Staging remembers what it read.
  mutable Mutex mu_;
  absl::Status failed_ ABSL_GUARDED_BY(mu_);
};

}  // namespace handrail::server
