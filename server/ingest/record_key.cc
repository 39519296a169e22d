#include "server/ingest/record_key.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
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
  std::string bytes(record.ByteSizeLong(), '\0');
  google::protobuf::io::ArrayOutputStream stream(
      bytes.data(), static_cast<int>(bytes.size()));
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  record.SerializeToCodedStream(&coded);
  return bytes;
}

}  // namespace handrail::server
