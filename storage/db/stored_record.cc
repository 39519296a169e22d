#include "storage/db/stored_record.h"

#include <cinttypes>
#include <cstdio>
#include <utility>

#include "storage/base/hash.h"
#include "storage/base/status.h"
#include "storage/journal/append_plan.h"

namespace handrail::storage {
namespace {

constexpr size_t kEtagDigits = 32;

// The bytes of `around` with `record` in it, which is lent for as long as they
// are written, and neither changed nor copied.
std::string BytesAround(v1::StoredRecord& around,
                        const handrail::v1::Record& record) {
  around.unsafe_arena_set_allocated_record(
      const_cast<handrail::v1::Record*>(&record));
  std::string bytes = DeterministicBytes(around);
  around.unsafe_arena_release_record();
  return bytes;
}

}  // namespace

std::string EncodeFull(v1::StoredRecord around,
                       const handrail::v1::Record& record) {
  around.clear_revision();
  around.mutable_info()->clear_etag();
  return BytesAround(around, record);
}

std::string EncodePublic(handrail::v1::RecordInfo info,
                         const handrail::v1::Record& record) {
  v1::StoredRecord around;
  *around.mutable_info() = std::move(info);
  return BytesAround(around, record);
}

std::string EncodePublic(const v1::StoredRecord& projection) {
  handrail::v1::RecordInfo info = projection.info();
  info.set_etag(PublicEtag(projection));
  return EncodePublic(std::move(info), projection.record());
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

std::string FullEtag(uint64_t version) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%" PRIx64, version);
  return digits;
}

std::string PublicEtag(const handrail::v1::RecordInfo& info,
                       const handrail::v1::Record& record) {
  v1::StoredRecord seen;
  seen.mutable_info()->set_type(info.type());
  seen.mutable_info()->set_id(info.id());
  seen.mutable_info()->set_source(info.source());
  seen.mutable_info()->set_redacted(info.redacted());
  return Sha256Hex(BytesAround(seen, record)).substr(0, kEtagDigits);
}

std::string PublicEtag(const v1::StoredRecord& projection) {
  return PublicEtag(projection.info(), projection.record());
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
