// The public records around a service, and the listings they make together.
//
// A service's listings are folded from its own record and from those it refers
// to. One service is projected with a ReadSurroundings, which reads what is
// asked for; all of them at once with an AllSurroundings, which reads
// everything before.
//
//   ReadSurroundings around(view, in_memory);
//   const ServiceListings made = ListingsAround(service, centroids, around);
//   HANDRAIL_RETURN_IF_ERROR(around.status());
//
// Each belongs to one thread at a time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/arena.h"
#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/record.pb.h"
#include "matcher/place.h"
#include "server/duplicates/identity.h"
#include "storage/db/directory_store.h"

namespace handrail::server {

class Surroundings {
 public:
  virtual ~Surroundings() = default;

  // The record, which lives as long as this does. Null: there is none, or it
  // could not be read.
  virtual const storage::v1::StoredRecord* Find(v1::RecordType type,
                                                const std::string& id) = 0;

  // The last error of Find: those of DirectoryView.
  virtual absl::Status status() const { return absl::OkStatus(); }
};

// Public records in memory, by kind and id; both must outlive this. Null: there
// is no such record.
using PublicRecords =
    absl::flat_hash_map<std::pair<v1::RecordType, absl::string_view>,
                        const storage::v1::StoredRecord*>;

// Takes what is in memory from there and reads the rest from a view, each
// record once. Both must outlive this.
class ReadSurroundings : public Surroundings {
 public:
  ReadSurroundings(const storage::DirectoryView& view,
                   const PublicRecords& in_memory)
      : view_(view), in_memory_(in_memory) {}

  const storage::v1::StoredRecord* Find(v1::RecordType type,
                                        const std::string& id) override;
  absl::Status status() const override { return status_; }

 private:
  const storage::DirectoryView& view_;
  const PublicRecords& in_memory_;
  std::map<std::pair<v1::RecordType, std::string>,
           std::optional<storage::v1::StoredRecord>>
      records_;
  absl::Status status_;
};

// All organizations, programs, locations and terms, in memory.
class AllSurroundings : public Surroundings {
 public:
  // REQUIRES: called once, before Find. Errors: those of DirectoryView.
  absl::Status Read(const storage::DirectoryView& view);

  const storage::v1::StoredRecord* Find(v1::RecordType type,
                                        const std::string& id) override;

 private:
  std::map<v1::RecordType,
           std::unordered_map<std::string, storage::v1::StoredRecord>>
      records_;
};

// What a service comes to.
struct ServiceListings {
  // Where the listings stand.
  std::shared_ptr<google::protobuf::Arena> arena;
  std::vector<v1::Listing*> listings;
  // What others call each of them.
  std::vector<ListingIdentity> identities;
  // Of taxonomy terms whose names are in them. Each once.
  std::vector<std::string> term_ids;
  // Where one of them stands, its county or its state was, or would be, taken
  // from a centroid.
  bool asks_centroids = false;
};

// Projects one service. REQUIRES: the record is one.
ServiceListings ListingsAround(const storage::v1::StoredRecord& service,
                               const matcher::CentroidTable& centroids,
                               Surroundings& around);

}  // namespace handrail::server
