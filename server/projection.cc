#include "server/projection.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "server/listing_id.h"
#include "server/listing_parts.h"
#include "server/listing_place.h"
#include "server/profile_fold.h"
#include "server/service_references.h"
#include "storage/base/check.h"

namespace handrail::server {
namespace {

using google::protobuf::RepeatedPtrField;

void AddText(const std::string& text, RepeatedPtrField<std::string>& to) {
  if (!text.empty()) *to.Add() = text;
}

void SetNames(const ListingParts& parts, v1::Listing& listing) {
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

void SetProse(const ListingParts& parts, v1::Listing& listing) {
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

void SetPhones(const ListingParts& parts, v1::Listing& listing) {
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

void SetZone(const ListingParts& parts, v1::Listing& listing) {
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

void SetHours(const ListingParts& parts, v1::Listing& listing) {
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

void SetLanguages(const ListingParts& parts, v1::Listing& listing) {
  if (parts.service->languages_size() > 0) {
    *listing.mutable_languages() = parts.service->languages();
    SetDate(parts.service_level, "languages", listing);
  } else if (parts.location != nullptr &&
             parts.location->languages_size() > 0) {
    *listing.mutable_languages() = parts.location->languages();
    SetDate(parts.location_level, "languages", listing);
  }
}

void SetAreas(const ListingParts& parts, v1::Listing& listing) {
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

void SetKinds(const ListingParts& parts, const ServiceRecords& records,
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

void SetAge(const ListingParts& parts, bool stated, int32_t years,
            bool already_a_fact,
            v1::NumberFact* (v1::AnyServiceProfile::*age)(),
            v1::Listing& listing) {
  if (!stated || already_a_fact) return;
  v1::NumberFact& fact = *(listing.mutable_profile()->mutable_any()->*age)();
  fact.set_answer(v1::YES);
  fact.set_value(years);
  FillDates(parts.service_level, "eligibility", fact);
}

void SetProfile(const ListingParts& parts, v1::Listing& listing) {
  const auto levels = parts.Levels();
  auto& profile = *google::protobuf::Arena::CreateMessage<v1::RecoveryProfile>(
      listing.GetArena());
  bool any = false;
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    any |= FoldProfile(**level, profile);
  }
  if (any) listing.unsafe_arena_set_allocated_profile(&profile);
  const v1::Service& service = *parts.service;
  SetAge(parts, service.has_minimum_age(), service.minimum_age(),
         profile.any().has_minimum_age(),
         &v1::AnyServiceProfile::mutable_minimum_age, listing);
  SetAge(parts, service.has_maximum_age(), service.maximum_age(),
         profile.any().has_maximum_age(),
         &v1::AnyServiceProfile::mutable_maximum_age, listing);
}

// Days in this form are in the order of their text.
void SetPublished(const Level& level, v1::Listing& listing) {
  if (level.own == nullptr) return;
  if (level.own->publish_from() > listing.publish_from()) {
    listing.set_publish_from(level.own->publish_from());
  }
  const std::string& until = level.own->publish_until();
  if (!until.empty() &&
      (listing.publish_until().empty() || until < listing.publish_until())) {
    listing.set_publish_until(until);
  }
}

void SetServiceFacts(const ListingParts& parts, v1::Listing& listing) {
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
  SetPublished(parts.service_level, listing);
  SetPublished(parts.at_level, listing);
  for (const Level* level : parts.Levels()) {
    if (level->own != nullptr && level->own->do_not_refer()) {
      listing.set_do_not_refer(true);
    }
  }
}

// --- Together -------------------------------------------------------------

// Sets everything of a new listing.
void Fold(const ListingParts& parts, const ServiceRecords& records,
          const matcher::CentroidTable& centroids, v1::Listing& listing) {
  listing.set_id(ListingIdAt(parts.stored->info().id(), parts.at));
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
  std::sort(
      listing.mutable_fields()->pointer_begin(),
      listing.mutable_fields()->pointer_end(),
      [](const auto* a, const auto* b) { return a->field() < b->field(); });
}

}  // namespace

std::vector<v1::Listing*> ProjectService(
    const ServiceRecords& records, const matcher::CentroidTable& centroids,
    google::protobuf::Arena& arena) {
  HANDRAIL_CHECK(records.service != nullptr);
  const v1::Service& service = records.service->record().service();
  if (service.status() == v1::INACTIVE || service.status() == v1::DEFUNCT) {
    return {};
  }
  SharedDates dates(arena);
  ListingParts parts{
      .stored = records.service, .service = &service, .dates = &dates};
  if (records.organization != nullptr) {
    parts.organization = &records.organization->record().organization();
  }
  if (records.program != nullptr) {
    parts.program = &records.program->record().program();
  }
  std::vector<v1::Listing*> listings;
  const auto add = [&](ListingParts of_place) {
    SetLevels(of_place);
    listings.push_back(
        google::protobuf::Arena::CreateMessage<v1::Listing>(&arena));
    Fold(of_place, records, centroids, *listings.back());
  };
  for (const v1::ServiceAtLocation& at : service.service_at_locations()) {
    ListingParts of_place = parts;
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
