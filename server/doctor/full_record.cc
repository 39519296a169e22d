#include "server/doctor/full_record.h"

#include <utility>

#include "server/ingest/record_key.h"
#include "storage/db/directory_store.h"
#include "storage/db/stored_record.h"

namespace handrail::server {
namespace {

using storage::keys::Key;
using storage::v1::StoredRecord;

// Why a stored record is not the one of its key; empty where it is.
std::string WhatIsWrong(const Key& key, const StoredRecord& record) {
  if (record.info().type() != key.type || record.info().id() != key.id) {
    return "is another record than its key says";
  }
  if (static_cast<int>(record.record().kind_case()) != key.type) {
    return "holds a record of another type";
  }
  const std::string inner = KeyOf(record.record()).second;
  if (!inner.empty() && inner != key.id) {
    return "holds another id than its key says";
  }
  if (record.info().source().empty()) return "has no source";
  return "";
}

}  // namespace

v1::RecordRef MakeRef(v1::RecordType type, const std::string& id) {
  v1::RecordRef ref;
  ref.set_type(type);
  ref.set_id(id);
  return ref;
}

std::optional<StoredRecord> ReadFull(const Key& key, std::string_view value,
                                     uint64_t version, std::string& why) {
  auto record = storage::DecodeRecord(storage::Form::kFull, value, version);
  if (!record.ok()) {
    why = "does not parse";
    return std::nullopt;
  }
  why = WhatIsWrong(key, *record);
  if (!why.empty()) return std::nullopt;
  return *std::move(record);
}

Mend MendOf(std::string key, uint64_t version, std::optional<std::string> value,
            const StoredRecord* record) {
  Mend mend{
      .key = std::move(key), .version = version, .value = std::move(value)};
  if (record != nullptr) {
    mend.record_key = storage::keys::FullKey(storage::RefOf(record->info()));
    mend.record_version = record->revision();
  }
  return mend;
}

Mend RemovalOf(std::string key, uint64_t version, const v1::RecordRef& ref,
               uint64_t record_version) {
  return {.key = std::move(key),
          .version = version,
          .record_key = storage::keys::FullKey(ref),
          .record_version = record_version};
}

}  // namespace handrail::server
