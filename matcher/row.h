// One listing with what can be worked out before anybody asks.
//
// Inside the matcher only; others use snapshot.h. A Row never changes and never
// moves after MakeRow, so its parts may point into its listing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "handrail/v1/listing.pb.h"
#include "matcher/fact_register.h"
#include "matcher/hours.h"
#include "matcher/place.h"
#include "matcher/taxonomy.h"
#include "matcher/words.h"

namespace handrail::matcher {

// Names that are the same up to here stand in the order of ids.
inline constexpr std::size_t kSortNameBytesMax = 400;

// How one takes part. "delivery" counts as kComesToYou.
enum class Mode : std::uint8_t { kInPerson, kOnline, kPhone, kComesToYou };
inline constexpr int kModes = 4;

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
  v1::Listing listing;

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
  // The state it is in; may be empty. Points into `listing`.
  std::string_view state;

  // What is recorded for each mode; UNSPECIFIED: nothing.
  std::array<v1::Answer, kModes> modes = {};
  bool any_mode_recorded = false;
  // Has a location, an address or coordinates.
  bool has_place = false;

  ProfileFacts facts;
  v1::ListingSummary summary;
  // The words of its name with spaces between, normalised: as a phone book
  // orders names. At most kSortNameBytesMax.
  std::string sort_name;
  WordBag words;
  OpeningRule opening;
  // Some schedule, or days on which it is shut, have no zone: hours hang on the
  // person's.
  bool needs_zone = false;

  // Dates of HSDS fields; null where none.
  std::array<const v1::Provenance*, kHsdsFields> fields = {};

  // One can be there in person: recorded so, or no way of taking part is.
  bool InPerson() const;
  // One can take part in this mode by what is recorded.
  bool Offers(Mode mode) const;
  // Offers any mode without travel.
  bool WithoutTravel() const;

  const v1::Provenance* FieldDate(HsdsField field) const {
    return fields[static_cast<int>(field)];
  }
};

}  // namespace handrail::matcher
