// When and by whom the fields of a record were checked, and how an edit by hand
// dates them.
//
// A fact of the profile carries its own date. HSDS fields share the dates of
// x_handrail.fields by name ("hours" for schedules), and what has neither is
// dated by the record as a whole. Names:
//   hours          schedules, ext.round_the_clock
//   phone          phones
//   address        addresses, latitude_e7, longitude_e7
//   eligibility    eligibility_description, minimum_age, maximum_age
//   languages      languages, interpretation_services
//   documents      required_documents
//   cost           cost_options, fees_description, fees
//   service_area   service_areas, ext.coverage
//   accessibility  accessibility
//   capacity       capacities, wait_time
//   status         status, ext.operating_state
// Whoever looks at one of the fields of a name looks at all of them: the name
// has one date.
//
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "handrail/v1/fact.pb.h"
#include "handrail/v1/record.pb.h"
#include "server/curation/field_path.h"

namespace handrail::server {

// The source of what people enter and confirm here.
inline constexpr char kCuratedSource[] = "curated";

// What an edit by hand says of its date: the curator, now, no way of checking
// named.
v1::Provenance EditedAt(absl::Time now);

// Whether `a` was checked after `b`. Undated is before every date.
bool IsNewer(const v1::Provenance& a, const v1::Provenance& b);

// Whether the text is a name of FieldProvenance.
bool IsDatedName(std::string_view name);

// All names, with commas: for messages.
std::string DatedNames();

// The name that dates an HSDS field, or empty. Of facts of the profile: empty.
std::string_view DatedNameOf(const FieldPath& path);

// The fields of a record of this type that a name dates: of the record itself,
// or, where `place_id` is not empty, of that service_at_location. Empty where
// such a record has none.
std::vector<FieldPath> PathsDatedBy(v1::RecordType type, std::string_view name,
                                    const std::string& place_id);

// The date of what the record says at the path; of several facts the oldest.
// Absent where nothing says.
std::optional<v1::Provenance> DateAt(const FieldPath& path,
                                     const v1::Record& record);

// Sets, removes or takes over the date of the name, in the ext that dates
// `path`. Nothing happens where there is no such ext.
void SetNameDate(const FieldPath& path, std::string_view name,
                 const v1::Provenance& date, v1::Record& record);
void CopyNameDate(const FieldPath& path, std::string_view name,
                  const v1::Record& from, v1::Record& to);

enum class Stamp {
  // Facts that carry a date keep it.
  kWhereNone,
  kAll,
};

// Dates every fact in the message: a fact, a set, a count of places, a
// document rule.
void StampFacts(const v1::Provenance& date, Stamp stamp,
                google::protobuf::Message& message);

// The same for what the record has at the path, lists included.
void StampFactsAt(const FieldPath& path, const v1::Provenance& date,
                  Stamp stamp, v1::Record& record);

}  // namespace handrail::server
