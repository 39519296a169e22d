#include "clients/formats/row_zone.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/match.h"
#include "clients/formats/state_zone.h"

namespace handrail::formats {
namespace {

// Sources say it in any of these ways, or not at all.
constexpr std::string_view kUnitedStates[] = {"", "US", "USA", "United States",
                                              "United States of America"};

bool IsInTheStates(std::string_view country) {
  return std::any_of(std::begin(kUnitedStates), std::end(kUnitedStates),
                     [&](std::string_view name) {
                       return absl::EqualsIgnoreCase(
                           {name.data(), name.size()},
                           {country.data(), country.size()});
                     });
}

// Nothing for a place in another country: states of theirs have the letters of
// ours.
ZonePlace PlaceOf(const v1::Location& location) {
  ZonePlace place;
  for (const v1::Address& address : location.addresses()) {
    if (!IsInTheStates(address.country())) return {};
    if (place.state.empty()) place.state = address.state_province();
  }
  if (location.has_latitude_e7() && location.has_longitude_e7()) {
    place.latitude_e7 = location.latitude_e7();
    place.longitude_e7 = location.longitude_e7();
  }
  return place;
}

void NoteDerived(const v1::RowOrigin& origin, FindingLog& log) {
  log.Tally(origin,
            {.severity = v1::NOTICE,
             .field = "x_handrail.zone",
             .reason = "derived",
             .value_class = "empty",
             .message = "places have no time zone; that of where they stand "
                        "is taken",
             .hint = "say another with --zone, such as America/New_York"});
}

}  // namespace

void ZoneRow(const std::string& given, v1::Row& row, FindingLog& log) {
  for (v1::Record& record : *row.mutable_records()) {
    if (!record.has_location()) continue;
    v1::Location& location = *record.mutable_location();
    if (location.location_type() == v1::VIRTUAL ||
        !location.x_handrail().zone().empty()) {
      continue;
    }
    const std::string zone =
        given.empty() ? ZoneOfPlace(PlaceOf(location)) : given;
    if (zone.empty()) continue;
    location.mutable_x_handrail()->set_zone(zone);
    if (given.empty()) NoteDerived(row.origin(), log);
  }
}

}  // namespace handrail::formats
