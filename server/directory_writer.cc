#include "server/directory_writer.h"

#include <algorithm>
#include <memory>
#include <set>

#include "server/ingest/record_key.h"
#include "server/services_around.h"
#include "storage/base/status.h"

namespace handrail::server {

using storage::v1::StoredRecord;

namespace {

bool IsPartOfListings(v1::RecordType type) {
  return type != v1::CENTROID && type != v1::CRISIS_RESOURCE;
}

// The public records as the change leaves them, out of the change itself.
HandedRecords TakeRecords(storage::DirectoryChange& change) {
  HandedRecords handed;
  handed.records.reserve(change.upserts.size() + change.retires.size());
  for (storage::RecordUpsert& upsert : change.upserts) {
    const v1::RecordInfo& info = upsert.full.info();
    if (!IsPartOfListings(info.type())) continue;
    auto record = std::make_shared<StoredRecord>(upsert.TakeShown());
    record->mutable_info()->set_type(info.type());
    record->mutable_info()->set_id(info.id());
    record->mutable_info()->set_source(info.source());
    handed.bytes += upsert.bytes.empty() ? record->record().ByteSizeLong()
                                         : upsert.bytes.size();
    handed.records.emplace_back(RecordKey(info.type(), info.id()),
                                std::move(record));
  }
  for (const storage::RecordRetire& retire : change.retires) {
    handed.records.emplace_back(KeyOf(retire.ref), nullptr);
  }
  return handed;
}

}  // namespace

DirectoryWriter::Turn::Turn(DirectoryWriter& writer) : writer_(writer) {
  MutexLock lock(writer_.mu_);
  while (writer_.busy_) writer_.free_.Wait(writer_.mu_);
  writer_.busy_ = true;
}

DirectoryWriter::Turn::~Turn() {
  MutexLock lock(writer_.mu_);
  writer_.busy_ = false;
  writer_.free_.NotifyOne();
}

absl::StatusOr<std::unique_ptr<DirectoryWriter>> DirectoryWriter::Create(
    storage::DirectoryStore& store, DirectoryState& state) {
  std::unique_ptr<DirectoryWriter> writer(new DirectoryWriter(store, state));
  const storage::DirectoryView view = store.View();
  HANDRAIL_ASSIGN_OR_RETURN(writer->published_, view.Revision());
  HANDRAIL_RETURN_IF_ERROR(
      view.ForEachFull(v1::SERVICE, [&](const StoredRecord& record) {
        MutexLock lock(writer->mu_);
        writer->AddListingsOf(record.record().service(),
                              record.info().source());
        return true;
      }));
  return writer;
}

absl::StatusOr<uint64_t> DirectoryWriter::Commit(
    const Turn& turn, storage::DirectoryChange change) {
  // Most often there is nothing: a number is read.
  HANDRAIL_RETURN_IF_ERROR(CatchUp(turn));
  HANDRAIL_ASSIGN_OR_RETURN(Touched touched, TouchedBy(change));
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, store_.Commit(change));
  RememberListings(change);
  touched.view = store_.View();
  touched.revision = revision;
  touched.records = TakeRecords(change);
  state_.Publish(std::move(touched));
  published_ = std::max(published_, revision);
  return revision;
}

absl::Status DirectoryWriter::CatchUp(const Turn&) {
  Touched touched{.view = store_.View(), .decisions = true};
  HANDRAIL_ASSIGN_OR_RETURN(touched.revision, touched.view->Revision());
  if (touched.revision <= published_) return absl::OkStatus();
  std::set<RecordKey> changed;
  HANDRAIL_RETURN_IF_ERROR(
      store_
          .ForEachChange(published_, 0,
                         [&](const storage::ChangeSeen& change) {
                           for (const auto& record : change.records) {
                             AddTouched(record.ref.type(), record.ref.id(),
                                        touched);
                             changed.insert(KeyOf(record.ref));
                           }
                           return true;
                         })
          .status());
  HANDRAIL_ASSIGN_OR_RETURN(std::set<std::string> around,
                            ServicesAround(*touched.view, std::move(changed)));
  touched.services.merge(around);
  for (const std::string& id : touched.services) {
    HANDRAIL_RETURN_IF_ERROR(RememberListingsOf(id, *touched.view));
  }
  published_ = touched.revision;
  state_.Publish(std::move(touched));
  return absl::OkStatus();
}

