#include "clients/formats/state_zone.h"

#include <algorithm>
#include <array>

#include "clients/formats/plain_text.h"

namespace handrail::formats {
namespace {

struct StateZone {
  std::string_view letters;
  std::string_view name;
  // Empty where a zone line runs through the state: see kParts.
  std::string_view zone;
};

constexpr std::string_view kEastern = "America/New_York";
constexpr std::string_view kCentral = "America/Chicago";
constexpr std::string_view kMountain = "America/Denver";
constexpr std::string_view kPacific = "America/Los_Angeles";

constexpr std::array<StateZone, 54> kZones = {{
    {"ak", "alaska", ""},
    {"al", "alabama", kCentral},
    {"ar", "arkansas", kCentral},
    {"as", "american samoa", "Pacific/Pago_Pago"},
    {"az", "arizona", ""},
    {"ca", "california", kPacific},
    {"co", "colorado", kMountain},
    {"ct", "connecticut", kEastern},
    {"dc", "district of columbia", kEastern},
    {"de", "delaware", kEastern},
    {"fl", "florida", ""},
    {"ga", "georgia", kEastern},
    {"gu", "guam", "Pacific/Guam"},
    {"hi", "hawaii", "Pacific/Honolulu"},
    {"ia", "iowa", kCentral},
    {"id", "idaho", ""},
    {"il", "illinois", kCentral},
    {"in", "indiana", ""},
    {"ks", "kansas", ""},
    {"ky", "kentucky", ""},
    {"la", "louisiana", kCentral},
    {"ma", "massachusetts", kEastern},
    {"md", "maryland", kEastern},
    {"me", "maine", kEastern},
    {"mi", "michigan", ""},
    {"mn", "minnesota", kCentral},
    {"mo", "missouri", kCentral},
    {"mp", "northern mariana islands", "Pacific/Saipan"},
    {"ms", "mississippi", kCentral},
    {"mt", "montana", kMountain},
    {"nc", "north carolina", kEastern},
    {"nd", "north dakota", ""},
    {"ne", "nebraska", ""},
    {"nh", "new hampshire", kEastern},
    {"nj", "new jersey", kEastern},
    {"nm", "new mexico", kMountain},
    {"nv", "nevada", ""},
    {"ny", "new york", kEastern},
    {"oh", "ohio", kEastern},
    {"ok", "oklahoma", kCentral},
    {"or", "oregon", ""},
    {"pa", "pennsylvania", kEastern},
    {"pr", "puerto rico", "America/Puerto_Rico"},
    {"ri", "rhode island", kEastern},
    {"sc", "south carolina", kEastern},
    {"sd", "south dakota", ""},
    {"tn", "tennessee", ""},
    {"tx", "texas", ""},
    {"va", "virginia", kEastern},
    {"vi", "virgin islands", "America/St_Thomas"},
    {"vt", "vermont", kEastern},
    {"wa", "washington", kPacific},
    {"wi", "wisconsin", kCentral},
    {"wv", "west virginia", kEastern},
}};

// A part of a state that a zone line cuts, in degrees, a good way off the line.
struct StatePart {
  std::string_view letters;
  double south;
  double north;
  double west;
  double east;
  std::string_view zone;
};

constexpr std::string_view kAlaska = "America/Anchorage";
constexpr std::string_view kArizona = "America/Phoenix";
constexpr std::string_view kBoise = "America/Boise";
constexpr std::string_view kIndiana = "America/Indiana/Indianapolis";

// The lines: 49 CFR 71.4 to 71.12. Parts left out are those within some ten
// kilometres of a line, and those whose zone follows county lines too closely
// for a box.
constexpr std::array<StatePart, 38> kParts = {{
    {"ak", 54.0, 72.0, -169.4, -141.0, kAlaska},
    {"ak", 54.6, 60.5, -138.0, -130.2, "America/Juneau"},
    // All but the Navajo Nation, which has summer time.
    {"az", 31.3, 34.9, -114.9, -109.0, kArizona},
    {"az", 31.3, 37.0, -114.9, -112.0, kArizona},
    {"az", 35.0, 35.35, -112.0, -111.45, kArizona},
    {"fl", 24.0, 31.1, -84.7, -79.8, kEastern},
    {"fl", 29.5, 31.1, -87.7, -85.7, kCentral},
    {"id", 46.0, 49.0, -117.3, -114.0, kPacific},
    {"id", 41.9, 44.9, -117.3, -111.0, kBoise},
    {"in", 38.75, 40.6, -87.6, -84.7, kIndiana},
    {"in", 37.7, 41.8, -86.2, -84.7, kIndiana},
    {"in", 41.0, 41.8, -87.6, -87.0, kCentral},
    {"in", 37.7, 38.2, -88.1, -87.2, kCentral},
    {"ks", 36.9, 40.1, -101.0, -94.5, kCentral},
    {"ky", 38.2, 39.2, -86.4, -82.0, kEastern},
    {"ky", 36.4, 39.2, -84.4, -81.9, kEastern},
    {"ky", 37.65, 38.2, -85.6, -82.0, kEastern},
    {"ky", 36.4, 38.0, -89.6, -86.7, kCentral},
    {"ky", 36.4, 37.2, -89.6, -85.7, kCentral},
    {"mi", 41.6, 47.0, -86.5, -82.1, "America/Detroit"},
    {"mi", 46.35, 47.5, -87.9, -83.9, "America/Detroit"},
    {"nd", 45.9, 49.0, -100.6, -96.5, kCentral},
    {"nd", 46.7, 47.3, -101.4, -96.5, kCentral},
    {"nd", 48.2, 49.0, -104.1, -96.5, kCentral},
    {"nd", 45.9, 46.9, -104.1, -103.0, kMountain},
    {"ne", 40.0, 43.0, -100.2, -95.3, kCentral},
    {"ne", 41.0, 43.0, -104.1, -102.2, kMountain},
    {"nv", 35.0, 42.0, -120.1, -115.3, kPacific},
    {"nv", 35.0, 38.0, -120.1, -114.0, kPacific},
    {"or", 41.9, 46.3, -124.7, -118.5, kPacific},
    {"or", 44.6, 46.1, -118.5, -116.4, kPacific},
    {"or", 43.2, 44.1, -117.4, -116.8, kBoise},
    {"sd", 42.4, 46.0, -99.9, -96.4, kCentral},
    {"sd", 42.9, 46.0, -104.1, -102.2, kMountain},
    {"tn", 34.9, 36.7, -84.5, -81.6, kEastern},
    {"tn", 34.9, 36.7, -90.4, -85.9, kCentral},
    {"tx", 25.8, 36.6, -104.0, -93.5, kCentral},
    {"tx", 30.5, 32.1, -106.7, -105.3, kMountain},
}};

bool Holds(const StatePart& part, double latitude, double longitude) {
  return part.south <= latitude && latitude <= part.north &&
         part.west <= longitude && longitude <= part.east;
}

}  // namespace

std::string ZoneOfPlace(const ZonePlace& place) {
  constexpr double kE7 = 1e7;
  const std::string folded = Lower(Trim(place.state));
  const auto state =
      std::find_if(kZones.begin(), kZones.end(), [&](const StateZone& row) {
        return row.letters == folded || row.name == folded;
      });
  if (state == kZones.end()) return "";
  if (!state->zone.empty()) return std::string(state->zone);
  if (!place.latitude_e7.has_value() || !place.longitude_e7.has_value()) {
    return "";
  }
  for (const StatePart& part : kParts) {
    if (part.letters == state->letters &&
        Holds(part, *place.latitude_e7 / kE7, *place.longitude_e7 / kE7)) {
      return std::string(part.zone);
    }
  }
  return "";
}

}  // namespace handrail::formats
