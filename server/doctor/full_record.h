// What the checks of records share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/doctor/wrong.h"
#include "storage/db/keys.h"

namespace handrail::server {

v1::RecordRef MakeRef(v1::RecordType type, const std::string& id);

// The full record of a key, or nothing where it does not parse or is another
// one; then `why` says so.
std::optional<storage::v1::StoredRecord> ReadFull(const storage::keys::Key& key,
                                                  std::string_view value,
                                                  uint64_t version,
                                                  std::string& why);

// The key as it should be because of `record` (null: not of one record).
Mend MendOf(std::string key, uint64_t version, std::optional<std::string> value,
            const storage::v1::StoredRecord* record);

// The removal of what belongs to a record that is not there (version 0) or does
// not want it.
Mend RemovalOf(std::string key, uint64_t version, const v1::RecordRef& ref,
               uint64_t record_version);

}  // namespace handrail::server
