#include "server/ingest/seen_records.h"

#include <optional>
#include <string_view>

#include "storage/base/hash.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {

namespace {

// The sixteen bytes that a UUID in lower case stands for; nothing for any other
// text.
std::optional<Sha256Half> UuidBytes(std::string_view text) {
  constexpr size_t kUuidTextSize = 36;
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (text.size() != kUuidTextSize) return std::nullopt;
  Sha256Half bytes = {};
  size_t digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const size_t value = kDigits.find(text[i]);
    if (value == kDigits.npos) return std::nullopt;
    unsigned char& byte = bytes[digits++ / 2];
    byte = static_cast<unsigned char>(byte * 16 + value);
  }
  return bytes;
}

}  // namespace

RecordPrint PrintOf(const v1::Record& record) {
  RecordPrint print{.key = KeyOf(record), .bytes = RecordBytes(record)};
  print.content = Sha256HalfOf(print.bytes);
  return print;
}

SeenRecords::ShortKey SeenRecords::ShortKeyOf(const RecordKey& key) {
  const std::optional<Sha256Half> uuid = UuidBytes(key.second);
  // That a hash is somebody's UUID is as unlikely as two hashes that are equal.
  return {static_cast<char>(key.first),
          uuid.has_value() ? *uuid : Sha256HalfOf(key.second)};
}

bool SeenRecords::Add(const RecordPrint& record) {
  return content_.try_emplace(ShortKeyOf(record.key), record.content).second;
}

bool SeenRecords::HasOtherContent(const RecordPrint& record) const {
  const auto found = content_.find(ShortKeyOf(record.key));
  return found != content_.end() && found->second != record.content;
}

void SeenRecords::Keep(v1::RecordType type, const std::string& id) {
  kept_.insert(ShortKeyOf({type, id}));
}

void SeenRecords::KeepIdsOf(const v1::Row& row, const storage::IdAlias& alias) {
  for (const v1::Record& record : row.records()) {
    const auto& [type, id] = KeyOf(record);
    if (id.empty()) continue;
    if (alias) {
      if (std::optional<std::string> kept =
              alias(type, storage::AliasName(id))) {
        Keep(type, *kept);
        continue;
      }
    }
    const std::string_view kind = storage::KindName(type);
    Keep(type, id);
    Keep(type, storage::NamespacedId(source_, kind, id));
    if (IsUuid(id)) Keep(type, storage::CanonicalUuid(id));
  }
}

}  // namespace handrail::server
