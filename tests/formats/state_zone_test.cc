// Towns on both sides of the zone lines of 49 CFR part 71, and on them.
#include "clients/formats/state_zone.h"

#include <cmath>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace handrail::formats {
namespace {

std::string ZoneAt(const char* state, double latitude, double longitude) {
  return ZoneOfPlace(
      {.state = state,
       .latitude_e7 = static_cast<int32_t>(std::lround(latitude * 1e7)),
       .longitude_e7 = static_cast<int32_t>(std::lround(longitude * 1e7))});
}

struct Town {
  const char* name;
  const char* state;
  double latitude;
  double longitude;
  // Empty: too near a line.
  const char* zone;
};

constexpr Town kTowns[] = {
    {"Anchorage", "AK", 61.22, -149.90, "America/Anchorage"},
    {"Juneau", "Alaska", 58.30, -134.42, "America/Juneau"},
    {"Adak", "AK", 51.88, -176.65, ""},
    {"Phoenix", "AZ", 33.45, -112.07, "America/Phoenix"},
    {"Flagstaff", "AZ", 35.20, -111.65, "America/Phoenix"},
    {"Window Rock", "AZ", 35.68, -109.05, ""},
    {"Miami", "FL", 25.76, -80.19, "America/New_York"},
    {"Pensacola", "fl", 30.42, -87.22, "America/Chicago"},
    {"Port St. Joe", "FL", 29.81, -85.30, ""},
    {"Coeur d'Alene", "ID", 47.68, -116.78, "America/Los_Angeles"},
    {"Boise", "Idaho", 43.62, -116.20, "America/Boise"},
    {"Riggins", "ID", 45.42, -116.32, ""},
    {"Indianapolis", "IN", 39.77, -86.16, "America/Indiana/Indianapolis"},
    {"Fort Wayne", "IN", 41.08, -85.14, "America/Indiana/Indianapolis"},
    {"Gary", "IN", 41.59, -87.35, "America/Chicago"},
    {"Evansville", "IN", 37.97, -87.56, "America/Chicago"},
    {"Knox", "IN", 41.30, -86.63, ""},
    {"Wichita", "KS", 37.69, -97.34, "America/Chicago"},
    {"Goodland", "KS", 39.35, -101.71, ""},
    {"Louisville", "KY", 38.25, -85.76, "America/New_York"},
    {"Lexington", "KY", 38.04, -84.50, "America/New_York"},
    {"Bowling Green", "KY", 36.99, -86.44, "America/Chicago"},
    {"Paducah", "KY", 37.08, -88.60, "America/Chicago"},
    {"Campbellsville", "KY", 37.34, -85.34, ""},
    {"Detroit", "MI", 42.33, -83.05, "America/Detroit"},
    {"Marquette", "MI", 46.54, -87.40, "America/Detroit"},
    {"Iron Mountain", "MI", 45.82, -88.07, ""},
    {"Fargo", "ND", 46.88, -96.79, "America/Chicago"},
    {"Bismarck", "ND", 46.81, -100.78, "America/Chicago"},
    {"Bowman", "ND", 46.18, -103.39, "America/Denver"},
    {"Omaha", "NE", 41.26, -95.93, "America/Chicago"},
    {"Scottsbluff", "NE", 41.87, -103.66, "America/Denver"},
    {"Ogallala", "NE", 41.13, -101.72, ""},
    {"Las Vegas", "NV", 36.17, -115.14, "America/Los_Angeles"},
    {"Reno", "NV", 39.53, -119.81, "America/Los_Angeles"},
    {"West Wendover", "NV", 40.74, -114.07, ""},
    {"Portland", "OR", 45.52, -122.68, "America/Los_Angeles"},
    {"Baker City", "OR", 44.77, -117.83, "America/Los_Angeles"},
    {"Ontario", "OR", 44.03, -116.96, "America/Boise"},
    {"McDermitt", "OR", 42.0, -117.72, ""},
    {"Sioux Falls", "SD", 43.54, -96.73, "America/Chicago"},
    {"Rapid City", "SD", 44.08, -103.23, "America/Denver"},
    {"Pierre", "SD", 44.37, -100.35, ""},
    {"Nashville", "TN", 36.16, -86.78, "America/Chicago"},
    {"Memphis", "TN", 35.15, -90.05, "America/Chicago"},
    {"Knoxville", "TN", 35.96, -83.92, "America/New_York"},
    {"Crossville", "TN", 35.95, -85.03, ""},
    {"Houston", "TX", 29.76, -95.37, "America/Chicago"},
    {"El Paso", "TX", 31.76, -106.49, "America/Denver"},
    {"Van Horn", "TX", 31.04, -104.83, ""},
};

TEST(StateZoneTest, CoordinatesTellInStatesThatALineCuts) {
  for (const Town& town : kTowns) {
    SCOPED_TRACE(town.name);
    const std::string zone = ZoneAt(town.state, town.latitude, town.longitude);
    EXPECT_EQ(zone, town.zone);
    EXPECT_EQ(ZoneOfPlace({.state = town.state}), "") << "by its state alone";
    absl::TimeZone known;
    if (!zone.empty()) {
      EXPECT_TRUE(absl::LoadTimeZone(zone, &known));
    }
  }
}

TEST(StateZoneTest, CoordinatesOfAnotherStateTellNothing) {
  EXPECT_EQ(ZoneAt("TX", 36.16, -86.78), "");
  EXPECT_EQ(ZoneAt("TN", 0, 0), "");
  EXPECT_EQ(ZoneAt("", 36.16, -86.78), "");
}

}  // namespace
}  // namespace handrail::formats
