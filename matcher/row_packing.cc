#include "matcher/row_packing.h"

#include <cstddef>

#include "storage/base/check.h"

namespace handrail::matcher {
namespace {

constexpr const char* kHsdsFieldNames[kHsdsFields] = {
    "hours",     "phone",     "address", "service_area",
    "languages", "documents", "status"};

// Moves the dates of HSDS fields among those of the facts.
void TakeFieldDates(v1::Listing& listing, Row& row) {
  row.field_dates.reserve(static_cast<std::size_t>(listing.fields_size()));
  for (v1::FieldProvenance& field : *listing.mutable_fields()) {
    std::uint32_t date = 0;
    if (field.has_provenance()) {
      date = row.facts.KeepDate(field.provenance());
      field.clear_provenance();
    }
    row.field_dates.push_back(date);
    if (date == 0) continue;
    for (int i = 0; i < kHsdsFields; ++i) {
      if (field.field() == kHsdsFieldNames[i]) row.fields[i] = date;
    }
  }
}

}  // namespace

void Pack(v1::Listing& listing, Row& row) {
  if (listing.has_profile()) {
    row.facts = ProfileFacts::TakenFrom(*listing.mutable_profile());
    if (!row.facts.empty() && listing.profile().ByteSizeLong() == 0) {
      listing.clear_profile();
    }
  }
  TakeFieldDates(listing, row);
  row.listing = HeldListing::TakenFrom(listing, row.needs_zone);
  row.packed = listing.SerializeAsString();
}

v1::Listing UnpackTexts(const Row& row) {
  v1::Listing listing;
  HANDRAIL_CHECK(listing.ParseFromString(row.packed));  // Our own bytes.
  row.listing.PutBack(listing);
  for (int i = 0; i < listing.fields_size(); ++i) {
    const v1::Provenance* date = row.facts.Date(row.field_dates[i]);
    if (date != nullptr)
      *listing.mutable_fields(i)->mutable_provenance() = *date;
  }
  return listing;
}

v1::Listing Unpack(const Row& row) {
  v1::Listing listing = UnpackTexts(row);
  if (!row.facts.empty()) row.facts.PutBack(*listing.mutable_profile());
  return listing;
}

}  // namespace handrail::matcher
