// How the two halves of a re-keyed load (rekey.h) hold records: by a hash of
// kind and id, or of kind and name; and what a kind is called.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "server/ingest/record_key.h"
#include "storage/base/hash.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {

inline uint64_t RekeyHash(v1::RecordType type, const std::string& text) {
  return StableHash64(absl::StrCat(static_cast<int>(type), "/", text));
}

inline uint64_t RekeyHash(const RecordKey& key) {
  return RekeyHash(key.first, key.second);
}

// Of an unspecified type: a service_at_location.
inline std::string_view RekeyKind(v1::RecordType type) {
  return type == v1::RECORD_TYPE_UNSPECIFIED
             ? std::string_view(storage::kServiceAtLocationKind)
             : storage::KindName(type);
}

}  // namespace handrail::server
