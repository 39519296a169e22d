#include "server/ingest/seen_records.h"

#include <optional>
#include <string_view>
#include <utility>

#include "storage/base/hash.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {

std::string ContentHash(const v1::Record& record) {
  return Sha256Hex(RecordBytes(record)).substr(0, 32);
}

bool SeenRecords::Add(const v1::Record& record) {
  return content_.try_emplace(KeyOf(record), ContentHash(record)).second;
}

bool SeenRecords::HasOtherContent(const RecordKey& key,
                                  const std::string& hash) const {
  const auto found = content_.find(key);
  return found != content_.end() && found->second != hash;
}

void SeenRecords::KeepIdsOf(const v1::Row& row, const storage::IdAlias& alias) {
  for (const v1::Record& record : row.records()) {
    const auto& [type, id] = KeyOf(record);
    if (id.empty()) continue;
    if (alias) {
      if (std::optional<std::string> kept =
              alias(type, storage::AliasName(id))) {
        kept_.insert({type, *std::move(kept)});
        continue;
      }
    }
    const std::string_view kind = storage::KindName(type);
    kept_.insert({type, id});
    kept_.insert({type, storage::NamespacedId(source_, kind, id)});
    if (IsUuid(id)) kept_.insert({type, storage::CanonicalUuid(id)});
  }
}

}  // namespace handrail::server
