// The records that one load has met: what the source still has.
//
// A record is met when its row was loaded; then its content is remembered, so
// that a second row with the same id and other content is told. Of a row that
// was skipped only the ids are remembered: the source still has those records,
// and their older state must not be retired.
//
//   SeenRecords seen("bchd");
//   if (!seen.HasOtherContent(record)) seen.Add(record);
//   if (!seen.StillInSource(key)) Retire(key);
//
// Belongs to one thread at a time.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/ingest/record_key.h"
#include "storage/normalise/normalise.h"

namespace handrail::server {

// Tells contents of records apart: equal for equal RecordBytes.
std::string ContentHash(const v1::Record& record);

class SeenRecords {
 public:
  explicit SeenRecords(std::string source) : source_(std::move(source)) {}

  // Remembers a record of a loaded row. False where one of this id is
  // remembered already; that one stays.
  bool Add(const v1::Record& record);

  // Whether a record of this id is remembered from a loaded row.
  bool Contains(const RecordKey& key) const { return content_.contains(key); }

  // Whether it is, with another hash of content than this.
  bool HasOtherContent(const RecordKey& key, const std::string& hash) const;

  // Remembers every id that a record of the row can have, before or after it is
  // normalised: where `alias` knows one it is that one.
  void KeepIdsOf(const v1::Row& row, const storage::IdAlias& alias = nullptr);

  // Whether the source has a record of this id, in a row loaded or kept.
  bool StillInSource(const RecordKey& key) const {
    return Contains(key) || kept_.contains(key);
  }

  // True where no row brought any record.
  bool empty() const { return content_.empty() && kept_.empty(); }

 private:
  const std::string source_;
  // Hash of each record's content.
  std::map<RecordKey, std::string> content_;
  std::set<RecordKey> kept_;
};

}  // namespace handrail::server
