// The key by which the server holds a record in maps and sets, and the bytes by
// which it tells two records apart.
//
// Pure; any thread.
#pragma once

#include <string>
#include <utility>

#include "handrail/v1/record.pb.h"

namespace handrail::server {

// Kind and id of a record, ordered by both.
using RecordKey = std::pair<v1::RecordType, std::string>;

v1::RecordRef RefOf(const RecordKey& key);
RecordKey KeyOf(const v1::Record& record);
RecordKey KeyOf(const v1::RecordRef& ref);

// The bytes by which two records are compared.
std::string RecordBytes(const v1::Record& record);

}  // namespace handrail::server
