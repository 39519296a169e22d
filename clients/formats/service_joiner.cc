#include "clients/formats/service_joiner.h"

#include <cstring>

#include "absl/hash/hash.h"
#include "clients/formats/record_merge.h"
#include "storage/base/check.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

uint64_t HashOf(v1::RecordType type, const std::string& id) {
  return absl::HashOf(static_cast<int>(type), id);
}

// A message with its length before it.
absl::Status Append(const google::protobuf::MessageLite& message,
                    SpillFile& file) {
  uint64_t size = 0;
  std::string bytes(sizeof(size), '\0');
  message.AppendToString(&bytes);
  size = bytes.size() - sizeof(size);
  std::memcpy(bytes.data(), &size, sizeof(size));
  return file.Append(bytes.data(), bytes.size());
}

// Reads the message at an offset, and sets it to that of the next.
absl::Status ReadNext(const SpillFile& file, int64_t& offset,
                      google::protobuf::MessageLite& message) {
  uint64_t size = 0;
  HANDRAIL_RETURN_IF_ERROR(file.ReadAt(offset, &size, sizeof(size)));
  std::string bytes(size, '\0');
  offset += static_cast<int64_t>(sizeof(size));
  HANDRAIL_RETURN_IF_ERROR(file.ReadAt(offset, bytes.data(), bytes.size()));
  offset += static_cast<int64_t>(size);
  HANDRAIL_CHECK(message.ParseFromString(bytes));
  return absl::OkStatus();
}

}  // namespace

absl::Status ServiceJoiner::Add(const v1::Record& record) {
  if (record.has_centroid() || record.has_crisis_resource() ||
      record.kind_case() == v1::Record::KIND_NOT_SET) {
    return absl::OkStatus();
  }
  if (record.has_service()) {
    HANDRAIL_RETURN_IF_ERROR(Close(first_));
    v1::Service service = record.service();
    HANDRAIL_ASSIGN_OR_RETURN(const bool joined, Join(service));
    return joined ? whole_(std::move(service)) : Wait(record.service());
  }
  const RecordKey key = KeyOf(record);
  Batch& batch = first_.cursor == nullptr ? first_ : late_;
  any_late_ = any_late_ || &batch == &late_;
  Records& records = records_[key.type];
  batch.places.Add({.key = HashOf(key.type, key.id),
                    .offset = records.file.bytes(),
                    .number = static_cast<int64_t>(records.nested.size()),
                    .type = key.type});
  records.nested.push_back(false);
  return Append(record, records.file);
}

absl::Status ServiceJoiner::Close(Batch& batch) {
  if (batch.cursor != nullptr) return absl::OkStatus();
  HANDRAIL_RETURN_IF_ERROR(batch.places.Finish());
  batch.cursor = std::make_unique<Places::Cursor>(batch.places);
  return absl::OkStatus();
}

absl::Status ServiceJoiner::Wait(const v1::Service& service) {
  return Append(service, waiting_);
}

absl::StatusOr<bool> ServiceJoiner::Find(v1::RecordType type,
                                         const std::string& id,
                                         v1::Record& record) {
  const uint64_t hash = HashOf(type, id);
  Records& records = records_[type];
  for (Batch* batch : {&first_, &late_}) {
    if (batch->cursor == nullptr) continue;
    batch->cursor->Seek({.key = hash});
    for (const Place* place = batch->cursor->Next();
         place != nullptr && place->key == hash;
         place = batch->cursor->Next()) {
      int64_t offset = place->offset;
      // The hash could be another's.
      if (place->type != type) continue;
      HANDRAIL_RETURN_IF_ERROR(ReadNext(records.file, offset, record));
      if (KeyOf(record).id != id) continue;
      records.nested[static_cast<size_t>(place->number)] = true;
      return true;
    }
    HANDRAIL_RETURN_IF_ERROR(batch->cursor->status());
  }
  return false;
}

absl::StatusOr<bool> ServiceJoiner::Join(v1::Service& service) {
  bool all = true;
  v1::Record record;
  if (!service.organization_id().empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(
        const bool found,
        Find(v1::ORGANIZATION, service.organization_id(), record));
    all = all && found;
    if (found) {
      service.mutable_organization()->Swap(record.mutable_organization());
    }
  }
  if (!service.program_id().empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(const bool found,
                              Find(v1::PROGRAM, service.program_id(), record));
    all = all && found;
    if (found) service.mutable_program()->Swap(record.mutable_program());
  }
  for (v1::ServiceAtLocation& link : *service.mutable_service_at_locations()) {
    if (link.location().id().empty()) continue;
    HANDRAIL_ASSIGN_OR_RETURN(const bool found,
                              Find(v1::LOCATION, link.location().id(), record));
    all = all && found;
    if (found) link.mutable_location()->Swap(record.mutable_location());
  }
  return all;
}

absl::Status ServiceJoiner::GiveWaiting() {
  for (int64_t offset = 0; offset < waiting_.bytes();) {
    v1::Service service;
    HANDRAIL_RETURN_IF_ERROR(ReadNext(waiting_, offset, service));
    HANDRAIL_RETURN_IF_ERROR(Join(service).status());
    HANDRAIL_RETURN_IF_ERROR(whole_(std::move(service)));
  }
  return absl::OkStatus();
}

absl::Status ServiceJoiner::GiveAlone() {
  for (const auto& [type, records] : records_) {
    size_t number = 0;
    for (int64_t offset = 0; offset < records.file.bytes(); ++number) {
      v1::Record record;
      HANDRAIL_RETURN_IF_ERROR(ReadNext(records.file, offset, record));
      if (records.nested[number]) continue;
      HANDRAIL_RETURN_IF_ERROR(alone_(record));
    }
  }
  return absl::OkStatus();
}

absl::Status ServiceJoiner::Finish() {
  if (any_late_) HANDRAIL_RETURN_IF_ERROR(Close(late_));
  HANDRAIL_RETURN_IF_ERROR(GiveWaiting());
  return alone_ == nullptr ? absl::OkStatus() : GiveAlone();
}

}  // namespace handrail::formats
