#include "server/surroundings.h"

#include <algorithm>

#include "server/projection.h"
#include "server/service_references.h"
#include "storage/base/status.h"

namespace handrail::server {

using storage::DirectoryView;
using storage::v1::StoredRecord;

const StoredRecord* ReadSurroundings::Find(v1::RecordType type,
                                           const std::string& id) {
  if (id.empty()) return nullptr;
  if (const auto held = in_memory_.find({type, id}); held != in_memory_.end()) {
    return held->second;
  }
  const auto [found, added] = records_.try_emplace({type, id});
  if (added) {
    v1::RecordRef ref;
    ref.set_type(type);
    ref.set_id(id);
    auto read = view_.FindPublic(ref);
    if (read.ok()) {
      found->second = *std::move(read);
    } else {
      status_ = read.status();
    }
  }
  return found->second.has_value() ? &*found->second : nullptr;
}

absl::Status AllSurroundings::Read(const DirectoryView& view) {
  for (const v1::RecordType type :
       {v1::ORGANIZATION, v1::PROGRAM, v1::LOCATION, v1::TAXONOMY_TERM}) {
    auto& of_type = records_[type];
    HANDRAIL_RETURN_IF_ERROR(
        view.ForEachPublic(type, [&](const StoredRecord& record) {
          of_type.emplace(record.info().id(), record);
          return true;
        }));
  }
  return absl::OkStatus();
}

const StoredRecord* AllSurroundings::Find(v1::RecordType type,
                                          const std::string& id) {
  const auto& of_type = records_[type];
  const auto found = of_type.find(id);
  return found == of_type.end() ? nullptr : &found->second;
}

namespace {

// Room for the listing of a service of some sixty facts.
constexpr size_t kArenaBlockBytes = 16 << 10;

// The service_at_location that a service's i-th listing is made of; null for
// the one listing of a service that has none.
const v1::ServiceAtLocation* LinkAt(const v1::Service& service, size_t i) {
  const int place = static_cast<int>(i);
  return place < service.service_at_locations_size()
             ? &service.service_at_locations(place)
             : nullptr;
}

// Whether a listing that stands somewhere says its own state and county.
bool NamesItsArea(const v1::Location& location) {
  return !location.x_handrail().county().empty() &&
         std::all_of(location.addresses().begin(), location.addresses().end(),
                     [](const v1::Address& address) {
                       return !address.state_province().empty();
                     });
}

bool AsksCentroids(const v1::Listing& listing, const StoredRecord* location) {
  return listing.place().basis() != v1::Place::COORDINATES ||
         location == nullptr || !NamesItsArea(location->record().location());
}

// One that most services need one block of.
std::shared_ptr<google::protobuf::Arena> NewArena() {
  google::protobuf::ArenaOptions options;
  options.start_block_size = kArenaBlockBytes;
  options.max_block_size = kArenaBlockBytes;
  return std::make_shared<google::protobuf::Arena>(options);
}

// What others call each listing, and whether centroids were asked.
void Describe(const ServiceRecords& records, ServiceListings& made) {
  for (size_t i = 0; i < made.listings.size(); ++i) {
    const v1::ServiceAtLocation* at =
        LinkAt(records.service->record().service(), i);
    const StoredRecord* location =
        at == nullptr ? nullptr : records.location(LocationIdOf(*at));
    made.identities.push_back(
        IdentityOf(*records.service, at, location, records.organization));
    made.asks_centroids |= AsksCentroids(*made.listings[i], location);
  }
}

}  // namespace

ServiceListings ListingsAround(const StoredRecord& record,
                               const matcher::CentroidTable& centroids,
                               Surroundings& around) {
  const v1::Service& service = record.record().service();
  ServiceRecords records{.service = &record};
  records.program = around.Find(v1::PROGRAM, service.program_id());
  const v1::Program* program = records.program == nullptr
                                   ? nullptr
                                   : &records.program->record().program();
  std::string organization_id = service.organization_id();
  if (organization_id.empty() && program != nullptr) {
    organization_id = program->organization_id();
  }
  records.organization = around.Find(v1::ORGANIZATION, organization_id);
  records.location = [&](const std::string& id) {
    return around.Find(v1::LOCATION, id);
  };
  records.term_name = [&](const std::string& id) {
    const StoredRecord* term = around.Find(v1::TAXONOMY_TERM, id);
    return term == nullptr ? std::string()
                           : term->record().taxonomy_term().name();
  };
  ServiceListings made{.arena = NewArena(),
                       .term_ids = TermIdsOf(service, program)};
  made.listings = ProjectService(records, centroids, *made.arena);
  Describe(records, made);
  return made;
}

}  // namespace handrail::server
