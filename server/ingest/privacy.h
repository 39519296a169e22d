// Whether a place is confidential, and what of a record may then be seen.
//
// Decided at write time from flags of several records:
//   location      its own flag, that of its organization, of a service there,
//                 or of that service_at_location
//   service       its own flag, that of its organization, of any of its places
//   program       any of its services is confidential
//   organization  its own flag, or all of its services are confidential
// A location that is confidential by another's flag shows the flag in its
// projection; the others do not, so that loading an export into an empty
// directory comes to the same.
//
//   PrivacyReader privacy(staging);
//   HANDRAIL_ASSIGN_OR_RETURN(const v1::Record shown,
//                             privacy.ProjectionOf(full));
//
// Belongs to one thread at a time. REQUIRES: what is staged does not change
// while a reader is used, because it remembers places.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handrail/v1/record.pb.h"
#include "server/ingest/staging.h"

namespace handrail::server {

// The confidentiality of one place or record.
struct Privacy {
  bool confidential = false;
  // Not even the county may be told. Only where confidential.
  bool widen_to_state = false;

  friend bool operator==(const Privacy&, const Privacy&) = default;
};

// By the record's own flag alone.
Privacy OwnPrivacy(const v1::Record& record);

class PrivacyReader {
 public:
  // The staging must outlive the reader.
  explicit PrivacyReader(const Staging& staging) : staging_(staging) {}

  // By every flag that reaches the location; also where only services name it
  // and there is no such record. Errors: those of DirectoryView.
  absl::StatusOr<Privacy> OfPlace(const std::string& location_id);

  // The same for any record. Errors: those of DirectoryView.
  absl::StatusOr<Privacy> Of(const v1::Record& record);

  // The record as anybody may see it. Errors: those of DirectoryView.
  absl::StatusOr<v1::Record> ProjectionOf(const v1::Record& full);

  // The same, without a copy: `full` itself where all of it is public. `bytes`:
  // as for storage::IsAllPublic.
  absl::StatusOr<std::shared_ptr<const v1::Record>> SharedProjectionOf(
      const std::shared_ptr<const v1::Record>& full, std::string_view bytes);

 private:
  // Sees a service; returns false to stop.
  using ServiceVisitor =
      absl::FunctionRef<absl::StatusOr<bool>(const v1::Record& service)>;

  // Shows the services that refer to the record.
  absl::Status ForEachServiceAt(const RecordKey& target,
                                ServiceVisitor visit) const;
  // By the flags of the records around it, and for a location by its own.
  absl::StatusOr<Privacy> Around(const v1::Record& full);
  absl::Status AddOrganization(const std::string& id, Privacy& privacy) const;
  absl::Status AddServiceAt(const std::string& location_id,
                            const v1::Record& service, Privacy& privacy) const;
  absl::StatusOr<Privacy> OfService(const v1::Record& service);
  absl::StatusOr<Privacy> OfProgram(const std::string& id);
  absl::StatusOr<Privacy> OfOrganization(const std::string& id);

  const Staging& staging_;
  absl::flat_hash_map<std::string, Privacy> places_;
};

}  // namespace handrail::server
