#include "server/ingest/record_key.h"

#include "storage/journal/append_plan.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {

v1::RecordRef RefOf(const RecordKey& key) {
  v1::RecordRef ref;
  ref.set_type(key.first);
  ref.set_id(key.second);
  return ref;
}

RecordKey KeyOf(const v1::Record& record) {
  return {storage::RecordTypeOf(record), storage::RecordIdOf(record)};
}

RecordKey KeyOf(const v1::RecordRef& ref) { return {ref.type(), ref.id()}; }

std::string RecordBytes(const v1::Record& record) {
  return storage::DeterministicBytes(record);
}

}  // namespace handrail::server
