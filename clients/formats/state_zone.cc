#include "clients/formats/state_zone.h"

#include <array>

#include "clients/formats/plain_text.h"

namespace handrail::formats {
namespace {

struct StateZone {
  std::string_view letters;
  std::string_view name;
  std::string_view zone;
};

constexpr std::string_view kEastern = "America/New_York";
constexpr std::string_view kCentral = "America/Chicago";
constexpr std::string_view kMountain = "America/Denver";
constexpr std::string_view kPacific = "America/Los_Angeles";

// Those that a zone line runs through are in kParts.
constexpr std::array<StateZone, 39> kZones = {{
    {"al", "alabama", kCentral},
    {"ar", "arkansas", kCentral},
    {"as", "american samoa", "Pacific/Pago_Pago"},
    {"ca", "california", kPacific},
    {"co", "colorado", kMountain},
    {"ct", "connecticut", kEastern},
    {"dc", "district of columbia", kEastern},
    {"de", "delaware", kEastern},
    {"ga", "georgia", kEastern},
    {"gu", "guam", "Pacific/Guam"},
    {"hi", "hawaii", "Pacific/Honolulu"},
    {"ia", "iowa", kCentral},
    {"il", "illinois", kCentral},
    {"la", "louisiana", kCentral},
    {"ma", "massachusetts", kEastern},
    {"md", "maryland", kEastern},
    {"me", "maine", kEastern},
    {"mn", "minnesota", kCentral},
    {"mo", "missouri", kCentral},
    {"mp", "northern mariana islands", "Pacific/Saipan"},
    {"ms", "mississippi", kCentral},
    {"mt", "montana", kMountain},
    {"nc", "north carolina", kEastern},
    {"nh", "new hampshire", kEastern},
    {"nj", "new jersey", kEastern},
    {"nm", "new mexico", kMountain},
    {"ny", "new york", kEastern},
    {"oh", "ohio", kEastern},
    {"ok", "oklahoma", kCentral},
    {"pa", "pennsylvania", kEastern},
    {"pr", "puerto rico", "America/Puerto_Rico"},
    {"ri", "rhode island", kEastern},
    {"sc", "south carolina", kEastern},
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
  std::string_view name;
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
    {"ak", "alaska", 54.0, 72.0, -169.4, -141.0, kAlaska},
    {"ak", "alaska", 54.6, 60.5, -138.0, -130.2, "America/Juneau"},
    // All but the Navajo Nation, which has summer time.
    {"az", "arizona", 31.3, 34.9, -114.9, -109.0, kArizona},
    {"az", "arizona", 31.3, 37.0, -114.9, -112.0, kArizona},
    {"az", "arizona", 35.0, 35.35, -112.0, -111.45, kArizona},
    {"fl", "florida", 24.0, 31.1, -84.7, -79.8, kEastern},
    {"fl", "florida", 29.5, 31.1, -87.7, -85.7, kCentral},
    {"id", "idaho", 46.0, 49.0, -117.3, -114.0, kPacific},
    {"id", "idaho", 41.9, 44.9, -117.3, -111.0, kBoise},
    {"in", "indiana", 38.75, 40.6, -87.6, -84.7, kIndiana},
    {"in", "indiana", 37.7, 41.8, -86.2, -84.7, kIndiana},
    {"in", "indiana", 41.0, 41.8, -87.6, -87.0, kCentral},
    {"in", "indiana", 37.7, 38.2, -88.1, -87.2, kCentral},
    {"ks", "kansas", 36.9, 40.1, -101.0, -94.5, kCentral},
    {"ky", "kentucky", 38.2, 39.2, -86.4, -82.0, kEastern},
    {"ky", "kentucky", 36.4, 39.2, -84.4, -81.9, kEastern},
    {"ky", "kentucky", 37.65, 38.2, -85.6, -82.0, kEastern},
    {"ky", "kentucky", 36.4, 38.0, -89.6, -86.7, kCentral},
    {"ky", "kentucky", 36.4, 37.2, -89.6, -85.7, kCentral},
    {"mi", "michigan", 41.6, 47.0, -86.5, -82.1, "America/Detroit"},
    {"mi", "michigan", 46.35, 47.5, -87.9, -83.9, "America/Detroit"},
    {"nd", "north dakota", 45.9, 49.0, -100.6, -96.5, kCentral},
    {"nd", "north dakota", 46.7, 47.3, -101.4, -96.5, kCentral},
    {"nd", "north dakota", 48.2, 49.0, -104.1, -96.5, kCentral},
    {"nd", "north dakota", 45.9, 46.9, -104.1, -103.0, kMountain},
    {"ne", "nebraska", 40.0, 43.0, -100.2, -95.3, kCentral},
    {"ne", "nebraska", 41.0, 43.0, -104.1, -102.2, kMountain},
    {"nv", "nevada", 35.0, 42.0, -120.1, -115.3, kPacific},
    {"nv", "nevada", 35.0, 38.0, -120.1, -114.0, kPacific},
    {"or", "oregon", 41.9, 46.3, -124.7, -118.5, kPacific},
    {"or", "oregon", 44.6, 46.1, -118.5, -116.4, kPacific},
    {"or", "oregon", 43.2, 44.1, -117.4, -116.8, kBoise},
    {"sd", "south dakota", 42.4, 46.0, -99.9, -96.4, kCentral},
    {"sd", "south dakota", 42.9, 46.0, -104.1, -102.2, kMountain},
    {"tn", "tennessee", 34.9, 36.7, -84.5, -81.6, kEastern},
    {"tn", "tennessee", 34.9, 36.7, -90.4, -85.9, kCentral},
    {"tx", "texas", 25.8, 36.6, -104.0, -93.5, kCentral},
    {"tx", "texas", 30.5, 32.1, -106.7, -105.3, kMountain},
}};

bool Holds(const StatePart& part, double latitude, double longitude) {
  return part.south <= latitude && latitude <= part.north &&
         part.west <= longitude && longitude <= part.east;
}

}  // namespace

std::string ZoneOfPlace(const ZonePlace& place) {
  constexpr double kE7 = 1e7;
  const std::string folded = Lower(Trim(place.state));
  for (const StateZone& row : kZones) {
    if (row.letters == folded || row.name == folded) {
      return std::string(row.zone);
    }
  }
  if (!place.latitude_e7.has_value() || !place.longitude_e7.has_value()) {
    return "";
  }
  for (const StatePart& part : kParts) {
    if ((part.letters == folded || part.name == folded) &&
        Holds(part, *place.latitude_e7 / kE7, *place.longitude_e7 / kE7)) {
      return std::string(part.zone);
    }
  }
  return "";
}

}  // namespace handrail::formats
