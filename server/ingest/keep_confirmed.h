// What a load may change of a record that a person has edited or confirmed.
//
// Field by field of StoredRecord.confirmed, the person's value against what
// the load brings:
//   says the same          no conflict; the newer date stays
//   says nothing           the person's value stays
//   checked later          the load's value; the field is the source's again
//   otherwise              the person's value stays, and the load's word
//                          becomes a conflict, unless a person has settled
//                          that word before
// A flag that keeps a place private is never taken off by either side.
//
//   const Kept kept = KeepConfirmed({.recorded = found, .incoming = record,
//                                    .load_id = id, .now = now,
//                                    .known = conflicts});
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/curation_service.pb.h"
#include "handrail/v1/record.pb.h"

namespace handrail::server {

struct LoadedOver {
  // As it is, in full.
  const storage::v1::StoredRecord& recorded;
  // What the load brings, normalised.
  const v1::Record& incoming;
  const std::string& load_id;
  absl::Time now;
  // The record's conflicts so far, settled ones too.
  const std::vector<v1::Conflict>& known;
};

struct Kept {
  // What the record becomes.
  v1::Record record;
  // Its StoredRecord.confirmed.
  std::vector<storage::v1::ConfirmedField> confirmed;
  // To be written, and to be removed.
  std::vector<v1::Conflict> conflicts;
  std::vector<std::string> conflicts_gone;
};

Kept KeepConfirmed(const LoadedOver& over);

// The id of a conflict: the same for the same word about the same field.
std::string ConflictId(const v1::RecordRef& ref, std::string_view field,
                       std::string_view word);

}  // namespace handrail::server
