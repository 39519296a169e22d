// Gives the records of one row the directory's ids and lets their references
// follow.
//
// Not thread-safe: one IdMapper belongs to one call of NormaliseRow.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "handrail/v1/record.pb.h"
#include "storage/normalise/normalise.h"
#include "storage/normalise/report.h"

namespace handrail::storage {

class IdMapper {
 public:
  explicit IdMapper(const NormaliseContext& context) : context_(context) {}

  struct Mapped {
    std::string id;
    // A UUID that another source owns already.
    bool owned_elsewhere = false;
  };

  // The directory's id of what the source calls `external`: the one that an
  // alias names; else the UUID itself in lower case, unless another source owns
  // it; else UUIDv5.
  const Mapped& Map(v1::RecordType type, const std::string& external);

  // The same for a service_at_location. Those of a service that another source
  // owns follow the service (`apart`).
  const Mapped& MapServiceAtLocation(const std::string& external,
                                     bool apart = false);

 private:
  std::optional<std::string> FindAlias(v1::RecordType type,
                                       const std::string& external) const;
  Mapped Compute(std::string_view kind, const std::string& external,
                 bool owned_elsewhere) const;

  const NormaliseContext& context_;
  absl::flat_hash_map<std::string, Mapped> known_;
};

// Maps the record's id and all references inside it. Skips the row where an id
// is missing, used twice, or where a whole record is nested in another: stored
// records refer to each other.
void MapIds(v1::Record& record, const Path& path, IdMapper& mapper,
            const NormaliseContext& context, RowReport& report);

}  // namespace handrail::storage
