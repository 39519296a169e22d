#include "clients/formats/meeting_guide_place.h"

#include <cmath>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/formats/hsds_fields.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/plain_text.h"
#include "storage/base/hash.h"

namespace handrail::formats {

MeetingPlace ReadMeetingPlace(const MeetingEntry& entry, v1::Service& service) {
  MeetingPlace place;
  const std::string line = Trim(entry.Text("formatted_address"));
  const std::string address = Trim(entry.Text("address"));
  place.address = {.street = address,
                   .city = Trim(entry.Text("city")),
                   .state = Trim(entry.Text("state")),
                   .postal_code = Trim(entry.Text("postal_code")),
                   .country = Trim(entry.Text("country"))};
  if (!line.empty()) {
    place.address = ParseAddressLine(line);
    KeepUnknown(service, "formatted_address", JsonString(line));
  } else if (place.address.city.empty() && place.address.state.empty() &&
             place.address.postal_code.empty() &&
             address.find(',') != std::string::npos) {
    const std::string country = place.address.country;
    place.address = ParseAddressLine(address);
    if (place.address.country.empty()) place.address.country = country;
    KeepUnknown(service, "address", JsonString(address));
  }
  const auto degrees = [&](const char* key, double limit) {
    const std::string text = Trim(entry.Text(key));
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    std::optional<int32_t> e7;
    if (text.empty()) return e7;
    if (*end != '\0' || !std::isfinite(value) || std::abs(value) > limit) {
      entry.Note(v1::VALUE_KEPT_AS_TEXT, key, "impossible-coordinates",
                 "coordinates are not on Earth; they are kept as text",
                 "decimal degrees, such as 37.97 and -122.53");
      KeepUnknown(service, key, entry.json().Find(key)->text);
      return e7;
    }
    e7 = static_cast<int32_t>(std::llround(value * 1e7));
    return e7;
  };
  place.latitude_e7 = degrees("latitude", 90);
  place.longitude_e7 = degrees("longitude", 180);
  if (place.latitude_e7.has_value() != place.longitude_e7.has_value()) {
    entry.Note(
        v1::VALUE_KEPT_AS_TEXT, "latitude", "impossible-coordinates",
        "only one of latitude and longitude is given; it is kept as text",
        "give both");
    const char* key = place.latitude_e7.has_value() ? "latitude" : "longitude";
    KeepUnknown(service, key, entry.json().Find(key)->text);
    place.latitude_e7.reset();
    place.longitude_e7.reset();
  }
  const std::string approximate = Lower(Trim(entry.Text("approximate")));
  // Without a word on it, a place without a street is that of a town.
  place.approximate = approximate == "yes" || approximate == "true" ||
                      approximate == "1" ||
                      (approximate.empty() && place.address.street.empty());
  return place;
}

void FillLocation(const MeetingEntry& entry, const MeetingPlace& place,
                  v1::Location& location) {
  const std::string name = Trim(entry.Text("location"));
  location.set_location_type(v1::PHYSICAL);
  if (!name.empty()) location.set_name(name);
  if (place.latitude_e7.has_value()) {
    location.set_latitude_e7(*place.latitude_e7);
    location.set_longitude_e7(*place.longitude_e7);
  }
  std::string content = absl::StrCat(name, "\n", place.latitude_e7.value_or(0),
                                     "\n", place.longitude_e7.value_or(0), "\n",
                                     place.approximate ? 1 : 0);
  for (const std::string& part :
       {place.address.street, place.address.city, place.address.state,
        place.address.postal_code, place.address.country}) {
    absl::StrAppend(&content, "\n", part);
  }
  // Meetings at one place share it; what differs makes another place.
  location.set_id(absl::StrCat("place-", Sha256Hex(content).substr(0, 24)));
  if (place.approximate) location.mutable_x_handrail()->set_approximate(true);
  if (place.address.empty()) return;
  v1::Address& address = *location.add_addresses();
  address.set_id(MeetingPartUuid(
      absl::StrCat(entry.options().source, "/", location.id(), "/address")));
  if (!place.address.street.empty())
    address.set_address_1(place.address.street);
  if (!place.address.city.empty()) address.set_city(place.address.city);
  if (!place.address.state.empty())
    address.set_state_province(place.address.state);
  if (!place.address.postal_code.empty()) {
    address.set_postal_code(place.address.postal_code);
  }
  if (!place.address.country.empty())
    address.set_country(place.address.country);
  address.set_address_type(v1::PHYSICAL);
}

}  // namespace handrail::formats
