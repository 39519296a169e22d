#include "clients/formats/source_place.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "clients/formats/meeting_guide_entry.h"
#include "clients/formats/plain_text.h"
#include "storage/base/hash.h"

namespace handrail::formats {
namespace {

constexpr size_t kZipDigits = 5;
constexpr size_t kZipDigitsLeft = 3;

// A whole text that is a number of degrees within the limit.
std::optional<double> Degrees(const std::string& text, double limit) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value) ||
      std::abs(value) > limit) {
    return std::nullopt;
  }
  return value;
}

std::string WithoutCounty(std::string county) {
  constexpr std::string_view kWord = " county";
  if (Lower(county).ends_with(kWord)) {
    county.resize(county.size() - kWord.size());
  }
  return county;
}

}  // namespace

SourceDegrees SourcePlace::SetDegrees(std::string_view latitude,
                                      std::string_view longitude) {
  latitude_e7.reset();
  longitude_e7.reset();
  const std::string north = Trim(latitude);
  const std::string east = Trim(longitude);
  if (north.empty() && east.empty()) return SourceDegrees::kNone;
  if (north.empty() || east.empty()) return SourceDegrees::kHalf;
  const std::optional<double> north_degrees = Degrees(north, 90);
  const std::optional<double> east_degrees = Degrees(east, 180);
  if (!north_degrees.has_value() || !east_degrees.has_value()) {
    return SourceDegrees::kImpossible;
  }
  if (*north_degrees == 0 && *east_degrees == 0) {
    return SourceDegrees::kImpossible;
  }
  latitude_e7 = static_cast<int32_t>(std::llround(*north_degrees * 1e7));
  longitude_e7 = static_cast<int32_t>(std::llround(*east_degrees * 1e7));
  return SourceDegrees::kGood;
}

bool SourcePlace::empty() const {
  return street.empty() && street_2.empty() && city.empty() && state.empty() &&
         postal_code.empty() && !latitude_e7.has_value();
}

std::string RestoreZip(std::string_view zip, std::string_view state) {
  // States whose ZIP codes begin with 0; those of two zeros are on islands.
  constexpr std::array<std::string_view, 11> kOneZero = {
      "CT", "MA", "ME", "NH", "NJ", "NY", "RI", "VT", "PR", "VI", "AE"};
  constexpr std::array<std::string_view, 3> kTwoZeros = {"PR", "VI", "NY"};
  const std::string digits = Trim(zip);
  if (digits.size() >= kZipDigits || digits.size() < kZipDigitsLeft ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return digits;
  }
  const auto among = [&](const auto& states) {
    return std::find(states.begin(), states.end(), state) != states.end();
  };
  const bool two = digits.size() == kZipDigitsLeft;
  if (two ? !among(kTwoZeros) : !among(kOneZero)) return digits;
  return std::string(kZipDigits - digits.size(), '0') + digits;
}

void FillPlace(std::string_view source, const SourcePlace& place,
               v1::Location& location) {
  std::string content = absl::StrCat(place.latitude_e7.value_or(0), "\n",
                                     place.longitude_e7.value_or(0), "\n",
                                     place.approximate ? 1 : 0);
  for (const std::string* part :
       {&place.name, &place.street, &place.street_2, &place.city, &place.region,
        &place.state, &place.postal_code, &place.country, &place.county,
        &place.transportation}) {
    absl::StrAppend(&content, "\n", *part);
  }
  location.set_id(absl::StrCat("place-", Sha256Hex(content).substr(0, 24)));
  location.set_location_type(v1::PHYSICAL);
  if (!place.name.empty()) location.set_name(place.name);
  if (place.latitude_e7.has_value() && place.longitude_e7.has_value()) {
    location.set_latitude_e7(*place.latitude_e7);
    location.set_longitude_e7(*place.longitude_e7);
  }
  if (!place.transportation.empty()) {
    location.set_transportation(place.transportation);
  }
  if (place.approximate) location.mutable_x_handrail()->set_approximate(true);
  if (!place.county.empty()) {
    location.mutable_x_handrail()->set_county(WithoutCounty(place.county));
  }
  if (place.street.empty() && place.street_2.empty() && place.city.empty() &&
      place.state.empty() && place.postal_code.empty()) {
    return;
  }
  v1::Address& address = *location.add_addresses();
  address.set_id(MeetingPartUuid(
      absl::StrCat(std::string(source), "/", location.id(), "/address")));
  if (!place.street.empty()) address.set_address_1(place.street);
  if (!place.street_2.empty()) address.set_address_2(place.street_2);
  if (!place.city.empty()) address.set_city(place.city);
  if (!place.region.empty()) address.set_region(place.region);
  if (!place.state.empty()) address.set_state_province(place.state);
  if (!place.postal_code.empty()) address.set_postal_code(place.postal_code);
  if (!place.country.empty()) address.set_country(place.country);
  address.set_address_type(v1::PHYSICAL);
}

}  // namespace handrail::formats
