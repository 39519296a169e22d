#include "server/projection.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "server/profile_fold.h"
#include "storage/base/check.h"
#include "storage/normalise/uuid.h"
#include "storage/redaction/redaction.h"

namespace handrail::server {
namespace {

using google::protobuf::RepeatedPtrField;
using storage::v1::StoredRecord;

const v1::RecordExtension* ExtensionIf(bool present,
                                       const v1::RecordExtension& extension) {
  return present ? &extension : nullptr;
}

// Everything one listing is folded from.
struct Parts {
  const StoredRecord* stored = nullptr;
  const v1::Service* service = nullptr;
  // Null where there is none.
  const v1::ServiceAtLocation* at = nullptr;
  const v1::Location* location = nullptr;
  const StoredRecord* location_record = nullptr;
  const v1::Program* program = nullptr;
  const v1::Organization* organization = nullptr;
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

bool IsFlagged(const Level& level) {
  return level.own != nullptr &&
         level.own->visibility().confidential_location();
}

void SetLevels(Parts& parts) {
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
  for (const Level* level : parts.Levels()) {
    if (IsFlagged(*level)) parts.confidential = true;
  }
}

// The first level whose extension has any of `field`.
template <typename Has>
const Level* FirstWith(const Parts& parts, Has has) {
  for (const Level* level : parts.Levels()) {
    if (level->own != nullptr && has(*level->own)) return level;
  }
  return nullptr;
}

void AddText(const std::string& text, RepeatedPtrField<std::string>& to) {
  if (!text.empty()) *to.Add() = text;
}

void SetNames(const Parts& parts, v1::Listing& listing) {
  const v1::Service& service = *parts.service;
  listing.set_name(service.name());
  auto& others = *listing.mutable_alternate_names();
  AddText(service.alternate_name(), others);
  if (parts.program != nullptr) listing.set_program_name(parts.program->name());
  if (parts.organization != nullptr) {
    listing.set_organization_name(parts.organization->name());
    if (!parts.confidential) {
      AddText(parts.organization->alternate_name(), others);
    }
  }
  if (parts.location != nullptr && !parts.confidential) {
    listing.set_location_name(parts.location->name());
    AddText(parts.location->alternate_name(), others);
  }
}

std::string FirstOf(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    if (!text.empty()) return std::string(text);
  }
  return {};
}

void SetProse(const Parts& parts, v1::Listing& listing) {
  const v1::Service& service = *parts.service;
  std::string description = service.description();
  if (parts.at != nullptr && !parts.at->description().empty()) {
    if (!description.empty()) description += "\n";
    description += parts.at->description();
  }
  listing.set_description(std::move(description));
  listing.set_application_process(service.application_process());
  listing.set_eligibility_description(service.eligibility_description());
  listing.set_fees_description(
      FirstOf({service.fees_description(), service.fees()}));
  listing.set_alert(service.alert());
  listing.set_url(service.url());
  listing.set_email(service.email());
  if (parts.confidential) return;
  if (parts.location != nullptr && listing.url().empty()) {
    listing.set_url(parts.location->url());
  }
  if (parts.organization == nullptr) return;
  if (listing.url().empty()) listing.set_url(parts.organization->website());
  if (listing.email().empty()) listing.set_email(parts.organization->email());
}

// --- Lists ----------------------------------------------------------------

// Adds the numbers not there yet. True where one was added.
bool AddPhones(const RepeatedPtrField<v1::Phone>& from,
               std::set<std::pair<std::string, std::string>>& seen,
               v1::Listing& listing) {
  bool added = false;
  for (const v1::Phone& phone : from) {
    if (phone.restricted() || phone.number().empty()) continue;
    if (!seen.emplace(phone.number(), phone.extension()).second) continue;
    *listing.add_phones() = phone;
    added = true;
  }
  return added;
}

void SetDate(const Level& level, std::string_view field, v1::Listing& listing) {
  std::optional<v1::Provenance> date = DateOf(level, field);
  if (!date.has_value()) return;
  v1::FieldProvenance& dated = *listing.add_fields();
  dated.set_field(std::string(field));
  *dated.mutable_provenance() = *std::move(date);
}

void SetPhones(const Parts& parts, v1::Listing& listing) {
  std::set<std::pair<std::string, std::string>> seen;
  const Level* first = nullptr;
  const auto add = [&](const RepeatedPtrField<v1::Phone>& from,
                       const Level& level) {
    if (AddPhones(from, seen, listing) && first == nullptr) first = &level;
  };
  if (parts.at != nullptr) add(parts.at->phones(), parts.at_level);
  add(parts.service->phones(), parts.service_level);
  if (parts.location != nullptr) {
    add(parts.location->phones(), parts.location_level);
  }
  if (parts.organization != nullptr) {
    add(parts.organization->phones(), parts.organization_level);
  }
  if (first != nullptr) SetDate(*first, "phone", listing);
}

void SetZone(const Parts& parts, v1::Listing& listing) {
  for (const v1::Schedule& schedule : listing.schedules()) {
    if (schedule.zone().empty()) continue;
    listing.set_zone(schedule.zone());
    return;
  }
  for (const Level* level :
       {&parts.at_level, &parts.service_level, &parts.location_level}) {
    if (level->own == nullptr || level->own->zone().empty()) continue;
    listing.set_zone(level->own->zone());
    return;
  }
}

void SetHours(const Parts& parts, v1::Listing& listing) {
  const Level* level = nullptr;
  if (parts.at != nullptr && parts.at->schedules_size() > 0) {
    *listing.mutable_schedules() = parts.at->schedules();
    level = &parts.at_level;
  } else if (parts.service->schedules_size() > 0) {
    *listing.mutable_schedules() = parts.service->schedules();
    level = &parts.service_level;
  } else if (parts.location != nullptr &&
             parts.location->schedules_size() > 0) {
    *listing.mutable_schedules() = parts.location->schedules();
    level = &parts.location_level;
  }
  SetZone(parts, listing);
  const Level* clock = FirstWith(
      parts, [](const auto& own) { return own.has_round_the_clock(); });
  if (clock != nullptr) {
    *listing.mutable_round_the_clock() = clock->own->round_the_clock();
    FillDates(*clock, "hours", *listing.mutable_round_the_clock());
    if (level == nullptr) level = clock;
  }
  const Level* state = FirstWith(
      parts, [](const auto& own) { return own.has_operating_state(); });
  if (state != nullptr) {
    *listing.mutable_operating_state() = state->own->operating_state();
    FillDates(*state, "status", *listing.mutable_operating_state());
  }
  if (level != nullptr) SetDate(*level, "hours", listing);
}

void SetLanguages(const Parts& parts, v1::Listing& listing) {
  if (parts.service->languages_size() > 0) {
    *listing.mutable_languages() = parts.service->languages();
    SetDate(parts.service_level, "languages", listing);
  } else if (parts.location != nullptr &&
             parts.location->languages_size() > 0) {
    *listing.mutable_languages() = parts.location->languages();
    SetDate(parts.location_level, "languages", listing);
  }
}

void SetAreas(const Parts& parts, v1::Listing& listing) {
  const Level* coded =
      FirstWith(parts, [](const auto& own) { return own.coverage_size() > 0; });
  if (coded != nullptr) *listing.mutable_coverage() = coded->own->coverage();
  const Level* level = coded;
  if (parts.at != nullptr && parts.at->service_areas_size() > 0) {
    *listing.mutable_service_areas() = parts.at->service_areas();
    if (level == nullptr) level = &parts.at_level;
  } else if (parts.service->service_areas_size() > 0) {
    *listing.mutable_service_areas() = parts.service->service_areas();
    if (level == nullptr) level = &parts.service_level;
  }
  if (level != nullptr) SetDate(*level, "service_area", listing);
}

void AddCategories(
    const RepeatedPtrField<v1::Attribute>& attributes,
    const std::function<std::string(const std::string&)>& term_name,
    std::set<std::string>& names) {
  for (const v1::Attribute& attribute : attributes) {
    std::string name = attribute.taxonomy_term().name();
    if (name.empty() && term_name && !attribute.taxonomy_term_id().empty()) {
      name = term_name(attribute.taxonomy_term_id());
    }
    if (!name.empty()) names.insert(std::move(name));
  }
}

void SetKinds(const Parts& parts, const ServiceRecords& records,
              v1::Listing& listing) {
  std::set<std::string> names;
  AddCategories(parts.service->attributes(), records.term_name, names);
  if (parts.at != nullptr) {
    AddCategories(parts.at->attributes(), records.term_name, names);
  }
  if (parts.program != nullptr) {
    AddCategories(parts.program->attributes(), records.term_name, names);
  }
  for (const std::string& name : names) *listing.add_categories() = name;
  const Level* level =
      FirstWith(parts, [](const auto& own) { return own.terms_size() > 0; });
  if (level != nullptr) *listing.mutable_terms() = level->own->terms();
}

// --- Facts ----------------------------------------------------------------

void SetAge(const Parts& parts, bool stated, int32_t years, bool already_a_fact,
            v1::NumberFact* (v1::AnyServiceProfile::*age)(),
            v1::Listing& listing) {
  if (!stated || already_a_fact) return;
  v1::NumberFact& fact = *(listing.mutable_profile()->mutable_any()->*age)();
  fact.set_answer(v1::YES);
  fact.set_value(years);
  FillDates(parts.service_level, "eligibility", fact);
}

void SetProfile(const Parts& parts, v1::Listing& listing) {
  const auto levels = parts.Levels();
  v1::RecoveryProfile profile;
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    FoldProfile(**level, profile);
  }
  if (profile.ByteSizeLong() > 0) *listing.mutable_profile() = profile;
  const v1::Service& service = *parts.service;
  SetAge(parts, service.has_minimum_age(), service.minimum_age(),
         profile.any().has_minimum_age(),
         &v1::AnyServiceProfile::mutable_minimum_age, listing);
  SetAge(parts, service.has_maximum_age(), service.maximum_age(),
         profile.any().has_maximum_age(),
         &v1::AnyServiceProfile::mutable_maximum_age, listing);
}

void SetServiceFacts(const Parts& parts, v1::Listing& listing) {
  const v1::Service& service = *parts.service;
  listing.set_status(service.status());
  *listing.mutable_required_documents() = service.required_documents();
  *listing.mutable_cost_options() = service.cost_options();
  if (parts.location != nullptr && !parts.confidential) {
    *listing.mutable_accessibility() = parts.location->accessibility();
    if (listing.accessibility_size() > 0) {
      SetDate(parts.location_level, "accessibility", listing);
    }
  }
  for (const std::string_view field :
       {"capacity", "cost", "documents", "eligibility", "status"}) {
    SetDate(parts.service_level, field, listing);
  }
  for (const Level* level : parts.Levels()) {
    if (level->own != nullptr && level->own->do_not_refer()) {
      listing.set_do_not_refer(true);
    }
  }
}

// --- Place ----------------------------------------------------------------

// The address people go to: the first that is not only for mail.
const v1::Address* VisitedAddress(const v1::Location& location) {
  for (const v1::Address& address : location.addresses()) {
    if (address.address_type() != v1::POSTAL &&
        address.address_type() != v1::VIRTUAL) {
      return &address;
    }
  }
  return nullptr;
}

void Stand(const matcher::GeoPoint& point, v1::Place::Basis basis,
           v1::Place& place) {
  place.set_basis(basis);
  place.set_latitude_e7(point.latitude_e7());
  place.set_longitude_e7(point.longitude_e7());
  place.set_approximate(basis != v1::Place::COORDINATES);
}

void SetPrivatePlace(const StoredRecord& location,
                     const matcher::CentroidTable& centroids,
                     v1::Place& place) {
  const storage::CoarseArea area = storage::CoarseAreaOf(location.record());
  place.set_state(area.state);
  place.set_county(area.county);
  place.set_approximate(true);
  if (const auto county = centroids.FindCounty(area.state, area.county);
      !area.county.empty() && county.has_value()) {
    Stand(*county, v1::Place::COUNTY_CENTROID, place);
  } else if (const auto zip3 = centroids.FindZip3(area.zip3);
             !area.zip3.empty() && zip3.has_value()) {
    Stand(*zip3, v1::Place::ZIP3_CENTROID, place);
  }
}

// Fills in what the ZIP code says where the record does not.
void SetArea(const v1::Address& address, const std::string& county,
             const matcher::CentroidTable& centroids, v1::Place& place) {
  place.set_city(address.city());
  place.set_state(address.state_province());
  place.set_county(county);
  place.set_postal_code(address.postal_code());
  const matcher::CentroidTable::Zip* zip =
      centroids.FindZip(address.postal_code());
  if (zip == nullptr) return;
  if (place.state().empty()) place.set_state(zip->state);
  if (place.county().empty() && place.state() == zip->state) {
    place.set_county(zip->county);
  }
}

void SetPublicPlace(const Parts& parts, const matcher::CentroidTable& centroids,
                    v1::Listing& listing) {
  const v1::Location& location = *parts.location;
  const v1::Address* address = VisitedAddress(location);
  if (address != nullptr) *listing.mutable_address() = *address;
  if (location.location_type() == v1::VIRTUAL) return;
  // A mail address still says which town it is.
  if (address == nullptr && location.addresses_size() > 0) {
    address = &location.addresses(0);
  }
  v1::Place& place = *listing.mutable_place();
  SetArea(address == nullptr ? v1::Address::default_instance() : *address,
          location.x_handrail().county(), centroids, place);
  if (location.has_latitude_e7() && location.has_longitude_e7() &&
      matcher::GeoPoint::IsOnTheMap(location.latitude_e7(),
                                    location.longitude_e7())) {
    Stand(matcher::GeoPoint(location.latitude_e7(), location.longitude_e7()),
          v1::Place::COORDINATES, place);
    place.set_approximate(location.x_handrail().approximate());
  } else if (const auto found = centroids.Locate(place.postal_code(),
                                                 place.state(), place.county());
             found.has_value()) {
    Stand(found->point, found->basis, place);
  }
  if (listing.has_address() || place.basis() != 0) {
    SetDate(parts.location_level, "address", listing);
  }
}

void SetPlace(const Parts& parts, const matcher::CentroidTable& centroids,
              v1::Listing& listing) {
  listing.set_confidential(parts.confidential);
  if (parts.location == nullptr) return;
  if (parts.confidential) {
    SetPrivatePlace(*parts.location_record, centroids,
                    *listing.mutable_place());
  } else {
    SetPublicPlace(parts, centroids, listing);
  }
}

// --- Together -------------------------------------------------------------

std::string ListingIdOf(const Parts& parts) {
  const std::string& service_id = parts.stored->info().id();
  if (parts.at == nullptr) return storage::ListingIdOfService(service_id);
  if (!parts.at->id().empty()) return parts.at->id();
  return storage::ListingIdOfService(service_id + "/" +
                                     LocationIdOf(*parts.at));
}

v1::Listing Fold(const Parts& parts, const ServiceRecords& records,
                 const matcher::CentroidTable& centroids) {
  v1::Listing listing;
  listing.set_id(ListingIdOf(parts));
  listing.set_service_id(parts.stored->info().id());
  listing.set_source(parts.stored->info().source());
  listing.set_program_id(parts.service->program_id());
  if (parts.organization != nullptr) {
    listing.set_organization_id(records.organization->info().id());
  }
  if (parts.location_record != nullptr) {
    listing.set_location_id(parts.location_record->info().id());
  }
  SetNames(parts, listing);
  SetProse(parts, listing);
  SetPhones(parts, listing);
  SetHours(parts, listing);
  SetLanguages(parts, listing);
  SetAreas(parts, listing);
  SetKinds(parts, records, listing);
  SetProfile(parts, listing);
  SetServiceFacts(parts, listing);
  SetPlace(parts, centroids, listing);
  std::sort(listing.mutable_fields()->begin(), listing.mutable_fields()->end(),
            [](const auto& a, const auto& b) { return a.field() < b.field(); });
  return listing;
}

}  // namespace

