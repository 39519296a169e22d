// Which field of which record is meant where somebody confirms a fact, or says
// that one is wrong.
//
// Names, as in ConfirmFactRequest.field:
//   housing.children, any.medication    a fact of the profile
//   any.medication[methadone]           one value of it
//   hours, phone, address, …            a name of FieldProvenance (dates.h)
//
//   HANDRAIL_ASSIGN_OR_RETURN(const FactName name, FactName::Parse(text));
//   HANDRAIL_ASSIGN_OR_RETURN(FactTarget target,
//                             FindInListing(name, listing, view));
//
// Pure, but for reading through the view; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/curation/field_path.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

struct FactName {
  // INVALID_ARGUMENT: the message alone says what would be right.
  static absl::StatusOr<FactName> Parse(std::string_view text);

  // A name of FieldProvenance; else empty.
  std::string dated;
  // "housing.children" of a fact; else empty.
  std::string fact;
  // In brackets behind it, if anything was.
  std::string code;
  // Of the fact's field in profile.proto; null for a dated name.
  const google::protobuf::FieldDescriptor* field = nullptr;
};

// Where a fact is, or would be.
struct FactTarget {
  v1::RecordRef ref;
  // The service_at_location it is in; empty: the record itself.
  std::string place_id;
};

// The record that carries the fact of a listing: the most specific one that
// anybody can see to have it, else the service. A name of FieldProvenance is
// dated where the listing takes it from (server/projection.h).
// Errors: those of DirectoryView.
absl::StatusOr<FactTarget> FindInListing(const FactName& name,
                                         const v1::Listing& listing,
                                         const storage::DirectoryView& view);

// The fields of the target that the name means: the fact, or the HSDS fields of
// a name. Empty where such a record cannot have it.
std::vector<FieldPath> PathsOf(const FactName& name, const FactTarget& target);

}  // namespace handrail::server
