// Folds the recovery facts of several levels into one profile. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "handrail/v1/fact.pb.h"
#include "handrail/v1/profile.pb.h"
#include "server/shared_dates.h"

namespace handrail::server {

// One level of a listing: the extension of its record, or null, and the
// extension whose dates stand in where this one has none, or null.
struct Level {
  const v1::RecordExtension* own = nullptr;
  const v1::RecordExtension* dated_by = nullptr;
  // Null: facts get copies of their dates. Else all that is filled in stands on
  // the arena of these, and the facts share them.
  SharedDates* dates = nullptr;
};

// When and by whom an HSDS field ("hours", "phone", …) of the level was
// checked; absent where nothing is said. FindDate: in the records, or null.
std::optional<v1::Provenance> DateOf(const Level& level,
                                     std::string_view field);
const v1::Provenance* FindDate(const Level& level, std::string_view field);

// The name of FieldProvenance that says the same as a fact of the profile, and
// so dates it where nothing else does: "eligibility" for "minimum_age". Empty
// where none does.
std::string_view HsdsFieldLike(std::string_view fact);

// Puts the level's facts over `profile`, each field as a whole and with its
// date filled in. False: the level has none.
bool FoldProfile(const Level& level, v1::RecoveryProfile& profile);

// The level's dates filled into one message of facts.
void FillDates(const Level& level, std::string_view field,
               google::protobuf::Message& facts);

}  // namespace handrail::server
