#include "storage/db/stored_record.h"

#include <google/protobuf/io/coded_stream.h>

#include <cinttypes>
#include <cstdio>
#include <utility>

#include "storage/base/hash.h"
#include "storage/base/mutant.h"
#include "storage/base/status.h"
#include "storage/journal/append_plan.h"

namespace handrail::storage {
namespace {

using google::protobuf::io::CodedOutputStream;

constexpr size_t kEtagDigits = 32;

// The bytes of a StoredRecord, field by field in the order of their numbers.
class StoredBytes {
 public:
  StoredBytes(const handrail::v1::RecordInfo& info, std::string_view record) {
    const std::string header = DeterministicBytes(info);
    bytes_.reserve(header.size() + record.size() + 2 * kHeadBytesMax);
    Add(v1::StoredRecord::kInfoFieldNumber, header);
    Add(v1::StoredRecord::kRecordFieldNumber, record);
  }

  void Add(int field, std::string_view message) {
    uint8_t head[kHeadBytesMax];
    uint8_t* end = CodedOutputStream::WriteTagToArray(
        static_cast<uint32_t>(field) << 3 | kLengthDelimited, head);
    end = CodedOutputStream::WriteVarint32ToArray(
        static_cast<uint32_t>(message.size()), end);
    bytes_.append(reinterpret_cast<const char*>(head), end - head);
    bytes_.append(message);
  }

  std::string Take() && { return std::move(bytes_); }

 private:
  // The wire type of messages (protobuf.dev/programming-guides/encoding).
  static constexpr uint32_t kLengthDelimited = 2;
  // A tag and a length.
  static constexpr size_t kHeadBytesMax = 10;

  std::string bytes_;
};

}  // namespace

std::string EncodeFull(const v1::StoredRecord& around,
                       std::string_view record) {
  handrail::v1::RecordInfo info = around.info();
  info.clear_etag();
  StoredBytes bytes(info, record);
  for (const v1::ConfirmedField& field : around.confirmed()) {
    bytes.Add(v1::StoredRecord::kConfirmedFieldNumber,
              DeterministicBytes(field));
  }
  return std::move(bytes).Take();
}

std::string EncodePublic(const handrail::v1::RecordInfo& info,
                         std::string_view record) {
  return StoredBytes(info, record).Take();
}

std::string EncodePublic(const v1::StoredRecord& projection) {
  const std::string record = DeterministicBytes(projection.record());
  handrail::v1::RecordInfo info = projection.info();
  info.set_etag(PublicEtag(info, record));
  return EncodePublic(info, record);
}

std::string EncodeShowsAll(const handrail::v1::RecordInfo& info) {
  v1::StoredRecord projection;
  *projection.mutable_info() = info;
  projection.set_shows_all(true);
  return DeterministicBytes(projection);
}

absl::StatusOr<v1::StoredRecord> DecodeRecord(Form form, std::string_view bytes,
                                              uint64_t version) {
  v1::StoredRecord record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return DataLoss(handrail::v1::ERROR_REASON_DATA_CORRUPT,
                    "a stored record does not parse; restore from a backup",
                    {{"key", form == Form::kFull ? "full" : "public"}});
  }
  record.set_revision(version);
  if (form == Form::kFull) record.mutable_info()->set_etag(FullEtag(version));
  return record;
}

absl::StatusOr<v1::StoredRecord> WithRecord(
    const v1::StoredRecord& projection,
    const std::optional<VersionedValue>& full) {
  if (!projection.shows_all()) return projection;
  if (!full.has_value() ||
      HANDRAIL_MUTATE(shown_version, full->version != projection.revision(),
                      false)) {
    return DataLoss(handrail::v1::ERROR_REASON_DATA_CORRUPT,
                    "a projection shows another version of its record; "
                    "restore from a backup",
                    {{"key", "public"}});
  }
  HANDRAIL_ASSIGN_OR_RETURN(
      v1::StoredRecord stored,
      DecodeRecord(Form::kFull, full->value, full->version));
  v1::StoredRecord shown = projection;
  *shown.mutable_record() = std::move(*stored.mutable_record());
  shown.clear_shows_all();
  return shown;
}

std::string FullEtag(uint64_t version) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%" PRIx64, version);
  return digits;
}

std::string PublicEtag(const handrail::v1::RecordInfo& info,
                       std::string_view record) {
  handrail::v1::RecordInfo seen;
  seen.set_type(info.type());
  seen.set_id(info.id());
  seen.set_source(info.source());
  seen.set_redacted(info.redacted());
  return Sha256Hex(StoredBytes(seen, record).Take()).substr(0, kEtagDigits);
}

std::string PublicEtag(const v1::StoredRecord& projection) {
  return PublicEtag(projection.info(), DeterministicBytes(projection.record()));
}

handrail::v1::RecordRef RefOf(const handrail::v1::RecordInfo& info) {
  handrail::v1::RecordRef ref;
  ref.set_type(info.type());
  ref.set_id(info.id());
  return ref;
}

std::set<std::pair<int, std::string>> ReferencesOf(
    const handrail::v1::Service& service) {
  std::set<std::pair<int, std::string>> references;
  const auto add = [&](handrail::v1::RecordType type, const std::string& id) {
    if (!id.empty()) references.emplace(type, id);
  };
  add(handrail::v1::ORGANIZATION, service.organization_id());
  add(handrail::v1::ORGANIZATION, service.organization().id());
  add(handrail::v1::PROGRAM, service.program_id());
  add(handrail::v1::PROGRAM, service.program().id());
  for (const handrail::v1::ServiceAtLocation& at :
       service.service_at_locations()) {
    add(handrail::v1::LOCATION, at.location_id());
    add(handrail::v1::LOCATION, at.location().id());
  }
  return references;
}

int64_t ToMicros(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1'000'000 + time.nanos() / 1'000;
}

int64_t StartedMicros(const handrail::v1::Load& load) {
  return ToMicros(load.started_at());
}

std::string EncodeCount(uint64_t count) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(count >> shift));
  }
  return bytes;
}

std::optional<uint64_t> DecodeCount(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  uint64_t count = 0;
  for (const char c : bytes) {
    count = (count << 8) | static_cast<unsigned char>(c);
  }
  return count;
}

}  // namespace handrail::storage
