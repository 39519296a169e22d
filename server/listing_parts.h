// What one listing is folded from: the public records of a service, of one
// place it is offered at, and of those they belong to.
//
// The records are pointed at, not copied: they must outlive the parts. Once
// SetLevels was called nothing changes, and any number of threads may read.
//
//   ListingParts parts{.stored = &record,
//                      .service = &record.record().service(),
//                      .dates = &dates};
//   SetLevels(parts);
//   const Level* level = FirstWith(
//       parts, [](const auto& own) { return own.terms_size() > 0; });
#pragma once

#include <array>
#include <string_view>

#include "handrail/storage/v1/journal.pb.h"
#include "handrail/v1/listing.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/profile_fold.h"

namespace handrail::server {

struct ListingParts {
  const storage::v1::StoredRecord* stored = nullptr;
  const v1::Service* service = nullptr;
  // Null where there is none.
  const v1::ServiceAtLocation* at = nullptr;
  const v1::Location* location = nullptr;
  const storage::v1::StoredRecord* location_record = nullptr;
  const v1::Program* program = nullptr;
  const v1::Organization* organization = nullptr;
  // Of the arena that the listing stands on.
  SharedDates* dates = nullptr;
  // True when any of the levels is flagged so.
  bool confidential = false;

  Level at_level;
  Level service_level;
  Level location_level;
  Level program_level;
  Level organization_level;

  // Most specific first.
  std::array<const Level*, 5> Levels() const {
    return {&at_level, &service_level, &location_level, &program_level,
            &organization_level};
  }
};

// Fills in the levels and `confidential` from the records. A
// service_at_location without dates has those of its service.
// REQUIRES: `stored`, `service` and `dates` are not null.
void SetLevels(ListingParts& parts);

// The most specific level whose extension `has` what is asked for; null where
// none has.
template <typename Has>
const Level* FirstWith(const ListingParts& parts, Has has) {
  for (const Level* level : parts.Levels()) {
    if (level->own != nullptr && has(*level->own)) return level;
  }
  return nullptr;
}

// Adds to the listing when and by whom the level's HSDS field ("hours", …) was
// checked. Nothing is added where nothing is said.
void SetDate(const Level& level, std::string_view field, v1::Listing& listing);

}  // namespace handrail::server
