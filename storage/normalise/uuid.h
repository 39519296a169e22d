// Ids of the directory: how a source's own ids become ours.
//
// A record's id is a UUID. What a source calls a record by any other name is
// turned into the name-based UUID (RFC 4122, version 5) of source, kind and
// name, so that the same record gets the same id at every load, on every
// machine, and two sources that both have a "12" never meet.
//
// Everything here is a pure function. The name space and the names hashed
// below reach the disk: never change them.
#pragma once

#include <string>
#include <string_view>

#include "handrail/v1/record.pb.h"

namespace handrail::storage {

// The project's name space for UUIDv5. A random UUID, drawn once.
inline constexpr char kIdNamespace[] = "6f1d3c0a-8e52-4b7e-9a44-2f0c7d5b9e13";

// The kind word of service_at_locations, which are no records of their own.
inline constexpr char kServiceAtLocationKind[] = "service_at_location";

// The kind's word as HSDS names it: "service", "taxonomy_term".
// "centroid" and "crisis_resource" for our own.
std::string_view KindName(handrail::v1::RecordType type);

// UUIDv5 of "source/kind/external_id". `external_id` is what the source calls
// the record, byte for byte. Example: ("bchd", "service", "12").
std::string NamespacedId(std::string_view source, std::string_view kind,
                         std::string_view external_id);

// The listing id of a service that has no service_at_location: UUIDv5 of
// "listing/" and the service's id.
std::string ListingIdOfService(std::string_view service_id);

// A source's own id as aliases have it: a UUID in lower case, any other text
// byte for byte.
std::string AliasName(std::string_view external_id);

// The text in lower case. REQUIRES: IsUuid(uuid).
std::string CanonicalUuid(std::string_view uuid);

// Kind and id of a record. Unset record: RECORD_TYPE_UNSPECIFIED and "".
// A centroid has no id of its own: "zip-21201", "county-MD/Baltimore".
handrail::v1::RecordType RecordTypeOf(const handrail::v1::Record& record);
std::string RecordIdOf(const handrail::v1::Record& record);
handrail::v1::RecordRef RecordRefOf(const handrail::v1::Record& record);

}  // namespace handrail::storage
