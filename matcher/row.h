// One listing with what can be worked out before anybody asks.
//
// Inside the matcher only; others use snapshot.h. A Row never changes and never
// moves after MakeRow, so its parts may point into each other.
//
// There are as many as listings, so a row keeps no messages for what is only
// told: see row_packing.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "handrail/v1/listing.pb.h"
#include "matcher/held_listing.h"
#include "matcher/hours.h"
#include "matcher/place.h"
#include "matcher/profile_facts.h"
#include "matcher/taxonomy.h"
#include "matcher/words.h"

namespace handrail::matcher {

// Names that are the same up to here stand in the order of ids.
inline constexpr std::size_t kSortNameBytesMax = 400;

// How one takes part. "delivery" counts as kComesToYou.
enum class Mode : std::uint8_t { kInPerson, kOnline, kPhone, kComesToYou };
inline constexpr int kModes = 4;

// Ids of terms, sorted, each once.
std::vector<std::string_view> TermNames(
    const HeldListing::Repeated<v1::NeedTerm>& terms);

// The code of Need.modes and any.attendance_mode.
const char* ModeCode(Mode mode);

// Names of FieldProvenance that the matcher reads.
enum class HsdsField : std::uint8_t {
  kHours,
  kPhone,
  kAddress,
  kServiceArea,
  kLanguages,
  kDocuments,
  kStatus,
};
inline constexpr int kHsdsFields = 7;

struct Row {
  // What is read of a listing while many are judged; of its profile what is no
  // fact of the register, and the schedules only where needs_zone. What is told
  // of a listing is read from TextsOf or ListingOf (snapshot.h).
  HeldListing listing;
  // The other fields, but for the facts, as bytes of a Listing.
  std::string packed;

  // What finds the candidates stands together: it is read for every listing,
  // the rest for few.

  // Its status is INACTIVE or DEFUNCT.
  bool inactive = false;

  // Local days, both inclusive, outside which it is no option; absent: without
  // bound.
  std::optional<absl::CivilDay> publish_from, publish_until;

  // Terms the record names or maps exactly, and those known only through a
  // source code that is broader.
  TermSet terms;
  TermSet broader_terms;
  AskedRules asks;

  // Where it stands for distance. Absent: no place.
  std::optional<GeoPoint> point;
  // The state it is in; may be empty.
  std::string state;

  // What is recorded for each mode; UNSPECIFIED: nothing.
  std::array<v1::Answer, kModes> modes = {};
  bool any_mode_recorded = false;
  // Has a location, an address or coordinates.
  bool has_place = false;
  bool has_phones = false;
  bool has_schedules = false;

  ProfileFacts facts;
  // The words of its name with spaces between, normalised: as a phone book
  // orders names. At most kSortNameBytesMax.
  std::string sort_name;
  WordBag words;
  OpeningRule opening;
  // Some schedule, or days on which it is shut, have no zone: hours hang on the
  // person's.
  bool needs_zone = false;

  // Numbers of dates in `facts`; 0: none. Of HSDS fields, and of the entries of
  // Listing.fields, whose names are packed.
  std::array<std::uint32_t, kHsdsFields> fields = {};
  std::vector<std::uint32_t> field_dates;

  // One can be there in person: recorded so, or no way of taking part is.
  bool InPerson() const;
  // One can take part in this mode by what is recorded.
  bool Offers(Mode mode) const;
  // Offers any mode without travel.
  bool WithoutTravel() const;

  // When and by whom the field was checked; null where nobody said.
  const v1::Provenance* FieldDate(HsdsField field) const {
    return facts.Date(fields[static_cast<int>(field)]);
  }
};

}  // namespace handrail::matcher
