// What is wrong with a record that a person entered, in the words of the
// request.
//
// The rules are those of a load (storage/normalise), but nobody is there to
// mend a feed's row, and somebody is here: what a load would keep as text is
// refused, with what would be right. Of an edit only what was edited is held
// against the person: an old value nearby that a load kept as text is not.
//
//   Checked checked = CheckRecord(std::move(record), {.source = "curated"});
//   if (!checked.wrong.empty()) return InvalidFields(checked.wrong);
//
// Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/curation/field_path.h"
#include "server/ingest/staging.h"
#include "storage/base/status.h"

namespace handrail::server {

struct Checked {
  // Normalised. Only where nothing is wrong.
  v1::Record record;
  // Worth knowing.
  std::vector<v1::Finding> notices;
  std::vector<FieldViolation> wrong;
};

struct CheckOptions {
  std::string source;
  // What was edited. Empty: all of it.
  std::vector<FieldPath> edited;
};

// REQUIRES: ids inside the record are the directory's own.
Checked CheckRecord(v1::Record record, const CheckOptions& options);

// Adds a violation for each record that is newly named and is not there.
// `before` may be null. Errors: those of DirectoryView.
absl::Status CheckReferences(const v1::Record& record, const v1::Record* before,
                             const Staging& staging,
                             std::vector<FieldViolation>& wrong);

// How many other records name this one. Errors: those of DirectoryView.
absl::StatusOr<int64_t> CountReferences(const v1::RecordRef& ref,
                                        const storage::DirectoryView& view);

}  // namespace handrail::server
