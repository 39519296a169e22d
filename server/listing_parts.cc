#include "server/listing_parts.h"

#include <string>

namespace handrail::server {
namespace {

const v1::RecordExtension* ExtensionIf(bool present,
                                       const v1::RecordExtension& extension) {
  return present ? &extension : nullptr;
}

bool IsFlagged(const Level& level) {
  return level.own != nullptr &&
         level.own->visibility().confidential_location();
}

}  // namespace

void SetLevels(ListingParts& parts) {
  parts.service_level.own =
      ExtensionIf(parts.service->has_x_handrail(), parts.service->x_handrail());
  parts.at_level.dated_by = parts.service_level.own;
  if (parts.at != nullptr) {
    parts.at_level.own =
        ExtensionIf(parts.at->has_x_handrail(), parts.at->x_handrail());
  }
  if (parts.location != nullptr) {
    parts.location_level.own = ExtensionIf(parts.location->has_x_handrail(),
                                           parts.location->x_handrail());
  }
  if (parts.program != nullptr) {
    parts.program_level.own = ExtensionIf(parts.program->has_x_handrail(),
                                          parts.program->x_handrail());
  }
  if (parts.organization != nullptr) {
    parts.organization_level.own = ExtensionIf(
        parts.organization->has_x_handrail(), parts.organization->x_handrail());
  }
  for (Level* level :
       {&parts.at_level, &parts.service_level, &parts.location_level,
        &parts.program_level, &parts.organization_level}) {
    level->dates = parts.dates;
    if (IsFlagged(*level)) parts.confidential = true;
  }
}

void SetDate(const Level& level, std::string_view field, v1::Listing& listing) {
  const v1::Provenance* date = FindDate(level, field);
  if (date == nullptr) return;
  v1::FieldProvenance& dated = *listing.add_fields();
  dated.set_field(std::string(field));
  dated.unsafe_arena_set_allocated_provenance(level.dates->Of(*date));
}

}  // namespace handrail::server
