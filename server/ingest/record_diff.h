// What a load changes, field by field, as anybody may see it. Pure.
//
//   for (const PublicChange& change : changes) {
//     *report.add_changes() = ToRecordChange(change);
//   }
#pragma once

#include <memory>
#include <vector>

#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/ingest/record_key.h"

namespace handrail::server {

// One record whose public projection comes, goes or differs. REQUIRES: one of
// the two is there.
struct PublicChange {
  RecordKey key;
  // Null: there was, or is, none.
  std::shared_ptr<const v1::Record> before;
  std::shared_ptr<const v1::Record> after;
};

// The same as a report tells it: ADDED, RETIRED, or CHANGED with its fields.
v1::RecordChange ToRecordChange(const PublicChange& change);

// Every field that differs between two public projections of one record, by
// its path in HSDS words ("service.phones[0].number"), sorted by path. Entries
// of lists are compared by their place in the list. What only one of them has
// is listed field by field, with an empty JSON on the other side; an empty
// object or list is a value ("{}", "[]").
std::vector<v1::FieldChange> DiffRecords(const v1::Record& before,
                                         const v1::Record& after);

}  // namespace handrail::server