std::optional<std::string> DirectoryWriter::ListingOwner(
    const std::string& id) const {
  MutexLock lock(mu_);
  const auto found = owners_.find(id);
  if (found == owners_.end()) return std::nullopt;
  return std::string(found->second);
}

absl::StatusOr<Touched> DirectoryWriter::TouchedBy(
    const storage::DirectoryChange& change) const {
  Touched touched{.decisions = !change.decisions.empty()};
  std::set<RecordKey> others;
  const auto add = [&](v1::RecordType type, const std::string& id) {
    AddTouched(type, id, touched);
    if (type != v1::SERVICE) others.emplace(type, id);
  };
  for (const storage::RecordUpsert& upsert : change.upserts) {
    add(upsert.full.info().type(), upsert.full.info().id());
  }
  for (const storage::RecordRetire& retire : change.retires) {
    add(retire.ref.type(), retire.ref.id());
  }
  HANDRAIL_ASSIGN_OR_RETURN(std::set<std::string> around,
                            ServicesAround(store_.View(), std::move(others)));
  touched.services.merge(around);
  return touched;
}

void DirectoryWriter::AddTouched(v1::RecordType type, const std::string& id,
                                 Touched& touched) {
  switch (type) {
    case v1::SERVICE:
      touched.services.insert(id);
      break;
    case v1::TAXONOMY_TERM:
      touched.terms.insert(id);
      break;
    case v1::CENTROID:
      touched.centroids = true;
      break;
    case v1::CRISIS_RESOURCE:
      touched.crisis_resources = true;
      break;
    default:
      break;
  }
}

absl::Status DirectoryWriter::RememberListingsOf(
    const std::string& service_id, const storage::DirectoryView& view) {
  v1::RecordRef ref;
  ref.set_type(v1::SERVICE);
  ref.set_id(service_id);
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<StoredRecord> record,
                            view.FindFull(ref));
  MutexLock lock(mu_);
  ForgetListingsOf(service_id);
  if (record.has_value()) {
    AddListingsOf(record->record().service(), record->info().source());
  }
  return absl::OkStatus();
}

void DirectoryWriter::RememberListings(const storage::DirectoryChange& change) {
  MutexLock lock(mu_);
  for (const storage::RecordRetire& retire : change.retires) {
    if (retire.ref.type() == v1::SERVICE) ForgetListingsOf(retire.ref.id());
  }
  for (const storage::RecordUpsert& upsert : change.upserts) {
    if (upsert.full.info().type() != v1::SERVICE) continue;
    ForgetListingsOf(upsert.full.info().id());
    AddListingsOf(upsert.full.record().service(), upsert.full.info().source());
  }
}

void DirectoryWriter::ForgetListingsOf(const std::string& service_id) {
  const auto found = listings_.find(service_id);
  if (found == listings_.end()) return;
  for (const std::string& id : found->second) owners_.erase(id);
  listings_.erase(found);
}

void DirectoryWriter::AddListingsOf(const v1::Service& service,
                                    const std::string& source) {
  std::vector<std::string> ids;
  for (const v1::ServiceAtLocation& at : service.service_at_locations()) {
    if (!at.id().empty()) ids.push_back(at.id());
  }
  if (ids.empty()) return;
  const std::string_view owner = *sources_.insert(source).first;
  const auto& kept = listings_.emplace(service.id(), std::move(ids)).first;
  for (const std::string& id : kept->second) owners_[id] = owner;
}

}  // namespace handrail::server
