#include "clients/formats/service_joiner.h"

#include "clients/formats/record_merge.h"
#include "storage/base/check.h"
#include "storage/base/status.h"

namespace handrail::formats {

absl::Status ServiceJoiner::Add(const v1::Record& record) {
  if (record.has_centroid() || record.has_crisis_resource() ||
      record.kind_case() == v1::Record::KIND_NOT_SET) {
    return absl::OkStatus();
  }
  if (!record.has_service()) {
    const RecordKey key = KeyOf(record);
    records_[{key.type, key.id}] = record.SerializeAsString();
    return absl::OkStatus();
  }
  if (Complete(record.service())) return Give(record.service());
  waiting_.push_back(record.service().SerializeAsString());
  return absl::OkStatus();
}

bool ServiceJoiner::Complete(const v1::Service& service) const {
  const auto has = [&](v1::RecordType type, const std::string& id) {
    return id.empty() || records_.contains({type, id});
  };
  bool complete = has(v1::ORGANIZATION, service.organization_id()) &&
                  has(v1::PROGRAM, service.program_id());
  for (const v1::ServiceAtLocation& link : service.service_at_locations()) {
    complete = complete && has(v1::LOCATION, link.location().id());
  }
  return complete;
}

absl::Status ServiceJoiner::Give(v1::Service service) {
  const auto find = [&](v1::RecordType type, const std::string& id,
                        v1::Record& record) {
    const auto found = records_.find({type, id});
    if (found == records_.end()) return false;
    nested_.insert(found->first);
    return record.ParseFromString(found->second);
  };
  v1::Record record;
  if (find(v1::ORGANIZATION, service.organization_id(), record)) {
    service.mutable_organization()->Swap(record.mutable_organization());
  }
  if (find(v1::PROGRAM, service.program_id(), record)) {
    service.mutable_program()->Swap(record.mutable_program());
  }
  for (v1::ServiceAtLocation& link : *service.mutable_service_at_locations()) {
    if (find(v1::LOCATION, link.location().id(), record)) {
      link.mutable_location()->Swap(record.mutable_location());
    }
  }
  return whole_(std::move(service));
}

absl::Status ServiceJoiner::Finish() {
  for (const std::string& bytes : waiting_) {
    v1::Service service;
    HANDRAIL_CHECK(service.ParseFromString(bytes));
    HANDRAIL_RETURN_IF_ERROR(Give(std::move(service)));
  }
  waiting_.clear();
  if (alone_ == nullptr) return absl::OkStatus();
  for (const auto& [key, bytes] : records_) {
    if (nested_.contains(key)) continue;
    v1::Record record;
    HANDRAIL_CHECK(record.ParseFromString(bytes));
    HANDRAIL_RETURN_IF_ERROR(alone_(record));
  }
  return absl::OkStatus();
}

}  // namespace handrail::formats
