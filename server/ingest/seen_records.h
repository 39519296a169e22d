// The records that one load has met: what the source still has.
//
// A record is met when its row was loaded; then its content is remembered, so
// that a second row with the same id and other content is told. Of a row that
// was skipped only the ids are remembered: the source still has those records,
// and their older state must not be retired.
//
//   SeenRecords seen("bchd");
//   const RecordPrint print = PrintOf(record);
//   if (!seen.HasOtherContent(print)) seen.Add(print);
//   if (!seen.StillInSource(print.key)) Retire(print.key);
//
// Holds some forty bytes a record, so that a load can be of any size. Belongs
// to one thread at a time.
#pragma once

#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "handrail/v1/ingest_service.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/ingest/record_key.h"
#include "storage/base/hash.h"
#include "storage/normalise/normalise.h"

namespace handrail::server {

// What a record of a load is known by.
struct RecordPrint {
  RecordKey key;
  // RecordBytes, and what tells them apart.
  std::string bytes;
  Sha256Half content = {};
};

RecordPrint PrintOf(const v1::Record& record);

class SeenRecords {
 public:
  explicit SeenRecords(std::string source) : source_(std::move(source)) {}

  // Remembers a record of a loaded row. False where one of this id is
  // remembered already; that one stays.
  bool Add(const RecordPrint& record);

  // Whether a record of this id is remembered from a loaded row.
  bool Contains(const RecordKey& key) const {
    return content_.contains(ShortKeyOf(key));
  }

  // Whether it is, with other content than this.
  bool HasOtherContent(const RecordPrint& record) const;

  // Remembers every id that a record of the row can have, before or after it is
  // normalised: where `alias` knows one it is that one.
  void KeepIdsOf(const v1::Row& row, const storage::IdAlias& alias = nullptr);

  // Whether the source has a record of this id, in a row loaded or kept.
  bool StillInSource(const RecordKey& key) const {
    const ShortKey short_key = ShortKeyOf(key);
    return content_.contains(short_key) || kept_.contains(short_key);
  }

  // True where no row brought any record.
  bool empty() const { return content_.empty() && kept_.empty(); }

 private:
  // Kind and id: a UUID in lower case as it is, anything else as its hash.
  using ShortKey = std::pair<char, Sha256Half>;
  static ShortKey ShortKeyOf(const RecordKey& key);
  void Keep(v1::RecordType type, const std::string& id);

  const std::string source_;
  // Each record's content.
  absl::flat_hash_map<ShortKey, Sha256Half> content_;
  absl::flat_hash_set<ShortKey> kept_;
};

}  // namespace handrail::server
