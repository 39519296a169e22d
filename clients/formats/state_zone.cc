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

// Left out, because a zone line runs through them: AK AZ FL ID IN KS KY MI ND
// NE NV OR SD TN TX.
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

}  // namespace

std::string ZoneOfState(std::string_view state) {
  const std::string folded = Lower(Trim(state));
  for (const StateZone& row : kZones) {
    if (row.letters == folded || row.name == folded) {
      return std::string(row.zone);
    }
  }
  return "";
}

}  // namespace handrail::formats