std::string LocationIdOf(const v1::ServiceAtLocation& at) {
  return at.location_id().empty() ? at.location().id() : at.location_id();
}

std::vector<std::string> LocationIdsOf(const v1::Service& service) {
  std::vector<std::string> ids;
  for (const v1::ServiceAtLocation& at : service.service_at_locations()) {
    std::string id = LocationIdOf(at);
    if (id.empty() || std::find(ids.begin(), ids.end(), id) != ids.end()) {
      continue;
    }
    ids.push_back(std::move(id));
  }
  return ids;
}

std::vector<std::string> TermIdsOf(const v1::Service& service) {
  std::set<std::string> ids;
  const auto add = [&](const RepeatedPtrField<v1::Attribute>& attributes) {
    for (const v1::Attribute& attribute : attributes) {
      if (!attribute.taxonomy_term().name().empty()) continue;
      if (attribute.taxonomy_term_id().empty()) continue;
      ids.insert(attribute.taxonomy_term_id());
    }
  };
  add(service.attributes());
  for (const auto& at : service.service_at_locations()) add(at.attributes());
  return {ids.begin(), ids.end()};
}

std::vector<v1::Listing> ProjectService(
    const ServiceRecords& records, const matcher::CentroidTable& centroids) {
  HANDRAIL_CHECK(records.service != nullptr);
  const v1::Service& service = records.service->record().service();
  if (service.status() == v1::INACTIVE || service.status() == v1::DEFUNCT) {
    return {};
  }
  Parts parts{.stored = records.service, .service = &service};
  if (records.organization != nullptr) {
    parts.organization = &records.organization->record().organization();
  }
  if (records.program != nullptr) {
    parts.program = &records.program->record().program();
  }
  std::vector<v1::Listing> listings;
  const auto add = [&](Parts of_place) {
    SetLevels(of_place);
    listings.push_back(Fold(of_place, records, centroids));
  };
  for (const v1::ServiceAtLocation& at : service.service_at_locations()) {
    Parts of_place = parts;
    of_place.at = &at;
    of_place.location_record =
        records.location ? records.location(LocationIdOf(at)) : nullptr;
    if (of_place.location_record != nullptr) {
      of_place.location = &of_place.location_record->record().location();
    }
    add(std::move(of_place));
  }
  if (listings.empty()) add(std::move(parts));
  return listings;
}

}  // namespace handrail::server
