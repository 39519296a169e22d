// Public projections: what of a record anybody may see.
//
// Made once, when the record is written, and stored apart from the full
// record. Nothing but projections reaches the index, a list, an export, a match
// or an error, so that no handler can forget to withhold something.
//
// Two rules, both read from the schema and the record, never from a list of
// handlers:
//  - A record (or phone, or contact) whose contact is restricted loses its
//    CONTACT_RESTRICTED fields (annotations.proto).
//  - A record whose place is confidential, by its own flag or because it is
//    given at such a place, is withheld as a whole but for what confidential.cc
//    keeps: id, references, names of organization and
//    service, status, ages, languages, the times of schedules, taxonomy terms
//    of ours, answers and codes of recovery facts without their words, where
//    it serves, numbers that are not restricted, the state and, unless widened
//    to the state, county and the first three digits of the ZIP code. Anything
//    a later version adds to the schema is withheld until somebody puts it on
//    the list.
//
// Two records that differ only in what is withheld have projections of the
// same bytes. Thread-safe: pure functions.
//
//   v1::Record shown = PublicProjection(
//       full, {.place_is_confidential = state.IsFlagged(location_ids)});
//   info.set_redacted(IsRedacted(full, shown));
#pragma once

#include <string>

#include "handrail/v1/record.pb.h"

namespace handrail::storage {

struct ProjectionContext {
  // The service, program, organization or location is given at, or belongs to,
  // a place that is flagged in another record. Its prose can repeat the
  // address, so it is projected as if it were flagged itself.
  bool place_is_confidential = false;
  // Likewise for widen_to_state.
  bool widen_to_state = false;
  // No phone and no contact may be shown, whatever the record itself says of
  // them: it is an earlier version of one that restricts some now.
  bool contacts_are_restricted = false;
};

// The part of `full` that anybody may see. Projecting a projection again
// changes nothing.
handrail::v1::Record PublicProjection(const handrail::v1::Record& full,
                                      const ProjectionContext& context = {});

// True where `shown` leaves out something that `full` has.
bool IsRedacted(const handrail::v1::Record& full,
                const handrail::v1::Record& shown);

// Whether records of its kind have anything to hide: taxonomies, centroids and
// crisis resources have not, and are projected as they are.
bool HasVisibility(const handrail::v1::Record& record);

// The record's x_handrail; a default one where its kind has none.
const handrail::v1::RecordExtension& ExtensionOf(
    const handrail::v1::Record& record);

// The record's own x_handrail visibility; a default one where it has none. For
// a service also true where one of its service_at_locations is flagged.
handrail::v1::Visibility VisibilityOf(const handrail::v1::Record& record);

// True where the record or anything in it restricts contacts: its visibility,
// that of a service_at_location, a phone or a contact.
bool RestrictsContacts(const handrail::v1::Record& record);

// Where a location lies, no closer than a flagged one may be shown.
struct CoarseArea {
  // USPS letters.
  std::string state;
  // Name without the word County.
  std::string county;
  // First three digits of the ZIP code.
  std::string zip3;

  friend bool operator==(const CoarseArea&, const CoarseArea&) = default;
};

// The coarse area of a location, full or projected; empty parts where unknown,
// and for other kinds of record. County and zip3 are empty where the record
// says widen_to_state.
CoarseArea CoarseAreaOf(const handrail::v1::Record& location);

}  // namespace handrail::storage
